"""Small changes to the code: a sign, a bound, a join key, a colour, a sort."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rows import Mutant

BOUNDS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
SIGNS = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
JOINS = {"merge", "join", "set_index", "groupby", "map", "isin", "drop_duplicates", "sort_values"}
COLOUR = re.compile(r"#[0-9a-f]{6}")
NAME = re.compile(r"[a-z]+(_[a-z]+)*")


def make_mutants(package: Path, seed: int) -> Iterator[Mutant]:
    """Yield mutants of the modules of a package, each kind in turn, until none is left; the same for the same seed."""
    rng, found = random.Random(seed), {kind: [] for kind in KINDS}
    for path in sorted(package.rglob("*.py")):
        text = path.read_text("utf-8")
        tree = ast.parse(text)
        columns = sorted({node.value for node in _walk(tree) if _is_name(node)})
        for node in _walk(tree):
            for kind, change in KINDS.items():
                found[kind] += [(path.relative_to(package.parent).as_posix(), text, node, new) for new in change(node, columns)]
    for places in found.values():
        rng.shuffle(places)
    while any(found.values()):
        for kind, places in found.items():
            if places:
                yield _replace(kind, *places.pop())


def name_anywhere(mutant: Mutant) -> str:
    """Say what a mutant changes, wherever its line has moved to."""
    return f"{mutant.kind}: {re.sub(r'(?<=[.]py):[0-9]+ ', ' ', mutant.says, count=1)}"


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree, but not into f-strings, whose parts have no place in the text in Python 3.11, nor into hints of types."""
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr) and name not in ("annotation", "returns"):
                yield from _walk(child)


def _replace(kind: str, file: str, text: str, node: ast.expr, new: ast.expr) -> Mutant:
    lines = text.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    data = text.encode()
    says = f"{file}:{node.lineno} {_shorten(ast.unparse(node))} to {_shorten(ast.unparse(new))}"
    return Mutant(kind, says, file, data[:start] + ast.unparse(new).encode() + data[end:])


def _shorten(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:40]}...{text[-25:]}"


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(NAME.fullmatch(node.value))


def _signs(node: ast.AST, columns: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and type(node.op) in SIGNS and not _is_text(node):
        yield ast.BinOp(node.left, SIGNS[type(node.op)](), node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand


def _is_text(node: ast.AST) -> bool:
    """Say whether a sum is of texts or lists, or a product repeats a text: there a sign is no slip but an error at once."""
    return any(isinstance(part, (ast.JoinedStr, ast.List, ast.ListComp)) or isinstance(getattr(part, "value", None), str)
               for part in ast.walk(node))  # fmt: skip


def _bounds(node: ast.AST, columns: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in BOUNDS:
        yield ast.Compare(node.left, [BOUNDS[type(node.ops[0])]()], node.comparators)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max"):
        yield ast.Call(ast.Name("max" if node.func.id == "min" else "min"), node.args, node.keywords)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and abs(node.value) >= 1:
        yield ast.Constant(node.value + 1)


def _keys(node: ast.AST, columns: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in JOINS:
        for at, argument in enumerate(node.args):
            if _is_name(argument) and len(columns) > 1:
                others = [one for one in columns if one != argument.value]
                other = min(others, key=lambda one: (abs(len(one) - len(argument.value)), one))
                yield ast.Call(node.func, [*node.args[:at], ast.Constant(other), *node.args[at + 1 :]], node.keywords)


def _colours(node: ast.AST, columns: list[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and COLOUR.fullmatch(node.value):
        yield ast.Constant("#" + node.value[:0:-1] if node.value[:0:-1] != node.value[1:] else "#123456")
    elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("theme.TEXT", "theme.MUTED", "theme.GRID", "theme.PAPER"):
        yield ast.Attribute(node.value, "MUTED" if node.attr != "MUTED" else "TEXT", node.ctx)


def _sorts(node: ast.AST, columns: list[str]) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Call):
        return
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    flag = {"sorted": "reverse", "sort_values": "ascending", "sort_index": "ascending", "sort": "reverse"}.get(name)
    if flag:
        rest = [word for word in node.keywords if word.arg != flag]
        if len(rest) == len(node.keywords):
            yield ast.Call(node.func, node.args, [*rest, ast.keyword(flag, ast.Constant(flag == "reverse"))])
        else:
            yield ast.Call(node.func, node.args, rest)


KINDS: dict[str, Callable[[ast.AST, list[str]], Iterator[ast.AST]]] = {
    "sign": _signs, "bound": _bounds, "join key": _keys, "colour": _colours, "sort": _sorts}  # fmt: skip

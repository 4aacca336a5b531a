"""Adding rows to a record: asking for each cell, checking each answer, and writing all rows or none."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis import schema
from analysis.draft import Draft, Refused, Row
from analysis.faults import guess, show
from analysis.load import DATA, RecordError
from analysis.questions import AGAIN, KINDS, OF_REPORT, REPLY, describe, list_ids, name_fields, order_columns, suggest
from analysis.schema import Column
from analysis.words import say_list, say_number

BACK = "<"
YES_OR_NO = ("", "y", "yes", "n", "no")


@dataclass(frozen=True)
class Talk:
    """Ask a person, who answers with a line, and tell them something."""

    ask: Callable[[str], str]
    say: Callable[[str], None]


def add_rows(kind: str, words: Sequence[str], folder: Path, talk: Talk | None, tell: Callable[[str, bool], None],
             unasked: bool = True) -> int:  # fmt: skip
    """Run one `add`: make the rows, show them, write them if the person asked agrees, and return the exit code.

    `tell` takes what is said, and whether it says that something is wrong; `unasked`: without anybody to ask, write.
    """
    draft = Draft.open(folder)
    try:
        fill_rows(draft, kind, read_fields(kind, words), talk)
        _show(draft, tell)
        if not talk and not unasked:
            tell("Nothing was written; --yes writes without asking.", True)
            return 1
        if talk and not _consent(draft, talk, tell):
            tell(f"Nothing was written.{_repeat(draft)}", False)
            return 0
        added = draft.write()
    except Refused as refusal:
        tell(f"{refusal}\nnothing was written.{_repeat(draft) if talk else ''}", True)
        return 1
    except RecordError:
        if talk and (again := _repeat(draft)):
            tell(again, True)
        raise
    except (EOFError, KeyboardInterrupt) as stop:
        tell(f"\nstopped; nothing was written.{_repeat(draft)}", True)
        return 130 if isinstance(stop, KeyboardInterrupt) else 1
    written = say_list(f"{say_number(count, 'row')} to {folder / name}" for name, count in added.items())
    if folder.resolve() == DATA:
        later = "make check, make notebooks, and a line in CHANGELOG.md; python -m analysis diff HEAD data tells what moved"
    else:
        name = shlex.quote(str(folder))
        later = f"EPISODE={name} make check; python -m analysis diff data {name} tells what moved"
    tell(f"Added {written}.\nNext: {later}. See CONTRIBUTING.md.", False)
    return 0


def _show(draft: Draft, tell: Callable[[str, bool], None]) -> None:
    tell("\n".join([*draft.show(), *(f"look at this: {says}" for says in draft.warn())]), False)


def _consent(draft: Draft, talk: Talk, tell: Callable[[str, bool], None]) -> bool:
    """Ask whether to write, and take changes until the answer is yes or no."""
    while True:
        answer = talk.ask("Write? [Y/n, or the name of a column to change] ").strip()
        if answer.lower() in YES_OR_NO:
            return not answer.lower().startswith("n")
        if _change(draft, answer, talk):
            _settle(draft, talk)
            _show(draft, tell)


def _change(draft: Draft, name: str, talk: Talk) -> bool:
    """Ask for a cell anew, and say whether there was one to change."""
    rows = [row for row in draft.rows if name in row.cells]
    if not rows:
        known = {name for row in draft.rows for name in row.cells}
        talk.say(f"expected y, n or a column: {show(name)} is none{guess(name, known)}")
        return False
    for at, row in enumerate(rows, 1) if len(rows) > 1 else ():
        talk.say(f"  {at}: {' + '.join(row.cells.get(part, '') for part in row.table.key)}")
    numbers = [str(at) for at in range(1, len(rows) + 1)]
    number = "1"
    while len(rows) > 1 and (number := talk.ask("in which row? [1]: ").strip() or "1") not in numbers:
        talk.say(f"expected one of {', '.join(numbers)}")
    row = rows[int(number) - 1]
    column = next(column for column in order_columns(row.table) if column.name == name)
    known = row.cells.pop(name)
    if not _ask_cell(draft, row, column, talk, known):
        row.cells[name] = known
    return True


def _repeat(draft: Draft) -> str:
    """Return the commands that give the answers of a conversation again, so that none is lost."""
    kinds = {table: kind for kind, table in KINDS.items()}
    lines, replies = [], draft.in_table("replies")
    for row in (row for row in draft.rows if row.table.name in kinds):
        cells = row.given | row.cells
        if "number" in cells:  # the bounds follow from it, and may not be given beside it
            cells = {name: cell for name, cell in cells.items() if name not in ("low", "high")}
        if row.table.name == "statements" and replies:
            cells |= {field: replies[0].cells.get(name, "") for field, name in REPLY.items()}
        lines.append(_command(["add", kinds[row.table.name]], cells, draft.folder))
    lines += [_command(["#", "one more row of replies.csv:"], row.cells, None) for row in replies[1:]]
    return "\n".join(["\nTo go on from here:", *lines]) if any(row.given | row.cells for row in draft.rows) else ""


def _command(words: Sequence[str], cells: Mapping[str, str], folder: Path | None) -> str:
    given = shlex.join(f"{name}={cell}" for name, cell in cells.items() if cell)
    if folder is None:
        return " ".join([*words, given])
    other = ["--episode", shlex.quote(str(folder))] if folder.resolve() != DATA else []
    return " ".join(["python -m analysis", *words, *other, given])


def read_fields(kind: str, words: Sequence[str]) -> dict[str, str]:
    """Return what was given as field=value; raise Refused with a sentence for each word that is none."""
    known, fields, wrong = name_fields(kind), {}, []
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            wrong.append(f"{show(word)}: expected field=value, as {next(iter(known))}=...")
        elif name not in known:
            wrong.append(f"{kind} has no field {show(name)}{guess(name, known)}")
        elif name in fields:
            wrong.append(f"{name}: given twice")
        elif not _is_text(value):
            wrong.append(f"{name}: not UTF-8")
        fields[name] = value
    if kind == "claim" and "number" in fields and {"low", "high"} & fields.keys():
        wrong.append("number: low and high follow from it; give either it or these")
    if wrong:
        raise Refused(wrong)
    return fields


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def fill_rows(draft: Draft, kind: str, fields: Mapping[str, str], talk: Talk | None = None) -> None:
    """Make the rows of one `add`: fields as given, others from the person asked, or as suggested, or empty.

    Raises Refused, with a sentence for each fault, if nobody can be asked.
    """
    if talk:
        talk.say(f"Enter takes what stands in [brackets]; {BACK} goes back to the question before; Ctrl-C stops, and nothing "
                 "is written.")  # fmt: skip
    of_reply = {name: fields[field] for field, name in REPLY.items() if kind == "statement" and field in fields}
    row = draft.add(KINDS[kind], {name: cell for name, cell in fields.items() if name not in REPLY or kind != "statement"})
    if talk:
        _drop_wrong(draft, row, talk)
    elif "number" in row.cells and (wrong := _check_cell(draft, row, "number")):
        raise Refused(wrong)
    ids = list_ids(row.table) if kind == "claim" else ()
    _fill(draft, row, [column for column in order_columns(row.table) if column.name not in ids], talk)
    if kind == "claim":
        _fill_report(draft, row, talk)
    elif kind == "statement":
        _fill_replies(draft, row, of_reply, talk)
    _settle(draft, talk)


def _fill_report(draft: Draft, first: Row, talk: Talk | None) -> None:
    """Ask for further counts of the same report, and then for the ids, which name them all."""
    row = first
    while talk and agree(talk, "another count of the same report? [y/N] ", False):
        former, row = row, draft.add("casualties", {name: row.cells[name] for name in OF_REPORT})
        _fill(draft, row, order_columns(row.table)[:-2], talk, {name: former.cells[name] for name in AGAIN})
    for row in draft.in_table("casualties"):
        if row is not first:
            row.cells["report_id"] = first.cells["report_id"]
        _fill(draft, row, order_columns(row.table)[-2:], talk)


def _fill_replies(draft: Draft, statement: Row, given: Mapping[str, str], talk: Talk | None) -> None:
    """Ask what the statement answers, and add a row for each; without anybody to ask, as given."""
    table = schema.BY_NAME["replies"]
    columns = [column for column in table.columns if column.name != "statement_id"]
    key = {"statement_id": statement.cells["statement_id"]}
    if given:
        row = draft.add("replies", key | given)
        if talk:
            _drop_wrong(draft, row, talk)
        _fill(draft, row, columns, talk)
    while talk:
        known = [row.cells["answers"] for row in draft.in_table("replies")]
        talk.say(f"\n{describe(table.column('answers'))} Enter if nothing{' more' if known else ''}.")
        if not (answers := talk.ask(f"answers{' also' if known else ''}: ").strip()):
            return
        if answers in known:
            talk.say(f"answers {show(answers)}: given already")
            continue
        row = draft.add("replies", key | {"answers": answers})
        if _tell_wrong(draft, row, "answers", talk):
            draft.rows.remove(row)
            continue
        _fill(draft, row, columns, talk)


def _fill(draft: Draft, row: Row, columns: Sequence[Column], talk: Talk | None,
          former: Mapping[str, str] | None = None) -> None:  # fmt: skip
    """Fill the cells that are not known; `former` are those of the row before, to be taken again."""
    at, asked = 0, []
    while at < len(columns):
        column = columns[at]
        bounded = column.name == "number" and {"low", "high"} & row.cells.keys()
        if column.name not in row.cells and not bounded:
            known = row.given.get(column.name) or (former or {}).get(column.name) or _suggest(draft, row, column)
            if talk is None:
                row.cells[column.name] = known
            elif _ask_cell(draft, row, column, talk, known):
                asked.append(at)
            elif asked:
                at = asked.pop()
                answer = row.cells.pop(columns[at].name)
                if answer and answer != _suggest(draft, row, columns[at]):  # what follows from others may follow otherwise then
                    row.given[columns[at].name] = answer
                continue
            else:
                continue
        at += 1


def _suggest(draft: Draft, row: Row, column: Column) -> str:
    rows = [other.cells for other in draft.in_table(row.table.name)]
    return suggest(row.table, column.name, row.cells, draft.record, rows)


def _ask_cell(draft: Draft, row: Row, column: Column, talk: Talk, known: str, insist: bool = True) -> bool:
    """Ask for a cell until the answer holds, and say whether there is one: not if the person goes back.

    Enter takes what is known. An answer that does not hold is taken too if nobody insists.
    """
    hint = "; - leaves it empty" if known and not column.required else ""
    talk.say(f"\n{describe(column, draft.record.episode['sides'])}{hint}")
    if isinstance(column.choices, Mapping):
        talk.say("\n".join(f"  {value}: {meaning}" for value, meaning in column.choices.items()))
    while True:
        typed = talk.ask(f"{column.name} [{known}]: " if known else f"{column.name}: ").strip()
        if typed == BACK:
            return False
        row.cells[column.name] = "" if typed == "-" and not column.required else typed or known
        if not insist or not _tell_wrong(draft, row, column.name, talk):
            return True
        del row.cells[column.name]


def _tell_wrong(draft: Draft, row: Row, name: str, talk: Talk) -> bool:
    """Say what is wrong with a cell, and whether anything is; what it refers to may be added meanwhile."""
    wrong = _check_cell(draft, row, name)
    try:
        if wrong and draft.reread():
            wrong = _check_cell(draft, row, name)
    except RecordError as error:
        talk.say(f"{error}\n(the files were changed meanwhile, and have these faults now)")
    for says in wrong:
        talk.say(says)
    if name == "status" and row.cells[name] == "disputed":
        talk.say("Add it with the status that follows; then name it in disagreements.csv and set it to disputed by hand.")
    column = next(column for column in order_columns(row.table) if column.name == name)
    unknown = [says for says in wrong if column.refers and ": not in " in says]
    if len(unknown) < len(wrong) or not unknown:
        return bool(wrong)
    if column.refers == ("sources",):
        return not _add_sources(draft, row.cells[name], talk)
    files = " or ".join(f"{other}.csv" for other in column.refers)
    talk.say(f"If it is new, add its row to {files} (in another window) and answer again.")
    return True


def _check_cell(draft: Draft, row: Row, name: str) -> list[str]:
    if not _is_text(row.cells[name]):
        return [f"{name}: not UTF-8"]
    if name != "number":
        return [wrong.says for wrong in draft.find_wrong() if wrong.column == name and wrong.row in (row, None)]
    if not row.cells["number"]:
        return []
    row.cells["low"] = row.cells["number"]  # the number is no column, and has to hold as a bound does
    wrong = _check_cell(draft, row, "low")
    del row.cells["low"]
    return [says.replace("low", "number", 1) for says in wrong]


def _add_sources(draft: Draft, cell: str, talk: Talk) -> bool:
    """Offer to add each page that is not in sources.csv, and say whether all are there in the end."""
    known = {*draft.record.sources["source_id"], *(row.cells["source_id"] for row in draft.in_table("sources"))}
    for source in [source for source in cell.split("; ") if source not in known]:
        if not re.fullmatch(schema.SLUG, source) or not agree(talk, f"add {source} to sources.csv? [y/N] ", False):
            return False
        row = draft.add("sources", {"source_id": source})
        _fill(draft, row, order_columns(row.table), talk)
    return True


def _drop_wrong(draft: Draft, row: Row, talk: Talk) -> None:
    """Say what is wrong with the cells that were given, and forget these: they are asked for."""
    wrong = {one.column for one in draft.find_wrong() if one.row is row}
    for name in [name for name in row.cells if name in wrong or name == "number"]:
        if _tell_wrong(draft, row, name, talk):
            del row.cells[name]


def _settle(draft: Draft, talk: Talk | None) -> None:
    """Have what is wrong with the rows together put right, cell by cell; raise Refused if nobody can be asked."""
    if talk is None and (missing := _find_missing(draft)):
        raise Refused(missing)
    while wrong := draft.find_wrong(whole=True):
        if talk is None:
            raise Refused([one.says for one in wrong])
        for one in wrong:
            talk.say(one.says)
        row = wrong[0].row or draft.rows[0]
        columns = {column.name: column for column in order_columns(row.table)}
        named = wrong[0].column if wrong[0].column in columns else row.table.key[0]
        name = talk.ask(f"which column of {row.table.name}.csv is to be changed? [{named}]: ").strip() or named
        if name not in columns:
            talk.say(f"no column {show(name)}{guess(name, columns)}")
            continue
        before = row.cells.pop(name, "")
        if not _ask_cell(draft, row, columns[name], talk, _suggest(draft, row, columns[name]), insist=False):
            row.cells[name] = before


def _find_missing(draft: Draft) -> list[str]:
    """Return a sentence for each required cell that is empty; of those that follow from others only if no other is."""
    empty = [(row, column.name) for row in draft.rows for column in row.table.columns
             if column.required and not row.cells.get(column.name)]  # fmt: skip
    first = [name for row, name in empty if name not in ("status", *list_ids(row.table))]
    return [f"{name}: missing; give it as {name}=..." for name in first or [name for _, name in empty]]


def agree(talk: Talk, question: str, otherwise: bool) -> bool:
    """Ask for yes or no; Enter means `otherwise`."""
    while True:
        answer = talk.ask(question).strip().lower()
        if answer in YES_OR_NO:
            return answer.startswith("y") if answer else otherwise
        talk.say("expected y or n")

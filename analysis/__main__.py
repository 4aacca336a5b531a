"""The command line: python -m analysis COMMAND; --help lists them."""

from __future__ import annotations

import argparse
import io
import locale
import os
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from analysis import __version__, questions
from analysis.files import FORMATS, write_all, write_whole
from analysis.words import say_list, say_number

if TYPE_CHECKING:
    from analysis.load import Record

DATA = Path(__file__).parents[1] / "data"


EXHIBIT_NAMES = ("places", "timeline", "exchange", "stances", "lags", "tolls", "revisions", "nights", "coverage",
                 "independence")  # fmt: skip
RED, GREEN, YELLOW = 31, 32, 33
UNDATED = ("coverage",)
"""Exhibits that no window of time can narrow."""


class Refusal(Exception):
    """Stop a command: its text is what is wrong, a sentence a line."""


class Parser(argparse.ArgumentParser):
    """Refuse wrong words with one sentence and exit code 1."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and how to get help, and exit."""
        self.exit(1, f"{message} (see {self.prog} --help)\n")


class FieldParser(Parser):
    """Take field=value before and after options."""

    def parse_known_args(self, args=None, namespace=None):
        """Parse as ever, and take what stands behind an option as fields too."""
        namespace, rest = super().parse_known_args(args, namespace)
        namespace.fields = [*(namespace.fields or ()), *(word for word in rest if not word.startswith("-"))]
        return namespace, [word for word in rest if word.startswith("-")]


def main(words: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after one sentence for each fault on stderr."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115  (it lasts as long as the process)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter gets its code
    options = _parser().parse_args(words)
    options.episode = Path(options.episode or os.environ.get("EPISODE") or DATA)
    try:
        code = options.run(options) or 0
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads, as head does, has read enough
        _let_go_of_output()
        return 0
    except ValueError as error:
        from analysis.load import (
            RecordError,  # pandas costs a second, which --help and a run with nothing to do can spare
        )

        if not isinstance(error, RecordError):
            raise
        count = len(error.faults)
        last = f"{say_number(count, 'fault')} in {options.episode}; nothing was written."
        print(f"{error}\n{_paint(last, RED, sys.stderr)}", file=sys.stderr)
        return 1
    except Refusal as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'output'}: {error.strerror}{'; nothing more was written' * options.writes}.", file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:
            _let_go_of_output()
        return 1
    except KeyboardInterrupt:
        print("\nstopped; files already written are whole.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--episode", type=Path, metavar="FOLDER",
                        help="folder of the record (default: $EPISODE, else data/)")  # fmt: skip
    parser = Parser(prog="python -m analysis", description="Check the record, draw its exhibits and describe it.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = commands.add_parser("check", parents=[shared], help="check the record and name every fault",
                                description="Check the record: exit code 0 if it holds, else 1 and every fault.")  # fmt: skip
    check.set_defaults(run=_check, writes=False)
    figures = commands.add_parser(
        "figures", parents=[shared], help="write the exhibits as PNG, SVG, PDF, HTML, CSV and JSON",
        description="Write every exhibit, in each format, into a folder. A file is written anew only if what it was made "
        "of has changed.",
    )  # fmt: skip
    figures.add_argument("--out", type=Path, default=Path("figures"), metavar="FOLDER",
                         help="where to write (default: figures/)")  # fmt: skip
    figures.add_argument("--only", nargs="+", action="extend", metavar="NAME", choices=EXHIBIT_NAMES,
                         help=f"only these of {', '.join(EXHIBIT_NAMES)}")  # fmt: skip
    figures.add_argument("--size", nargs="+", action="extend", choices=("column", "page", "slide", "square"),
                         help="of PNG, SVG and PDF: column 85 mm, page 170 mm (default), slide 16:9, square")  # fmt: skip
    figures.add_argument("--format", nargs="+", action="extend", choices=FORMATS, help="default: all six")
    figures.add_argument("--from", dest="start", type=_day, metavar="DAY",
                         help="first day shown, as 2025-04-11 (default: the exhibit's own)")  # fmt: skip
    figures.add_argument("--to", dest="end", type=_day, metavar="DAY", help="last day shown")
    figures.set_defaults(run=_figures, refuse=figures.error, writes=True)
    report = commands.add_parser("report", parents=[shared], help="write the record as one page that needs no network",
                                 description="Write findings, figures, tables, an explorer, sources and method as one page, "
                                 "index.html, unless what it is made of is as it was.")  # fmt: skip
    report.add_argument("--out", type=Path, default=Path("report"), metavar="FOLDER", help="where to write (default: report/)")
    report.set_defaults(run=_report, refuse=report.error, writes=True)
    notebooks = commands.add_parser("notebooks", parents=[shared], help="rerun the notebooks in place, to accept changed outputs",
                                    description="Run each notebook from the top in a kernel of its own, say what changed and of "
                                    "what, and write them with their outputs; if one fails, nothing is written.")  # fmt: skip
    notebooks.add_argument("path", type=Path, nargs="?", default=Path("notebooks"),
                           help="a folder or one notebook (default: notebooks/)")  # fmt: skip
    notebooks.add_argument("--yes", action="store_true", help="do not ask before writing")
    notebooks.set_defaults(run=_notebooks, refuse=notebooks.error, writes=True)
    verify = commands.add_parser(
        "verify", parents=[shared], help="compare exported files, or the article's text, with the record",
        description="Say of each exported figure whether it shows the present record, and if not, which rows changed since; or "
        "compare the text of the article (.txt: UTF-8, a paragraph a line, no headline) with the hashes in passages.csv. Exit "
        "code 0 if all match, else 1.",
    )  # fmt: skip
    verify.add_argument("files", type=Path, nargs="+", metavar="FILE", help="PNG, SVG, PDF, HTML, CSV or JSON, or ARTICLE.txt")
    verify.set_defaults(run=_verify, writes=False)
    agreement = commands.add_parser(
        "agreement", parents=[shared], help="say how far coders agree, and let another one join",
        description="Print Cohen's kappa of the two coders of the record; given a form that was filled in, of its coder with "
        "each of them.",
    )  # fmt: skip
    agreement.add_argument("coded", type=Path, nargs="?", metavar="CODED.csv", help="a form that was filled in")
    agreement.add_argument("--form", type=Path, metavar="FILE", help="write a blank form, then stop")
    agreement.set_defaults(run=_agreement, refuse=agreement.error, writes=True)
    codebook = commands.add_parser("codebook", parents=[shared], help="write CODEBOOK.md and datapackage.json beside the tables",
                                   description="Describe the record for people and for programs, in its own folder.")  # fmt: skip
    codebook.set_defaults(run=_codebook, writes=True)
    tidy = commands.add_parser("tidy", parents=[shared], help="sort the tables and write them as the record writes CSVs",
                               description="Write each table in the order of its keys, in UTF-8 with commas, LF and no needless "
                               "quotation marks, as after a spreadsheet. No cell changes.")  # fmt: skip
    tidy.set_defaults(run=_tidy, refuse=tidy.error, writes=True)
    _add_curation(commands, shared)
    return parser


def _add_curation(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    add = commands.add_parser(
        "add", help="add an event, a statement, a claim or a source",
        description="Add rows to the record: asks for each column, checks each answer, shows the new lines and writes them.",
    )  # fmt: skip
    kinds = add.add_subparsers(title="what to add", required=True, metavar="KIND", parser_class=FieldParser)
    for kind, table in questions.KINDS.items():
        parser = kinds.add_parser(kind, parents=[shared], help=f"add to {table}.csv", epilog=questions.list_fields(kind),
                                  formatter_class=argparse.RawDescriptionHelpFormatter,
                                  description=f"Add to {table}.csv. {questions.HOW}")  # fmt: skip
        parser.add_argument("fields", nargs="*", metavar="field=value", help="a cell of the row")
        parser.add_argument("--yes", action="store_true", help="ask nothing and write")
        parser.set_defaults(run=_add, kind=kind, writes=True)
    told = "tell what changed between two versions of the record"
    diff = commands.add_parser("diff", help=told, description=f"{told.capitalize()}: counts first, then rows.")
    diff.add_argument("old", metavar="OLD", help="a folder, or a git revision, whose data/ is meant")
    diff.add_argument("new", metavar="NEW", help="the same")
    diff.set_defaults(run=_diff, episode=None, writes=False)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day; expected one as 2025-04-11") from None


def _check(options: argparse.Namespace) -> None:
    from analysis.checkup import say_rows, say_statuses, say_warnings
    from analysis.load import Record

    record = Record.read(options.episode)
    print(_paint(say_rows(record)[0], GREEN), *say_rows(record)[1:], *say_statuses(record), sep="\n")
    if warnings := say_warnings(record):
        count = say_number(len(warnings), "warning")
        print(_paint(f"{count}: the record holds, but look at these.", YELLOW), *warnings, sep="\n")


def _paint(text: str, color: int, out: TextIO | None = None) -> str:
    """Return a text in a colour of the terminal; plain where the output is no terminal or NO_COLOR is set."""
    return f"\x1b[{color}m{text}\x1b[0m" if (out or sys.stdout).isatty() and not os.environ.get("NO_COLOR") else text


def _notebooks(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from analysis.manifest import MANIFEST, list_inputs, read_manifest, tell_inputs, write_manifest
    from analysis.notebooks import NotebookError, rerun, tell_outputs

    paths = [options.path] if options.path.suffix == ".ipynb" else sorted(options.path.glob("*.ipynb"))
    if not (paths and paths[0].is_file()):
        options.refuse(f"{options.path} is no notebook and holds none")
    os.environ["EPISODE"] = str(options.episode.resolve())  # which the kernels inherit
    folder, runs = paths[0].parent, []
    try:
        for path in (bar := tqdm(paths, unit="notebook", desc="notebooks", ncols=80)):
            bar.set_postfix_str(path.stem)
            runs.append(rerun(path))
    except NotebookError as error:
        raise Refusal(f"{error}; nothing was written.") from None
    changed = [run for run in runs if run.changed]
    if changed:
        print(*tell_inputs(read_manifest(folder), list_inputs(options.episode, paths)), sep="\n")
        print(*(line for run in changed for line in tell_outputs(run)), sep="\n")
        if not options.yes and sys.stdin is not None and sys.stdin.isatty() and _ask("Accept? [Y/n] ").strip().lower()[:1] == "n":
            print("Nothing was written.")
            return
    write_all({run.path: run.after for run in changed})
    if options.path == folder:  # a single notebook says nothing of the others
        write_whole(folder / MANIFEST, write_manifest(list_inputs(options.episode, paths)))
    print(f"{say_number(len(paths), 'notebook')} run; changed: {', '.join(run.path.stem for run in changed) or 'none'}.")


def _verify(options: argparse.Namespace) -> int:
    from analysis.load import Record

    record, figures, wrong = Record.read(options.episode), None, False
    for path in options.files:
        try:
            if path.suffix == ".txt":
                found = _verify_article(path, record)
            else:
                from analysis.verify import Verifier

                figures = figures or Verifier(record)
                found = [figures.verify(path)]
        except OSError as error:
            found = [(False, f"{path}: {error.strerror}.")]
        for holds, says in found:
            wrong |= not holds
            print(says, file=sys.stdout if holds else sys.stderr, flush=True)
    return int(wrong)


def _verify_article(path: Path, record: Record) -> list[tuple[bool, str]]:
    from analysis.article import compare, read_sentences

    text = path.read_bytes()
    try:
        sentences = read_sentences(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return [(False, f"{path}: byte 0x{text[error.start]:02x} is not UTF-8; save it as UTF-8")]
    differ = [(False, f"{path.name}: {one}") for one in compare(sentences, record.passages)]
    return differ or [(True, f"All {len(record.passages)} sentences match passages.csv.")]


def _agreement(options: argparse.Namespace) -> None:
    from analysis.agreement import list_labels, pair_coders, read_coding, say_agreement, write_form
    from analysis.codebook import find_shown
    from analysis.load import Record

    if options.form and options.coded:
        options.refuse("--form writes a blank form and CODED.csv is one that was filled in: give one of them")
    if options.form and options.form.exists():
        options.refuse(f"--form {options.form} is there already; name a new file")
    record = Record.read(options.episode)
    if options.form:
        write_whole(options.form, write_form(record).encode())
        print(f"Wrote a blank form to {options.form}; what each label means stands in data/CODEBOOK.md.")
        return
    if options.coded is None:
        print("The record and the second coder:", *say_agreement(record.second_coding), sep="\n")
        return
    options.episode = options.coded  # where its faults are
    coding, shown = read_coding(options.coded, record), find_shown(record)
    blind = coding[~coding["statement_id"].isin(shown)]
    left = f"{len(coding) - len(blind)} of them are left out, as the code book shows how they were coded"
    print(f"{len(coding)} of {len(list_labels(record))} labels are filled in; {left}.")
    if blind.empty:
        raise Refusal("no label is left to compare; code statements that the code book does not name")
    for who, codings in pair_coders(blind, record).items():
        print(f"{options.coded.name} and {who}:", *say_agreement(codings), sep="\n")


def _add(options: argparse.Namespace) -> int:
    from analysis import curate

    asked = not options.yes and sys.stdin is not None and sys.stdin.isatty()
    talk = curate.Talk(_ask, print) if asked else None
    return curate.add_rows(options.kind, options.fields, options.episode, talk, _tell, unasked=options.yes)


def _tell(text: str, wrong: bool) -> None:
    print(text, file=sys.stderr if wrong else sys.stdout)


def _let_go_of_output() -> None:
    """Have Python write the rest of the output nowhere, or it would fail again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ask(prompt: str) -> str:
    if locale.setlocale(locale.LC_CTYPE) not in ("C", "POSIX"):  # where readline takes letters beyond ASCII for commands
        with suppress(ImportError):
            import readline  # noqa: F401  (lets the arrow keys edit an answer)
    try:
        return input(prompt)
    except UnicodeDecodeError:
        return "\ufffd"


def _diff(options: argparse.Namespace) -> None:
    from analysis.changes import read_version, tell_changes

    records = []
    for version in (options.old, options.new):
        options.episode = version
        records.append(read_version(version))
    print("\n".join(tell_changes(*records)) or "No change.")


def _figures(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from analysis.figures import Order, write_figures

    if options.start and options.end and options.start > options.end:
        options.refuse(f"--from {options.start} is after --to {options.end}")
    if options.out.exists() and not options.out.is_dir():
        options.refuse(f"--out {options.out} is a file; expected a folder")
    dated = bool(options.start or options.end)
    if dated and (wrong := [name for name in options.only or () if name in UNDATED]):
        options.refuse(f"{wrong[0]} has no dates: leave out --from and --to")
    if dated:
        from analysis.load import Record

        first, last = Record.read(options.episode).episode["window"]
        if options.start and options.start > last:
            options.refuse(f"--from {options.start} is after the last day of the record, {last}")
        if options.end and options.end < first:
            options.refuse(f"--to {options.end} is before the first day of the record, {first}")
    names = [*dict.fromkeys(options.only or ())] or [name for name in EXHIBIT_NAMES if not (dated and name in UNDATED)]
    order = Order(names, options.format or FORMATS, options.size or ["page"], options.start, options.end)
    count = sum(len(order.name_files(name)) for name in names)
    with tqdm(total=count, unit="file", desc="figures", ncols=80) as bar:

        def tell(name: str, done: int) -> None:
            bar.set_postfix_str(name)
            bar.update(done)

        written, kept = write_figures(order, options.out, options.episode, tell)
    where = options.out.resolve()
    if not options.only and len(names) < len(EXHIBIT_NAMES):
        print(f"Left out, as it has no dates: {say_list(UNDATED)}.")
    if not written:
        print(f"Nothing to do: {say_number(kept, 'file')} in {where} {'is' if kept == 1 else 'are'} up to date.")
        return
    print(f"Wrote {say_number(written, 'file')} to {where}" + (f"; {say_number(kept, 'file')} up to date." if kept else "."))


def _report(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from analysis.report import INDEX, write_report

    if options.out.exists() and not options.out.is_dir():
        options.refuse(f"--out {options.out} is a file; expected a folder")
    with tqdm(total=len(EXHIBIT_NAMES), unit="figure", desc="report", ncols=80) as bar:

        def tell(name: str) -> None:
            bar.set_postfix_str(name)
            bar.update()

        written = write_report(options.out, options.episode, tell)
    page = options.out.resolve() / INDEX
    print(f"Wrote {page}: open it in a browser, or send it as it is." if written else f"Nothing to do: {page} is up to date.")


def _codebook(options: argparse.Namespace) -> None:
    from analysis.codebook import write
    from analysis.load import Record

    written = write(Record.read(options.episode))
    where = options.episode.resolve()
    print(f"Wrote {' and '.join(written)} to {where}." if written else f"Nothing to do: the code book in {where} is up to date.")


def _tidy(options: argparse.Namespace) -> None:
    from analysis.tidy import find_untidy

    if not options.episode.is_dir():
        options.refuse(f"{options.episode}: no such folder")
    untidy = find_untidy(options.episode)
    write_all({options.episode / name: data for name, data in untidy.items()})
    print(f"Wrote {say_list(untidy)}; python -m analysis check says whether the record holds." if untidy
          else "Nothing to do: every table is written as it should be.")  # fmt: skip


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModuleNotFoundError as error:
        sys.exit(f"{sys.executable} has no {error.name}. Run make env, then .venv/bin/python -m analysis instead.")

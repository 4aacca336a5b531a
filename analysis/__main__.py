"""The command line: python -m analysis check | figures."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

from analysis import __version__
from analysis.files import FORMATS
from analysis.words import say_number

DATA = Path(__file__).parents[1] / "data"


EXHIBIT_NAMES = ("places", "timeline", "exchange", "stances", "lags", "tolls", "revisions", "nights", "coverage",
                 "independence")  # fmt: skip
UNDATED = ("coverage",)
"""Exhibits that no window of time can narrow."""


class Parser(argparse.ArgumentParser):
    """Refuse wrong words with one sentence and exit code 1."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and how to get help, and exit."""
        self.exit(1, f"{message[0].lower()}{message[1:]} (see {self.prog} --help)\n")


def main(words: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after one sentence for each fault on stderr."""
    options = _parser().parse_args(words)
    options.episode = Path(options.episode or os.environ.get("EPISODE") or DATA)
    try:
        options.run(options)
    except ValueError as error:
        from analysis.load import (
            RecordError,  # pandas costs a second, which --help and a run with nothing to do can spare
        )

        if not isinstance(error, RecordError):
            raise
        count = len(error.faults)
        print(f"{error}\n{count} {'fault' if count == 1 else 'faults'} in {options.episode}; nothing was written.",
              file=sys.stderr)  # fmt: skip
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}; nothing more was written.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; files already written are whole.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--episode", type=Path, metavar="FOLDER",
                        help="folder of the record (default: $EPISODE, else data/)")  # fmt: skip
    parser = Parser(prog="python -m analysis", description="Check the record and draw its exhibits.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = commands.add_parser("check", parents=[shared], help="check the record and name every fault",
                                description="Check the record: exit code 0 if it holds, else 1 and every fault.")  # fmt: skip
    check.set_defaults(run=_check)
    figures = commands.add_parser(
        "figures", parents=[shared], help="write the exhibits as PNG, SVG, PDF, HTML, CSV and JSON",
        description="Write every exhibit, in each format, into a folder. A file is written anew only if what it was made "
        "of has changed.",
    )  # fmt: skip
    figures.add_argument("--out", type=Path, default=Path("figures"), metavar="FOLDER",
                         help="where to write (default: figures/)")  # fmt: skip
    figures.add_argument("--only", nargs="+", metavar="NAME", choices=EXHIBIT_NAMES,
                         help=f"only these of {', '.join(EXHIBIT_NAMES)}")  # fmt: skip
    figures.add_argument("--size", nargs="+", default=["page"], choices=("column", "page", "slide", "square"),
                         help="of PNG, SVG and PDF: column 85 mm, page 170 mm (default), slide 16:9, square")  # fmt: skip
    figures.add_argument("--format", nargs="+", default=list(FORMATS), choices=FORMATS, help="default: all six")
    figures.add_argument("--from", dest="start", type=_day, metavar="DAY",
                         help="first day shown, as 2025-04-11 (default: the exhibit's own)")  # fmt: skip
    figures.add_argument("--to", dest="end", type=_day, metavar="DAY", help="last day shown")
    figures.set_defaults(run=_figures, refuse=figures.error)
    return parser


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day; expected one as 2025-04-11") from None


def _check(options: argparse.Namespace) -> None:
    from analysis import schema
    from analysis.load import Record

    record = Record.read(options.episode)
    rows = {table.name: len(getattr(record, table.name)) for table in schema.TABLES}
    print(f"{record.episode['title']}: no fault in {sum(rows.values())} rows.")
    for name, count in rows.items():
        print(f"  {name:<14}{count:>6}")


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
    names = options.only or [name for name in EXHIBIT_NAMES if not (dated and name in UNDATED)]
    order = Order(names, options.format, options.size, options.start, options.end)
    count = sum(len(order.name_files(name)) for name in names)
    with tqdm(total=count, unit="file", desc="figures", ncols=80) as bar:

        def tell(name: str, done: int) -> None:
            bar.set_postfix_str(name)
            bar.update(done)

        written, kept = write_figures(order, options.out, options.episode, tell)
    where = options.out.resolve()
    if not written:
        print(f"Nothing to do: {say_number(kept, 'file')} in {where} {'is' if kept == 1 else 'are'} up to date.")
        return
    print(f"Wrote {say_number(written, 'file')} to {where}" + (f"; {say_number(kept, 'file')} up to date." if kept else "."))


if __name__ == "__main__":
    sys.exit(main())

"""The command line: python -m analysis check | figures."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from analysis import __version__


def main(words: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after one sentence for each fault on stderr."""
    options = _parser().parse_args(words)
    from analysis.load import Record, RecordError  # pandas costs a second, --help should not

    try:
        record = Record.read(options.episode)
        options.run(record, options)
    except RecordError as error:
        count = len(error.faults)
        where = options.episode or os.environ.get("EPISODE") or "data"
        print(f"{error}\n{count} {'fault' if count == 1 else 'faults'} in {where}; nothing was written.", file=sys.stderr)
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
    parser = argparse.ArgumentParser(prog="python -m analysis", description="Check the record and draw its exhibits.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = commands.add_parser("check", parents=[shared], help="check the record and name every fault",
                                description="Check the record: exit code 0 if it holds, else 1 and every fault.")  # fmt: skip
    check.set_defaults(run=_check)
    figures = commands.add_parser("figures", parents=[shared], help="write the exhibits as PNG, SVG and PDF",
                                  description="Write every exhibit, in each format, into a folder.")  # fmt: skip
    figures.add_argument("--out", type=Path, default=Path("figures"), metavar="FOLDER",
                         help="where to write (default: figures/)")  # fmt: skip
    figures.add_argument("--only", nargs="+", metavar="NAME", choices=EXHIBIT_NAMES,
                         help=f"only these of {', '.join(EXHIBIT_NAMES)}")  # fmt: skip
    figures.add_argument("--size", nargs="+", default=["page"], choices=("column", "page", "slide", "square"),
                         help="column 85 mm, page 170 mm (default), slide 16:9, square")  # fmt: skip
    figures.add_argument("--format", nargs="+", default=["png", "svg", "pdf"], choices=("png", "svg", "pdf"),
                         help="default: all three")  # fmt: skip
    figures.set_defaults(run=_figures)
    return parser


EXHIBIT_NAMES = ("places", "timeline", "exchange", "tolls")


def _check(record: object, _: argparse.Namespace) -> None:
    from analysis import schema

    rows = {table.name: len(getattr(record, table.name)) for table in schema.TABLES}
    print(f"{record.episode['title']}: no fault in {sum(rows.values())} rows.")
    for name, count in rows.items():
        print(f"  {name:<14}{count:>6}")


def _figures(record: object, options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from analysis.exhibits import EXHIBITS

    names = options.only or EXHIBIT_NAMES
    formats, sizes = options.format, options.size
    written = []
    with tqdm(total=len(names) * len(sizes) * len(formats), unit="file", desc="figures", ncols=80) as bar:
        for name in names:
            exhibit = EXHIBITS[name](record)
            for size in sizes:
                bar.set_postfix_str(f"{name}, {size}")
                written += exhibit.save(options.out, formats, [size])
                bar.update(len(formats))
    print(f"Wrote {len(written)} files ({len(names)} exhibits as {', '.join(formats).upper()}) to {options.out.resolve()}")


if __name__ == "__main__":
    sys.exit(main())

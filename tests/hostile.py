"""Run the whole suite where machines differ, and compare the files that each of them exports.

Three Pythons have a clone each of the last commit: at a plain path, at one with spaces and Cyrillic letters, and one that cannot
be written to, with all that is built elsewhere. The runs go round these, and each has the next time zone and language, another
hash seed, and no network. Each also writes all figures. Exit code 1 if a run fails or if what they wrote differs. Needs Linux
with git, make, ip, unshare and localedef.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ZONES = ("UTC", "Asia/Tokyo", "America/St_Johns")
LANGUAGES = ("C", "uk_UA.UTF-8", "tr_TR.UTF-8")
PLACES = ("plain", "Розмови і удари, копія", "read-only")
ENTER = ["unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-c"]
CLOSED = "ip link set lo up; {}"
FROZEN = 'ip link set lo up; mount --bind "$PWD" "$PWD" && mount -o remount,ro,bind "$PWD" && cd "$PWD" && {}'
ROW = "{:>3}  {:10}  {:22}  {:16}  {:11}  {:>10}  {}"


@dataclass(frozen=True)
class Home:
    """Hold a clone, the Python that runs it, and where it puts what it builds."""

    python: str
    place: str
    clone: Path
    build: dict[str, str]

    @property
    def venv(self) -> str:
        """Return the environment as make is told of it."""
        return self.build.get("VENV", ".venv")


def main() -> int:
    """Run the suite as often as asked, tell of each run in a line, and return 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pythons", nargs=3, default=["python3.11", "python3.12", "python3.13"], metavar="PYTHON")
    options = parser.parse_args()
    if missing := [tool for tool in ("git", "make", "unshare", "localedef", "ip", *options.pythons) if not shutil.which(tool)]:
        sys.exit(f"not on this machine: {', '.join(missing)}")
    with tempfile.TemporaryDirectory() as folder:
        base, seeds, failed, exports = Path(folder), random.Random(options.seed), 0, {}
        for language in LANGUAGES[1:]:
            _call(["localedef", "-i", language.partition(".")[0], "-f", "UTF-8", str(base / language)], base, {})
        homes = [_clone(base, place, python) for place, python in zip(PLACES, options.pythons, strict=True)]
        print(ROW.format("run", "Python", "checkout", "time zone", "language", "hash seed", "result"), flush=True)
        for run in range(options.runs):
            home, zone, language = homes[run % 3], ZONES[run // 3 % 3], LANGUAGES[(run + run // 9) % 3]
            seed = seeds.randrange(2**32)
            world = {"TZ": zone, "LANG": language, "LC_ALL": language, "LOCPATH": folder, "PYTHONHASHSEED": str(seed)}
            out, began = base / f"out{run}", time.monotonic()
            code, said = _run_suite(home, world, out)
            told = next((line.strip("= ") for line in reversed(said) if " passed" in line or " failed" in line), "did not start")
            failed += code != 0
            exports[run + 1] = _digest(out)
            told += f"; {time.monotonic() - began:.0f} s with its figures"
            print(ROW.format(run + 1, home.python, home.place, zone, language, seed, told))
            print(*said[-60:] * (code != 0), f"    exports {exports[run + 1]}", sep="\n", flush=True)
    equal = len(set(exports.values())) == 1
    print(f"{failed} of {options.runs} runs failed; what they exported is {'equal, bit by bit' if equal else 'NOT equal'}.")
    return int(failed > 0 or not equal)


def _run_suite(home: Home, world: dict[str, str], out: Path) -> tuple[int, list[str]]:
    """Run all tests and write all figures without a network."""
    command = f"make test VENV={home.venv} && {home.venv}/bin/python -m analysis figures --out {out}"
    return _call([*ENTER, (FROZEN if home.place == "read-only" else CLOSED).format(command)], home.clone, world | home.build)


def _clone(base: Path, place: str, python: str) -> Home:
    build = {}
    if place == "read-only":
        build = {name: str(base / "build" / name) for name in ("VENV", "PYTHONPYCACHEPREFIX", "RUFF_CACHE_DIR",
                                                                "HYPOTHESIS_STORAGE_DIRECTORY")}  # fmt: skip
        build["PYTEST_ADDOPTS"] = "-p no:cacheprovider"
    home = Home(python, place, base / place / "talks", build)
    print(f"making the environment of {python} ...", file=sys.stderr, flush=True)
    for command in (["git", "clone", "--quiet", str(ROOT), str(home.clone)],
                    ["make", "-C", str(home.clone), "env", f"PYTHON={python}", f"VENV={home.venv}"]):  # fmt: skip
        code, said = _call(command, base, build)
        if code:
            sys.exit("\n".join(said[-20:]))
    return home


def _call(command: list[str], cwd: Path, world: dict[str, str]) -> tuple[int, list[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON", "EPISODE"))}
    done = subprocess.run(command, cwd=cwd, env=kept | world, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          encoding="utf-8", errors="replace")  # fmt: skip
    return done.returncode, done.stdout.splitlines()


def _digest(folder: Path) -> str:
    """Return one SHA-256 over the names and bytes of all files of a folder but its ledger."""
    whole = hashlib.sha256()
    for path in sorted(folder.glob("[!.]*")):
        whole.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


if __name__ == "__main__":
    sys.exit(main())

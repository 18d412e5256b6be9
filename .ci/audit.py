"""Ask pip-audit for known vulnerabilities of what lock files name, and tell what it could not ask.

pip-audit ends well, and says "No known vulnerabilities found", when its service knows nothing of a
package or answers 404 to everything. Here each package that nobody answered for is told. Exit 1
for a vulnerability that `audit-ignored` does not name; with ``--strict``, which the weekly job
gives, for packages without an answer as well. Rows of a lock that are for another Python are those
of another job. https://github.com/pypa/pip-audit
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

IGNORED = Path(__file__).parent / "audit-ignored"
LINE = re.compile(r"(?P<id>[A-Z]+-\S+) (?P<until>\d{4}-\d\d-\d\d) (?P<reason>\S.*)")
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--require-hashes", "--disable-pip", "--format=json"),
    *("--desc=off", "--progress-spinner=off", "--timeout=15"),
)


class Audit(NamedTuple):
    """What was found in one lock: texts of vulnerabilities by id, and of what was not asked."""

    found: list[tuple[frozenset[str], str]]
    unasked: list[str]
    asked: int


def ignored(text: str, today: datetime.date) -> Iterator[str]:
    """Yield the ids that are ignored on a day; raise `ValueError` for a line that is none."""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"{IGNORED.name}: write ID YYYY-MM-DD reason, not {line!r}")
        if datetime.date.fromisoformat(match["until"]) >= today:
            yield match["id"]


def audited(lock: Path) -> Audit:
    """Run pip-audit over a lock file and read its report."""
    done = subprocess.run(
        [*COMMAND, "--requirement", str(lock)], capture_output=True, text=True, check=False
    )
    try:
        report = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Audit([], [f"all of it ({last})"], 0)
    return read(report)


def read(report: Sequence[dict[str, Any]]) -> Audit:
    """Return what stands in a report: an answer for each package, or the reason of none."""
    found: list[tuple[frozenset[str], str]] = []
    unasked: list[str] = []
    for package in report:
        if "vulns" not in package:
            unasked.append(str(package["name"]))
            continue
        for vulnerability in package["vulns"]:
            fixes = ", ".join(vulnerability.get("fix_versions", [])) or "no release yet"
            ids = frozenset((vulnerability["id"], *vulnerability.get("aliases", [])))
            text = f"{package['name']} {package['version']}: {vulnerability['id']}"
            found.append((ids, f"{text}, mended in {fixes}"))
    return Audit(found, unasked, len(report) - len(unasked))


def told(lock: str, audit: Audit, known: frozenset[str]) -> Iterator[str]:
    """Yield the lines that tell a person of one lock, the worst first."""
    for ids, text in audit.found:
        if not ids & known:
            yield f"VULNERABLE: {lock}: {text}"
    if audit.unasked:
        names = ", ".join(audit.unasked[:5]) + (" …" if len(audit.unasked) > 5 else "")
        yield f"NOT AUDITED: {lock}: {len(audit.unasked)} without an answer: {names}"
    yield f"{lock}: {audit.asked} packages asked about"


def main(arguments: Sequence[str]) -> int:
    """Audit the locks that are named, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("locks", nargs="+", type=Path, metavar="LOCK")
    parser.add_argument("--strict", action="store_true", help="fail without an answer, too")
    options = parser.parse_args(arguments)
    known = frozenset(ignored(IGNORED.read_text(), datetime.date.today()))
    lines: list[str] = []
    for lock in options.locks:
        lines += told(lock.as_posix(), audited(lock), known)
    print(*lines, sep="\n")
    wrong = ("VULNERABLE", "NOT AUDITED") if options.strict else ("VULNERABLE",)
    return int(any(line.startswith(wrong) for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

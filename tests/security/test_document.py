"""`docs/least-privilege.md` shows the table of calls as it is."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policies.table import CASES
from tests.security import calls
from tests.security.calls import Row
from tests.support import ROOT

DOCUMENT = ROOT / "docs" / "least-privilege.md"
TABLES = {
    "The bucket": calls.STORAGE,
    "Logs and traces": calls.LOGGING,
    "Users and roles": calls.IDENTITIES,
    "Keys": calls.KEYS,
    "Secrets and parameters": calls.SECRETS,
    "Databases": calls.DATABASES,
    "What its statements grant, and a topic": calls.GRANTED,
    "Functions": calls.FUNCTIONS,
    "The network, and what watches": calls.NETWORK,
}


def test_the_calls_are_shown(update_golden: bool) -> None:
    text = DOCUMENT.read_text()
    before, heading, _ = text.partition("\n### The bucket\n")
    expected = before.rstrip() + "\n\n" + "\n".join(lines())
    if update_golden:
        DOCUMENT.write_text(expected)
    assert heading or update_golden
    assert DOCUMENT.read_text() == expected


def test_every_row_is_in_a_table() -> None:
    assert [row for rows in TABLES.values() for row in rows] == calls.ROWS


def test_the_number_of_cases_is_told() -> None:
    assert f"all of its {len(CASES)} cases" in DOCUMENT.read_text().replace("\n", " ")


def lines() -> Iterator[str]:
    logins = {f"Where the login is {way}": rows for way, (_, rows) in calls.LOGINS.items()}
    for title, rows in {**TABLES, **logins}.items():
        yield f"### {title}\n"
        yield "| call | action | `record` | `hardened` | judged by |"
        yield "|---|---|---|---|---|"
        yield from map(line, rows)
        yield ""


def line(row: Row) -> str:
    verdicts = [
        "allowed" if row.allowed(posture) else "denied" for posture in ("record", "hardened")
    ]
    judges = {row.judges(posture) for posture in ("record", "hardened")}
    shown = " / ".join(row.judges(posture) for posture in ("record", "hardened"))
    judged = judges.pop() if len(judges) == 1 else shown
    return f"| {row.what} | `{row.action}` | {verdicts[0]} | {verdicts[1]} | {judged} |"

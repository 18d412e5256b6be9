"""What a posture chooses where the file says nothing: defaults, and nothing that is not a setting.

``record`` is the decision record to the letter, which is what the models' own defaults and those of
the tiers say. ``hardened`` takes of each setting the tighter one. What a file writes stands above
either, and a written ``null`` removes what the posture chose.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.merge import defaults_node, merge
from gateway_infra.reading.source import Node
from gateway_infra.sections.database_auth import LOGINS

ORIGIN = "default of posture hardened"
"""The place of what the posture chose."""

CHOSEN = " (posture hardened)"
"""What messages say behind such a value."""

Posture: TypeAlias = Literal["record", "hardened"]

HARDENED: dict[str, dict[str, Any]] = {
    "api": {
        "require_authorization": True,
        "require_models": True,
        # dev and staging log whole requests, and here logs are kept for a year.
        "stage": {"data_trace": False},
        "waf": {},
    },
    "database": {"secret": {}},
    "encryption": {"key": "made"},
    "logs": {"retention_days": 365},
    "network": {"egress": "scoped"},
    "roles": {"network_policy": "scoped", "describe_databases": False},
}
"""Settings by section. One of a section that must be written, or that is not there unless it is
(`WRITTEN`), counts only where the file has the section."""

WRITTEN = frozenset(("api", "database", "network"))


def with_posture(written: Node) -> Node:
    """Lay what is written over the defaults of its posture; nulls stay, to remove some of those."""
    entries = written.value
    if not isinstance(entries, dict) or "posture" not in entries:
        return written
    if entries["posture"].value != "hardened":
        return written
    chosen = {
        key: settings for key, settings in HARDENED.items() if key in entries or key not in WRITTEN
    }
    if _has_login(entries.get("database")):
        del chosen["database"]
    return merge(defaults_node(chosen, ORIGIN), written)


def at_posture(problem: Diagnostic, source: Node) -> Diagnostic:
    """Return a problem of what the posture chose at the line where the posture is written.

    It has no line where ``--set`` gave the posture.
    """
    written = source.find(("posture",)).place
    if problem.place.file != ORIGIN or not written.line:
        return problem
    said = "" if CHOSEN in problem.message else CHOSEN
    return problem._replace(place=written, message=f"{problem.message}{said}")


def _has_login(database: Node | None) -> bool:
    """Tell whether the file says itself how to log in, and not by a secret that is made here."""
    written = database.value if database is not None else None
    if not isinstance(written, dict):
        return False
    others = [written[key] for key in LOGINS if key != "secret" and key in written]
    return any(node.value is not None for node in others)

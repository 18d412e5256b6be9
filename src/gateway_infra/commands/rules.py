"""``gateway-infra rules`` and ``gateway-infra explain``: the preflight rules, for people."""

from __future__ import annotations

import argparse
import sys
import textwrap

from gateway_infra.commands.messages import tell
from gateway_infra.commands.options import Commands, new_command
from gateway_infra.config.problems import did_you_mean
from gateway_infra.config.rules.catalog import BY_ID, RULES
from gateway_infra.config.rules.rule import Rule

_WIDTH = 80


def add(commands: Commands) -> None:
    """Add both commands."""
    more = "List the preflight rules: id, severity and what each finds."
    new_command(commands, "rules", _list, does="list the preflight rules", more=more)
    more = "Tell of a rule what it finds, why that matters, what to do, and where AWS says so."
    command = new_command(commands, "explain", _explain, does="tell a rule whole", more=more)
    command.add_argument("rule", nargs="+", metavar="RULE", help="an id, as in GI301")


def _list(_options: argparse.Namespace) -> int:
    for rule in RULES:
        print(f"{rule.id}  {rule.severity:<7}  {rule.title}")
    return 0


def _explain(options: argparse.Namespace) -> int:
    unknown = [name for name in options.rule if name.upper() not in BY_ID]
    for name in unknown:
        near = did_you_mean(name.upper(), BY_ID)
        hint = near if "did you mean" in near else ""
        tell("error", f"'{name}' is no rule{hint}; `gateway-infra rules` lists them")
    if unknown:
        return 2
    sys.stdout.write("\n".join(_told(BY_ID[name.upper()]) for name in options.rule))
    return 0


def _told(rule: Rule) -> str:
    accept = (
        f"Where it does not matter, write in the environment file, with your reason:\n\n"
        f"  accept:\n    {rule.id}: why it may be so here"
        if rule.acceptable
        else "It cannot be accepted."
    )
    parts = (
        f"{rule.id}: {rule.title} ({rule.severity})",
        _wrapped(rule.reason),
        _wrapped(rule.fix),
        accept,
        rule.page,
    )
    return "\n\n".join(parts) + "\n"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)

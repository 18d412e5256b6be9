"""``gateway-infra rules`` and ``gateway-infra explain``: the preflight rules, for people."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Sequence
from itertools import groupby

from gateway_infra.commands.messages import report
from gateway_infra.commands.options import Commands, new_command
from gateway_infra.commands.terminal import BOLD, WIDTH, paint, takes_color, wrapped
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.catalog import GROUPS, OF_CFN_LINT, all_rules, find_rule, near_rule

CFN_LINT_RULES = "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"
"""Where cfn-lint lists its rules, which `lint` reports beside ours."""
_COLORS = {"error": "31", "warning": "33", "advice": "36"}


def add(commands: Commands) -> None:
    """Add both commands."""
    more = "List the preflight rules: id, severity and what each finds."
    command = new_command(commands, "rules", _list, does="list the preflight rules", more=more)
    command.add_argument(
        "--severity",
        action="append",
        default=[],
        choices=tuple(_COLORS),
        help="those that are errors, warnings or advice; may be repeated",
    )
    command.add_argument(
        "--group",
        action="append",
        default=[],
        choices=tuple(GROUPS),
        metavar="GROUP",
        help=f"those of a group ({', '.join(GROUPS)}); may be repeated",
    )
    command.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="a table (default), or all of each rule as JSON",
    )
    more = "Tell of a rule what it finds, why that matters, what to do, and where AWS says so."
    command = new_command(commands, "explain", _explain, does="tell a rule whole", more=more)
    command.add_argument("rule", nargs="+", metavar="RULE", help="an id, as in GI301")


def _list(options: argparse.Namespace) -> int:
    chosen = [
        rule
        for rule in all_rules()
        if (not options.severity or rule.severity in options.severity)
        and (not options.group or _group(rule) in options.group)
    ]
    if options.format == "json":
        sys.stdout.write(_json(chosen))
    elif not chosen:
        print("No rule of that group has that severity.")
    else:
        sys.stdout.write(_table(chosen, color=takes_color(sys.stdout)))
    return 0


def _explain(options: argparse.Namespace) -> int:
    names = list(dict.fromkeys(name.upper() for name in options.rule))
    found = {name: rule for name in names if (rule := find_rule(name))}
    unknown = [name for name in names if name not in found]
    for name in unknown:
        if OF_CFN_LINT.fullmatch(name):
            report(
                "error", f"'{name}' is a rule of cfn-lint, which tells of it at {CFN_LINT_RULES}"
            )
            continue
        report("error", f"'{name}' is no rule{near_rule(name)}; `gateway-infra rules` lists them")
    if unknown:
        return 2
    color = takes_color(sys.stdout)
    sys.stdout.write("\n\n".join(_told(rule, color=color) for rule in found.values()))
    return 0


def _group(rule: Rule) -> str:
    return next(name for name, group in GROUPS.items() if rule.id.startswith(group.prefix))


def _table(rules: Sequence[Rule], *, color: bool) -> str:
    """Return a line for each rule below the name of its group; in files they stay one line."""
    lines = []
    for name, of_group in groupby(rules, key=_group):
        lines += ["", paint(f"{name}: {GROUPS[name].title}", BOLD, color)]
        for rule in of_group:
            severity = paint(f"{rule.severity:<7}", _COLORS[rule.severity], color)
            # For `grep`, a title stays on one line.
            width = WIDTH - 18 if sys.stdout.isatty() else len(rule.title)
            first, *rest = textwrap.wrap(rule.title, width)
            lines += [f"  {rule.id}  {severity}  {first}", *(f"{'':<18}{line}" for line in rest)]
    lines += ["", _counted(rules), f"`gateway-infra explain {rules[0].id}` tells one whole."]
    return "\n".join(lines[1:]) + "\n"


def _counted(rules: Sequence[Rule]) -> str:
    count = {name: sum(rule.severity == name for rule in rules) for name in _COLORS}
    words = {"error": ("error", "errors"), "warning": ("warning", "warnings"),
             "advice": ("advice", "advice")}  # fmt: skip
    parts = ", ".join(f"{n} {words[name][n != 1]}" for name, n in count.items() if n)
    return f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'}: {parts}"


def _json(rules: Sequence[Rule]) -> str:
    # Few runs need it.
    import json

    data = [{"id": rule.id, "group": _group(rule), **rule._asdict()} for rule in rules]
    for item in data:
        del item["check"]
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _told(rule: Rule, *, color: bool) -> str:
    """Return all of a rule, for a screen of 80 columns."""
    severity = paint(rule.severity, _COLORS[rule.severity], color)
    status = "" if rule.status == "stable" else f" ({rule.status})"
    head = f"{paint(rule.id, BOLD, color)}  {severity}{status}\n{wrapped(rule.title, '')}"
    parts = [("Why", wrapped(rule.reason)), ("What to do", wrapped(rule.fix))]
    if rule.status == "removed":
        accept = wrapped("A removed rule cannot be accepted.")
    elif rule.acceptable:
        stops = "It stops the run until then. " if rule.severity == "error" else ""
        accept = f"{stops}Where it does not matter, write into the environment file:"
        accept = f"{wrapped(accept)}\n\n    accept:\n      {rule.id}: your reason in a few words"
    else:
        accept = wrapped("It cannot be accepted.")
    parts += [("Accepting it", accept), ("More", f"  {rule.page}")]
    body = [f"{paint(title, BOLD, color)}\n{text}" for title, text in parts]
    return "\n\n".join([head, *body]) + "\n"

"""Write ``rules.md`` from the catalog of preflight rules: ``python docs/make_rules.py``.

A test fails where the committed file is not what this writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gateway_infra.reading.rule import Rule
from gateway_infra.rules.catalog import GROUPS, Group, all_rules

DOCUMENT = Path(__file__).parent / "rules.md"

HEAD = """\
# Preflight rules

Written by `python docs/make_rules.py` from the rules themselves; do not edit.

Each environment is checked before anything is written, against what is known to fail or to surprise on AWS. An **error** stops the
run: AWS would refuse what it is about, or it would not work. A **warning** stops nothing. **Advice** is shown by `--verbose` and by
`gateway-infra lint` only. Each message ends in the id of its rule; what `GI00…` would explain, the message says.

`gateway-infra rules` prints the list (`--group alarms`, `--severity error`, `--format json`), `gateway-infra explain GI301` what
stands here of one.

## Accepting a finding

```yaml
accept:
  GI201: the import goes on after its caller has gone, and answers by mail
```

silences a rule for the whole environment. The reason is for whoever reads the file: `--verbose` prints it with what it silences, and
the manifest keeps it under `accepted`. What AWS refuses in any account cannot be accepted.

- An id that is no rule, or that cannot be accepted, is an error (GI005); a reason that says nothing is warned of (GI007).
- An `accept` that silences nothing is warned of (GI006): the reason no longer applies, and would hide the next place.
- `accept` merges like any mapping. What `base.yaml` accepts holds in every environment; `GI201: null` in one takes it back there.
  Where nothing breaks the rule in an environment, that is advice only (GI008), since another environment may need it. Best accept in
  the file of the environment that breaks the rule.
- `--set accept.GI201=…` accepts for one run.

Where a figure is a quota that differs for your account, write that rather than accept the rule:
`account: {quotas: {api_resources: 600}}` ([reference.md](reference.md#accountquotas)).
"""


def main() -> None:
    """Write the file."""
    DOCUMENT.write_text(document())


def document() -> str:
    """Return the text of the document."""
    parts = [HEAD]
    for name, group in GROUPS.items():
        of_group = [rule for rule in all_rules() if rule.id.startswith(group.prefix)]
        parts.append("\n".join(_group(name, group, of_group)) + "\n")
    return "\n".join(parts)


def _group(name: str, group: Group, rules: list[Rule]) -> Iterator[str]:
    yield f"## {name}: {group.title}"
    yield ""
    yield "| rule | severity | finds |"
    yield "|---|---|---|"
    for rule in rules:
        yield f"| [{rule.id}](#{rule.id.lower()}) | {rule.severity} | {_cell(rule.title)} |"
    for rule in rules:
        yield ""
        yield f"### {rule.id}"
        yield ""
        yield f"**{_cell(rule.title)}** ({', '.join(_facts(rule))})"
        yield ""
        yield _cell(rule.reason)
        yield ""
        yield f"{_cell(rule.fix)} {_page(rule.page)}"


def _facts(rule: Rule) -> Iterator[str]:
    yield rule.severity
    if not rule.acceptable:
        yield "not acceptable"
    if rule.status != "stable":
        yield rule.status


def _cell(text: str) -> str:
    """Return text without what Markdown would read as more than text, but for code."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([|*<>_{}])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def _page(page: str) -> str:
    """Return a link: to AWS's page, or to one of these documents."""
    if page.startswith("https://"):
        return f"[More]({page})"
    return f"[{page.removeprefix('docs/')}]({page.removeprefix('docs/')})"


if __name__ == "__main__":
    main()

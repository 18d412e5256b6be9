"""Write ``exceptions.md`` from the table of exceptions: ``python docs/make_exceptions.py``.

A test fails where the committed file is not what this writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gateway_infra.suppressions.catalog import SCANNERS, TABLE
from gateway_infra.suppressions.suppression import Suppression

DOCUMENT = Path(__file__).parent / "exceptions.md"

HEAD = """\
# Exceptions to the rules of scanners

Written by `python docs/make_exceptions.py` from the table of exceptions itself; do not edit.

Some rules of public scanners are broken here on purpose: a decision speaks against them, or nothing better can be had. Each such
place says so itself, in the `Metadata` of the resource, where the scanner reads it, with the rules and one reason. An exception is there
exactly as long as the resource's own properties break the rule: set what ends it, by a key of the file or by `overrides`, and it is
gone. No rule is met by something useless, as a client certificate that no integration asks for.

What a setting merely turns off, as logs or tracing, gets no exception: the scanner shall find it. Nor does what `resources` and
`customize` add, whose reasons are their author's.

`gateway-infra exceptions --env prod` prints those in force, with the resources and the reasons (`--format json` for programs). In
Python, `gateway_infra.with_suppressions(template)` writes them into a template that builders of this package were put into.

## What reads them

| scanner | where in `Metadata` | what is known of it |
|---|---|---|
| checkov | `checkov.skip[{id, comment}]` | run by the tests on each template of this repository: no finding beyond these |
| cdk-nag | `cdk_nag.rules_to_suppress[{id, reason}]` | release 2 reads it of templates that CDK includes (packs AwsSolutions and NIST 800-53 r5; run by the tests). Release 3 reads no template; [below](#cdk-nag-3) |
| Guard, rules registry | `guard.SuppressedRules[…]` | names only: its rules read no reason, which stands beside it for the others. Not run here: its rules come with no package |
| cfn_nag | `cfn_nag.rules_to_suppress[{id, reason}]` | ids and what they look at are from its source. Not run here: it is a Ruby gem |
| Control Tower, proactive controls | nowhere: they read no exceptions | run by the tests (Guard, with the rules that CDK's validator brings). What they find beyond the table fails the tests |

A reason stands only on what it is true of: a statement, an outbound rule or a bucket that is as a builder makes it. What a function's own
`statements` allow with a wildcard in an ARN is named in the reason, with its actions and ARNs; `with_suppressions`, which knows no file, leaves
it to the scanner.

An entry of your own for the same rule, given by `overrides` (`path: Metadata.checkov`), stays as it is; entries for other rules are
added to it.

Rules of these scanners that look at one template do not see what stands in the next; where that alone breaks one, the reason says so.

### cdk-nag 3

It takes acknowledgments in the program only. Where a stack includes one of these templates, this hands over what the template says:

```ts
for (const [id, body] of Object.entries(template.Resources)) {
  for (const rule of body.Metadata?.cdk_nag?.rules_to_suppress ?? []) {
    Validations.of(included.getResource(id)).acknowledge({ id: rule.id, reason: rule.reason });
  }
}
```

Its ids of wildcards name each finding (`AwsSolutions-IAM5[Resource::*]`), and have to be acknowledged one by one.
"""


def main() -> None:
    """Write the file."""
    DOCUMENT.write_text(document())


def document() -> str:
    """Return the text of the document."""
    return "\n".join((HEAD, *_table(), "", *(line for row in TABLE for line in _row(row))))


def _table() -> Iterator[str]:
    yield "## The table"
    yield ""
    yield "| exception | what is so | what ends it |"
    yield "|---|---|---|"
    for row in TABLE:
        yield f"| [{row.key}](#{row.key}) | {_cell(row.title)} | {_cell(row.ends)} |"


def _row(row: Suppression) -> Iterator[str]:
    yield f"### {row.key}"
    yield ""
    yield f"**{_cell(row.title)}** ({', '.join(f'`{name}`' for name in row.types)})"
    yield ""
    reason = row.reason if isinstance(row.reason, str) else row.example
    yield f"Reason{'' if isinstance(row.reason, str) else ', for example'}: {_cell(reason)}"
    yield ""
    yield f"Rules: {', '.join(f'{SCANNERS[rule.scanner]} `{rule.id}`' for rule in row.rules)}"
    yield ""


def _cell(text: str) -> str:
    """Return text without what Markdown would read as more than text, but for code."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([|*<>_{}])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


if __name__ == "__main__":
    main()

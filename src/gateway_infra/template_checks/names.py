"""Names in the templates that CloudFormation would not take."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.template_checks.context import RuleContext

LONGEST = 255
"""Characters of the name of a resource, a parameter or an output:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


def _long_ids(whole: RuleContext) -> Iterator[Diagnostic]:
    told: set[KeyPath] = set()
    for stack in whole.plan.stacks:
        for section, what in (
            ("Resources", "resource"),
            ("Parameters", "parameter"),
            ("Outputs", "output"),
        ):
            for name in stack.template.get(section, {}):
                source = _source(whole, name) if len(name) > LONGEST else ()
                if len(name) > LONGEST and source not in told:
                    told.add(source)
                    message = f"makes the {what} {name[:40]}… of {len(name)} characters; "
                    yield Diagnostic(source, f"{message}CloudFormation takes {LONGEST}: shorten it")


def _source(whole: RuleContext, name: str) -> KeyPath:
    """Return where a name comes from; that of a value begins with the id of its resource."""
    owners = [item for item in whole.graph.resources if name.startswith(item)]
    if owners:
        return whole.graph.resources[max(owners, key=len)].source
    parameter = whole.graph.parameters.get(name)
    return parameter.source if parameter else ()


RULES: tuple[Rule, ...] = (
    Rule.error(
        "GI733",
        "A logical id that is too long",
        "Ids of routes are made of all the words of their path, and CloudFormation takes 255 "
        "characters.",
        "Shorten the path or the name, or let /{proxy+} take what is below.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
        check=_long_ids,
    ),
)

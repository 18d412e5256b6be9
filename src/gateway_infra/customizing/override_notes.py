"""What to know of overrides that can be: those that do nothing, replace, or reach no caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway_infra.customizing.change import value_at
from gateway_infra.customizing.overrides import Applied
from gateway_infra.customizing.resource_types import Known
from gateway_infra.facts import API_DEFINITION
from gateway_infra.graph import Graph, Resource
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, show_path
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.parameters import open_values
from gateway_infra.values.values import DeployTimeValue


def remarks(applied: Applied, before: Graph, known: Known) -> Iterator[Diagnostic]:
    """Yield what there is to know of an override; `before` is the graph without overrides."""
    targets = [before.resources[key] for key in applied.targets]
    keys = applied.change.keys
    had = [value_at(item.body, keys) for item in targets]
    if not applied.change.remove and all(value == applied.change.value for value in had):
        yield Diagnostic(
            applied.place("value"),
            "is what stands there without this override",
            NOTHING.id,
            NOTHING.severity,
        )
        return
    for kind in sorted({item.body["Type"] for item in targets}):
        if keys[0] == "Properties" and known.replaced_with(kind, keys[1:]):
            message = f"changes what is fixed when it is made: a later change replaces the {kind}"
            yield Diagnostic(applied.place("path"), message, REPLACES.id, REPLACES.severity)
    for item in targets:
        if _is_function(item) and keys == ("Properties", "Description"):
            message = f"takes the hash out of the description of {item.logical_id}; "
            message += "change it whenever you change `redeploy`"
            yield Diagnostic(applied.place("path"), message, DESCRIPTION.id, DESCRIPTION.severity)
    yield from _late(applied, targets)


def _late(applied: Applied, targets: list[Resource]) -> Iterator[Diagnostic]:
    """Tell of a value that a copy is made with, and that no hash can hold."""
    if applied.change.keys[0] != "Properties":
        return
    for item in targets:
        if item.body["Type"] in API_DEFINITION:
            copy, salt = "the API's deployment", "api.redeploy"
        elif _is_function(item):
            copy, salt = "the function's version", show_path((*item.source, "redeploy"))
        else:
            continue
        for path in _open_paths(applied.override.value):
            message = f"can be another value with each deploy, which {copy} does not see; "
            yield Diagnostic(
                applied.place("value", *path),
                f"{message}change {salt} with it",
                KNOWN_LATE.id,
                KNOWN_LATE.severity,
            )


def _open_paths(value: Any) -> Iterator[KeyPath]:
    for path, opened in open_values(value):
        if isinstance(opened, DeployTimeValue) and opened.version is None:
            yield path


def _is_function(item: Resource) -> bool:
    return item.body["Type"] == "AWS::Lambda::Function" and item.family == "function"


NOTHING = Rule.advice(
    "GI806",
    "An override that changes nothing",
    "The value is there without it; what does nothing misleads whoever reads the file.",
    "Remove it, or keep it to hold the value whatever the defaults become.",
    "docs/customizing.md",
)

DESCRIPTION = Rule.warning(
    "GI808",
    "A function's own description",
    "The description that is made holds a hash of the settings, so that a new `redeploy` changes "
    "the function: Lambda publishes no version of a function that is the same, and CloudFormation "
    "then fails with 'A version for this Lambda function exists'.",
    "Leave the description as it is, or change it together with `redeploy`.",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html",
)

REPLACES = Rule.advice(
    "GI809",
    "A property that cannot change in place",
    "CloudFormation makes a new resource when it changes, and deletes the old one with what is in "
    "it. One with a fixed name cannot be made while the old one is there.",
    "Nothing on the first deploy. Later, read the change set before you deploy it.",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "using-cfn-updating-stacks-update-behaviors.html",
)

KNOWN_LATE = Rule.warning(
    "GI815",
    "A value known only at deploy time in what a copy is made of",
    "The deployment of the API and the versions of functions are copies. Their logical ids carry a "
    "hash of the template, in which an open value is always the same, so that a new value reaches "
    "the resource and not the copy that callers use.",
    "Change `api.redeploy`, or `redeploy` of the function, together with the value.",
    "docs/deploying.md",
)

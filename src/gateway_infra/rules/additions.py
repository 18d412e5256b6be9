"""Rules of what the file adds in CloudFormation's words: overrides, resources, `customize`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.additions import POLICIES
from gateway_infra.values.intrinsics import faults, is_function

_PAGE = "docs/customizing.md"
_TYPES = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-template-resource-type-ref.html"
)
_SCHEMAS = (
    "https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html"
)


def _data_faults(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    for key, override in environment.overrides.items():
        path: KeyPath = ("overrides", key, "value")
        if not override.remove:
            yield from _faults_below(path, override.value)
            fault = _attribute_fault(override.keys, override.value)
            if fault:
                yield Diagnostic(path, fault)
    for logical_id, item in environment.resources.items():
        for name in ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy"):
            path = ("resources", logical_id, name)
            yield from _faults_below(path, getattr(item, name))


def _attribute_fault(keys: KeyPath, value: Any) -> str | None:
    """Say why an attribute of a resource cannot be what it is set to."""
    head = str(keys[0])
    if head in POLICIES:
        known = POLICIES[head]
        near = did_you_mean(str(value), known)
        return None if value in known else f"is no {head}{near}"
    if head == "DependsOn":
        names = value if isinstance(value, list) and len(keys) == 1 else [value]
        if all(isinstance(name, str) for name in names):
            return None
        return "must name logical ids as text, as in [FunctionWeb]"
    if len(keys) == 1 and (not isinstance(value, dict) or is_function(value)):
        return f"must be a mapping: {head} is one, and cannot be a function"
    return None


def _faults_below(path: KeyPath, value: Any) -> Iterator[Diagnostic]:
    for place, message in faults(value, path):
        yield Diagnostic(place, message)


DATA = Rule.error(
    "GI816",
    "Template data that CloudFormation would not take",
    "Functions have one form each, and these templates have no conditions, mappings or macros.",
    "Write functions in their long form: {Ref: ApiStage}, {Fn::GetAtt: [FunctionWeb, Arn]}.",
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "intrinsic-function-reference.html",
    check=_data_faults,
)

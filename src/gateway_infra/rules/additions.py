"""Rules of what the file adds in CloudFormation's words: overrides, resources, `customize`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway_infra.reading.problems import KeyPath, did_you_mean
from gateway_infra.rules.rule import Found, Rule, Subject
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
_FUNCTIONS = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "intrinsic-function-reference.html"
)
_UPDATES = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "using-cfn-updating-stacks-update-behaviors.html"
)
_VERSIONS = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"


def _data_faults(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    for key, override in environment.overrides.items():
        path: KeyPath = ("overrides", key, "value")
        if not override.remove:
            yield from _faults_below(path, override.value)
            fault = _attribute_fault(override.keys, override.value)
            if fault:
                yield Found(path, fault)
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


def _faults_below(path: KeyPath, value: Any) -> Iterator[Found]:
    for place, message in faults(value, path):
        yield Found(place, message)


NO_TARGET = Rule(
    "GI801",
    "error",
    "An override of a resource that is not there",
    "It would change nothing, while readers believe that it does.",
    "Correct the logical id, type or family; the generated templates have them all. In a file of "
    "one environment, `null` removes an override that another file has under a name.",
    _PAGE,
    acceptable=False,
)
NO_PATH = Rule(
    "GI802",
    "error",
    "An override whose path leads nowhere",
    "It has no place in the resource, or there is nothing there to remove.",
    "Write keys with dots, positions in brackets, from Properties or an attribute of the resource "
    "on: Properties.MethodSettings[0].ThrottlingRateLimit.",
    _PAGE,
    acceptable=False,
)
NO_PROPERTY = Rule(
    "GI803",
    "error",
    "A property that the resource type does not have",
    "CloudFormation refuses a property that it does not know, in the middle of a deploy. What is "
    "known comes from AWS's schemas as cfn-lint has them, or from troposphere without cfn-lint.",
    "Correct its spelling. Accept this for a property that is newer than what is installed here.",
    _TYPES,
)
REFUSED = Rule(
    "GI804",
    "error",
    "A value that AWS's schema of the type does not take",
    "CloudFormation checks properties against the same schema, and refuses the resource.",
    "Write what the message says. Accept this where the schema is wrong or behind.",
    _SCHEMAS,
)
TWICE = Rule(
    "GI805",
    "error",
    "Two overrides of one property",
    "Which of the two would stand is not for their order to decide.",
    "Keep one. A list of overrides is replaced as a whole by a file that stands above it; "
    "overrides by names are merged, and a name that both files have is one override.",
    _PAGE,
    acceptable=False,
)
NOTHING = Rule(
    "GI806",
    "advice",
    "An override that changes nothing",
    "The value is there without it; what does nothing misleads whoever reads the file.",
    "Remove it, or keep it to hold the value whatever the defaults become.",
    _PAGE,
)
UNCHECKED = Rule(
    "GI807",
    "warning",
    "Overrides and resources that were not checked against AWS's schemas",
    "Only the names of properties could be checked. Wrong types and values, and properties that "
    "are missing, show in the deploy.",
    "Install cfn-lint, which brings the schemas: pip install 'gateway-infra[lint]'.",
    _SCHEMAS,
)
DESCRIPTION = Rule(
    "GI808",
    "warning",
    "A function's own description",
    "The description that is made holds a hash of the settings, so that a new `redeploy` changes "
    "the function: Lambda publishes no version of a function that is the same, and CloudFormation "
    "then fails with 'A version for this Lambda function exists'.",
    "Leave the description as it is, or change it together with `redeploy`.",
    _VERSIONS,
)
REPLACES = Rule(
    "GI809",
    "advice",
    "A property that cannot change in place",
    "CloudFormation makes a new resource when it changes, and deletes the old one with what is in "
    "it. One with a fixed name cannot be made while the old one is there.",
    "Nothing on the first deploy. Later, read the change set before you deploy it.",
    _UPDATES,
)
BODY = Rule(
    "GI810",
    "error",
    "A resource that cannot stand in these templates",
    "Its logical id is taken, or CloudFormation could not read it.",
    "Choose another logical id; change a resource that is made anyway with `overrides`.",
    _PAGE,
    acceptable=False,
)
NO_TYPE = Rule(
    "GI811",
    "error",
    "A resource type that is not known",
    "CloudFormation refuses a template with a type that the region does not have.",
    "Correct its spelling. Accept this for a type that is newer than what is installed here. Types "
    "that do not begin with AWS:: are not checked.",
    _TYPES,
)
NOWHERE = Rule(
    "GI812",
    "error",
    "A reference to what is nowhere",
    "CloudFormation refuses a template that refers to what it does not hold.",
    "Name a resource of these templates by its logical id, or one of `resources`. A parameter is "
    "made by writing the open value itself: {parameter: Name}.",
    _FUNCTIONS,
    acceptable=False,
)
ORDER = Rule(
    "GI813",
    "error",
    "Resources that cannot be made one after the other",
    "They wait for each other, or one refers to what a later stack makes.",
    "Take out one of the references that the message names, or say with `family` in which stack a "
    "resource of your own is made.",
    "docs/layouts.md",
    acceptable=False,
)
COMPUTED = Rule(
    "GI814",
    "advice",
    "A resource whose stack follows from what it refers to",
    "A new reference can move it to a later stack, which makes it anew there.",
    "Write `family` beside its Type, with a family of that stack.",
    "docs/layouts.md",
)
KNOWN_LATE = Rule(
    "GI815",
    "warning",
    "A value known only at deploy time in what a copy is made of",
    "The deployment of the API and the versions of functions are copies. Their logical ids carry a "
    "hash of the template, in which an open value is always the same, so that a new value reaches "
    "the resource and not the copy that callers use.",
    "Change `api.redeploy`, or `redeploy` of the function, together with the value.",
    "docs/deploying.md",
)
DATA = Rule(
    "GI816",
    "error",
    "Template data that CloudFormation would not take",
    "Functions have one form each, and these templates have no conditions, mappings or macros.",
    "Write functions in their long form: {Ref: ApiStage}, {Fn::GetAtt: [FunctionWeb, Arn]}.",
    _FUNCTIONS,
    check=_data_faults,
    acceptable=False,
)
NOT_CALLED = Rule(
    "GI820",
    "error",
    "A function of `customize` that cannot be called, or fails",
    "It runs when templates are generated, and without it they would be others.",
    "Mend what the message names; modules are looked for in the folder where the command runs.",
    _PAGE,
    acceptable=False,
)
NO_GRAPH = Rule(
    "GI821",
    "error",
    "A function of `customize` that returns no graph that holds together",
    "What it returns is what is deployed.",
    "Return the graph that it was given, or one made of it with the graph's own methods.",
    _PAGE,
    acceptable=False,
)

RULES = (
    NO_TARGET,
    NO_PATH,
    NO_PROPERTY,
    REFUSED,
    TWICE,
    NOTHING,
    UNCHECKED,
    DESCRIPTION,
    REPLACES,
    BODY,
    NO_TYPE,
    NOWHERE,
    ORDER,
    COMPUTED,
    KNOWN_LATE,
    DATA,
    NOT_CALLED,
    NO_GRAPH,
)

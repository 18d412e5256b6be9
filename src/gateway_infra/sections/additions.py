"""What the file adds beyond its own words: overrides, resources, and a function of one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from gateway_infra.families import Family
from gateway_infra.reading.diagnostics import KeyPath, kind_of, near_miss
from gateway_infra.reading.rule import Rule
from gateway_infra.values.intrinsics import is_name, with_open_values
from gateway_infra.values.section import InSchema, Section, like, matches, wrong

ATTRIBUTES = (
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "UpdatePolicy",
    "UpdateReplacePolicy",
)
"""What a resource has beside its type; these templates have no conditions.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-attribute-reference.html
"""

POLICIES: Mapping[str, tuple[str, ...]] = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
"""What can become of a resource when it leaves the template, or is replaced.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

_STEP = re.compile(r'\.([A-Za-z0-9_:$-]+)|\["([^"]*)"\]|\[([0-9]{1,4})\]')
_KIND = r"[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}(::MODULE)?"
_TYPE = matches(
    rf"{_KIND}|Custom::[A-Za-z0-9_@-]{{1,60}}", "a resource type, as in AWS::SQS::Queue", "GI810"
)
_ID = matches(r"[A-Za-z0-9]{1,255}", "a logical id: up to 255 letters and digits", "GI810")
_FUNCTION = matches(
    r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*",
    "a module and a function of it, as in infra.alarms:customize",
    "GI820",
)


def property_path(text: str) -> KeyPath | None:
    """Return ``Properties.MethodSettings[0].HttpMethod`` as its parts; ``None`` where it is none.

    A key with other than letters and digits is written ``["as.this"]``.
    """
    rest = f".{text}"
    parts: list[str | int] = []
    while step := _STEP.match(rest):
        name, quoted, position = step.groups()
        parts.append(int(position) if position is not None else name or quoted or "")
        rest = rest[step.end() :]
    return tuple(parts) if parts and not rest else None


def _path(text: str) -> str:
    parts = property_path(text)
    if parts is None:
        raise wrong(
            "is no path; write keys with dots and positions in brackets, as in "
            "Properties.MethodSettings[0].ThrottlingRateLimit",
            "GI802",
        )
    head = str(parts[0])
    if head in ATTRIBUTES:
        fault = _below_fault(head, parts[1:])
        if fault:
            raise wrong(fault, "GI802")
        return text
    if head == "Type":
        message = "cannot change a type: that is another resource; add one with `resources`"
    elif head == "Condition":
        message = "sets a condition, and these templates have none; write what differs by file"
    else:
        near = near_miss(head, ATTRIBUTES) or ", as in Properties.CacheClusterEnabled"
        message = f"must begin with Properties or an attribute of the resource{near}"
    raise wrong(message, "GI802")


def _below_fault(head: str, parts: KeyPath) -> str | None:
    """Say why a path cannot go on below an attribute as it does; ``None`` where it can."""
    function = next((part for part in parts if isinstance(part, str) and is_name(part)), None)
    if function is not None:
        return f"goes into a function; write {function} in the `value`, and end the path before it"
    if head in POLICIES and parts:
        return f"goes into {head}, which is one word; set all of it"
    if parts and isinstance(parts[0], int) is not (head == "DependsOn"):
        example = "DependsOn[0]" if head == "DependsOn" else f"{head}.Name"
        return f"goes into {head} as it cannot; write {example}"
    return None


_PATH_SCHEMA = like(
    rf"({'|'.join(ATTRIBUTES)})([.\[].+)?",
    "a property's path, as in Properties.CacheClusterEnabled",
)
TemplateData: TypeAlias = Annotated[Any, AfterValidator(with_open_values)]
"""Template data in CloudFormation's own words; open values in it are read."""


class Override(Section):
    """A property, or an attribute such as `DeletionPolicy`, that is set or removed.

    Name the resource by its logical id, or several by their type or family.
    """

    resource: str | None = Field(
        default=None, description="the logical id, as in ApiStage", examples=["ApiStage"]
    )
    type: str | None = Field(
        default=None,
        description="all resources of a type, as in AWS::Lambda::Function",
        examples=["AWS::Lambda::Function"],
    )
    family: Family | None = Field(
        default=None, description="all resources of a family that have the property, as in alarms"
    )
    path: Annotated[str, AfterValidator(_path), InSchema(_PATH_SCHEMA)] = Field(
        description="the property, as in Properties.MethodSettings[0].ThrottlingRateLimit",
        examples=["Properties.CacheClusterEnabled"],
    )
    value: TemplateData = Field(
        default=None,
        description="what stands there then, with Ref, Fn::GetAtt and Fn::Sub in long form and "
        "open values; a mapping or a list replaces what was there",
        examples=[True],
    )
    remove: bool = Field(default=False, description="true: takes the property away")

    @property
    def keys(self) -> KeyPath:
        """The path in its parts."""
        return property_path(self.path) or ()

    @model_validator(mode="after")
    def _one_target_one_change(self) -> Override:
        """Require one way to name resources, and one thing to do."""
        named = [key for key in ("resource", "type", "family") if getattr(self, key) is not None]
        if len(named) != 1:
            said = " and ".join(f"`{key}`" for key in named) or "no resource"
            raise wrong(f"names {said}; write one of `resource`, `type` and `family`", "GI801")
        given = "value" in self.model_fields_set
        if given and self.remove:
            raise wrong("has a `value` and `remove: true`; keep one", "GI802")
        if not given and not self.remove:
            raise wrong("has no `value`; write one, or `remove: true`", "GI802")
        return self


def _by_key(value: Any) -> Any:
    """Take a list as a mapping of its positions."""
    if isinstance(value, list):
        return dict(enumerate(value))
    if not isinstance(value, dict):
        raise wrong(f"must be a list of overrides, or overrides by name, not {kind_of(value)}")
    return value


class _ListToo(NamedTuple):
    """Says in a JSON Schema that a list of the mapping's values may stand in its place."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow both."""
        entry = handler(schema)["additionalProperties"]
        return {
            "anyOf": [
                {"type": "array", "items": entry},
                {"type": "object", "additionalProperties": entry},
            ]
        }


Overrides: TypeAlias = Annotated[dict[int | str, Override], BeforeValidator(_by_key), _ListToo()]
"""Overrides in a list, or by names, which files that extend each other can add to."""


def _names(value: Any) -> Any:
    """Take one logical id as a list of it."""
    if isinstance(value, dict):
        raise wrong("must name logical ids as text, as in [FunctionWeb]", "GI810")
    return [value] if isinstance(value, str) else value


class RawResource(Section):
    """A resource in CloudFormation's own words, which may refer to all others, and they to it."""

    family: Family | None = Field(
        default=None,
        description="goes to the stack of this family; unset: to that of the last resource that it "
        "refers to, or the first stack",
    )
    Type: Annotated[str, _TYPE] = Field(
        description="the resource's type, as in AWS::SQS::Queue", examples=["AWS::SQS::Queue"]
    )
    Properties: dict[str, TemplateData] = Field(
        default={},
        description="as in CloudFormation, with functions in long form and open values",
        examples=[{"VisibilityTimeout": 60}],
    )
    DependsOn: Annotated[
        list[str], BeforeValidator(_names), InSchema({"type": ["array", "string"]})
    ] = Field(
        default=[],
        description="logical ids of what must be there first",
        examples=["FunctionWeb", ["FunctionWeb"]],
    )
    Metadata: dict[str, TemplateData] = Field(
        default={}, description="as in CloudFormation", examples=[{"Owner": "platform"}]
    )
    DeletionPolicy: Literal["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"] | None = Field(
        default=None, description="what becomes of it when it leaves the template; unset: deleted"
    )
    UpdateReplacePolicy: Literal["Delete", "Retain", "Snapshot"] | None = Field(
        default=None, description="what becomes of it when it is replaced; unset: deleted"
    )
    CreationPolicy: dict[str, TemplateData] = Field(
        default={},
        description="as in CloudFormation",
        examples=[{"ResourceSignal": {"Timeout": "PT5M"}}],
    )
    UpdatePolicy: dict[str, TemplateData] = Field(
        default={},
        description="as in CloudFormation",
        examples=[{"AutoScalingReplacingUpdate": {"WillReplace": True}}],
    )

    @model_validator(mode="before")
    @classmethod
    def _no_condition(cls, value: Any) -> Any:
        """Refuse what refers to a part that these templates do not have."""
        if isinstance(value, dict) and "Condition" in value:
            raise wrong(
                "has a Condition, and these templates have none; write it in the files of the "
                "environments that it is for",
                "GI810",
            )
        return value


Resources: TypeAlias = dict[Annotated[str, _ID], RawResource]
Customize: TypeAlias = Annotated[str, _FUNCTION]
_PAGE = "docs/customizing.md"

NO_TARGET = Rule.error(
    "GI801",
    "An override of a resource that is not there",
    "It would change nothing, while readers believe that it does.",
    "Correct the logical id, type or family; the generated templates have them all. In a file of "
    "one environment, `null` removes an override that another file has under a name.",
    _PAGE,
)

NO_PATH = Rule.error(
    "GI802",
    "An override whose path leads nowhere",
    "It has no place in the resource, or there is nothing there to remove.",
    "Write keys with dots, positions in brackets, from Properties or an attribute of the resource "
    "on: Properties.MethodSettings[0].ThrottlingRateLimit.",
    _PAGE,
)

BODY = Rule.error(
    "GI810",
    "A resource that cannot stand in these templates",
    "Its logical id is taken, or CloudFormation could not read it.",
    "Choose another logical id; change a resource that is made anyway with `overrides`.",
    _PAGE,
)

NOT_CALLED = Rule.error(
    "GI820",
    "A function of `customize` that cannot be called, or fails",
    "It runs when templates are generated, and without it they would be others.",
    "Mend what the message names; modules are looked for in the folder where the command runs.",
    _PAGE,
)

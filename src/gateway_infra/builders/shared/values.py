"""What a builder takes and returns: values that may be known later, tags, plain numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from troposphere import AWSHelperFn, AWSObject, GetAtt, Ref, Sub, Tags

Value: TypeAlias = "str | int | AWSHelperFn"
"""A literal, or whatever stands for one in a template: Ref, GetAtt, ImportValue, Sub."""

TagMap: TypeAlias = "Mapping[str, str]"
"""Tags as a mapping of key to value."""


def tag_list(tags: TagMap) -> Tags:
    """Return tags as CloudFormation's list of keys and values, sorted by key."""
    return Tags(dict(sorted(tags.items())))


def whole(number: float) -> float | int:
    """Return 5.0 as 5, so that a template holds ``5``."""
    return int(number) if float(number).is_integer() else number


def ref(resource: AWSObject) -> Any:
    """Return a ``Ref`` to a resource."""
    return Ref(resource.title)


def attribute(resource: AWSObject, name: str) -> Any:
    """Return a ``Fn::GetAtt`` of a resource."""
    return GetAtt(resource.title, name)


def sub(template: str, values: Mapping[str, Value]) -> Sub:
    """Return ``Fn::Sub`` of `template` with ``${Name}`` filled from `values`.

    Literals become text, and references to resources and parameters stand in the template
    themselves; only what can do neither, such as ``Fn::ImportValue``, becomes a variable.
    """
    variables: dict[str, Value] = {}

    def filled(hole: re.Match[str]) -> str:
        name = hole.group(1)
        value = values.get(name)
        if isinstance(value, Ref):
            return f"${{{value.data['Ref']}}}"
        if isinstance(value, GetAtt):
            return f"${{{'.'.join(value.data['Fn::GetAtt'])}}}"
        if isinstance(value, AWSHelperFn):
            variables[name] = value
        return hole.group() if value is None or name in variables else str(value)

    text = re.sub(r"\$\{(\w+)\}", filled, template)
    return Sub(text, **variables)


def invocation_uri(function_arn: Value) -> Sub:
    """Return what an integration calls a function by: the path of Lambda's Invoke.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-method-integration.html
    """
    path = "lambda:path/2015-03-31/functions/${Function}/invocations"
    uri = f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:{path}"
    return sub(uri, {"Function": function_arn})

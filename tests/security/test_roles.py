"""No role of any environment asks for more than IAM can name.

Which actions have no resource type, which resources an action has and which condition keys it knows
comes from data made of AWS's own pages; nothing here is a list by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.policies.catalog import action
from tests.policies.resolve import invented, known, resolve
from tests.policies.templates import managed_policies, own_policies
from tests.security import roles
from tests.security.calls import POSTURES, Posture
from tests.support import HARDENED_BUT, resources_of
from tests.test_invariants import every_environment, in_layout

each_posture = pytest.mark.parametrize("posture", POSTURES)


def statements(resources: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give each statement of the roles' own policies, and where it stands."""
    for role in (key for key, body in resources.items() if body["Type"] == "AWS::IAM::Role"):
        for place, document in own_policies(resources, role, invented).items():
            for statement in document["Statement"]:
                yield f"{place}.{statement.get('Sid', '')}", statement


def in_posture(folder: Path, name: str, posture: Posture) -> Any:
    # The case adds a second inline policy to a role, which a scoped one does not have.
    other = ["overrides.may-send=null"] if (name, posture) == ("overrides", "hardened") else []
    return resources_of(
        in_layout(folder, name, "single", f"posture={posture}", *HARDENED_BUT, *other)
    )


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def faults(statement: Mapping[str, Any]) -> list[str]:
    """Tell what is wrong with a statement."""
    names, resources = listed(statement["Action"]), listed(statement["Resource"])
    if stars := [name for name in names if "*" in name]:
        return [f"{', '.join(stars)} has a star"]
    actions = [action(name) for name in names]
    keys = {key for block in statement.get("Condition", {}).values() for key in block}
    if any(each.startswith("value-of-") for each in resources):
        return []  # whole ARNs that only the deploy knows
    if statement["Effect"] == "Deny" and resources == ["*"]:
        return []
    if wide := [each for each in actions if each.types and "*" in resources]:
        return [
            f"{each.name} on *, which has {', '.join(kind.name for kind in each.types)}"
            for each in wide
        ]
    found = []
    if statement["Effect"] == "Allow":
        found += [
            f"{each.name} has no {key} on {resource}"
            for each in actions
            for resource in resources
            for key in sorted(keys)
            if each.takes(resource) and not each.context(resource, {key: ""})
        ]
    found += [
        f"{each.name} on nothing that it has"
        for each in actions
        if not any(map(each.takes, resources))
    ]
    found += [
        f"{resource} for no action"
        for resource in resources
        if not any(each.takes(resource) for each in actions)
    ]
    return found


@each_posture
@every_environment
def test_no_role_asks_for_more_than_it_can_name(folder: Path, name: str, posture: Posture) -> None:
    given = list(statements(in_posture(folder, name, posture)))
    assert given
    assert {place: faults(statement) for place, statement in given if faults(statement)} == {}


@each_posture
def test_nor_does_the_role_that_uses_everything(posture: Posture) -> None:
    given = list(statements(roles.resources(posture)))
    assert {place: faults(statement) for place, statement in given if faults(statement)} == {}


WIDE = {
    ("cloudformation:DetectStackDrift", "stack/*"): "every stack of the account is looked at",
    ("cloudformation:DetectStackResourceDrift", "stack/*"): "every stack of the account, too",
    ("ec2:CreateNetworkInterface", "network-interface/*"): "it is new, and has no name yet",
    ("ec2:CreateNetworkInterface", "subnet/*"): "subnets that are one open value; of one VPC",
    ("ec2:AssignPrivateIpAddresses", "*/*"): "Lambda asks for it on all resource ids",
    ("ec2:DeleteNetworkInterface", "*/*"): "Lambda asks for it on all resource ids",
    ("ec2:UnassignPrivateIpAddresses", "*/*"): "Lambda asks for it on all resource ids",
}
"""What a role is allowed on each resource of a type, and why: see `network_policy`, and of
stacks the drift rule of the guards."""


@every_environment
def test_a_hardened_role_names_each_resource_or_tells_why_not(folder: Path, name: str) -> None:
    assert {
        (each, resource.split(":", 5)[5])
        for _, statement in statements(in_posture(folder, name, "hardened"))
        for each in listed(statement["Action"])
        for resource in listed(statement["Resource"])
        if statement["Effect"] == "Allow" and action(each).takes_any_of(resource)
    } <= WIDE.keys()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"Action": "s3:*"}, ["s3:* has a star"]),
        ({"Action": "*"}, ["* has a star"]),
        ({"Resource": "*"}, ["s3:GetObject on *, which has accesspointobject, object"]),
        ({"Action": ["ec2:DescribeSubnets"], "Resource": ["*"]}, []),
        (
            {"Resource": "arn:aws:s3:::uploads"},
            ["s3:GetObject on nothing that it has", "arn:aws:s3:::uploads for no action"],
        ),
        ({"Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a"]}, ["arn:aws:s3:::a for no action"]),
        (
            {"Action": ["s3:GetObject", "s3:ListBucket"]},
            ["s3:ListBucket on nothing that it has"],
        ),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}, []),
        (
            {"Condition": {"StringEquals": {"kms:ViaService": "x"}}},
            ["s3:GetObject has no kms:ViaService on arn:aws:s3:::uploads/*"],
        ),
        (
            {
                "Action": "ec2:CreateNetworkInterface",
                "Resource": "arn:aws:ec2:us-east-1:123456789012:network-interface/*",
                "Condition": {"ArnEquals": {"ec2:Vpc": "vpc-1"}},
            },
            [
                "ec2:CreateNetworkInterface has no ec2:Vpc on "
                "arn:aws:ec2:us-east-1:123456789012:network-interface/*"
            ],
        ),
        ({"Effect": "Deny", "Resource": "*"}, []),
    ],
)
def test_a_fault_is_seen(changed: dict[str, Any], expected: list[str]) -> None:
    good = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::uploads/*"}
    assert faults({**good, **changed}) == expected


@pytest.mark.parametrize("name", ["s3:GetObjekt", "s4:GetObject", "lambda:Invoke"])
def test_an_action_that_does_not_exist_is_seen(name: str) -> None:
    with pytest.raises(LookupError, match=name):
        action(name)


@every_environment
def test_each_role_is_assumed_by_one_service(folder: Path, name: str) -> None:
    for key, body in resources_of(in_layout(folder, name, "single")).items():
        if body["Type"] != "AWS::IAM::Role":
            continue
        [trust] = resolve(body["Properties"]["AssumeRolePolicyDocument"], invented)["Statement"]
        assert listed(trust["Action"]) == ["sts:AssumeRole"], key
        assert trust["Effect"] == "Allow"
        assert trust["Principal"].keys() == {"Service"}
        [service] = listed(trust["Principal"]["Service"])
        assert service.endswith(".amazonaws.com"), key


@each_posture
def test_what_aws_keeps_is_named_in_the_record_only(posture: Posture) -> None:
    resources = roles.resources(posture)
    kept = managed_policies(resources, "FunctionWebRole", known(roles.values(posture)))
    expected = ["service-role/AWSLambdaVPCAccessExecutionRole"] if posture == "record" else []
    assert list(kept) == expected

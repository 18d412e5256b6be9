"""The resource policy's form; who passes it is in ``tests/security``."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref, encode_to_dict

from gateway_infra import ApiConfig, Authorization, RouteConfig, api_policy

IAM = Authorization(type="iam")
OPEN = Authorization(type="none", reason="A public price list.")
ROUTES = {
    "GET /jobs": RouteConfig(function="web"),
    "ANY /public/{path+}": RouteConfig(function="web", authorization=OPEN),
    "POST /public/{id}/log": RouteConfig(function="web", authorization=OPEN),
}
SIGNED = {"GET /jobs": ROUTES["GET /jobs"]}
ALL = ["execute-api:/*"]


def statements(
    routes: dict[str, RouteConfig] = SIGNED,
    authorization: Authorization = IAM,
    endpoint: str = "regional",
    **lists: Any,
) -> list[dict[str, Any]]:
    """Return the statements of a policy as they stand in a template."""
    config = ApiConfig.model_validate({"endpoint": endpoint})
    made = api_policy(config, stage_name="v1", routes=routes, authorization=authorization, **lists)
    assert made is not None
    assert made["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = encode_to_dict(made["Statement"])
    assert {item["Action"] for item in found} == {"execute-api:Invoke"}
    return found


def test_without_lists_there_is_none() -> None:
    made = api_policy(ApiConfig(), stage_name="v1", routes=ROUTES, authorization=IAM)
    assert made is None


def test_open_routes_alone_are_allowed_as_a_whole() -> None:
    allow, deny = statements(authorization=OPEN, cidrs=["203.0.113.0/24"], preflights=True)
    assert (allow["Effect"], allow["Principal"], allow["Resource"]) == ("Allow", "*", ALL)
    assert (deny["Effect"], deny["Principal"], deny["Resource"]) == ("Deny", "*", ALL)
    assert deny["Condition"] == {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}


def test_signed_routes_are_allowed_by_nothing_here() -> None:
    """In this account either side is enough, so an Allow would open them to all of it."""
    [deny] = statements(cidrs=["203.0.113.0/24"])
    assert deny["Effect"] == "Deny"


def test_preflights_are_allowed_to_everyone() -> None:
    allow, _ = statements(cidrs=["203.0.113.0/24"], preflights=True)
    assert (allow["Principal"], allow["Resource"]) == ("*", ["execute-api:/v1/OPTIONS/*"])


def test_open_routes_beside_signed_ones_are_allowed_by_their_patterns() -> None:
    allow, others, _ = statements(ROUTES, cidrs=["203.0.113.0/24"])
    assert allow["Principal"] == "*"
    assert allow["Resource"] == ["execute-api:/v1/*/public/*", "execute-api:/v1/POST/public/*/log"]
    assert others["Effect"] == "Deny"
    assert others["Condition"] == {
        "Null": {"aws:PrincipalAccount": "false"},
        "StringNotEquals": {"aws:PrincipalAccount": [{"Ref": "AWS::AccountId"}]},
    }


def test_networks_of_a_private_api_are_in_one_condition_and_addresses_in_another() -> None:
    networks, addresses = statements(
        endpoint="private",
        vpcs=["vpc-1", "vpc-2"],
        vpc_endpoints=[Ref("Endpoint")],
        cidrs=["10.0.0.0/8"],
    )
    assert networks["Condition"] == {
        "StringNotEquals": {
            "aws:SourceVpc": ["vpc-1", "vpc-2"],
            "aws:SourceVpce": [{"Ref": "Endpoint"}],
        }
    }
    assert addresses["Condition"] == {"NotIpAddress": {"aws:VpcSourceIp": ["10.0.0.0/8"]}}


@pytest.mark.parametrize(
    ("account", "principal"),
    [
        ("210987654321", {"Fn::Sub": "arn:${AWS::Partition}:iam::210987654321:root"}),
        (Ref("Partner"), {"Fn::Sub": "arn:${AWS::Partition}:iam::${Partner}:root"}),
    ],
)
def test_other_accounts_are_allowed_as_a_whole(account: Any, principal: Any) -> None:
    """Their own policies say which of their users and roles may call."""
    [allow] = statements(accounts=[account])
    assert (allow["Effect"], allow["Principal"]) == ("Allow", {"AWS": [principal]})
    assert "Condition" not in allow

"""An API's resource policy: which networks and accounts may call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import Ref

from gateway_infra.builders.shared.values import Value, sub
from gateway_infra.sections.access import OWN_SIDE, any_parameter
from gateway_infra.sections.api import ApiConfig
from gateway_infra.sections.route import Authorization, RouteConfig
from gateway_infra.sections.routes import split_route

_ACTION = "execute-api:Invoke"
_EVERYTHING = "execute-api:/*"
"""Of this API: written so, AWS fills in region, account and id, which the API cannot refer to."""


def api_policy(
    config: ApiConfig,
    *,
    stage_name: str,
    routes: Mapping[str, RouteConfig],
    authorization: Authorization,
    preflights: bool = False,
    cidrs: Sequence[Value] = (),
    vpcs: Sequence[Value] = (),
    vpc_endpoints: Sequence[Value] = (),
    accounts: Sequence[Value] = (),
) -> dict[str, Any] | None:
    """Return the policy of an API that only those lists may call; ``None`` without any.

    **Networks.** Whoever is in none of the lists is refused by a ``Deny``, whatever else allows
    the call. A condition with ``Not`` holds where the key is missing, so a call that comes through
    no VPC is in none. Each call to a private API must come through one of `vpc_endpoints` or from
    one of `vpcs`, which one statement says of both, as its conditions must all hold; and where
    `cidrs` are given, from these too: such addresses alone would let in every VPC of every account
    that uses them. Of a regional API, `cidrs` are the public addresses of callers.

    **Callers.** Of a signed call (``iam``) within this account, and of one that a Lambda authorizer
    answers for, AWS asks that either the caller's own side or the policy allows it; so the policy
    says nothing of such routes, or whoever has an account could call them. For signed calls of
    other `accounts` both sides must allow, so those are allowed here, and their own policies
    decide which of their users and roles may call. Routes that are open or that Cognito answers
    for need the policy's own permission, for everyone; so do the preflights of browsers
    (`preflights`).

    A change reaches callers with the next deployment only.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
    """
    if not any((cidrs, vpcs, vpc_endpoints, accounts)):
        return None
    private = config.endpoint == "private"
    return {
        "Version": "2012-10-17",
        "Statement": [
            *_allowed(stage_name, routes, authorization, preflights, accounts),
            *_denied(private, cidrs, vpcs, vpc_endpoints),
        ],
    }


def _allowed(
    stage_name: str,
    routes: Mapping[str, RouteConfig],
    authorization: Authorization,
    preflights: bool,
    accounts: Sequence[Value],
) -> list[dict[str, Any]]:
    """Return who may call what, of those whom no other statement denies."""
    kinds = {key: (route.authorization or authorization).type for key, route in routes.items()}
    needing = [key for key, kind in kinds.items() if kind not in OWN_SIDE]
    if len(needing) == len(routes):
        return [_statement("Allow", "*", [_EVERYTHING])]
    everyone = {_pattern(stage_name, *split_route(key)) for key in needing}
    if preflights:
        everyone.add(_pattern(stage_name, "OPTIONS", "/*"))
    statements: list[dict[str, Any]] = []
    if accounts:
        root = "arn:${AWS::Partition}:iam::${Account}:root"
        roots = [sub(root, {"Account": account}) for account in accounts]
        statements.append(_statement("Allow", {"AWS": roots}, [_EVERYTHING]))
    if everyone:
        statements.append(_statement("Allow", "*", sorted(everyone)))
    if needing and "iam" in kinds.values():
        statements.append(_others_denied())
    return statements


def _pattern(stage_name: str, method: str, path: str) -> str:
    """Return what stands for the calls of a route, in a policy."""
    verb = "*" if method == "ANY" else method
    return f"execute-api:/{stage_name}/{verb}{any_parameter(path)}"


def _others_denied() -> dict[str, Any]:
    """Return that signed calls of other accounts are refused, also where everyone may call.

    The pattern of an open route may hold signed routes. ``aws:PrincipalAccount`` is there in signed
    calls alone.
    """
    condition = {
        "Null": {"aws:PrincipalAccount": "false"},
        "StringNotEquals": {"aws:PrincipalAccount": [Ref("AWS::AccountId")]},
    }
    return _statement("Deny", "*", [_EVERYTHING], condition)


def _denied(
    private: bool, cidrs: Sequence[Value], vpcs: Sequence[Value], vpc_endpoints: Sequence[Value]
) -> list[dict[str, Any]]:
    """Return that who comes from elsewhere is refused."""
    lists = {"aws:SourceVpc": list(vpcs), "aws:SourceVpce": list(vpc_endpoints)}
    networks = {key: listed for key, listed in lists.items() if listed}
    conditions: list[dict[str, Any]] = []
    if networks:
        conditions.append({"StringNotEquals": networks})
    if cidrs:
        key = "aws:VpcSourceIp" if private else "aws:SourceIp"
        conditions.append({"NotIpAddress": {key: list(cidrs)}})
    return [_statement("Deny", "*", [_EVERYTHING], item) for item in conditions]


def _statement(
    effect: str, principal: Any, resources: list[str], condition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Effect": effect,
        "Principal": principal,
        "Action": _ACTION,
        "Resource": resources,
    }
    return {**statement, "Condition": condition} if condition else statement

"""Who gets through the API's resource policy: callers by network, account and route.

The generated policy is judged as AWS says that API Gateway does:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from tests.policies.evaluate import ANYONE, Request, decide
from tests.policies.resolve import PSEUDO, known, resolve
from tests.rules.apis import OPEN, environment
from tests.support import generate_text, of_type

OWN = PSEUDO["AWS::AccountId"]
PARTNER, STRANGER = "210987654321", "999999999999"
API = f"arn:aws:execute-api:us-east-1:{OWN}:a1b2c3d4e5"
MAY_CALL = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
}
"""What a user or role has that is meant to call."""

ELSE_ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{API}/v1/GET/other"}
    ],
}
"""What a Lambda authorizer answers that means another route: no word on this one."""

REFUSED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*"}],
}

VALUES = {"OfficeCidr": "198.51.100.0/24", "Endpoint": "vpce-0a0a0a0a", "Partner": PARTNER}

OFFICE = {"aws:SourceIp": "203.0.113.9"}
BRANCH = {"aws:SourceIp": "198.51.100.1"}
OFFICE_6 = {"aws:SourceIp": "2001:db8:12::7"}
ELSEWHERE = {"aws:SourceIp": "192.0.2.1"}
ELSEWHERE_6 = {"aws:SourceIp": "2001:db8:13::7"}


def through(endpoint: str, vpc: str, address: str = "10.20.0.9") -> dict[str, str]:
    """Return what a call through a VPC endpoint tells of itself."""
    return {"aws:SourceVpce": endpoint, "aws:SourceVpc": vpc, "aws:VpcSourceIp": address}


TIED = through("vpce-0a0a0a0a", "vpc-aaaaaaaa")
LISTED = through("vpce-1b1b1b1b", "vpc-bbbbbbbb")
IN_VPC = through("vpce-2c2c2c2c", "vpc-0c0c0c0c")
FOREIGN = through("vpce-3d3d3d3d", "vpc-dddddddd")
TIED_FROM_AFAR = through("vpce-0a0a0a0a", "vpc-aaaaaaaa", "172.16.0.1")
IN_VPC_FROM_AFAR = through("vpce-2c2c2c2c", "vpc-0c0c0c0c", "172.16.0.1")

CORS = "cors: {origins: ['https://a.example.com']}\n"
OFFICES = "access: {cidrs: [203.0.113.0/24, {parameter: OfficeCidr}, '2001:db8:12::/48']}"
PRIVATE = "endpoint: private\nvpc_endpoints: [{parameter: Endpoint}]\n"
NETWORKS = (
    "access: {vpcs: [vpc-0c0c0c0c], vpc_endpoints: [vpce-1b1b1b1b], cidrs: [10.20.0.0/16]%s}\n"
)
MIXED = (
    f"{{GET /jobs: web, GET /health: {{function: web, authorization: {OPEN}}}, "
    f"'ANY /public/{{path+}}': {{function: web, authorization: {OPEN}}}}}"
)
AUTHORIZERS = (
    "authorizers: {users: {type: cognito, pool: {}}, partner: {type: lambda, function: thumbs}}\n"
)


def below(above: str, kind: str) -> str:
    """Return an API for offices where a route of `kind` is in the pattern of another."""
    return environment(
        f"{{'GET /{{proxy+}}': {{function: web, authorization: {above}}}, "
        f"GET /adm: {{function: web, authorization: {kind}}}}}",
        AUTHORIZERS + OFFICES,
    )


COVERED = (
    f"{{'ANY /{{path+}}': {{function: web, authorization: {OPEN}}}, GET /admin: web, "
    "POST /jobs: web}"
)


@cache
def policy(text: str) -> Any:
    """Return the policy of the one API, with values filled in."""
    [api] = of_type(generate_text(text), "AWS::ApiGateway::RestApi").values()
    return resolve(api["Properties"]["Policy"], known(VALUES))


def role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/caller"


def passes(
    text: str,
    route: str,
    context: Mapping[str, str],
    account: str | None = None,
    permitted: bool = True,
) -> bool:
    """Tell whether a call gets to a route: signed by a role of `account`, or by nobody."""
    identity = [MAY_CALL] if account is not None and permitted else []
    return judged(text, route, context, account, identity)


def judged(
    text: str,
    route: str,
    context: Mapping[str, str],
    account: str | None,
    identity: Sequence[Mapping[str, Any]],
) -> bool:
    """Tell whether a call passes, of which the caller's own side says `identity`."""
    method, path = route.split(" ")
    signed: dict[str, str] = {} if account is None else {"aws:PrincipalAccount": account}
    request = Request(
        "execute-api:Invoke",
        f"{API}/v1/{method}{path}",
        principal=ANYONE if account is None else role(account),
        context={**context, **signed},
        account=OWN,
    )
    return decide(request, identity=identity, resource=[policy(text)]).allowed


OPEN_TO_OFFICES = environment(api=OFFICES, authorization=OPEN)
SIGNED_FOR_OFFICES = environment(api=CORS + OFFICES)
MIXED_FOR_OFFICES = environment(MIXED, api=CORS + OFFICES)
COVERED_FOR_OFFICES = environment(COVERED, api=OFFICES)
DECIDED = environment("{GET /adm: web}", AUTHORIZERS + OFFICES, authorization="lambda")
WITH_USERS = environment("{GET /adm: web}", AUTHORIZERS + OFFICES, authorization="cognito")
OPEN_PRIVATE = environment(api=PRIVATE, authorization=OPEN)
OPEN_NETWORKS = environment(api=PRIVATE + NETWORKS % "", authorization=OPEN)
SIGNED_NETWORKS = environment(api=CORS + PRIVATE + NETWORKS % ", accounts: [{parameter: Partner}]")
ACCOUNTS = environment(api=CORS + f"access: {{accounts: ['{PARTNER}']}}")

UNSIGNED: tuple[tuple[str, str, Mapping[str, str], bool], ...] = (
    (OPEN_TO_OFFICES, "GET /jobs", OFFICE, True),
    (OPEN_TO_OFFICES, "GET /jobs", OFFICE_6, True),
    (OPEN_TO_OFFICES, "GET /jobs", BRANCH, True),
    (OPEN_TO_OFFICES, "GET /jobs", ELSEWHERE, False),
    (OPEN_TO_OFFICES, "GET /jobs", ELSEWHERE_6, False),
    (OPEN_TO_OFFICES, "GET /jobs", {}, False),
    (SIGNED_FOR_OFFICES, "OPTIONS /jobs", OFFICE, True),
    (SIGNED_FOR_OFFICES, "OPTIONS /", OFFICE, True),
    (SIGNED_FOR_OFFICES, "OPTIONS /jobs", ELSEWHERE, False),
    (MIXED_FOR_OFFICES, "GET /health", OFFICE, True),
    (MIXED_FOR_OFFICES, "GET /health", ELSEWHERE, False),
    (MIXED_FOR_OFFICES, "DELETE /public/a/b", OFFICE, True),
    (MIXED_FOR_OFFICES, "OPTIONS /jobs", OFFICE, True),
    (MIXED_FOR_OFFICES, "GET /jobs", OFFICE, False),
    (MIXED_FOR_OFFICES, "POST /health", OFFICE, False),
    (OPEN_PRIVATE, "GET /jobs", TIED, True),
    (OPEN_PRIVATE, "GET /jobs", TIED_FROM_AFAR, True),
    (OPEN_PRIVATE, "GET /jobs", FOREIGN, False),
    (OPEN_PRIVATE, "GET /jobs", ELSEWHERE, False),
    (OPEN_NETWORKS, "GET /jobs", TIED, True),
    (OPEN_NETWORKS, "GET /jobs", LISTED, True),
    (OPEN_NETWORKS, "GET /jobs", IN_VPC, True),
    (OPEN_NETWORKS, "GET /jobs", FOREIGN, False),
    (OPEN_NETWORKS, "GET /jobs", TIED_FROM_AFAR, False),
    (OPEN_NETWORKS, "GET /jobs", IN_VPC_FROM_AFAR, False),
    (OPEN_NETWORKS, "GET /jobs", ELSEWHERE, False),
    (OPEN_NETWORKS, "GET /jobs", {"aws:SourceIp": "10.20.0.9"}, False),
    (SIGNED_NETWORKS, "OPTIONS /jobs", TIED, True),
    (SIGNED_NETWORKS, "OPTIONS /jobs", FOREIGN, False),
    (ACCOUNTS, "OPTIONS /jobs", ELSEWHERE, True),
)

SIGNED: tuple[tuple[str, str, Mapping[str, str], str, bool, bool], ...] = (
    # policy, route, from where, account, whether its own policies permit it, whether it passes
    (SIGNED_FOR_OFFICES, "GET /jobs", OFFICE, OWN, True, True),
    (SIGNED_FOR_OFFICES, "GET /jobs", OFFICE, OWN, False, False),
    (SIGNED_FOR_OFFICES, "GET /jobs", ELSEWHERE, OWN, True, False),
    (SIGNED_FOR_OFFICES, "GET /jobs", OFFICE, STRANGER, True, False),
    (MIXED_FOR_OFFICES, "GET /jobs", OFFICE, OWN, True, True),
    (MIXED_FOR_OFFICES, "GET /jobs", OFFICE, OWN, False, False),
    (MIXED_FOR_OFFICES, "GET /jobs", OFFICE, STRANGER, True, False),
    (COVERED_FOR_OFFICES, "GET /admin", OFFICE, OWN, True, True),
    (COVERED_FOR_OFFICES, "GET /admin", OFFICE, STRANGER, True, False),
    # What GI954 warns of: the open route's pattern holds this one.
    (COVERED_FOR_OFFICES, "GET /admin", OFFICE, OWN, False, True),
    (SIGNED_NETWORKS, "GET /jobs", TIED, OWN, True, True),
    (SIGNED_NETWORKS, "GET /jobs", TIED, OWN, False, False),
    (SIGNED_NETWORKS, "GET /jobs", IN_VPC, PARTNER, True, True),
    (SIGNED_NETWORKS, "GET /jobs", IN_VPC, PARTNER, False, False),
    (SIGNED_NETWORKS, "GET /jobs", FOREIGN, PARTNER, True, False),
    (SIGNED_NETWORKS, "GET /jobs", IN_VPC_FROM_AFAR, PARTNER, True, False),
    (SIGNED_NETWORKS, "GET /jobs", TIED, STRANGER, True, False),
    (ACCOUNTS, "GET /jobs", ELSEWHERE, OWN, True, True),
    (ACCOUNTS, "GET /jobs", ELSEWHERE, OWN, False, False),
    (ACCOUNTS, "GET /jobs", ELSEWHERE, PARTNER, True, True),
    (ACCOUNTS, "GET /jobs", ELSEWHERE, PARTNER, False, False),
    (ACCOUNTS, "GET /jobs", ELSEWHERE, STRANGER, True, False),
)


ANSWERED: tuple[tuple[str, str, Mapping[str, str], Mapping[str, Any], bool], ...] = (
    # policy, route, from where, what the authorizer answers, whether the call passes
    (DECIDED, "GET /adm", OFFICE, MAY_CALL, True),
    (DECIDED, "GET /adm", OFFICE, ELSE_ALLOWED, False),
    (DECIDED, "GET /adm", OFFICE, REFUSED, False),
    (DECIDED, "GET /adm", ELSEWHERE, MAY_CALL, False),
    # What GI954 warns of: the open route's pattern holds this one.
    (below(OPEN, "lambda"), "GET /adm", OFFICE, ELSE_ALLOWED, True),
    (below("cognito", "lambda"), "GET /adm", OFFICE, ELSE_ALLOWED, True),
    (below(OPEN, "lambda"), "GET /adm", OFFICE, REFUSED, False),
    (below(OPEN, "lambda"), "GET /adm", ELSEWHERE, MAY_CALL, False),
    (below("iam", "lambda"), "GET /adm", OFFICE, ELSE_ALLOWED, False),
)


@pytest.mark.parametrize(("text", "route", "context", "expected"), UNSIGNED)
def test_who_does_not_sign(
    text: str, route: str, context: Mapping[str, str], expected: bool
) -> None:
    assert passes(text, route, context) is expected


@pytest.mark.parametrize(("text", "route", "context", "account", "permitted", "expected"), SIGNED)
def test_who_signs(
    text: str,
    route: str,
    context: Mapping[str, str],
    account: str,
    permitted: bool,
    expected: bool,
) -> None:
    assert passes(text, route, context, account, permitted) is expected


@pytest.mark.parametrize(("text", "route", "context", "answer", "expected"), ANSWERED)
def test_whom_a_lambda_authorizer_answers_for(
    text: str, route: str, context: Mapping[str, str], answer: Mapping[str, Any], expected: bool
) -> None:
    """Its answer counts as a policy of the caller's own, beside the API's."""
    assert judged(text, route, context, None, [answer]) is expected


@pytest.mark.parametrize(
    ("context", "expected"), [(OFFICE, True), (ELSEWHERE, False)], ids=["office", "elsewhere"]
)
@pytest.mark.parametrize("text", [WITH_USERS, below(OPEN, "cognito"), below("lambda", "cognito")])
def test_whose_token_cognito_takes(text: str, context: Mapping[str, str], expected: bool) -> None:
    """With a token, the API's policy alone decides, so it must allow everyone."""
    assert passes(text, "GET /adm", context) is expected


def test_without_lists_there_is_no_policy() -> None:
    """So a signed call needs a permission of its own, and other accounts cannot call."""
    [api] = of_type(generate_text(environment()), "AWS::ApiGateway::RestApi").values()
    assert "Policy" not in api["Properties"]


@pytest.mark.parametrize("text", [OPEN_NETWORKS, SIGNED_NETWORKS, MIXED_FOR_OFFICES])
def test_the_document_says_of_policy_and_endpoints_what_the_properties_say(text: str) -> None:
    """An import takes back what the document does not hold."""
    text = text.replace("api:\n", "api:\n  definition: openapi\n")
    [api] = of_type(generate_text(text), "AWS::ApiGateway::RestApi").values()
    properties = api["Properties"]
    body = properties["Body"]
    assert body["x-amazon-apigateway-policy"] == properties["Policy"]
    endpoint = properties["EndpointConfiguration"]
    assert properties["Parameters"] == {"endpointConfigurationTypes": endpoint["Types"][0]}
    said = [
        server["x-amazon-apigateway-endpoint-configuration"]["vpcEndpointIds"]
        for server in body.get("servers", [])
    ]
    assert said == ([endpoint["VpcEndpointIds"]] if "VpcEndpointIds" in endpoint else [])


@pytest.mark.parametrize("definition", ["resources", "openapi"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (environment(), SIGNED_FOR_OFFICES.replace(CORS.strip(), "")),
        (OPEN_TO_OFFICES, OPEN_TO_OFFICES.replace("203.0.113.0/24", "203.0.113.0/25")),
        (OPEN_NETWORKS, OPEN_NETWORKS.replace("vpc-0c0c0c0c", "vpc-0d0d0d0d")),
        (OPEN_PRIVATE, OPEN_PRIVATE.replace("{parameter: Endpoint}", "vpce-0e0e0e0e")),
    ],
    ids=["a policy", "its addresses", "its networks", "an endpoint"],
)
def test_a_change_makes_a_new_deployment(before: str, after: str, definition: str) -> None:
    """The stage serves a copy: without one, callers meet the old policy."""
    made = [
        set(
            of_type(
                generate_text(text.replace("api:\n", f"api:\n  definition: {definition}\n")),
                "AWS::ApiGateway::Deployment",
            )
        )
        for text in (before, after)
    ]
    assert made[0].isdisjoint(made[1])


def test_nothing_names_the_api_itself_or_a_partition() -> None:
    """A policy cannot refer to its own API; AWS fills in what stands before the path."""
    for text in (OPEN_NETWORKS, SIGNED_NETWORKS, MIXED_FOR_OFFICES):
        [api] = of_type(generate_text(text), "AWS::ApiGateway::RestApi").values()
        written = json.dumps(api["Properties"]["Policy"])
        assert '"Api"' not in written
        assert "arn:aws" not in written

"""The evaluation says what AWS's pages say; `tests/e2e/test_policy_library.py` asks another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.conditions import UnknownOperatorError
from tests.policies.evaluate import Request, UnknownPolicyError, Verdict, decide, trusts
from tests.policies.table import ACCOUNT, API, CASES, OBJECT, ROLE, Case, document, statement


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_request_is_judged(case: Case) -> None:
    decision = decide(
        case.request,
        identity=case.identity,
        resource=case.resource,
        resource_must_allow=case.resource_must_allow,
    )
    assert decision.allowed == case.allowed


def test_the_names_of_cases_are_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_statement_that_decided_is_named() -> None:
    allow = statement("Allow", "s3:*", Sid="Reads")
    deny = statement("Deny", "s3:DeleteObject", Sid="Keeps")
    read, delete = Request("s3:GetObject", OBJECT), Request("s3:DeleteObject", OBJECT)
    assert decide(read, identity=[document(allow, deny)]).by == ("Reads",)
    assert decide(delete, identity=[document(allow), document(deny)]).by == ("Keeps",)
    assert decide(delete, identity=[document(deny)]).verdict is Verdict.DENIED
    assert decide(delete, identity=[]).verdict is Verdict.NOT_ALLOWED


GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize(
    "policy",
    [
        document({**GET, "NotPrincipal": {"AWS": ROLE}}),
        document({**GET, "Effect": "allow"}),
        document({**GET, "NotAction": "s3:PutObject"}),
        document({**GET, "NotResource": "*"}),
        document({"Effect": "Allow", "Resource": "*"}),
        document({"Effect": "Allow", "Action": "s3:GetObject"}),
        document({**GET, "Principal": "*"}),
        {"Version": "2008-10-17", "Statement": [GET]},
        {"Statement": [GET]},
        {"Version": "2012-10-17", "Statement": [GET], "Statements": []},
    ],
)
def test_what_a_principals_policy_cannot_hold_is_refused(policy: Any) -> None:
    with pytest.raises(UnknownPolicyError):
        decide(Request("s3:GetObject", OBJECT), identity=[policy])


@pytest.mark.parametrize(
    "principal", [None, "nobody", {"Federated": "a"}, {"CanonicalUser": "a"}, [ROLE]]
)
def test_principals_that_are_not_known_are_refused(principal: Any) -> None:
    given = GET if principal is None else {**GET, "Principal": principal}
    with pytest.raises(UnknownPolicyError):
        decide(Request("s3:GetObject", OBJECT), resource=[document(given)])


@pytest.mark.parametrize(
    ("operator", "given"),
    [
        ("DateLessThan", "2030-01-01T00:00:00Z"),
        ("StringMatches", "a"),
        ("StringEqualsIfExist", "a"),
        ("ForSomeValues:StringEquals", ["a"]),
        ("StringEquals", ["a", "b"]),
        ("BoolIfExist", None),
    ],
)
def test_conditions_that_are_not_known_are_refused(operator: str, given: Any) -> None:
    conditioned = document({**GET, "Condition": {operator: {"aws:SourceVpc": "a"}}})
    context = {} if given is None else {"aws:SourceVpc": given}
    with pytest.raises(UnknownOperatorError):
        decide(Request("s3:GetObject", OBJECT, context=context), identity=[conditioned])


def test_an_api_may_leave_its_own_arn_out() -> None:
    policy = document({**GET, "Action": "execute-api:Invoke", "Principal": "*"})
    policy["Statement"][0]["Resource"] = "execute-api:/v1/*/jobs"
    request = Request("execute-api:Invoke", f"{API}/v1/GET/jobs")
    other = Request("execute-api:Invoke", f"{API}/v2/GET/jobs")
    assert decide(request, resource=[policy]).allowed
    assert not decide(other, resource=[policy]).allowed


def test_a_trust_policy_is_judged_without_resources() -> None:
    trust = document(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": ["lambda.amazonaws.com"]},
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    )

    def assumed(principal: str, **context: str) -> bool:
        keys = {f"aws:{key}": value for key, value in context.items()}
        return trusts(trust, Request("sts:AssumeRole", ROLE, principal, keys))

    assert assumed("lambda.amazonaws.com", SourceAccount=ACCOUNT)
    assert not assumed("lambda.amazonaws.com")
    assert not assumed("ec2.amazonaws.com", SourceAccount=ACCOUNT)
    assert not assumed(ROLE, SourceAccount=ACCOUNT)

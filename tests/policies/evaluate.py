"""Judges a request by policy documents, as IAM does where no organization, boundary or session is.

The documents are plain: `resolve` fills a template's in. What this does not know raises, so that
no verdict rests on a guess. It is compared with a library that others wrote in
``tests/e2e/test_policy_library.py``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from tests.policies.conditions import Context, fill, glob, hold

Document = Mapping[str, Any]

ANYONE = "anonymous"
"""The principal of a request that nobody signed."""


class Verdict(Enum):
    """What becomes of a request."""

    ALLOWED = "allowed"
    DENIED = "denied by a statement"
    NOT_ALLOWED = "allowed by none"


class UnknownPolicyError(ValueError):
    """A document with something that this evaluation does not know; it is not guessed at."""


@dataclass(frozen=True)
class Request:
    """Who asks for what: an ARN of IAM, a service's name or `ANYONE`; an action on one resource.

    An action without a resource type is asked for on ``*``. An action on several resources (a
    network interface, its subnet and its security groups) is a request for each.
    `account` is the resource's; without it, the principal's.
    """

    action: str
    resource: str
    principal: str = "arn:aws:iam::123456789012:role/function"
    context: Context = field(default_factory=dict)
    account: str | None = None


@dataclass(frozen=True)
class Decision:
    """A verdict, and the ``Sid`` of the statements that made it."""

    verdict: Verdict
    by: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Tell whether the request is allowed."""
        return self.verdict is Verdict.ALLOWED


def decide(
    request: Request,
    *,
    identity: Sequence[Document] = (),
    resource: Sequence[Document] = (),
    resource_must_allow: bool = False,
) -> Decision:
    """Judge by the policies of the principal, and by those of the resource.

    Within an account one of the two is enough, across accounts both must allow. A statement for a
    whole account leaves the rest to that account's own policies, so it allows nothing by itself.
    The policy of a key must allow in any case (`resource_must_allow`), be it for the account:
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    owned = [_judge(statement, request, named=False) for statement in _statements(identity)]
    guarded = [_judge(statement, request, named=True) for statement in _statements(resource)]
    if denying := [match for match in (*owned, *guarded) if match.denies]:
        return Decision(Verdict.DENIED, _sids(denying))
    by_identity = [match for match in owned if match.allows]
    by_resource = [match for match in guarded if match.allows]
    direct = [match for match in by_resource if not match.for_account]
    both = [*by_identity, *by_resource] if by_identity and by_resource else []
    if _is_foreign(request):
        allowing = both
    elif resource_must_allow:
        allowing = both or direct
    else:
        allowing = [*by_identity, *direct]
    return Decision(Verdict.ALLOWED if allowing else Verdict.NOT_ALLOWED, _sids(allowing))


def trusts(document: Document, request: Request) -> bool:
    """Tell whether a trust policy, which names no resource, lets the principal assume the role."""
    return decide(request, resource=[document], resource_must_allow=True).allowed


class _Match(NamedTuple):
    """What a statement says to a request."""

    sid: str
    applies: bool
    effect: str
    for_account: bool = False

    @property
    def denies(self) -> bool:
        return self.applies and self.effect == "Deny"

    @property
    def allows(self) -> bool:
        return self.applies and self.effect == "Allow"


def _judge(body: Mapping[str, Any], request: Request, *, named: bool) -> _Match:
    _check(body, named=named)
    principals = _principals(body["Principal"], request) if named else {"direct"}
    applies = (
        bool(principals)
        and _one_of(body, "Action", lambda pattern: _acts(pattern, request.action))
        and _one_of(body, "Resource", lambda pattern: _covers(pattern, request))
        and hold(body.get("Condition", {}), request.context)
    )
    return _Match(body.get("Sid", ""), applies, body["Effect"], "direct" not in principals)


def _check(body: Mapping[str, Any], *, named: bool) -> None:
    if unknown := body.keys() - _ELEMENTS:
        raise UnknownPolicyError(f"{', '.join(sorted(unknown))} in a statement is not known here")
    if body["Effect"] not in ("Allow", "Deny"):
        raise UnknownPolicyError(f"The effect {body['Effect']} does not exist")
    if ("Principal" in body) != named:
        raise UnknownPolicyError("A policy of a resource has principals, one of a principal none")
    if ("Action" in body) == ("NotAction" in body):
        raise UnknownPolicyError("A statement has either Action or NotAction")
    if "Resource" in body and "NotResource" in body:
        raise UnknownPolicyError("A statement has either Resource or NotResource")
    if not (named or "Resource" in body or "NotResource" in body):
        raise UnknownPolicyError("A statement of a principal's policy names resources")


def _one_of(body: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    if f"Not{element}" in body:
        return not any(map(matches, _list(body[f"Not{element}"])))
    return element not in body or any(map(matches, _list(body[element])))


def _acts(pattern: str, action: str) -> bool:
    return glob(pattern.lower(), action.lower())


def _covers(pattern: str, request: Request) -> bool:
    filled = fill(pattern, request.context)
    resource = request.resource
    if pattern.startswith("execute-api:/"):
        # API Gateway puts the API's own ARN before the slash:
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
        resource = f"execute-api:/{resource.partition('/')[2]}"
    return filled is not None and glob(filled, resource)


def _principals(principal: Any, request: Request) -> set[str]:
    """Tell how a statement names who asks: ``direct``, by the ``account``, or not at all."""
    if principal == "*":
        return {"direct"}
    if not isinstance(principal, Mapping) or principal.keys() - {"AWS", "Service"}:
        raise UnknownPolicyError(f"The principal {principal} is not known here")
    found = {_by_arn(name, request.principal) for name in _list(principal.get("AWS", []))}
    if request.principal in _list(principal.get("Service", [])):
        found.add("direct")
    return found - {""}


def _by_arn(name: str, principal: str) -> str:
    if name in ("*", principal):
        return "direct"
    account = _account(principal)
    if account and (name == account or re.fullmatch(rf"arn:[^:]+:iam::{account}:root", name)):
        return "account"
    return ""


def _account(principal: str) -> str | None:
    return principal.split(":")[4] if principal.startswith("arn:") else None


def _is_foreign(request: Request) -> bool:
    own = _account(request.principal)
    return None not in (own, request.account) and own != request.account


def _statements(documents: Sequence[Document]) -> Iterator[Mapping[str, Any]]:
    for document in documents:
        if unknown := document.keys() - {"Id", "Statement", "Version"}:
            raise UnknownPolicyError(f"{', '.join(sorted(unknown))} of a policy is not known here")
        if document.get("Version") != "2012-10-17":
            raise UnknownPolicyError("The older version of the policy language is not known here")
        yield from _list(document["Statement"])


def _sids(matches: Sequence[_Match]) -> tuple[str, ...]:
    return tuple(match.sid for match in matches)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_ELEMENTS = {
    "Action",
    "Condition",
    "Effect",
    "NotAction",
    "NotResource",
    "Principal",
    "Resource",
    "Sid",
}

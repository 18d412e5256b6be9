"""Policies as AWS counts them: a role's inline and managed ones, a function's permissions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from gateway_infra.graph import SUB_NAME
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import partition_of
from gateway_infra.rules.route_queries import GUIDE
from gateway_infra.template_checks.context import RuleContext

UNKNOWN = 80
"""Characters that a value known only at deploy time is counted as: an ARN of usual length."""

_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def _pseudo(region: str) -> dict[str, str]:
    """Return what stands for the pseudo parameters; an account's id has twelve digits."""
    partition = partition_of(region)
    return {
        "AWS::AccountId": "0" * 12,
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::URLSuffix": _SUFFIXES.get(partition, "amazonaws.com"),
    }


def filled(value: Any, region: str, unknown: int) -> Any:
    """Return template data as CloudFormation fills it in, `unknown` characters for what is open."""
    known = _pseudo(region)
    if isinstance(value, list):
        return [filled(item, region, unknown) for item in value]
    if isinstance(value, str):
        return "x" * unknown if value.startswith("{{resolve:") else value
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, content) = next(iter(value.items()))
        if key == "Ref":
            return known.get(content, "x" * unknown)
        if key == "Fn::Sub":
            text, variables = content if isinstance(content, list) else (content, {})
            return _substituted(text, variables, region, unknown)
        if key.startswith("Fn::"):
            return "x" * unknown
    return {key: filled(item, region, unknown) for key, item in value.items()}


def _substituted(text: str, variables: Mapping[str, Any], region: str, unknown: int) -> str:
    for name, given in _pseudo(region).items():
        text = text.replace(f"${{{name}}}", given)

    def value(name: str) -> str:
        given = filled(variables[name], region, unknown) if name in variables else "x" * unknown
        return given if isinstance(given, str) else "x" * unknown

    return SUB_NAME.sub(lambda match: value(match.group(1)), text)


def policy_characters(policies: Any, region: str, unknown: int) -> int:
    """Return the characters of policies, as IAM counts them: without white space.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    documents = [item.get("PolicyDocument") for item in policies if isinstance(item, dict)]
    return sum(len(_packed(filled(document, region, unknown))) for document in documents)


def _packed(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


class _PolicyLimit(NamedTuple):
    """A kind of policies whose characters IAM counts: of which type, in what words, which quota."""

    type: str
    what: str
    counted: str
    quota: str


_ROLE = _PolicyLimit(
    "AWS::IAM::Role", "a role", "characters of inline policies", "role_policy_characters"
)
_MANAGED = _PolicyLimit(
    "AWS::IAM::ManagedPolicy", "a managed policy", "characters", "managed_policy_characters"
)


def _counted(whole: RuleContext, kind: _PolicyLimit) -> Iterator[tuple[KeyPath, int, int]]:
    """Yield for each where it comes from, and its characters: known, and with the rest."""
    region = whole.plan.region
    for item in whole.graph.resources.values():
        if item.body["Type"] != kind.type:
            continue
        properties = item.body.get("Properties", {})
        policies = properties.get("Policies") if kind is _ROLE else [properties]
        if isinstance(policies, list):
            path = item.source
            functions = whole.loaded.environment.functions
            function = functions.get(str(path[1])) if path[:1] == ("functions",) else None
            if function and function.statements and item.family != "network-policy":
                path = (*path, "statements")
            known, all_of_it = (policy_characters(policies, region, n) for n in (0, UNKNOWN))
            yield path, known, all_of_it


def _too_large(whole: RuleContext, kind: _PolicyLimit) -> Iterator[Diagnostic]:
    most = getattr(whole.loaded.environment.account.quotas, kind.quota)
    for path, known, _ in _counted(whole, kind):
        if known > most:
            message = f"makes {kind.what} with {known:,} {kind.counted}, without what is "
            message += f"known only at deploy time; IAM takes {most:,} "
            yield Diagnostic(path, f"{message}(account.quotas.{kind.quota})")


def _nearly_too_large(whole: RuleContext, kind: _PolicyLimit) -> Iterator[Diagnostic]:
    most = getattr(whole.loaded.environment.account.quotas, kind.quota)
    for path, known, all_of_it in _counted(whole, kind):
        if known <= most < all_of_it:
            message = f"makes {kind.what} with about {all_of_it:,} {kind.counted}, "
            message += f"{all_of_it - known:,} of them a guess at what is known only at deploy time"
            message += f"; IAM takes {most:,} (account.quotas.{kind.quota})"
            yield Diagnostic(path, message)


def _statement(sid: str, properties: Mapping[str, Any], region: str) -> dict[str, Any]:
    """Return a permission as a statement of the function's policy, as Lambda shows it.

    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    """
    given = filled(dict(properties), region, UNKNOWN)
    condition: dict[str, Any] = {}
    if "SourceAccount" in given:
        condition["StringEquals"] = {"AWS:SourceAccount": given["SourceAccount"]}
    if "SourceArn" in given:
        condition["ArnLike"] = {"AWS:SourceArn": given["SourceArn"]}
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": given.get("Principal", "")},
        "Action": given.get("Action", ""),
        "Resource": "x" * UNKNOWN,
        "Condition": condition,
    }


def _large_function_policies(whole: RuleContext) -> Iterator[Diagnostic]:
    """Count each alias or function by itself: each has a policy of its own."""
    quotas = whole.loaded.environment.account.quotas
    region = whole.plan.region
    # CloudFormation makes the id of a statement of the stack's name, the logical id and 12 letters.
    prefix = max((stack.name for stack in whole.plan.stacks), key=len, default="")
    statements: dict[str, list[dict[str, Any]]] = {}
    sources: dict[str, KeyPath] = {}
    for item in whole.graph.resources.values():
        properties = item.body.get("Properties", {})
        if item.body["Type"] == "AWS::Lambda::Permission":
            target = json.dumps(properties.get("FunctionName"), sort_keys=True)
            sid = f"{prefix}-{item.logical_id}-{'x' * 12}"
            statements.setdefault(target, []).append(_statement(sid, properties, region))
            sources.setdefault(target, item.source)
    for target, found in statements.items():
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": found}
        size = len(_packed(policy).encode())
        if size > quotas.function_policy_bytes:
            one = "permission makes" if len(found) == 1 else "permissions make"
            message = f"has a resource policy of about {size:,} bytes, which {len(found)} {one}; "
            message += f"Lambda takes {quotas.function_policy_bytes:,} "
            yield Diagnostic(sources[target], f"{message}(account.quotas.function_policy_bytes)")


def _large_api_policy(whole: RuleContext) -> Iterator[Diagnostic]:
    environment = whole.loaded.environment
    if environment.api.access is None and not environment.api.vpc_endpoints:
        return
    most = environment.account.quotas.api_policy_characters
    path: KeyPath = ("api", "access" if environment.api.access is not None else "vpc_endpoints")
    for item in whole.graph.resources.values():
        policy = item.body.get("Properties", {}).get("Policy")
        if item.body["Type"] == "AWS::ApiGateway::RestApi" and policy:
            size = len(_packed(filled(policy, environment.region, UNKNOWN)))
            if size > most:
                message = f"makes a resource policy of about {size:,} characters; API Gateway "
                message += f"takes {most:,} (account.quotas.api_policy_characters)"
                yield Diagnostic(path, message)


RULES: tuple[Rule, ...] = (
    Rule.error(
        "GI752",
        "A role's policies that are too large",
        "IAM takes 10,240 characters of inline policies for a role, white space not counted, and "
        "does not raise that. What is known only at deploy time is counted as nothing here.",
        "Let one statement name several actions or resources, with * where that is safe; or give "
        "the function less to do.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check=partial(_too_large, kind=_ROLE),
    ),
    Rule.warning(
        "GI753",
        "A role's policies that may be too large",
        "IAM takes 10,240 characters of inline policies for a role. Values that are known only at "
        "deploy time are counted as 80 characters each, about as long as an ARN.",
        "Let one statement name several actions or resources, with * where that is safe.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check=partial(_nearly_too_large, kind=_ROLE),
    ),
    Rule.error(
        "GI910",
        "A managed policy that is too large",
        "A scoped role has all that it may do in a managed policy, of which IAM takes 6,144 "
        "characters, white space not counted, and does not raise that. What is known only at "
        "deploy time is counted as nothing here.",
        "Let one statement name several actions or resources, with * where that is safe; or write "
        "roles.network_policy: managed, with which 10,240 characters stand in the role itself.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check=partial(_too_large, kind=_MANAGED),
    ),
    Rule.warning(
        "GI911",
        "A managed policy that may be too large",
        "A scoped role has all that it may do in a managed policy, of which IAM takes 6,144 "
        "characters. Values that are known only at deploy time are counted as 80 characters each, "
        "about as long as an ARN.",
        "Let one statement name several actions or resources, with * where that is safe; or write "
        "roles.network_policy: managed.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        check=partial(_nearly_too_large, kind=_MANAGED),
    ),
    Rule.error(
        "GI962",
        "Allow-lists that make too long a policy",
        "API Gateway takes a resource policy of 8,192 characters, unless the quota was raised. "
        "Each address, network, account and, beside signed ones, each open route stands in it.",
        "Name wider ranges, or block addresses with api.waf; AWS raises the quota: "
        "account.quotas.api_policy_characters.",
        f"{GUIDE}api-gateway-execution-service-limits-table.html",
        check=_large_api_policy,
        acceptable=True,
    ),
    Rule.error(
        "GI754",
        "A function's resource policy that is too large",
        "Lambda takes 20 KB of permissions for a function or an alias, and does not raise that. "
        "Each permission makes a statement; its size is computed as Lambda shows it, with a "
        "statement id as long as CloudFormation makes them, and values that are not known as 80 "
        "characters.",
        "Let one permission cover more, with * in its SourceArn.",
        "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
        check=_large_function_policies,
        acceptable=True,
    ),
)

"""Suppressions of execution roles and their policies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway_infra.suppressions.builder_wildcards import SHAPES, words_for
from gateway_infra.suppressions.policies import (
    Allowed,
    everything,
    has_to_be,
    wildcards,
    within_bounds,
)
from gateway_infra.suppressions.suppression import ScannedResource, ScannerRule, Suppression

_ROLE = "AWS::IAM::Role"
_POLICY = "AWS::IAM::ManagedPolicy"

_MANAGED = {
    "AWSLambdaVPCAccessExecutionRole": "AWS's own policy for functions in a VPC makes network "
    "interfaces; it also allows writing to any log group.",
    "AmazonAPIGatewayPushToCloudWatchLogs": "The one policy that API Gateway takes for the "
    "account's log role; it writes to log groups only.",
    "AWS_ConfigRole": "AWS's own policy for the recorder reads settings of every type of resource, "
    "and follows what AWS adds.",
    "AWSBackupServiceRolePolicyForBackup": "AWS's own policy for making backups; it restores none.",
    "AWSBackupServiceRolePolicyForS3Backup": "AWS's own policy for backups of buckets.",
    "ReadOnlyAccess": "What compares stacks with templates reads settings of every type of "
    "resource; reading data is denied beside it.",
}


def _managed(seen: ScannedResource) -> list[str]:
    """Return the names of AWS's policies on a role, where all of them are known here."""
    known = set(_MANAGED)
    if seen.environment is not None and seen.environment.roles.scoped:
        known.remove("AWSLambdaVPCAccessExecutionRole")
    given = seen.properties.get("ManagedPolicyArns", [])
    arns = [_arn(item) for item in given] if isinstance(given, list) else []
    names = [arn.rpartition("/")[2] for arn in arns if ":iam::aws:" in arn]
    return names if all(name in known for name in names) else []


def _arn(value: Any) -> str:
    text = value.get("Fn::Sub", "") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _wildcards_in_bounds(seen: ScannedResource) -> bool:
    found = wildcards(seen.properties)
    return bool(found) and all(_is_excused(seen, item) for item in found)


def _is_excused(seen: ScannedResource, item: Allowed) -> bool:
    """Tell whether there is a reason for a statement's wildcards.

    One is that they have to be, one that a builder made the statement; what the file's own
    `statements` name, within bounds, is its author's to answer for, and is named.
    """
    if not within_bounds(item):
        return False
    if "*" in item.resources or words_for(item) is not None:
        return True
    return seen.environment is not None and re.fullmatch(r"Extra\d+", item.sid) is not None


def _needs(seen: ScannedResource) -> Iterator[str]:
    found = wildcards(seen.properties)
    actions = sorted({action for item in found if "*" in item.resources for action in item.actions})
    if actions:
        yield f"{', '.join(actions)} take no resource"
    narrower = [item for item in found if "*" not in item.resources]
    built = {words_for(item) for item in narrower}
    yield from dict.fromkeys(shape.words for shape in SHAPES if shape.words in built)
    yield from (_named(item) for item in narrower if words_for(item) is None)


def _named(item: Allowed) -> str:
    """Name a statement of the file; ``${…}`` outside of ``Fn::Sub`` is a fault to cfn-lint."""
    arns = re.sub(r"\$\{([^}]*)\}", r"<\1>", ", ".join(item.resources))
    return f"the file's own statement: {', '.join(item.actions)} on {arns}"


def _everything_has_to_be(seen: ScannedResource) -> bool:
    found = everything(seen.properties)
    return bool(found) and all(map(has_to_be, found))


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "managed-policy",
        "A policy of AWS on a role",
        (_ROLE,),
        lambda seen: bool(_managed(seen)),
        (ScannerRule("cdk_nag", "AwsSolutions-IAM4"),),
        lambda seen: " ".join(_MANAGED[name] for name in _managed(seen)),
        "statements of one's own for network interfaces",
        "AWS's own policy for functions in a VPC makes network interfaces; it also allows writing "
        "to any log group.",
    ),
    Suppression(
        "inline-policy",
        "Policies that stand on the role itself",
        (_ROLE,),
        lambda seen: bool(seen.properties.get("Policies")),
        (
            ScannerRule("guard", "IAM_NO_INLINE_POLICY_CHECK"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-IAMNoInlinePolicy"),
        ),
        "Written for this role alone, it is there before what uses the role, and goes with it.",
        "a customer managed policy",
    ),
    Suppression(
        "all-resources",
        "`*` as a resource, where IAM takes nothing else",
        (_ROLE, _POLICY),
        _everything_has_to_be,
        (
            ScannerRule("guard", "IAM_POLICYDOCUMENT_NO_WILDCARD_RESOURCE"),
            ScannerRule("cfn_nag", "W11", lambda seen: "PolicyDocument" not in seen.properties),
            ScannerRule("cfn_nag", "W13", lambda seen: "PolicyDocument" in seen.properties),
        ),
        lambda seen: f"{next(_needs(seen))}: IAM takes nothing but * for them.",
        "nothing: these actions have no resource type",
        "xray:PutTelemetryRecords, xray:PutTraceSegments take no resource: IAM takes nothing but * "
        "for them.",
    ),
    Suppression(
        "wildcards-in-arns",
        "Wildcards in the resources of a policy",
        (_ROLE, _POLICY),
        _wildcards_in_bounds,
        (ScannerRule("cdk_nag", "AwsSolutions-IAM5"),),
        lambda seen: f"Wildcards within bounds: {'; '.join(_needs(seen))}.",
        "nothing for streams and objects; identifiers of the databases end that of `rds`, and ARNs "
        "without `*` that of the file's own `statements`",
        "Wildcards within bounds: xray:PutTelemetryRecords, xray:PutTraceSegments take no "
        "resource; streams of one log group; objects of one bucket.",
    ),
)

"""Exceptions of functions, their roles, their network, and the permission to call them."""

from __future__ import annotations

from typing import Any

from gateway_infra.suppressions.suppression import (
    ScannedResource,
    ScannerRule,
    Suppression,
    has_own_key,
    is_intrinsic,
)

_FUNCTION = "AWS::Lambda::Function"


def _under(seen: ScannedResource, *keys: str) -> Any:
    """Return what stands under keys of a resource's properties."""
    value: Any = seen.properties
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _open_subnets(seen: ScannedResource) -> bool:
    subnets = _under(seen, "VpcConfig", "SubnetIds")
    return is_intrinsic(subnets) or (isinstance(subnets, list) and any(map(is_intrinsic, subnets)))


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "no-reserved-concurrency",
        "A function without a concurrency of its own",
        (_FUNCTION,),
        lambda seen: "ReservedConcurrentExecutions" not in seen.properties,
        (
            ScannerRule("checkov", "CKV_AWS_115"),
            ScannerRule("guard", "LAMBDA_CONCURRENCY_CHECK"),
            ScannerRule("cfn_nag", "W92"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-LambdaConcurrency"),
        ),
        "The stage's throttling limits calls; reserving takes from what the account has for all.",
        "`functions.NAME.reserved_concurrency`",
    ),
    Suppression(
        "no-dead-letter-queue",
        "A function without a dead-letter queue",
        (_FUNCTION,),
        lambda seen: not _under(seen, "DeadLetterConfig", "TargetArn"),
        (
            ScannerRule("checkov", "CKV_AWS_116"),
            ScannerRule("guard", "LAMBDA_DLQ_CHECK"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-LambdaDLQ"),
        ),
        "API Gateway calls it and waits for the answer; such a queue takes asynchronous events.",
        "nothing: no event comes asynchronously",
    ),
    Suppression(
        "variables-without-key",
        "Variables of a function without a key of one's own",
        (_FUNCTION,),
        lambda seen: (
            bool(_under(seen, "Environment", "Variables"))
            and "KmsKeyArn" not in seen.properties
            and not has_own_key(seen)
        ),
        (ScannerRule("checkov", "CKV_AWS_173"),),
        "Lambda encrypts variables with a key of AWS's; no key of one's own is set.",
        "a customer managed key",
    ),
    Suppression(
        "log-permission-in-role",
        "A function whose role a scanner of one template does not see",
        (_FUNCTION,),
        lambda _: True,
        (ScannerRule("cfn_nag", "W58"),),
        "Its role may write to its own log group, which is there before the function.",
        "nothing: the rule looks for CreateLogGroup in the same template",
    ),
    Suppression(
        "subnets-from-outside",
        "Subnets that are known to CloudFormation only",
        (_FUNCTION,),
        _open_subnets,
        (ScannerRule("control_tower", "CT.LAMBDA.PR.3"),),
        "The function is in the VPC; the rule takes no parameter for a subnet.",
        "subnets written in the file",
    ),
)

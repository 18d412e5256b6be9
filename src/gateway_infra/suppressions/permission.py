"""Suppressions of the permission to invoke a function."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import ScannerRule, Suppression, is_intrinsic

ROWS: tuple[Suppression, ...] = (
    Suppression(
        "source-of-permission",
        "A permission whose source is known to CloudFormation only",
        ("AWS::Lambda::Permission",),
        lambda seen: (
            is_intrinsic(seen.properties.get("SourceArn"))
            and is_intrinsic(seen.properties.get("SourceAccount"))
        ),
        (ScannerRule("control_tower", "CT.LAMBDA.PR.2"),),
        "SourceArn and SourceAccount are given; the rule takes neither Fn::Sub nor AWS::AccountId.",
        "nothing: no ARN of this account is a literal",
    ),
)

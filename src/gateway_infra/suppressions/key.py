"""Exceptions of keys."""

from __future__ import annotations

import json

from gateway_infra.suppressions.suppression import ScannerRule, Suppression

ROWS: tuple[Suppression, ...] = (
    Suppression(
        "grants-of-key",
        "A key whose policy does not deny grants to others than AWS's services",
        ("AWS::KMS::Key",),
        lambda seen: (
            "kms:GrantIsForAWSResource" not in json.dumps(seen.properties.get("KeyPolicy"))
        ),
        (ScannerRule("control_tower", "CT.KMS.PR.3"),),
        "No statement for a service allows grants; the account's policies say who may make one.",
        "a statement of one's own, by `overrides`",
    ),
)

"""Exceptions of keys."""

from __future__ import annotations

import json

from gateway_infra.suppressions.suppression import ScannedResource, ScannerRule, Suppression


def _no_word_on_grants(seen: ScannedResource) -> bool:
    return "kms:GrantIsForAWSResource" not in json.dumps(seen.properties.get("KeyPolicy"))


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "grants-of-key",
        "A key whose policy does not deny grants to others than AWS's services",
        ("AWS::KMS::Key",),
        _no_word_on_grants,
        (ScannerRule("control_tower", "CT.KMS.PR.3"),),
        "No statement for a service allows grants; the account's policies say who may make one.",
        "a statement of one's own, by `overrides`",
    ),
)

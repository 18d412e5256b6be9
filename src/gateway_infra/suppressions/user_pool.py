"""Exceptions of user pools that are made."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import ScannerRule, Suppression

_POOL = "AWS::Cognito::UserPool"


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "no-threat-protection",
        "A user pool without threat protection",
        (_POOL,),
        lambda seen: seen.properties.get("UserPoolTier") != "PLUS",
        (ScannerRule("cdk_nag", "AwsSolutions-COG8"),),
        "It belongs to the plan Plus, which costs more for each user; sign-in is by SRP with long "
        "passwords.",
        "`UserPoolTier: PLUS` and `UserPoolAddOns`, by `overrides`",
    ),
    Suppression(
        "optional-second-factor",
        "A user pool that leaves the second factor to its users",
        (_POOL,),
        lambda seen: seen.properties.get("MfaConfiguration") == "OPTIONAL",
        (ScannerRule("cdk_nag", "AwsSolutions-COG2"),),
        "The file says so (`mfa: optional`); each user may turn an authenticator app on.",
        "`mfa: required`",
    ),
)

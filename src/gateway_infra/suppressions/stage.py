"""Suppressions of the stage."""

from __future__ import annotations

from typing import Any

from gateway_infra.suppressions.suppression import (
    ScannedResource,
    ScannerRule,
    Suppression,
    of_type,
)

_STAGE = "AWS::ApiGateway::Stage"


def _settings(seen: ScannedResource) -> list[dict[str, Any]]:
    settings = seen.properties.get("MethodSettings", [])
    return [item for item in settings if isinstance(item, dict)]


def _has_cache(seen: ScannedResource) -> bool:
    return seen.properties.get("CacheClusterEnabled") is True


def _caches_all(seen: ScannedResource) -> bool:
    return any(
        item.get("HttpMethod") == "*"
        and item.get("ResourcePath") == "/*"
        and item.get("CachingEnabled") is True
        and item.get("CacheDataEncrypted") is True
        for item in _settings(seen)
    )


def _caches_openly(seen: ScannedResource) -> bool:
    """Tell whether answers are kept unencrypted anywhere, for which there is no reason."""
    return any(
        item.get("CachingEnabled") is True and item.get("CacheDataEncrypted") is not True
        for item in _settings(seen)
    )


def _usage_plan_beside(seen: ScannedResource) -> bool:
    return any(
        isinstance(stage, dict) and stage.get("ApiId") == {"Ref": seen.logical_id}
        for plan in of_type(seen, "AWS::ApiGateway::UsagePlan")
        for stage in plan.get("ApiStages", [])
    )


def _no_web_acl(seen: ScannedResource) -> bool:
    if seen.environment is not None and seen.environment.api.waf is not None:
        return False
    return not of_type(seen, "AWS::WAFv2::WebACLAssociation")


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "usage-plan-beside-stage",
        "An API whose usage plan a scanner of one template does not see",
        ("AWS::ApiGateway::RestApi",),
        _usage_plan_beside,
        (ScannerRule("cfn_nag", "W64"),),
        "It has a usage plan, which stands with the stage: in another stack of several.",
        "`layout: single`, where the rule holds",
    ),
    Suppression(
        "no-cache",
        "A stage without a cache",
        (_STAGE,),
        lambda seen: not _has_cache(seen),
        (
            ScannerRule("checkov", "CKV_AWS_120"),
            ScannerRule("guard", "API_GW_CACHE_ENABLED_AND_ENCRYPTED"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted"),
        ),
        "No answer is kept: a cache costs by the hour, and answers depend on who asks.",
        "`api.stage.cache`",
    ),
    Suppression(
        "cache-of-some-routes",
        "A cache that not all methods use",
        (_STAGE,),
        lambda seen: _has_cache(seen) and not _caches_all(seen) and not _caches_openly(seen),
        (
            ScannerRule("guard", "API_GW_CACHE_ENABLED_AND_ENCRYPTED"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-APIGWCacheEnabledAndEncrypted"),
            ScannerRule("control_tower", "CT.APIGATEWAY.PR.3"),
        ),
        "Only routes that say so keep answers, encrypted; what others answer depends on who asks.",
        "nothing: a cache of all routes would give one caller's answer to another",
    ),
    Suppression(
        "no-web-acl",
        "A stage without a web ACL",
        (_STAGE,),
        _no_web_acl,
        (
            ScannerRule("cdk_nag", "AwsSolutions-APIG3"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-APIGWAssociatedWithWAF"),
        ),
        "No web ACL: the stage's throttling is the limit, and the application checks its input.",
        "a web ACL on the stage",
    ),
    Suppression(
        "no-client-certificate",
        "A stage without a client certificate",
        (_STAGE,),
        lambda seen: "ClientCertificateId" not in seen.properties,
        (ScannerRule("cdk_nag", "NIST.800.53.R5-APIGWSSLEnabled"),),
        "Behind it is a Lambda function, called by IAM, which would ask for no certificate.",
        "nothing: no integration would ask for it",
    ),
)

"""Exceptions of the API: its methods, its stage and what guards them."""

from __future__ import annotations

from typing import Any

from gateway_infra.suppressions.suppression import Row, ScannerRule, Seen

_METHOD = "AWS::ApiGateway::Method"
_STAGE = "AWS::ApiGateway::Stage"


def _is_preflight(seen: Seen) -> bool:
    return bool(seen.properties.get("HttpMethod") == "OPTIONS")


def _is_open(seen: Seen) -> bool:
    return bool(seen.properties.get("AuthorizationType", "NONE") == "NONE")


def _why_open(seen: Seen) -> str | None:
    """Return the reason that the file gives for an open method, of its route or of the API."""
    if seen.environment is None:
        return None
    api = seen.environment.api
    route = api.routes.get(str(seen.source[2])) if seen.source[:2] == ("api", "routes") else None
    given = (route.authorization if route else None) or api.authorization
    return given.reason if given.type == "none" else None


def _no_key(seen: Seen) -> bool:
    return seen.properties.get("ApiKeyRequired") is not True


def _not_cognito(seen: Seen) -> str:
    if seen.properties["AuthorizationType"] == "AWS_IAM":
        return "Callers sign their requests (AuthorizationType AWS_IAM), and need no user pool."
    return "A Lambda authorizer decides who may call, and no user pool."


def _settings(seen: Seen) -> list[dict[str, Any]]:
    settings = seen.properties.get("MethodSettings", [])
    return [item for item in settings if isinstance(item, dict)]


def _has_cache(seen: Seen) -> bool:
    return seen.properties.get("CacheClusterEnabled") is True


def _caches_all(seen: Seen) -> bool:
    return any(
        item.get("HttpMethod") == "*"
        and item.get("ResourcePath") == "/*"
        and item.get("CachingEnabled") is True
        and item.get("CacheDataEncrypted") is True
        for item in _settings(seen)
    )


def _caches_openly(seen: Seen) -> bool:
    """Tell whether answers are kept unencrypted anywhere, for which there is no reason."""
    return any(
        item.get("CachingEnabled") is True and item.get("CacheDataEncrypted") is not True
        for item in _settings(seen)
    )


def _others(seen: Seen, kind: str) -> list[dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return [
        dict(body.get("Properties", {}))
        for body in seen.resources.values()
        if body.get("Type") == kind
    ]


def _no_validator(seen: Seen) -> bool:
    return not any(
        item.get("RestApiId") == {"Ref": seen.logical_id}
        and item.get("ValidateRequestBody") is True
        and item.get("ValidateRequestParameters") is True
        for item in _others(seen, "AWS::ApiGateway::RequestValidator")
    )


def _why_no_validator(seen: Seen) -> str:
    if "Body" in seen.properties:
        return "The API is one document, in which the validators of its routes stand."
    if _others(seen, "AWS::ApiGateway::RequestValidator"):
        return "Each validator checks what its routes declare: only a body, or only parameters."
    return "No route declares a body or parameters to check; the application checks its input."


def _usage_plan_beside(seen: Seen) -> bool:
    return any(
        isinstance(stage, dict) and stage.get("ApiId") == {"Ref": seen.logical_id}
        for plan in _others(seen, "AWS::ApiGateway::UsagePlan")
        for stage in plan.get("ApiStages", [])
    )


def _no_web_acl(seen: Seen) -> bool:
    if seen.environment is not None and seen.environment.api.waf is not None:
        return False
    return not _others(seen, "AWS::WAFv2::WebACLAssociation")


ROWS: tuple[Row, ...] = (
    Row(
        "open-method",
        "A method that anyone may call",
        (_METHOD,),
        lambda seen: not _is_preflight(seen) and _is_open(seen) and _why_open(seen) is not None,
        (
            # checkov takes an API key for an authorization, which it is not.
            ScannerRule("checkov", "CKV_AWS_59", _no_key),
            ScannerRule("guard", "API_GW_METHOD_AUTHORIZATION_TYPE_RULE"),
            ScannerRule("cfn_nag", "W59"),
            ScannerRule("cdk_nag", "AwsSolutions-APIG4"),
            ScannerRule("cdk_nag", "AwsSolutions-COG4", reason="Open, as AwsSolutions-APIG4 says."),
        ),
        lambda seen: f"Open on purpose: {_why_open(seen)}",
        "`api.authorization`, or that of a route, other than `none`",
        "Open on purpose: The first release has no authorizer; the application checks its callers "
        "itself.",
    ),
    Row(
        "preflight-method",
        "An OPTIONS method, which browsers call without credentials",
        (_METHOD,),
        lambda seen: _is_preflight(seen) and _is_open(seen),
        (ScannerRule("cdk_nag", "AwsSolutions-APIG4"),),
        "Browsers send no credentials before a cross-origin call; a mock answers, no function.",
        "`api.cors: null`",
    ),
    Row(
        "no-user-pool",
        "A method whose callers are known otherwise than by a Cognito user pool",
        (_METHOD,),
        lambda seen: (
            not _is_preflight(seen)
            and seen.properties.get("AuthorizationType") in ("AWS_IAM", "CUSTOM")
        ),
        (ScannerRule("cdk_nag", "AwsSolutions-COG4"),),
        _not_cognito,
        "an authorization by user pools",
        "Callers sign their requests (AuthorizationType AWS_IAM), and need no user pool.",
    ),
    Row(
        "no-request-validator",
        "An API without a validator of bodies and parameters",
        ("AWS::ApiGateway::RestApi",),
        _no_validator,
        (ScannerRule("cdk_nag", "AwsSolutions-APIG2"),),
        _why_no_validator,
        "`request_models` and `request_parameters` of a route, with `validate: all`",
        "No route declares a body or parameters to check; the application checks its input.",
    ),
    Row(
        "usage-plan-beside-stage",
        "An API whose usage plan a scanner of one template does not see",
        ("AWS::ApiGateway::RestApi",),
        _usage_plan_beside,
        (ScannerRule("cfn_nag", "W64"),),
        "It has a usage plan, which stands with the stage: in another stack of several.",
        "`layout: single`, where the rule holds",
    ),
    Row(
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
    Row(
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
    Row(
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
    Row(
        "no-client-certificate",
        "A stage without a client certificate",
        (_STAGE,),
        lambda seen: "ClientCertificateId" not in seen.properties,
        (ScannerRule("cdk_nag", "NIST.800.53.R5-APIGWSSLEnabled"),),
        "Behind it is a Lambda function, called by IAM, which would ask for no certificate.",
        "nothing: no integration would ask for it",
    ),
)

"""Exceptions of the API: its methods, its stage and what guards them."""

from __future__ import annotations

from gateway_infra.suppressions.suppression import (
    ScannedResource,
    ScannerRule,
    Suppression,
    of_type,
)

_METHOD = "AWS::ApiGateway::Method"


def _is_preflight(seen: ScannedResource) -> bool:
    return bool(seen.properties.get("HttpMethod") == "OPTIONS")


def _is_open(seen: ScannedResource) -> bool:
    return bool(seen.properties.get("AuthorizationType", "NONE") == "NONE")


def _why_open(seen: ScannedResource) -> str | None:
    """Return the reason that the file gives for an open method, of its route or of the API."""
    if seen.environment is None:
        return None
    api = seen.environment.api
    route = api.routes.get(str(seen.source[2])) if seen.source[:2] == ("api", "routes") else None
    given = (route.authorization if route else None) or api.authorization
    return given.reason if given.type == "none" else None


def _not_cognito(seen: ScannedResource) -> str:
    if seen.properties["AuthorizationType"] == "AWS_IAM":
        return "Callers sign their requests (AuthorizationType AWS_IAM), and need no user pool."
    return "A Lambda authorizer decides who may call, and no user pool."


def _no_validator(seen: ScannedResource) -> bool:
    return not any(
        item.get("RestApiId") == {"Ref": seen.logical_id}
        and item.get("ValidateRequestBody") is True
        and item.get("ValidateRequestParameters") is True
        for item in of_type(seen, "AWS::ApiGateway::RequestValidator")
    )


def _why_no_validator(seen: ScannedResource) -> str:
    if "Body" in seen.properties:
        return "The API is one document, in which the validators of its routes stand."
    if of_type(seen, "AWS::ApiGateway::RequestValidator"):
        return "Each validator checks what its routes declare: only a body, or only parameters."
    return "No route declares a body or parameters to check; the application checks its input."


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "open-method",
        "A method that anyone may call",
        (_METHOD,),
        lambda seen: not _is_preflight(seen) and _is_open(seen) and _why_open(seen) is not None,
        (
            # checkov takes an API key for an authorization, which it is not.
            ScannerRule(
                "checkov",
                "CKV_AWS_59",
                lambda seen: seen.properties.get("ApiKeyRequired") is not True,
            ),
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
    Suppression(
        "preflight-method",
        "An OPTIONS method, which browsers call without credentials",
        (_METHOD,),
        lambda seen: _is_preflight(seen) and _is_open(seen),
        (ScannerRule("cdk_nag", "AwsSolutions-APIG4"),),
        "Browsers send no credentials before a cross-origin call; a mock answers, no function.",
        "`api.cors: null`",
    ),
    Suppression(
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
    Suppression(
        "no-request-validator",
        "An API without a validator of bodies and parameters",
        ("AWS::ApiGateway::RestApi",),
        _no_validator,
        (ScannerRule("cdk_nag", "AwsSolutions-APIG2"),),
        _why_no_validator,
        "`request_models` and `request_parameters` of a route, with `validate: all`",
        "No route declares a body or parameters to check; the application checks its input.",
    ),
)

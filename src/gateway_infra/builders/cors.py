"""CORS at the gateway: OPTIONS by mock integration, and headers on the gateway's own errors.

The answer to a preflight is computed, as one fixed header cannot name several origins:

* the request's ``Origin`` is compared as a whole string, so ``https://a.example.com.evil.net`` is
  a stranger;
* it is read from the header map only, as ``$input.params('origin')`` would also take it from the
  query string; the map is case-sensitive, browsers send ``Origin`` and HTTP/2 sends ``origin``;
* a stranger gets no Allow header at all, and ``Vary: Origin`` keeps caches from mixing answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import apigateway

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import api_id, path_words
from gateway_infra.builders.values import Value
from gateway_infra.config.api import CorsConfig


@dataclass(frozen=True)
class CorsMethods(Bundle):
    """The OPTIONS method of every path."""

    methods: dict[str, apigateway.Method]


@dataclass(frozen=True)
class CorsErrors(Bundle):
    """The gateway responses that stand for all its 4xx and 5xx answers."""

    client_errors: apigateway.GatewayResponse
    server_errors: apigateway.GatewayResponse


def cors_methods(
    name: str,
    config: CorsConfig,
    *,
    api_id_value: Value,
    resource_ids: Mapping[str, Value],
    methods: Mapping[str, Sequence[str]],
) -> CorsMethods:
    """Build an OPTIONS method for each path of `resource_ids`, open to all and without a key.

    `methods` names for each path what a browser may call there. The mock integration answers 204
    without calling a function. ``CONVERT_TO_TEXT`` keeps the template readable to the mock where
    the API treats every content type as binary.
    """
    base = api_id(name)
    return CorsMethods(
        {
            path: apigateway.Method(
                f"{base}MethodOptions{path_words(path)}",
                RestApiId=api_id_value,
                ResourceId=resource_ids[path],
                HttpMethod="OPTIONS",
                AuthorizationType="NONE",
                ApiKeyRequired=False,
                Integration=apigateway.Integration(
                    Type="MOCK",
                    ContentHandling="CONVERT_TO_TEXT",
                    PassthroughBehavior="WHEN_NO_MATCH",
                    RequestTemplates={"application/json": '{"statusCode": 204}'},
                    IntegrationResponses=[
                        apigateway.IntegrationResponse(
                            StatusCode="204",
                            ResponseTemplates={
                                "application/json": preflight_template(config, methods[path])
                            },
                        )
                    ],
                ),
                MethodResponses=[apigateway.MethodResponse(StatusCode="204")],
            )
            for path in sorted(resource_ids)
        }
    )


def preflight_template(config: CorsConfig, methods: Sequence[str]) -> str:
    """Return the mapping template (VTL) that answers a preflight for a path with `methods`."""
    allow = {
        "Access-Control-Allow-Origin": "'*'" if config.origins == ["*"] else "$origin",
        "Access-Control-Allow-Methods": f"'{','.join(methods)}'",
        "Access-Control-Allow-Headers": f"'{','.join(config.headers)}'",
        "Access-Control-Max-Age": f"'{config.max_age}'",
    }
    if config.credentials:
        allow["Access-Control-Allow-Credentials"] = "'true'"
    known = " || ".join(f"$origin == '{origin}'" for origin in config.origins)
    condition = "$origin != ''" if config.origins == ["*"] else known
    lines = [
        "#set($headers = $input.params().header)",
        # Quoted and quiet, so that a header that is missing is empty text, whatever it is to `if`.
        "#set($origin = \"$!headers.get('origin')\")",
        "#if($origin == '')#set($origin = \"$!headers.get('Origin')\")#end",
        "#set($context.responseOverride.header.Vary = 'Origin')",
        f"#if({condition})",
        *(f"#set($context.responseOverride.header.{key} = {allow[key]})" for key in sorted(allow)),
        "#end",
    ]
    return "\n".join(lines) + "\n"


def cors_errors(name: str, config: CorsConfig, *, api_id_value: Value) -> CorsErrors:
    """Build the gateway responses that put CORS headers on API Gateway's own errors.

    Without them a browser hides a 403 or 429 behind a CORS failure. Their headers are mapped, not
    computed, so they cannot compare: with several origins they name the first, or with
    ``error_origin: echo`` whatever ``Origin`` the request sent.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
    """
    origin = f"'{config.origins[0]}'"
    if config.error_origin == "echo" and config.origins != ["*"]:
        origin = "method.request.header.Origin"
    headers = {
        "Access-Control-Allow-Headers": f"'{','.join(config.headers)}'",
        "Access-Control-Allow-Origin": origin,
        "Vary": "'Origin'",
    }
    if config.credentials:
        headers["Access-Control-Allow-Credentials"] = "'true'"
    mapped = {f"gatewayresponse.header.{key}": value for key, value in sorted(headers.items())}
    base = api_id(name)
    return CorsErrors(
        client_errors=_gateway_response(f"{base}ClientErrors", "DEFAULT_4XX", api_id_value, mapped),
        server_errors=_gateway_response(f"{base}ServerErrors", "DEFAULT_5XX", api_id_value, mapped),
    )


def _gateway_response(
    logical_id: str, response_type: str, api: Value, headers: dict[str, str]
) -> Any:
    return apigateway.GatewayResponse(
        logical_id, RestApiId=api, ResponseType=response_type, ResponseParameters=headers
    )

"""CORS at the gateway: OPTIONS by mock integration, and headers on the gateway's own errors.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import apigateway

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.cors_preflight import error_headers, preflight_template
from gateway_infra.builders.shared.naming import api_id, path_words
from gateway_infra.builders.shared.values import Value
from gateway_infra.sections.cors import CorsConfig


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


def cors_errors(name: str, config: CorsConfig, *, api_id_value: Value) -> CorsErrors:
    """Build the gateway responses that put CORS headers on API Gateway's own errors.

    Without them a browser hides a 403 or 429 behind a CORS failure. Their headers are mapped, not
    computed, so they cannot compare: with several origins they name the first, or with
    ``error_origin: echo`` whatever ``Origin`` the request sent.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
    """
    mapped = error_headers(config)
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

"""The section on the API: routes, CORS, the stage, the usage plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from gateway_infra.sections.access import AccessConfig, EndpointType
from gateway_infra.sections.authorizers import AuthorizerConfig, AuthorizerName
from gateway_infra.sections.cors import CorsConfig
from gateway_infra.sections.route import AnyAuthorization, AnyRoute, RouteKey
from gateway_infra.sections.schema import ModelName, Schema
from gateway_infra.sections.stage import StageConfig, ThrottlingConfig
from gateway_infra.sections.usage_plan import UsagePlanConfig
from gateway_infra.sections.waf import WafConfig
from gateway_infra.values.section import DISTINCT, InSchema, Salt, Section, ShortForm, like, matches
from gateway_infra.values.value_types import VpcEndpointId

_MEDIA_TYPE = matches(
    r"[A-Za-z0-9!#$&^_.+*-]+/[A-Za-z0-9!#$&^_.+*-]+", "a media type, as in image/png"
)


class ApiConfig(Section):
    """Settings of the REST API itself."""

    endpoint: EndpointType = Field(
        default="regional",
        description="regional: at an address on the internet; private: through VPC endpoints of "
        "the service execute-api alone",
    )
    minimum_compression_size: int | None = Field(
        default=None,
        ge=0,
        le=10485760,
        description="bytes from which answers are compressed; unset: never",
        examples=[1024],
    )
    binary_media_types: list[Annotated[str, _MEDIA_TYPE]] = Field(
        default=[],
        description="content types passed on as binary",
        json_schema_extra=DISTINCT,
        examples=[["image/png"], ["*/*"]],
    )
    integration_timeout: int = Field(
        default=29,
        ge=1,
        le=900,
        description="seconds the gateway waits for a function; above 29 the account's quota "
        "must have been raised",
    )


DOCUMENT_NAME = r"([A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*\.(yaml|yml|json)"
_A_DOCUMENT = "a .yaml, .yml or .json file in the folder of environments, as in petstore.yaml"


class OpenApiConfig(Section):
    """The OpenAPI document that routes are taken from."""

    file: Annotated[
        str, InSchema({**like(DOCUMENT_NAME, _A_DOCUMENT), "format": "uri-reference"})
    ] = Field(description="its name in the folder of environments", examples=["petstore.yaml"])
    function: str | None = Field(
        default=None,
        description="the function of routes that name none; unset: the only one there is",
        examples=["web"],
    )


OpenApiInput = Annotated[
    OpenApiConfig,
    ShortForm("file", DOCUMENT_NAME, _A_DOCUMENT, "a document's name, or a mapping with `file`"),
]


class ApiSection(ApiConfig):
    """The API: routes, who may call, and how it is run."""

    authorization: AnyAuthorization = Field(
        description="who may call: iam, cognito, lambda, or {type: none, reason: …}",
        examples=[
            "iam",
            {"type": "cognito", "scopes": ["jobs/read"]},
            {"type": "none", "reason": "The application checks its callers itself."},
        ],
    )
    authorizers: dict[AuthorizerName, AuthorizerConfig] = Field(
        default={},
        description="what decides about callers, by name, for `authorization` of cognito and "
        "lambda: docs/authorization.md",
        examples=[
            {"users": {"type": "cognito", "pool": {}}},
            {"partners": {"type": "lambda", "function": "authorizer"}},
        ],
    )
    require_authorization: bool = Field(
        default=False,
        description="whether `authorization` must not be none; a route's own may, with its reason",
    )
    require_models: bool = Field(
        default=False,
        description="whether each POST, PUT, PATCH and ANY needs `request_models`, or says "
        "`validate: none`",
    )
    vpc_endpoints: list[VpcEndpointId] = Field(
        default=[],
        description="of a private API, the VPC endpoints that get an address of it and may call; "
        "unset: those of `access`, at the address that private DNS gives",
        json_schema_extra=DISTINCT,
        examples=[["vpce-0a1b2c3d4e5f60718"], [{"stack_output": "network/ApiEndpoint"}]],
    )
    access: AccessConfig | None = Field(
        default=None,
        description="the allow-lists of the API's resource policy; unset: no policy, or of a "
        "private API one for its vpc_endpoints",
        examples=[{"cidrs": ["203.0.113.0/24"]}],
    )
    waf: WafConfig | None = Field(
        default=None,
        description="AWS WAF before the stage; unset: none",
        examples=[{}, {"rate_limit": 500, "count": ["core"]}],
    )
    routes: dict[RouteKey, AnyRoute] = Field(
        min_length=1,
        description="routes by method and path, as in 'GET /jobs: web'",
        examples=[{"GET /jobs/{id}": "web", "ANY /{proxy+}": "web"}],
    )
    openapi: OpenApiInput | None = Field(
        default=None,
        description="an OpenAPI document of the same folder, as in petstore.yaml, whose routes, "
        "parameters, models and security are taken; `routes` and `models` stand above it",
        examples=["petstore.yaml", {"file": "petstore.yaml", "function": "web"}],
    )
    definition: Literal["resources", "openapi"] = Field(
        default="resources",
        description="how the API is defined: a resource for each path and method, or one OpenAPI "
        "document, which is one resource for any number of routes",
    )
    models: dict[ModelName, Schema] = Field(
        default={},
        description="JSON Schemas by name, for `request_models` of routes",
        examples=[
            {"NewJob": {"type": "object", "required": ["name"]}},
            {"Report": {"file": "schemas/report.json"}},
        ],
    )
    cors: CorsConfig | None = Field(
        default=None,
        description="browser origins; unset: no CORS at all",
        examples=[{"origins": ["https://app.example.com"]}],
    )
    throttling: ThrottlingConfig = Field(
        default=ThrottlingConfig.model_construct(), description="requests a second and at once"
    )
    stage: StageConfig = Field(
        default=StageConfig.model_construct(), description="logs, variables and cache of the stage"
    )
    usage_plan: UsagePlanConfig = Field(
        default=UsagePlanConfig.model_construct(), description="keys and quota"
    )
    redeploy: Salt | None = Field(
        default=None,
        description="any text; a new one deploys the API anew",
        examples=["2026-11-23"],
    )

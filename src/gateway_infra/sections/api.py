"""The section on the API: routes, CORS, the stage, the usage plan."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from gateway_infra.sections.authorizers import AuthorizerConfig, AuthorizerName
from gateway_infra.sections.protection import AccessConfig, EndpointType, WafConfig, as_written
from gateway_infra.sections.route import AnyAuthorization, AnyRoute, RouteKey
from gateway_infra.sections.schema import ModelName, Schema
from gateway_infra.values.section import (
    DISTINCT,
    InSchema,
    Number,
    Salt,
    Section,
    ShortForm,
    like,
    matches,
    refuse_doubles,
    wrong,
)
from gateway_infra.values.values import VpcEndpointId

_ORIGIN = re.compile(r"(https?)://([A-Za-z0-9.-]+)(:([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_MEDIA_TYPE = matches(
    r"[A-Za-z0-9!#$&^_.+*-]+/[A-Za-z0-9!#$&^_.+*-]+", "a media type, as in image/png"
)
_HEADER = matches(r"[A-Za-z0-9!#$%&*+.^_|~-]+", "a header's name, as in Content-Type")
_KEY_NAME = matches(
    r"[a-z][a-z0-9]*(-[a-z0-9]+)*", "small letters, digits and single hyphens, as in partner-a"
)
_STAGE_VARIABLE = matches(r"[A-Za-z0-9_]{1,64}", "1 to 64 letters, digits and underscores", "GI520")
_STAGE_VALUE = matches(
    r"[A-Za-z0-9._~:/?#&=,-]{1,512}",
    "1 to 512 letters, digits and any of . _ ~ : / ? # & = , -",
    "GI520",
)
_LOG_FIELD = matches(
    r"[A-Za-z][A-Za-z0-9_]{0,63}",
    "a name of letters, digits and underscores, as in userAgent",
    "GI513",
)
_LOG_VARIABLE = matches(
    r"\$context\.[A-Za-z][A-Za-z0-9_.-]{0,127}",
    "one variable, as in $context.identity.userAgent",
    "GI513",
)


def _origin(origin: str) -> str:
    """Take an origin in the one spelling that browsers send, as it is compared as text."""
    if origin == "*":
        return origin
    scheme, colons, rest = origin.partition("://")
    if "," in origin or " " in origin.strip():
        raise wrong("holds several origins, or none; make each an item of the list", "GI405")
    if "*" in origin and "/" not in rest:
        message = "holds a wildcard, and origins are compared as text; list each of them"
        raise wrong(message, "GI404")
    match = _ORIGIN.fullmatch(scheme.lower() + colons + rest)
    if not match:
        if colons:
            message = "is no origin: scheme, host and port only, no path, no slash at the end"
            raise wrong(message, "GI405")
        raise wrong("is no origin; write the scheme too, as in https://app.example.com", "GI405")
    port = match[4]
    if port and not 0 < int(port) < 65536:
        raise wrong("is no origin: ports go from 1 to 65535", "GI405")
    sent = f"{match[1]}://{match[2].lower()}"
    if port and port != _DEFAULT_PORTS[match[1]]:
        sent += f":{int(port)}"
    if sent != origin:
        raise wrong(f"is '{origin}', but browsers send '{sent}'; write that", "GI406")
    return origin


_PORT = "[1-9][0-9]{0,4}"
Origin = Annotated[
    str,
    AfterValidator(_origin),
    InSchema(
        like(
            rf"\*|http://[a-z0-9.-]+(:(?!80$){_PORT})?|https://[a-z0-9.-]+(:(?!443$){_PORT})?",
            "an origin as browsers send it, as in https://app.example.com, or '*'",
        )
    ),
]


CACHE_SIZES = (0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118.0, 237.0)
"""GB: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html"""


def _cache_size(value: Any) -> Any:
    if isinstance(value, bool) or value not in CACHE_SIZES:
        raise wrong(f"must be one of {', '.join(f'{size:g}' for size in CACHE_SIZES)} (GB)")
    return float(value)


class CorsConfig(Section):
    """Which browser origins may call; answered by the gateway, without the function.

    An origin that is not listed gets no Allow header at all.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    """

    origins: list[Origin] = Field(
        min_length=1,
        description="exact origins, or '*' alone",
        json_schema_extra={
            **DISTINCT,
            "if": {"contains": {"const": "*"}},
            "then": {"maxItems": 1},
        },
        examples=[["https://app.example.com"], ["*"]],
    )
    headers: list[Annotated[str, _HEADER]] = Field(
        default=["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key"],
        description="request headers that a browser may send",
        json_schema_extra=DISTINCT,
    )
    methods: list[Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]] = Field(
        default=["GET", "POST", "OPTIONS"],
        min_length=1,
        description="what ANY stands for",
        json_schema_extra=DISTINCT,
    )
    max_age: int = Field(
        default=600, ge=0, le=86400, description="seconds that a browser may keep the answer"
    )
    credentials: bool = Field(
        default=False, description="whether cookies and logins may be sent along"
    )
    error_origin: Literal["first", "echo"] = Field(
        default="first",
        description="the origin named in the gateway's own errors, which cannot compare: "
        "the first of the list, or what the request sent as `Origin` (HTTP/2 clients may spell it "
        "`origin`, which AWS's pages leave open here)",
    )

    @model_validator(mode="after")
    def _safe(self) -> CorsConfig:
        if "*" in self.origins and len(self.origins) > 1:
            at = ("origins", self.origins.index("*"))
            raise wrong("lists '*' beside other origins; keep either", "GI401", at)
        if "*" in self.origins and self.credentials:
            message = "has '*' together with credentials, which browsers refuse; list origins"
            raise wrong(message, "GI402", ("origins",))
        if self.error_origin == "echo" and self.credentials:
            raise wrong(
                "echoes any origin together with credentials, which lets every site read errors "
                "as the user; use error_origin: first",
                "GI403",
                ("error_origin",),
            )
        for key in ("origins", "headers", "methods"):
            refuse_doubles(getattr(self, key), key)
        return self


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

    @model_validator(mode="after")
    def _distinct_types(self) -> ApiConfig:
        refuse_doubles(self.binary_media_types, "binary_media_types")
        return self


class ThrottlingConfig(Section):
    """Limits on all callers together, on the stage and in the usage plan.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    rate: Number = Field(default=1000, gt=0, description="requests a second, sustained")
    burst: int = Field(default=2000, ge=1, description="requests at once")


class CacheConfig(Section):
    """The cache of the stage, which AWS bills by the hour; routes with `cache` use it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
    """

    size: Annotated[
        float,
        BeforeValidator(_cache_size),
        InSchema({"enum": list(CACHE_SIZES)}),
    ] = Field(default=0.5, description="GB; 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237")
    ttl: int = Field(default=300, ge=1, le=3600, description="seconds that an answer is kept")
    encrypted: bool = Field(default=True, description="whether kept answers are encrypted")


class StageConfig(Section):
    """Logs, variables and cache of the stage ``v1``.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """

    logging_level: Literal["OFF", "ERROR", "INFO"] = Field(
        default="ERROR", description="what the execution log holds"
    )
    data_trace: bool = Field(
        default=False,
        description="whether whole requests and answers are logged; may show personal data",
    )
    access_log_fields: dict[Annotated[str, _LOG_FIELD], Annotated[str, _LOG_VARIABLE]] = Field(
        default={},
        description="what each line of the access log holds beside its own fields, as in "
        "{userAgent: $context.identity.userAgent}",
        examples=[{"userAgent": "$context.identity.userAgent"}],
    )
    variables: dict[Annotated[str, _STAGE_VARIABLE], Annotated[str, _STAGE_VALUE]] = Field(
        default={}, max_length=100, description="stage variables", examples=[{"COLOR": "green"}]
    )
    cache: CacheConfig | None = Field(
        default=None, description="the cache that routes may use; unset: none"
    )


class QuotaConfig(Section):
    """How many requests one API key may make in a period."""

    limit: int = Field(ge=1, description="requests a period", examples=[10000])
    period: Literal["DAY", "WEEK", "MONTH"] = Field(default="MONTH", description="the period")


class UsagePlanConfig(Section):
    """The usage plan: API keys and their quota; its throttle is the API's.

    A usage plan binds only callers that send a key. A key is no authentication.
    """

    keys: list[Annotated[str, _KEY_NAME]] = Field(
        default=[],
        description="API keys to make, by name; AWS makes the value",
        json_schema_extra=DISTINCT,
        examples=[["partner-a"]],
    )
    quota: QuotaConfig | None = Field(
        default=None, description="requests a key may make; unset: no limit"
    )

    @model_validator(mode="after")
    def _distinct(self) -> UsagePlanConfig:
        refuse_doubles(self.keys, "keys")
        return self


DOCUMENT_NAME = r"([A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*\.(yaml|yml|json)"
_A_DOCUMENT = "a .yaml, .yml or .json file in the folder of environments, as in petstore.yaml"


def _file_only(value: Any) -> Any:
    """Read ``openapi: petstore.yaml`` as ``openapi: {file: petstore.yaml}``."""
    if not isinstance(value, str | dict | BaseModel):
        raise wrong("must be a document's name, or a mapping with `file`")
    return {"file": value} if isinstance(value, str) else value


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
    OpenApiConfig, BeforeValidator(_file_only), ShortForm(DOCUMENT_NAME, _A_DOCUMENT)
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

    @model_validator(mode="after")
    def _distinct_endpoints(self) -> ApiSection:
        refuse_doubles(as_written(self.vpc_endpoints), "vpc_endpoints")
        return self

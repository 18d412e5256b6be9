"""A route: where it leads, who may call, what its callers must send, and how it is run."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.sections.routes import ROUTE_PATTERN, route_fault
from gateway_infra.sections.schema import ModelOrSchema
from gateway_infra.values.section import (
    DISTINCT,
    NAME_PATTERN,
    InSchema,
    Number,
    Section,
    ShortForm,
    like,
    matches,
    without,
    wrong,
)

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_CONTENT_TYPE = matches(
    r"[A-Za-z0-9!#$&^_.+*-]+/[A-Za-z0-9!#$&^_.+*-]+|\$default",
    "a content type, as in application/json, or $default for all others",
)
_NAME = r"(querystring|header)\.[A-Za-z0-9._$-]+"
_PARAMETER = matches(_NAME, "querystring.NAME or header.NAME, as in header.X-Id")
_NO_VARIABLE = matches(
    r"(?s)(?:(?!\$\{).)*", "text without '${', which would read as a variable in a template"
)
_CACHE_KEY = matches(
    _NAME, "querystring.NAME or header.NAME; the path tells answers apart by itself"
)
_SCOPE = matches(r"[!#-\[\]-~]{1,257}", "a scope as tokens carry it, as in jobs/read or openid")


def _route_key(key: str) -> str:
    fault = route_fault(key)
    if fault:
        raise wrong(fault.message, fault.rule)
    return key


_WAYS = "iam, cognito, lambda"
_OF_TYPES = ("cognito", "lambda")


def _type_is(*types: str) -> dict[str, Any]:
    return {"properties": {"type": {"enum": list(types)}}, "required": ["type"]}


class Authorization(Section):
    """Who may call: ``iam``, ``cognito``, ``lambda``, or with a reason anyone (``none``).

    ``iam`` takes signed requests, ``cognito`` tokens of a user pool, and with ``lambda`` a function
    decides. An API key is no authorization: it tells callers apart for quotas.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": _type_is("iam", *_OF_TYPES),
            "then": {
                **without("type: iam, cognito or lambda", "reason"),
                "if": _type_is("iam", "lambda"),
                "then": {
                    **without("type: iam or lambda", "scopes"),
                    "if": _type_is("iam"),
                    "then": without("type: iam", "authorizer"),
                },
            },
            "else": {
                "required": ["reason"],
                "if": _type_is("none"),
                "then": without("type: none", "authorizer", "scopes"),
            },
        }
    )

    type: Literal["none", "iam", "cognito", "lambda"] = Field(
        description="none, iam, cognito or lambda"
    )
    reason: str | None = Field(
        default=None,
        min_length=10,
        description="why anyone may call; required with none",
        examples=["The application checks its callers itself."],
    )
    authorizer: (
        Annotated[str, InSchema(like(NAME_PATTERN.pattern, "a name under `api.authorizers`"))]
        | None
    ) = Field(
        default=None,
        description="cognito and lambda: the name under `api.authorizers`; unset: the only one of "
        "that type",
        examples=["users"],
    )
    scopes: list[Annotated[str, _SCOPE]] = Field(
        default=[],
        description="cognito: scopes of which the access token must carry one; unset: any ID token "
        "of the pools will do",
        json_schema_extra=DISTINCT,
        examples=[["jobs/read"]],
    )

    @model_validator(mode="after")
    def _reasoned(self) -> Authorization:
        if self.type == "none" and not self.reason:
            raise wrong(
                "is none, so anyone who reaches the API may call, from the internet or, with "
                "endpoint: private, from its networks; say why: "
                "{type: none, reason: …}, or use iam, cognito or lambda",
                "GI340",
            )
        if self.type != "none" and self.reason:
            raise wrong(f"needs no reason with {self.type}; remove it", "GI341")
        if self.type not in _OF_TYPES and self.authorizer is not None:
            message = f"is {self.type}, which no authorizer decides; remove `authorizer`"
            raise wrong(message, "GI344", ("authorizer",))
        if self.type != "cognito" and self.scopes:
            message = f"are of access tokens, which {self.type} does not read; remove them, or use "
            raise wrong(f"{message}cognito", "GI344", ("scopes",))
        return self


AnyAuthorization = Annotated[
    Authorization,
    ShortForm("type", "iam|cognito|lambda", f"{_WAYS}, or {{type: none, reason: …}}"),
]


class RouteThrottling(Section):
    """Limits on all callers of one route together; what is unset is the API's.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    rate: Number | None = Field(
        default=None,
        gt=0,
        description="requests a second, sustained; unset: the API's",
        examples=[5],
    )
    burst: int | None = Field(
        default=None, ge=1, description="requests at once; unset: the API's", examples=[10]
    )


class RouteCache(Section):
    """How the answers of a GET route are kept; needs `api.stage.cache`.

    Requests that agree in path and `keys` get the same answer, whoever sends them.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
    """

    ttl: int | None = Field(
        default=None,
        ge=1,
        le=3600,
        description="seconds; unset: that of api.stage.cache",
        examples=[300],
    )
    keys: list[Annotated[str, _CACHE_KEY]] = Field(
        default=[],
        description="names under `request_parameters` that tell answers apart, beside the path",
        json_schema_extra=DISTINCT,
        examples=[["querystring.page"]],
    )


class RouteConfig(Section):
    """Where a route leads, what it asks of its caller, and how it is run."""

    function: Annotated[
        str, InSchema(like(NAME_PATTERN.pattern, "a function's name under `functions`"))
    ] = Field(description="the function's name under `functions`", examples=["web"])
    description: Annotated[str, Field(min_length=1, max_length=1024), _NO_VARIABLE] | None = Field(
        default=None,
        description="what the route does, for people",
        examples=["Lists jobs, page by page."],
    )
    api_key: bool = Field(default=False, description="whether the caller must send x-api-key")
    authorization: AnyAuthorization | None = Field(
        default=None, description="this route's own; unset: the API's"
    )
    request_models: dict[Annotated[str, _CONTENT_TYPE], ModelOrSchema] = Field(
        default={},
        description="content types with the model of their body; bodies of other types pass "
        "unchecked unless $default is listed",
        examples=[{"application/json": "NewJob"}],
    )
    request_parameters: dict[Annotated[str, _PARAMETER], bool] = Field(
        default={},
        description="querystring.NAME and header.NAME, whose case counts; true: required",
        examples=[{"querystring.page": False, "header.X-Request-Id": True}],
    )
    validation: Literal["all", "body", "parameters", "none"] | None = Field(
        default=None,
        alias="validate",
        description="what the gateway answers 400 for; unset: the body where there are models, "
        "and parameters where one is required",
    )
    throttling: RouteThrottling | None = Field(
        default=None, description="this route's own limits; unset: the API's"
    )
    timeout: int | None = Field(
        default=None,
        ge=1,
        le=900,
        description="seconds the gateway waits for the function; unset: api.integration_timeout",
        examples=[10],
    )
    cache: RouteCache | None = Field(
        default=None, description="how answers are kept; unset: not at all"
    )

    @property
    def checked(self) -> Literal["all", "body", "parameters"] | None:
        """What the gateway checks before it calls the function; ``None`` for nothing."""
        if self.validation is not None:
            return None if self.validation == "none" else self.validation
        required = any(self.request_parameters.values())
        if self.request_models:
            return "all" if required else "body"
        return "parameters" if required else None


RouteKey = Annotated[
    str,
    AfterValidator(_route_key),
    InSchema(like(ROUTE_PATTERN, "a method, a space and a path, as in 'GET /jobs/{id}'")),
]
AnyRoute = Annotated[
    RouteConfig,
    ShortForm("function", NAME_PATTERN.pattern, "a function's name, or a mapping with `function`"),
]

RULES = (
    Rule.error(
        "GI340",
        "Anyone may call, and nothing says why",
        "An API without authorization is open to the whole internet, or, if private, to all its "
        "networks; that must be a decision, with a reason that a reviewer can read.",
        "Write {type: none, reason: …}, or use iam, cognito or lambda.",
        f"{_GUIDE}apigateway-control-access-to-api.html",
    ),
    Rule.error(
        "GI341",
        "A reason for what needs none",
        "A reason beside iam, cognito or lambda is left over from a time when anyone could call, "
        "and misleads readers.",
        "Remove the reason, or write type: none.",
        f"{_GUIDE}permissions.html",
    ),
    Rule.error(
        "GI344",
        "A setting of another type of authorization",
        "Scopes are read from a user pool's access tokens, and only cognito and lambda have an "
        "authorizer: elsewhere these words would ask for nothing.",
        "Remove it, or write the type that has it.",
        f"{_GUIDE}apigateway-integrate-with-cognito.html",
    ),
)

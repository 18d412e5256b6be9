"""Authorizers: what decides about callers before a function is called."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from gateway_infra.reading.diagnostics import did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.route import Authorization
from gateway_infra.sections.user_pool import UserPoolConfig
from gateway_infra.values.section import (
    DISTINCT,
    NAME_PATTERN,
    InSchema,
    Section,
    like,
    matches,
    refuse_doubles,
    without,
    wrong,
)
from gateway_infra.values.value_types import FunctionArn, RoleArn, UserPoolArn

_GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
MAX_POOLS = 1000
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html"""

_HEADER = matches(r"[A-Za-z0-9!#$%&*+.^_|~-]{1,256}", "a header's name, as in Authorization")
_SOURCE = matches(
    r"(header|querystring|stageVariables|context)\.[A-Za-z0-9._$-]{1,256}",
    "header.NAME, querystring.NAME, stageVariables.NAME or context.NAME, as in header.X-Tenant",
)
_PATTERN = matches(
    r"(?:(?!\$\{)[ -~]){1,256}", "a regular expression of up to 256 plain characters, without '${'"
)
_SURE = ("unterminated", "missing )", "unbalanced", "nothing to repeat", "bad escape (end")
"""What Python says of faults that no dialect of regular expressions takes otherwise."""


def _regular(value: str) -> str:
    """Refuse what is no regular expression; what Python alone does not read passes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(value)
    except re.error as error:
        # Java, which API Gateway is written in, quotes text between \Q and \E.
        if r"\Q" not in value and error.msg.startswith(_SURE):
            at = "" if error.pos is None else f" at character {error.pos + 1}"
            message = f"is '{value}', which is no regular expression ({error.msg}{at}): no "
            message += "token could match it; correct it, or put \\ before what stands for itself"
            raise wrong(message, "GI949") from None
    return value


OF_COGNITO = ("pools", "pool")
OF_LAMBDA = ("function", "arn", "role", "kind", "pattern", "identity_sources", "ttl")
_OF_TOKEN = ("header", "pattern")
_OF_REQUEST = ("identity_sources",)


def _is(key: str, value: object) -> dict[str, Any]:
    return {"properties": {key: {"const": value}}, "required": [key]}


def _one_of(*keys: str) -> list[dict[str, Any]]:
    return [{"required": [key]} for key in keys]


_COGNITO_SCHEMA: dict[str, Any] = {
    **without("type: cognito", *OF_LAMBDA),
    "anyOf": _one_of(*OF_COGNITO),
    "if": {"properties": {"pool": {"type": "object"}}, "required": ["pool"]},
    "then": without("pool", "pools"),
}

_LAMBDA_SCHEMA: dict[str, Any] = {
    **without("type: lambda", *OF_COGNITO),
    "anyOf": _one_of("function", "arn"),
    "dependentSchemas": {
        "function": {
            "if": {"properties": {"function": {"type": "string"}}},
            "then": without("function", "arn", "role"),
        }
    },
    "if": _is("kind", "request"),
    "then": {
        **without("kind: request", *_OF_TOKEN),
        "if": _is("ttl", 0),
        "else": {"required": ["identity_sources"]},
    },
    "else": {"if": _is("kind", "token"), "then": without("kind: token", *_OF_REQUEST)},
}


class AuthorizerConfig(Section):
    """What decides about callers: user pools that made their tokens, or a function.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
    """

    model_config = ConfigDict(
        json_schema_extra={
            "if": _is("type", "cognito"),
            "then": _COGNITO_SCHEMA,
            "else": {"if": _is("type", "lambda"), "then": _LAMBDA_SCHEMA},
        }
    )

    type: Literal["cognito", "lambda"] = Field(
        description="cognito: tokens of user pools; lambda: what a function says"
    )
    pools: list[UserPoolArn] = Field(
        default=[],
        min_length=1,
        max_length=MAX_POOLS,
        description="cognito: user pools that are there already, by ARN",
        examples=[["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123"]],
    )
    pool: UserPoolConfig | None = Field(
        default=None,
        description="cognito: a user pool to make, `{}` for one as it should be",
        examples=[{"mfa": "optional"}],
    )
    function: (
        Annotated[str, InSchema(like(NAME_PATTERN.pattern, "a function's name under `functions`"))]
        | None
    ) = Field(
        default=None,
        description="lambda: the function's name under `functions`",
        examples=["authorizer"],
    )
    arn: FunctionArn | None = Field(
        default=None, description="lambda: a function elsewhere, best an alias of it"
    )
    role: RoleArn | None = Field(
        default=None,
        description="the role with which API Gateway calls the function of `arn`; unset: the "
        "function's own policy must let it",
    )
    kind: Literal["token", "request"] | None = Field(
        default=None,
        description="lambda: token: it decides by one header; request: by the whole request; "
        "unset: token",
    )
    header: Annotated[str, _HEADER] | None = Field(
        default=None,
        description="the header that holds the token; not with request; unset: Authorization",
        examples=["X-Token"],
    )
    pattern: Annotated[str, _PATTERN, AfterValidator(_regular)] | None = Field(
        default=None,
        description="token: a regular expression that tokens must match, or the caller gets 401 "
        "without a call of the function",
        examples=["Bearer [A-Za-z0-9._-]+"],
    )
    identity_sources: list[Annotated[str, _SOURCE]] = Field(
        default=[],
        description="request: header.NAME, querystring.NAME, stageVariables.NAME and context.NAME: "
        "a request without one of them gets 401, and decisions are kept by them",
        json_schema_extra=DISTINCT,
        examples=[["header.X-Partner", "context.httpMethod", "context.path"]],
    )
    ttl: int | None = Field(
        default=None,
        ge=0,
        le=3600,
        description="lambda: seconds that a decision is kept; 0: none is; unset: 300",
        examples=[60],
    )

    @property
    def of_request(self) -> bool:
        """Whether a function decides by the whole request."""
        return self.kind == "request"

    @property
    def token_header(self) -> str:
        """The header that holds the token, where there is one."""
        return self.header or "Authorization"

    @property
    def seconds_kept(self) -> int:
        """How long a function's decision is kept; AWS's own default.

        https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
        """
        return 300 if self.ttl is None else self.ttl

    @model_validator(mode="after")
    def _of_one_type(self) -> AuthorizerConfig:
        if self.type == "cognito":
            self._refuse(OF_LAMBDA, "type: cognito")
            self._one_of("pools", "pool", "user pools that there are, or `pool: {}` to make one")
            refuse_doubles([pool for pool in self.pools if isinstance(pool, str)], "pools")
            return self
        self._refuse(OF_COGNITO, "type: lambda")
        self._one_of("function", "arn", "one of this file, or `arn`, of one elsewhere")
        if self.role is not None and self.arn is None:
            message = "is for a function elsewhere (`arn`); one of this file is permitted by its "
            raise wrong(f"{message}own policy; remove it", "GI348", ("role",))
        if self.of_request:
            self._refuse(_OF_TOKEN, "kind: request")
        else:
            self._refuse(_OF_REQUEST, "kind: token")
        if self.of_request and self.seconds_kept and not self.identity_sources:
            raise wrong(
                f"keeps decisions for {self.seconds_kept} s by nothing that tells requests apart, "
                "which API Gateway refuses; list `identity_sources`, or write ttl: 0",
                "GI349",
            )
        return self

    def _refuse(self, keys: tuple[str, ...], word: str) -> None:
        for key in keys:
            if getattr(self, key) not in (None, []):
                raise wrong(f"does not go with `{word}`; remove it", "GI348", (key,))

    def _one_of(self, first: str, second: str, what: str) -> None:
        given = [key for key in (first, second) if getattr(self, key) not in (None, [])]
        if len(given) == 2:
            message = f"has `{first}` and `{second}`; keep either"
            raise wrong(message, "GI348", (second,))
        if not given:
            raise wrong(f"needs `{first}`, {what}", "GI348")


AuthorizerName: TypeAlias = Annotated[
    str,
    Field(max_length=40),
    matches(
        rf"(?!sigv4$){NAME_PATTERN.pattern}",
        "small letters, digits and single hyphens, as in users; the name sigv4 is reserved",
    ),
]

_EXAMPLES = {
    "cognito": "users: {type: cognito, pool: {}}",
    "lambda": "partners: {type: lambda, function: NAME}",
}


class Choice(NamedTuple):
    """The authorizer that is meant, or why that cannot be told."""

    name: str | None
    fault: str = ""


def chosen(kind: str, name: str | None, types: Mapping[str, str]) -> Choice:
    """Return the authorizer that an authorization of type `kind` means.

    `name` is the one that it names, `types` the type of each that there is.
    """
    if kind not in ("cognito", "lambda"):
        return Choice(None)
    fitting = [key for key, type_ in types.items() if type_ == kind]
    if name is not None:
        if name not in types:
            hint = did_you_mean(name, types)
            return Choice(
                None, f"names the authorizer '{name}', which is not under `api.authorizers`{hint}"
            )
        if name not in fitting:
            return Choice(None, f"is {kind}, but the authorizer '{name}' is {types[name]}")
        return Choice(name)
    if len(fitting) == 1:
        return Choice(fitting[0])
    if not fitting:
        message = f"is {kind}, and `api.authorizers` has none of that type; write "
        return Choice(None, f"{message}{_EXAMPLES[kind]} there")
    return Choice(
        None,
        f"is {kind}, which {' and '.join(fitting)} are: write "
        f"{{type: {kind}, authorizer: {fitting[0]}}}",
    )


def authorizer_of(
    authorization: Authorization, authorizers: Mapping[str, AuthorizerConfig]
) -> str | None:
    """Return the name of the authorizer that decides, ``None`` where none does.

    Raise `ValueError` where none is there, or it cannot be told which.
    """
    types = {name: item.type for name, item in authorizers.items()}
    found = chosen(authorization.type, authorization.authorizer, types)
    if found.fault:
        raise ValueError(f"the authorization {found.fault}")
    return found.name


RULES = (
    Rule.error(
        "GI348",
        "An authorizer of two kinds, or of none",
        "Tokens are checked by user pools, or a function decides; each has settings of its own, "
        "which API Gateway ignores or refuses for the other.",
        "Keep the settings of one kind.",
        f"{_GUIDE}apigateway-control-access-to-api.html",
    ),
    Rule.error(
        "GI349",
        "Decisions are kept by nothing that tells requests apart",
        'AWS on identity sources: "For the REQUEST authorizer, this is required when authorization '
        'caching is enabled."',
        "List identity_sources, or write ttl: 0.",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html",
    ),
    Rule.error(
        "GI949",
        "A pattern that is no regular expression",
        "API Gateway compares each token with the pattern before it calls the function; none fits "
        "one that cannot be read.",
        "Correct it; a bracket or a star that stands for itself has a backslash before it.",
        f"{_GUIDE}configure-api-gateway-lambda-authorization.html",
    ),
)

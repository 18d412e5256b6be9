"""A user pool that is made here: who may sign in, how, and what their tokens may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import DISTINCT, Section, matches, wrong

SCOPE = matches(
    r"[A-Za-z0-9._-]{1,128}/[A-Za-z0-9._:-]{1,128}",
    "a group of scopes, a slash and a name, as in jobs/read",
)
"""Cognito joins a resource server's identifier and a scope's name with a slash.
https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html"""

_DOMAIN = matches(
    r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    "1 to 63 small letters, digits and hyphens, without aws, amazon and cognito, as in jobs-prod",
)
_URL = matches(
    r"https://[^\s#]{1,1000}|http://localhost[^\s#]{0,1000}|"
    r"(?!https?:)[a-z][a-z0-9+.-]*://[^\s#]{0,1000}",
    "an https URL without a fragment, http://localhost…, or an app's own scheme, "
    "as in https://app.example.com/signed-in",
)
_DESCRIPTION = matches(r"[^${}]{1,256}", "1 to 256 characters without $, { and }")
_TOGETHER: dict[str, dict[str, JsonValue]] = {
    "scopes": {"properties": {"scopes": {"type": "object", "minProperties": 1}}},
    "domain": {"properties": {"domain": {"type": "string"}}},
    "callback_urls": {"properties": {"callback_urls": {"type": "array", "minItems": 1}}},
}
"""What is written together or not at all, and when it is written, for a JSON Schema."""


class UserPoolConfig(Section):
    """A Cognito user pool: users, their sign-in, and one app client that gets tokens for them.

    Passwords have 14 characters or more of all four classes, and go over the wire by SRP alone;
    users sign in by e-mail address, and what the pool answers does not tell whether one exists.
    https://docs.aws.amazon.com/cognito/latest/developerguide/managing-security.html
    """

    model_config = ConfigDict(
        json_schema_extra={
            "dependentSchemas": {
                key: {"if": given, "then": {"required": [*_TOGETHER]}}
                for key, given in _TOGETHER.items()
            }
        }
    )

    mfa: Literal["required", "optional"] = Field(
        default="required", description="whether users need a second factor, an authenticator app"
    )
    sign_up: bool = Field(
        default=False,
        description="whether anyone may make a user of their own; false: administrators make them",
    )
    confidential: bool = Field(
        default=False,
        description="whether the app client has a secret, which only a server can keep",
    )
    scopes: dict[Annotated[str, SCOPE], Annotated[str, _DESCRIPTION]] = Field(
        default={},
        max_length=100,
        description="scopes that access tokens may carry, each with what it lets its bearer do; "
        "needs `domain` and `callback_urls`",
        examples=[{"jobs/read": "Reads jobs."}],
    )
    domain: Annotated[str, _DOMAIN] | None = Field(
        default=None,
        description="beginning of the host that serves sign-in pages; nobody else in the region "
        "may have it",
        examples=["jobs-prod"],
    )
    callback_urls: list[Annotated[str, _URL]] = Field(
        default=[],
        max_length=100,
        description="where sign-in pages send users back to, with a code for tokens",
        json_schema_extra=DISTINCT,
        examples=[["https://app.example.com/signed-in"]],
    )
    access_minutes: int = Field(
        default=60, ge=5, le=1440, description="minutes that access and ID tokens hold"
    )
    refresh_days: int = Field(
        default=30, ge=1, le=3650, description="days until users must sign in again"
    )

    @model_validator(mode="after")
    def _can_give_scopes(self) -> UserPoolConfig:
        """Require what puts scopes into tokens: pages to sign in, and where they lead.

        A token that a user gets by SRP carries ``aws.cognito.signin.user.admin`` alone.
        https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
        """
        given = {
            "scopes": bool(self.scopes),
            "domain": self.domain is not None,
            "callback_urls": bool(self.callback_urls),
        }
        if any(given.values()) and not all(given.values()):
            there = " and ".join(f"`{key}`" for key, is_there in given.items() if is_there)
            lacking = " and ".join(f"`{key}`" for key, is_there in given.items() if not is_there)
            raise wrong(
                f"has {there} without {lacking}: only users who sign in on the pool's pages "
                "(`domain`), which send them back to `callback_urls`, get tokens with `scopes`; "
                "write all three, or none",
                "GI946",
            )
        return self


RULES = (
    Rule.error(
        "GI946",
        "A user pool that gives no scopes",
        "Scopes come into access tokens by OAuth: users sign in on pages under the pool's domain, "
        "which send them back to a URL of the application with a code.",
        "Write scopes, domain and callback_urls, or none of them.",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/"
        "cognito-user-pools-define-resource-servers.html",
    ),
)

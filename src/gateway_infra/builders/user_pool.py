"""A Cognito user pool with one app client, for tokens that API Gateway checks itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import Sub, cognito

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import path_words, user_pool_id
from gateway_infra.builders.shared.values import TagMap, attribute, ref, sub
from gateway_infra.sections.user_pool import UserPoolConfig

STANDARD_SCOPES = ("email", "openid", "profile")
"""What sign-in pages may put into tokens beside the pool's own scopes.
https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html"""


@dataclass(frozen=True)
class UserPool(Bundle):
    """A pool, its app client, and where it gives scopes, resource servers and the domain."""

    pool: cognito.UserPool
    servers: dict[str, cognito.UserPoolResourceServer]
    client: cognito.UserPoolClient
    domain: cognito.UserPoolDomain | None

    @property
    def id(self) -> Any:
        """The pool's id, as ``Ref``."""
        return ref(self.pool)

    @property
    def arn(self) -> Any:
        """The pool's ARN."""
        return attribute(self.pool, "Arn")

    @property
    def issuer(self) -> Sub:
        """What tokens of the pool have as ``iss``, and where its keys are published below.

        https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
        """
        return sub("https://${Url}", {"Url": attribute(self.pool, "ProviderName")})


def user_pool(name: str, config: UserPoolConfig, *, pool_name: str, tags: TagMap) -> UserPool:
    """Build the user pool of the authorizer `name`.

    Users sign in by e-mail address; what they know of each other is nothing, as the pool answers
    alike for users that are there and that are not. The pool stays when its stack is deleted: the
    passwords in it cannot be had again. Threat protection is left off: it belongs to the plan Plus,
    which costs more for each user.
    https://docs.aws.amazon.com/cognito/latest/developerguide/managing-security.html
    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html
    """
    base = user_pool_id(name)
    pool = cognito.UserPool(
        base,
        UserPoolName=pool_name,
        UsernameAttributes=["email"],
        UsernameConfiguration=cognito.UsernameConfiguration(CaseSensitive=False),
        AutoVerifiedAttributes=["email"],
        # A new address counts once its owner has confirmed it.
        UserAttributeUpdateSettings=cognito.UserAttributeUpdateSettings(
            AttributesRequireVerificationBeforeUpdate=["email"]
        ),
        AdminCreateUserConfig=cognito.AdminCreateUserConfig(
            AllowAdminCreateUserOnly=not config.sign_up
        ),
        AccountRecoverySetting=cognito.AccountRecoverySetting(
            RecoveryMechanisms=[cognito.RecoveryOption(Name="verified_email", Priority=1)]
        ),
        MfaConfiguration="ON" if config.mfa == "required" else "OPTIONAL",
        EnabledMfas=["SOFTWARE_TOKEN_MFA"],
        Policies=cognito.Policies(
            PasswordPolicy=cognito.PasswordPolicy(
                MinimumLength=14,
                RequireLowercase=True,
                RequireNumbers=True,
                RequireSymbols=True,
                RequireUppercase=True,
                TemporaryPasswordValidityDays=3,
            )
        ),
        DeletionProtection="ACTIVE",
        UserPoolTags=dict(sorted(tags.items())),
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
    )
    servers = _servers(base, config, pool)
    domain = None
    if config.domain is not None:
        domain = cognito.UserPoolDomain(f"{base}Domain", Domain=config.domain, UserPoolId=ref(pool))
    return UserPool(pool, servers, _client(base, config, pool, servers), domain)


def _servers(
    base: str, config: UserPoolConfig, pool: cognito.UserPool
) -> dict[str, cognito.UserPoolResourceServer]:
    """Build a resource server for what stands before the slash of scopes.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
    """
    groups: dict[str, list[str]] = {}
    for scope in sorted(config.scopes):
        groups.setdefault(scope.partition("/")[0], []).append(scope)
    return {
        group: cognito.UserPoolResourceServer(
            f"{base}Scopes{path_words(f'/{group}')}",
            UserPoolId=ref(pool),
            Identifier=group,
            Name=group,
            Scopes=[
                cognito.ResourceServerScopeType(
                    ScopeName=scope.partition("/")[2], ScopeDescription=config.scopes[scope]
                )
                for scope in scopes
            ],
        )
        for group, scopes in groups.items()
    }


def _client(
    base: str,
    config: UserPoolConfig,
    pool: cognito.UserPool,
    servers: dict[str, cognito.UserPoolResourceServer],
) -> cognito.UserPoolClient:
    """Build the app client: passwords by SRP alone, and the code flow where there are scopes.

    https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html
    """
    oauth: dict[str, Any] = {}
    if config.scopes:
        oauth = {
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": sorted((*STANDARD_SCOPES, *config.scopes)),
            "CallbackURLs": list(config.callback_urls),
            "SupportedIdentityProviders": ["COGNITO"],
            # A scope must be there before a client may have it.
            "DependsOn": sorted(server.title for server in servers.values()),
        }
    return cognito.UserPoolClient(
        f"{base}Client",
        UserPoolId=ref(pool),
        GenerateSecret=config.confidential,
        ExplicitAuthFlows=["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        PreventUserExistenceErrors="ENABLED",
        EnableTokenRevocation=True,
        AccessTokenValidity=config.access_minutes,
        IdTokenValidity=config.access_minutes,
        RefreshTokenValidity=config.refresh_days,
        TokenValidityUnits=cognito.TokenValidityUnits(
            AccessToken="minutes", IdToken="minutes", RefreshToken="days"
        ),
        **oauth,
    )

"""User pools with clients, domains and resource servers, in moto's store: no API serves them."""

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from moto.cognitoidp.models import CognitoIdpBackend, cognitoidp_backends

from ..pools import with_own_key
from .base import schema, succeeded, updated_model

POOL = (
    *("AccountRecoverySetting", "AdminCreateUserConfig", "AutoVerifiedAttributes"),
    *("DeletionProtection", "EnabledMfas", "MfaConfiguration", "Policies"),
    *("UserAttributeUpdateSettings", "UserPoolName", "UserPoolTags", "UsernameAttributes"),
    *("UsernameConfiguration", "Arn", "ProviderName", "ProviderURL"),
)
KNOWN = ("Arn", "ProviderName", "ProviderURL")
CLIENT = (
    *("AccessTokenValidity", "AllowedOAuthFlows", "AllowedOAuthFlowsUserPoolClient"),
    *("AllowedOAuthScopes", "CallbackURLs", "EnableTokenRevocation", "ExplicitAuthFlows"),
    *("GenerateSecret", "IdTokenValidity", "PreventUserExistenceErrors", "RefreshTokenValidity"),
    *("SupportedIdentityProviders", "TokenValidityUnits", "UserPoolId"),
)


def _backend(request: ResourceRequest) -> CognitoIdpBackend:
    return cognitoidp_backends[request.account_id][request.region_name]


def _settings(model: dict[str, Any], *left_out: str) -> dict[str, Any]:
    return {name: value for name, value in model.items() if name not in left_out}


class UserPool(ResourceProvider):
    """A pool; a protected one is not deleted, as on AWS."""

    TYPE = "AWS::Cognito::UserPool"
    SCHEMA = schema(TYPE, POOL, "UserPoolId", (), (*KNOWN, "UserPoolId"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        name = model.get("UserPoolName", request.logical_resource_id)
        pool = with_own_key(_backend(request).create_user_pool(name, _settings(model)))
        provider = f"cognito-idp.{request.region_name}.amazonaws.com/{pool.id}"
        known = {"UserPoolId": pool.id, "Arn": pool.arn, "ProviderName": provider}
        return succeeded(request, {**model, **known, "ProviderURL": f"https://{provider}"})

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        _backend(request).update_user_pool(model["UserPoolId"], _settings(model))
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        if model.get("DeletionProtection") == "ACTIVE":
            raise ValueError("The user pool cannot be deleted because deletion protection is on")
        _backend(request).delete_user_pool(model["UserPoolId"])
        return succeeded(request)


class UserPoolClient(ResourceProvider):
    """An app client; a scope that no resource server has is refused, as on AWS."""

    TYPE = "AWS::Cognito::UserPoolClient"
    SCHEMA = schema(TYPE, CLIENT, "ClientId", ("UserPoolId", "GenerateSecret"), ("ClientId",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        backend = _backend(request)
        pool = backend.describe_user_pool(model["UserPoolId"])
        known = {
            f"{server.identifier}/{scope['ScopeName']}"
            for server in pool.resource_servers.values()
            for scope in server.scopes
        }
        custom = {scope for scope in model.get("AllowedOAuthScopes", []) if "/" in scope}
        if custom - known:
            raise ValueError(f"invalid_scope: {', '.join(sorted(custom - known))}")
        client = backend.create_user_pool_client(
            model["UserPoolId"], model.get("GenerateSecret", False), _settings(model, "UserPoolId")
        )
        return succeeded(request, {**model, "ClientId": client.id})

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        _backend(request).update_user_pool_client(
            model["UserPoolId"], model["ClientId"], _settings(model, "UserPoolId", "ClientId")
        )
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        _backend(request).delete_user_pool_client(model["UserPoolId"], model["ClientId"])
        return succeeded(request)


class UserPoolResourceServer(ResourceProvider):
    """What gives scopes."""

    TYPE = "AWS::Cognito::UserPoolResourceServer"
    SCHEMA = schema(TYPE, ("Name", "Scopes", "UserPoolId"), "Identifier", ("UserPoolId",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        _backend(request).create_resource_server(
            model["UserPoolId"], model["Identifier"], model["Name"], model.get("Scopes", [])
        )
        return succeeded(request, dict(model))

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        pool = _backend(request).describe_user_pool(model["UserPoolId"])
        pool.resource_servers[model["Identifier"]].scopes = model.get("Scopes", [])
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        pool = _backend(request).describe_user_pool(model["UserPoolId"])
        del pool.resource_servers[model["Identifier"]]
        return succeeded(request)


class UserPoolDomain(ResourceProvider):
    """Where a pool's pages would be; there are none here. A domain that is taken is refused."""

    TYPE = "AWS::Cognito::UserPoolDomain"
    SCHEMA = schema(TYPE, ("UserPoolId",), "Domain", ("UserPoolId", "Domain"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        backend = _backend(request)
        if model["Domain"] in backend.user_pool_domains:
            raise ValueError("Domain already associated with another user pool.")
        backend.create_user_pool_domain(model["UserPoolId"], model["Domain"])
        return succeeded(request, dict(model))

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return succeeded(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        _backend(request).delete_user_pool_domain(request.desired_state["Domain"])
        return succeeded(request)


PROVIDERS = (UserPool, UserPoolClient, UserPoolDomain, UserPoolResourceServer)

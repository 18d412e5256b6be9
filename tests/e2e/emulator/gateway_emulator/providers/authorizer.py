"""``AWS::ApiGateway::Authorizer``, which LocalStack's CloudFormation does not know."""

from typing import Any

from localstack.services.apigateway.models import apigateway_stores
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from .base import Patch, changed, remove, replace, schema, succeeded, updated_model

NAMES = {
    "AuthorizerCredentials": "authorizerCredentials",
    "AuthorizerResultTtlInSeconds": "authorizerResultTtlInSeconds",
    "AuthorizerUri": "authorizerUri",
    "IdentitySource": "identitySource",
    "IdentityValidationExpression": "identityValidationExpression",
    "Name": "name",
    "ProviderARNs": "providerARNs",
    "Type": "type",
}


class Authorizer(ResourceProvider):
    """What decides about callers."""

    TYPE = "AWS::ApiGateway::Authorizer"
    SCHEMA = schema(TYPE, (*NAMES, "RestApiId"), "AuthorizerId", ("RestApiId",), ("AuthorizerId",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        made = request.aws_client_factory.apigateway.create_authorizer(
            restApiId=model["RestApiId"], **_arguments(model)
        )
        return succeeded(request, {**model, "AuthorizerId": made["id"]})

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.apigateway.update_authorizer(
            restApiId=model["RestApiId"],
            authorizerId=model["AuthorizerId"],
            patchOperations=_patches(request),
        )
        # The store itself: a patch cannot carry a list here.
        store = apigateway_stores[request.account_id][request.region_name]
        authorizers = store.rest_apis[model["RestApiId"]].authorizers
        authorizers[model["AuthorizerId"]]["providerARNs"] = model.get("ProviderARNs", [])
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        request.aws_client_factory.apigateway.delete_authorizer(
            restApiId=model["RestApiId"], authorizerId=model["AuthorizerId"]
        )
        return succeeded(request)


def _arguments(model: dict[str, Any]) -> dict[str, Any]:
    return {argument: model[name] for name, argument in NAMES.items() if name in model}


def _patches(request: ResourceRequest) -> list[Patch]:
    new = request.desired_state
    patches: list[Patch] = []
    for name, argument in NAMES.items():
        if name == "ProviderARNs" or not changed(request, name):
            continue
        patches.append(
            replace(f"/{argument}", new[name]) if name in new else remove(f"/{argument}")
        )
    return patches


PROVIDERS = (Authorizer,)

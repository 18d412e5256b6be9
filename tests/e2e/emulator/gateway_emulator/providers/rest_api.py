"""``AWS::ApiGateway::RestApi``: the key source at creation, and every update."""

import json
from typing import Any

from localstack.services.apigateway.resource_providers.aws_apigateway_restapi import (
    ApiGatewayRestApiProvider,
)
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from moto.apigateway.models import apigateway_backends

from .base import Patch, changed, merge_tags, remove, replace, succeeded, updated_model

PATHS = {
    "Name": "/name",
    "Description": "/description",
    "ApiKeySourceType": "/apiKeySource",
    "DisableExecuteApiEndpoint": "/disableExecuteApiEndpoint",
    "MinimumCompressionSize": "/minimumCompressionSize",
}
DEFAULTS = {"ApiKeySourceType": "HEADER", "DisableExecuteApiEndpoint": False}


class RestApi(ApiGatewayRestApiProvider):
    """An API, from single resources or from an OpenAPI ``Body``."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        event = super().create(request)
        if source := request.desired_state.get("ApiKeySourceType"):
            request.aws_client_factory.apigateway.update_rest_api(
                restApiId=event.resource_model["RestApiId"],
                patchOperations=[replace(PATHS["ApiKeySourceType"], source)],
            )
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        client = request.aws_client_factory.apigateway
        if patches := _patches(request):
            client.update_rest_api(restApiId=model["RestApiId"], patchOperations=patches)
        if changed(request, "EndpointConfiguration"):
            _set_endpoint(request, model)
        if changed(request, "Body") and (body := model.get("Body")):
            client.put_rest_api(
                restApiId=model["RestApiId"],
                mode=model.get("Mode", "merge"),
                body=json.dumps(body).encode(),
                parameters={"basepath": "ignore", **model.get("Parameters", {})},
            )
        # The store itself: the API's tagging calls write where get_rest_api does not read.
        api = apigateway_backends[request.account_id][request.region_name].apis[model["RestApiId"]]
        api.tags = merge_tags(api.tags, request)
        return succeeded(request, model)


def _patches(request: ResourceRequest) -> list[Patch]:
    new, old = request.desired_state, request.previous_state
    patches = [
        replace(path, new.get(name, DEFAULTS.get(name, "")))
        for name, path in PATHS.items()
        if changed(request, name)
    ]
    if changed(request, "Policy"):
        patches.append(replace("/policy", _json(new.get("Policy", ""))))
    return patches + _media_type_patches(new, old)


def _set_endpoint(request: ResourceRequest, model: dict[str, Any]) -> None:
    """Set type and VPC endpoints in the store itself, as patches of them change nothing there."""
    api = apigateway_backends[request.account_id][request.region_name].apis[model["RestApiId"]]
    wanted = model.get("EndpointConfiguration") or {}
    endpoints = wanted.get("VpcEndpointIds") or []
    api.endpoint_configuration = {
        "types": wanted.get("Types") or ["EDGE"],
        **({"vpcEndpointIds": list(endpoints)} if endpoints else {}),
    }


def _media_type_patches(new: dict[str, Any], old: dict[str, Any]) -> list[Patch]:
    wanted = set(new.get("BinaryMediaTypes") or [])
    present = set(old.get("BinaryMediaTypes") or [])
    added = [{"op": "add", "path": _media_path(name)} for name in sorted(wanted - present)]
    return added + [remove(_media_path(name)) for name in sorted(present - wanted)]


def _media_path(name: str) -> str:
    return "/binaryMediaTypes/" + name.replace("/", "~1")


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


PROVIDERS = (RestApi,)

"""API keys and usage plans. Throttle and quota are stored, and not enforced."""

from typing import Any

from localstack.services.apigateway.resource_providers import (
    aws_apigateway_apikey,
    aws_apigateway_usageplan,
)
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from moto.apigateway.models import apigateway_backends

from .base import Patch, changed, remove, replace, succeeded, tag_changes, updated_model


class ApiKey(aws_apigateway_apikey.ApiGatewayApiKeyProvider):
    """A key; a new name or value is a new key."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.apigateway.update_api_key(
            apiKey=model["APIKeyId"],
            patchOperations=[
                replace("/enabled", model.get("Enabled", False)),
                replace("/description", model.get("Description", "")),
                replace("/customerId", model.get("CustomerId", "")),
            ],
        )
        _tag(request, f"apikeys/{model['APIKeyId']}")
        return succeeded(request, model)


class UsagePlan(aws_apigateway_usageplan.ApiGatewayUsagePlanProvider):
    """What the keys of a plan may call; LocalStack's update changes no stage."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        model.setdefault("UsagePlanName", request.previous_state["UsagePlanName"])
        request.aws_client_factory.apigateway.update_usage_plan(
            usagePlanId=model["Id"], patchOperations=_patches(request, model)
        )
        if changed(request, "ApiStages"):
            _set_stages(request, model)
        _tag(request, f"usageplans/{model['Id']}")
        return succeeded(request, model)


def _patches(request: ResourceRequest, model: dict[str, Any]) -> list[Patch]:
    patches = [
        replace("/name", model["UsagePlanName"]),
        replace("/description", model.get("Description", "")),
    ]
    for name in ("Quota", "Throttle"):
        if changed(request, name):
            patches.append(remove(f"/{name.lower()}"))
            patches += [
                replace(f"/{name.lower()}/{key[0].lower()}{key[1:]}", value)
                for key, value in (model.get(name) or {}).items()
            ]
    return patches


def _set_stages(request: ResourceRequest, model: dict[str, Any]) -> None:
    """Write the stages into the store: patches cannot carry the throttle of a method here."""
    backend = apigateway_backends[request.account_id][request.region_name]
    backend.usage_plans[model["Id"]].api_stages = [
        {key[0].lower() + key[1:]: value for key, value in stage.items()}
        for stage in model.get("ApiStages") or []
    ]


def _tag(request: ResourceRequest, path: str) -> None:
    client = request.aws_client_factory.apigateway
    arn = f"arn:aws:apigateway:{request.region_name}::/{path}"
    added, removed = tag_changes(request)
    if added:
        client.tag_resource(resourceArn=arn, tags=added)
    if removed:
        client.untag_resource(resourceArn=arn, tagKeys=removed)


PROVIDERS = (ApiKey, UsagePlan)

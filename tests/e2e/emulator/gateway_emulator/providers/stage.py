"""``AWS::ApiGateway::Stage``: method settings and access logs at creation, and every update.

As on AWS, logging needs the account's CloudWatch role, which ``AWS::ApiGateway::Account`` sets.
"""

from typing import Any

from localstack.services.apigateway.resource_providers.aws_apigateway_stage import (
    ApiGatewayStageProvider,
)
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from moto.apigateway.models import apigateway_backends

from .base import Patch, merge_tags, remove, replace, succeeded, updated_model

METHOD_SETTINGS = {
    "CachingEnabled": "caching/enabled",
    "CacheDataEncrypted": "caching/dataEncrypted",
    "CacheTtlInSeconds": "caching/ttlInSeconds",
    "DataTraceEnabled": "logging/dataTrace",
    "LoggingLevel": "logging/loglevel",
    "MetricsEnabled": "metrics/enabled",
    "ThrottlingBurstLimit": "throttling/burstLimit",
    "ThrottlingRateLimit": "throttling/rateLimit",
}
UNSUPPORTED = ("CanarySetting", "ClientCertificateId", "DocumentationVersion")
NO_ROLE = "CloudWatch Logs role ARN must be set in account settings to enable logging"


class Stage(ApiGatewayStageProvider):
    """What a deployment is served under."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        _check(request)
        event = super().create(request)
        _patch(request, _setting_patches(request.desired_state))
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        _check(request)
        new, old = request.desired_state, request.previous_state
        # An update cannot remove the settings of one method here, so all of them start anew.
        backend = apigateway_backends[request.account_id][request.region_name]
        stage = backend.get_stage(new["RestApiId"], old["StageName"])
        stage.method_settings.clear()
        model = updated_model(self, request)
        _patch(request, _patches(model, old), model["StageName"])
        _tag(request, model)
        return succeeded(request, model)


def _check(request: ResourceRequest) -> None:
    model = request.desired_state
    if names := [name for name in UNSUPPORTED if name in model]:
        raise ValueError(f"The emulator does not support {', '.join(names)} of a stage.")
    levels = {setting.get("LoggingLevel", "OFF") for setting in model.get("MethodSettings") or []}
    if model.get("AccessLogSetting") or levels - {"OFF"}:
        account = request.aws_client_factory.apigateway.get_account()
        if not account.get("cloudwatchRoleArn"):
            raise ValueError(NO_ROLE)


def _patch(request: ResourceRequest, patches: list[Patch], stage: str | None = None) -> None:
    if patches:
        request.aws_client_factory.apigateway.update_stage(
            restApiId=request.desired_state["RestApiId"],
            stageName=stage or request.desired_state["StageName"],
            patchOperations=patches,
        )


def _patches(new: dict[str, Any], old: dict[str, Any]) -> list[Patch]:
    patches = [
        replace("/deploymentId", new["DeploymentId"]),
        replace("/description", new.get("Description", "")),
        replace("/tracingEnabled", new.get("TracingEnabled", False)),
    ]
    variables = new.get("Variables") or {}
    patches += [replace(f"/variables/{name}", value) for name, value in variables.items()]
    gone = (old.get("Variables") or {}).keys() - variables.keys()
    patches += [remove(f"/variables/{name}") for name in sorted(gone)]
    if old.get("AccessLogSetting") and not new.get("AccessLogSetting"):
        patches.append(remove("/accessLogSettings"))
    return patches + _setting_patches(new)


def _setting_patches(model: dict[str, Any]) -> list[Patch]:
    access_log = model.get("AccessLogSetting") or {}
    patches = [
        replace(f"/accessLogSettings/{name[0].lower()}{name[1:]}", value)
        for name, value in access_log.items()
    ]
    for setting in model.get("MethodSettings") or []:
        path = _method_path(setting)
        patches += [
            replace(f"{path}/{suffix}", setting[name])
            for name, suffix in METHOD_SETTINGS.items()
            if name in setting
        ]
    return patches


def _method_path(setting: dict[str, Any]) -> str:
    resource = setting.get("ResourcePath", "/*").strip("/").replace("/", "~1")
    return f"/{resource or '~1'}/{setting.get('HttpMethod', '*')}"


def _tag(request: ResourceRequest, model: dict[str, Any]) -> None:
    backend = apigateway_backends[request.account_id][request.region_name]
    stage = backend.get_stage(model["RestApiId"], model["StageName"])
    stage.tags = merge_tags(stage.tags, request)


PROVIDERS = (Stage,)

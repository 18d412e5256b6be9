"""Log groups and metric filters. A filter is stored; it never makes a metric here."""

from typing import Any

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from localstack.services.logs.resource_providers.aws_logs_loggroup import LogsLogGroupProvider
from moto.logs.models import logs_backends

from .base import changed, schema, succeeded, tag_changes, tag_map, updated_model


class LogGroup(LogsLogGroupProvider):
    """A group with its retention, key and tags, which LocalStack leaves out."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        event = super().create(request)
        model = event.resource_model
        _set_retention(request, model)
        _set_key(request, model)
        if tags := tag_map(model.get("Tags")):
            request.aws_client_factory.logs.tag_resource(resourceArn=_arn(model), tags=tags)
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        if changed(request, "RetentionInDays"):
            _set_retention(request, model)
        if changed(request, "KmsKeyId"):
            _set_key(request, model)
        client = request.aws_client_factory.logs
        added, removed = tag_changes(request)
        if added:
            client.tag_resource(resourceArn=_arn(model), tags=added)
        if removed:
            client.untag_resource(resourceArn=_arn(model), tagKeys=removed)
        return succeeded(request, model)


class MetricFilter(ResourceProvider):
    """Counts in a log; missing from LocalStack."""

    TYPE = "AWS::Logs::MetricFilter"
    SCHEMA = schema(
        TYPE,
        ("ApplyOnTransformedLogs", "FilterPattern", "LogGroupName", "MetricTransformations"),
        "FilterName",
        ("FilterName", "LogGroupName"),
    )

    def create(self, request: ResourceRequest) -> ProgressEvent:
        request.desired_state.setdefault(
            "FilterName", generate_default_name(request.stack_name, request.logical_resource_id)
        )
        return self._put(request, request.desired_state)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        _delete_filter(request, model)  # the API would overwrite it; the emulator adds a second
        return self._put(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        _delete_filter(request, request.desired_state)
        return succeeded(request)

    @staticmethod
    def _put(request: ResourceRequest, model: dict[str, Any]) -> ProgressEvent:
        request.aws_client_factory.logs.put_metric_filter(
            logGroupName=model["LogGroupName"],
            filterName=model["FilterName"],
            filterPattern=model["FilterPattern"],
            metricTransformations=[_transformation(one) for one in model["MetricTransformations"]],
        )
        return succeeded(request, model)


def _delete_filter(request: ResourceRequest, model: dict[str, Any]) -> None:
    request.aws_client_factory.logs.delete_metric_filter(
        logGroupName=model["LogGroupName"], filterName=model["FilterName"]
    )


def _transformation(properties: dict[str, Any]) -> dict[str, Any]:
    result = {name[0].lower() + name[1:]: value for name, value in properties.items()}
    if "defaultValue" in result:
        result["defaultValue"] = float(result["defaultValue"])
    if "dimensions" in result:
        result["dimensions"] = {one["Key"]: one["Value"] for one in result["dimensions"]}
    return result


def _set_retention(request: ResourceRequest, model: dict[str, Any]) -> None:
    client, name = request.aws_client_factory.logs, model["LogGroupName"]
    if days := model.get("RetentionInDays"):
        client.put_retention_policy(logGroupName=name, retentionInDays=int(days))
    elif request.previous_state:
        client.delete_retention_policy(logGroupName=name)


def _set_key(request: ResourceRequest, model: dict[str, Any]) -> None:
    """Set the group's key in the store: the emulator has no AssociateKmsKey."""
    backend = logs_backends[request.account_id][request.region_name]
    backend.groups[model["LogGroupName"]].kms_key_id = model.get("KmsKeyId")


def _arn(model: dict[str, Any]) -> str:
    return str(model["Arn"]).removesuffix(":*")


PROVIDERS = (LogGroup, MetricFilter)

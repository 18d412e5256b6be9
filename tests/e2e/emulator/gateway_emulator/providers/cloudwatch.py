"""Alarms and dashboards. They are stored; no alarm is evaluated."""

import json
from typing import Any

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from localstack.services.cloudwatch.resource_providers.aws_cloudwatch_alarm import (
    CloudWatchAlarmProvider,
)

from .base import schema, succeeded, tag_changes, tag_map, updated_model


class Alarm(CloudWatchAlarmProvider):
    """Written as a whole, as the API does."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        event = super().create(request)
        if tags := tag_map(request.desired_state.get("Tags")):
            _tag(request, event.resource_model["Arn"], tags)
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.cloudwatch.put_metric_alarm(
            **{name: value for name, value in model.items() if name not in ("Arn", "Id", "Tags")}
        )
        added, removed = tag_changes(request)
        if added:
            _tag(request, model["Arn"], added)
        if removed:
            request.aws_client_factory.cloudwatch.untag_resource(
                ResourceARN=model["Arn"], TagKeys=removed
            )
        return succeeded(request, model)


class Dashboard(ResourceProvider):
    """Missing from LocalStack; the body must be JSON, its widgets are not checked."""

    TYPE = "AWS::CloudWatch::Dashboard"
    SCHEMA = schema(TYPE, ("DashboardBody",), "DashboardName", ("DashboardName",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        request.desired_state.setdefault(
            "DashboardName", generate_default_name(request.stack_name, request.logical_resource_id)
        )
        return self._put(request, request.desired_state)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return self._put(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        request.aws_client_factory.cloudwatch.delete_dashboards(
            DashboardNames=[request.desired_state["DashboardName"]]
        )
        return succeeded(request)

    @staticmethod
    def _put(request: ResourceRequest, model: dict[str, Any]) -> ProgressEvent:
        json.loads(model["DashboardBody"])
        request.aws_client_factory.cloudwatch.put_dashboard(
            DashboardName=model["DashboardName"], DashboardBody=model["DashboardBody"]
        )
        return succeeded(request, model)


def _tag(request: ResourceRequest, arn: str, tags: dict[str, str]) -> None:
    request.aws_client_factory.cloudwatch.tag_resource(
        ResourceARN=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )


PROVIDERS = (Alarm, Dashboard)

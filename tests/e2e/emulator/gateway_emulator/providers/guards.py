"""Guards of the account: flow logs, a trail, AWS Config. Each is stored, and watches nothing."""

import json
from typing import Any

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from .base import schema, succeeded, tag_map, updated_model

FLOW_LOG = (
    "DeliverLogsPermissionArn",
    "LogDestination",
    "LogDestinationType",
    "LogFormat",
    "LogGroupName",
    "MaxAggregationInterval",
    "ResourceId",
    "ResourceType",
    "Tags",
    "TrafficType",
)
TRAIL = (
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
    "EnableLogFileValidation",
    "EventSelectors",
    "IncludeGlobalServiceEvents",
    "IsLogging",
    "IsMultiRegionTrail",
    "KMSKeyId",
    "S3BucketName",
    "Tags",
)
TRAIL_CALLS = {"KMSKeyId": "KmsKeyId"}
CONFIG_RULE = (
    "Description",
    "InputParameters",
    "MaximumExecutionFrequency",
    "Scope",
    "Source",
)


class FlowLog(ResourceProvider):
    """A flow log; any change but that of tags makes another."""

    TYPE = "AWS::EC2::FlowLog"
    SCHEMA = schema(TYPE, FLOW_LOG, "Id", (name for name in FLOW_LOG if name != "Tags"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        tags = [{"Key": key, "Value": value} for key, value in tag_map(model.get("Tags")).items()]
        given = {key: model[key] for key in FLOW_LOG if key in model and key != "Tags"}
        given["ResourceIds"] = [given.pop("ResourceId")]
        # The emulator takes the figure for text, and then none but its default.
        given.pop("MaxAggregationInterval", None)
        specification = {"ResourceType": "vpc-flow-log", "Tags": tags}
        answer = request.aws_client_factory.ec2.create_flow_logs(
            **given, TagSpecifications=[specification]
        )
        if answer["Unsuccessful"]:
            raise RuntimeError(answer["Unsuccessful"][0]["Error"]["Message"])
        model["Id"] = answer["FlowLogIds"][0]
        return succeeded(request)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return succeeded(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        request.aws_client_factory.ec2.delete_flow_logs(FlowLogIds=[request.desired_state["Id"]])
        return succeeded(request)


class Trail(ResourceProvider):
    """A trail with its selectors."""

    TYPE = "AWS::CloudTrail::Trail"
    SCHEMA = schema(TYPE, (*TRAIL, "Arn"), "TrailName", ("TrailName",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model, client = request.desired_state, request.aws_client_factory.cloudtrail
        tags = [{"Key": key, "Value": value} for key, value in tag_map(model.get("Tags")).items()]
        answer = client.create_trail(Name=model["TrailName"], TagsList=tags, **_trail(model))
        model["Arn"] = answer["TrailARN"]
        return self._rest(request, model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        client = request.aws_client_factory.cloudtrail
        client.update_trail(Name=model["TrailName"], **_trail(model))
        return self._rest(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        client = request.aws_client_factory.cloudtrail
        client.delete_trail(Name=request.desired_state["TrailName"])
        return succeeded(request)

    @staticmethod
    def _rest(request: ResourceRequest, model: dict[str, Any]) -> ProgressEvent:
        client, name = request.aws_client_factory.cloudtrail, model["TrailName"]
        if model["IsLogging"]:
            client.start_logging(Name=name)
        selectors = model.get("EventSelectors") or [
            {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
        ]
        client.put_event_selectors(TrailName=name, EventSelectors=selectors)
        return succeeded(request, model)


def _trail(model: dict[str, Any]) -> dict[str, Any]:
    """Say what the API calls by other names, and without what it takes elsewhere."""
    elsewhere = ("EventSelectors", "IsLogging", "Tags")
    names = [key for key in TRAIL if key in model and key not in elsewhere]
    return {TRAIL_CALLS.get(key, key): model[key] for key in names}


class ConfigRule(ResourceProvider):
    """A rule of AWS Config; moto knows AWS's own, and takes no other."""

    TYPE = "AWS::Config::ConfigRule"
    SCHEMA = schema(TYPE, CONFIG_RULE, "ConfigRuleName", ("ConfigRuleName",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        request.desired_state.setdefault(
            "ConfigRuleName",
            generate_default_name(request.stack_name, request.logical_resource_id),
        )
        return self._put(request, request.desired_state)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return self._put(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        name = request.desired_state["ConfigRuleName"]
        request.aws_client_factory.config.delete_config_rule(ConfigRuleName=name)
        return succeeded(request)

    @staticmethod
    def _put(request: ResourceRequest, model: dict[str, Any]) -> ProgressEvent:
        rule = {key: model[key] for key in (*CONFIG_RULE, "ConfigRuleName") if key in model}
        if "InputParameters" in rule:
            rule["InputParameters"] = json.dumps(rule["InputParameters"])
        request.aws_client_factory.config.put_config_rule(ConfigRule=rule)
        return succeeded(request, model)


class ConfigurationRecorder(ResourceProvider):
    """The recorder of an account and region; AWS takes one."""

    TYPE = "AWS::Config::ConfigurationRecorder"
    SCHEMA = schema(TYPE, ("RecordingGroup", "RoleARN"), "Name", ("Name",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        model.setdefault("Name", "default")
        return self._put(request, model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return self._put(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        name = request.desired_state["Name"]
        client = request.aws_client_factory.config
        client.delete_configuration_recorder(ConfigurationRecorderName=name)
        return succeeded(request)

    @staticmethod
    def _put(request: ResourceRequest, model: dict[str, Any]) -> ProgressEvent:
        group = {key[0].lower() + key[1:]: value for key, value in model["RecordingGroup"].items()}
        recorder = {"name": model["Name"], "roleARN": model["RoleARN"], "recordingGroup": group}
        client = request.aws_client_factory.config
        client.put_configuration_recorder(ConfigurationRecorder=recorder)
        return succeeded(request, model)


class DeliveryChannel(ResourceProvider):
    """Where a recorder delivers; the recorder starts when there is one."""

    TYPE = "AWS::Config::DeliveryChannel"
    SCHEMA = schema(TYPE, ("S3BucketName",), "Name", ("Name",))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model, client = request.desired_state, request.aws_client_factory.config
        model.setdefault("Name", "default")
        channel = {"name": model["Name"], "s3BucketName": model["S3BucketName"]}
        client.put_delivery_channel(DeliveryChannel=channel)
        return succeeded(request, model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return succeeded(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        name = request.desired_state["Name"]
        request.aws_client_factory.config.delete_delivery_channel(DeliveryChannelName=name)
        return succeeded(request)


PROVIDERS = (FlowLog, Trail, ConfigRule, ConfigurationRecorder, DeliveryChannel)

"""AWS WAF's types, kept by the emulator's library; no request is looked at."""

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from moto.wafv2.models import WAFV2Backend, wafv2_backends

from .base import schema, succeeded, updated_model

_ACL = ("DefaultAction", "Description", "Name", "Rules", "Scope", "Tags", "VisibilityConfig", "Id")
_SET = ("Addresses", "Description", "IPAddressVersion", "Name", "Scope", "Tags", "Id")


class WebAcl(ResourceProvider):
    """A web ACL, whose rules are replaced as a whole."""

    TYPE = "AWS::WAFv2::WebACL"
    SCHEMA = schema(TYPE, _ACL, "Arn", create_only=("Name", "Scope", "Id"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        name = model.get("Name") or f"{request.stack_name}-{request.logical_resource_id}"
        made = _backend(request).create_web_acl(
            name,
            model["VisibilityConfig"],
            model["DefaultAction"],
            model["Scope"],
            model.get("Description", ""),
            model.get("Tags") or [],
            model.get("Rules") or [],
            *(None,) * 5,
        )
        known = {"Arn": made.arn, "Name": name, "Id": made.id}
        return succeeded(request, {**model, **known})

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        backend = _backend(request)
        backend.update_web_acl(
            model["Name"],
            model["Id"],
            model["DefaultAction"],
            model.get("Rules") or [],
            model.get("Description"),
            model["VisibilityConfig"],
            backend.wacls[model["Arn"]].lock_token,
            *(None,) * 5,
        )
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        # AWS refuses while a stage has it; here an update deletes without regard to references.
        del _backend(request).wacls[request.desired_state["Arn"]]
        return succeeded(request)


class IpSet(ResourceProvider):
    """A set of addresses, which must be ranges of its family."""

    TYPE = "AWS::WAFv2::IPSet"
    SCHEMA = schema(TYPE, _SET, "Arn", create_only=("IPAddressVersion", "Name", "Scope", "Id"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        name = model.get("Name") or f"{request.stack_name}-{request.logical_resource_id}"
        made = _backend(request).create_ip_set(
            name,
            model["Scope"],
            model.get("Description", ""),
            model["IPAddressVersion"],
            model["Addresses"],
            model.get("Tags") or [],
        )
        return succeeded(request, {**model, "Arn": made.arn, "Name": name, "Id": made.ip_set_id})

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        _backend(request).ip_sets[model["Arn"]].update(model.get("Description"), model["Addresses"])
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        del _backend(request).ip_sets[request.desired_state["Arn"]]
        return succeeded(request)


class LoggingConfiguration(ResourceProvider):
    """Where an ACL's log goes: to a group that is there, and is called as WAF wants it."""

    TYPE = "AWS::WAFv2::LoggingConfiguration"
    SCHEMA = schema(
        TYPE, ("LogDestinationConfigs", "RedactedFields"), "ResourceArn", ("ResourceArn",)
    )

    def create(self, request: ResourceRequest) -> ProgressEvent:
        return self._put(request, request.desired_state)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return self._put(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        _backend(request).delete_logging_configuration(request.desired_state["ResourceArn"])
        return succeeded(request)

    def _put(self, request: ResourceRequest, model: dict[str, Any]) -> ProgressEvent:
        for arn in model["LogDestinationConfigs"]:
            name = arn.split(":log-group:")[1]
            if not name.startswith("aws-waf-logs-"):
                raise ValueError(f"The log group {name} is not called aws-waf-logs-…")
            groups = request.aws_client_factory.logs.describe_log_groups(logGroupNamePrefix=name)
            if name not in [group["logGroupName"] for group in groups["logGroups"]]:
                raise ValueError(f"There is no log group {name}")
        _backend(request).put_logging_configuration(
            model["ResourceArn"],
            model["LogDestinationConfigs"],
            model.get("RedactedFields"),
            False,
            None,
        )
        return succeeded(request, model)


class WebAclAssociation(ResourceProvider):
    """An ACL before a stage, which must be there; a stage has one."""

    TYPE = "AWS::WAFv2::WebACLAssociation"
    SCHEMA = schema(TYPE, ("WebACLArn",), "ResourceArn", ("ResourceArn", "WebACLArn"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        _, api, _, stage = model["ResourceArn"].rsplit("/", 3)
        request.aws_client_factory.apigateway.get_stage(restApiId=api, stageName=stage)
        _backend(request).associate_web_acl(model["WebACLArn"], model["ResourceArn"])
        return succeeded(request, model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        raise NotImplementedError("AWS replaces an association")

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        _backend(request).disassociate_web_acl(request.desired_state["ResourceArn"])
        return succeeded(request)


def _backend(request: ResourceRequest) -> WAFV2Backend:
    return wafv2_backends[request.account_id][request.region_name]


PROVIDERS = (IpSet, LoggingConfiguration, WebAcl, WebAclAssociation)

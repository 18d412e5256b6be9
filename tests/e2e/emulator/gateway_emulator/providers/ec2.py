"""Security groups with their rules, and VPC endpoints. Both are stored; they restrict nothing."""

import json
from typing import Any

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from localstack.services.ec2.resource_providers.aws_ec2_securitygroup import (
    EC2SecurityGroupProvider,
)
from localstack.services.ec2.resource_providers.aws_ec2_vpcendpoint import EC2VPCEndpointProvider

from .base import changed, schema, succeeded, tag_changes, updated_model

Rule = dict[str, Any]
ALLOW_ALL: Rule = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
RULE_PROPERTIES = (
    "CidrIp",
    "CidrIpv6",
    "Description",
    "DestinationPrefixListId",
    "DestinationSecurityGroupId",
    "FromPort",
    "GroupId",
    "IpProtocol",
    "SourcePrefixListId",
    "SourceSecurityGroupId",
    "ToPort",
)


class SecurityGroup(EC2SecurityGroupProvider):
    """A group with inline rules, which LocalStack leaves out."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        event = super().create(request)
        _apply(request, event.resource_model["GroupId"], {})
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        _apply(request, model["GroupId"], request.previous_state)
        client = request.aws_client_factory.ec2
        added, removed = tag_changes(request)
        if removed:
            client.delete_tags(Resources=[model["GroupId"]], Tags=[{"Key": key} for key in removed])
        if added:
            tags = [{"Key": key, "Value": value} for key, value in added.items()]
            client.create_tags(Resources=[model["GroupId"]], Tags=tags)
        return succeeded(request, model)


class _SeparateRule(ResourceProvider):
    """A rule that is a resource; AWS changes only its description in place."""

    DIRECTION: str

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        answer = _authorize(request, self.DIRECTION, model["GroupId"], [model])
        model["Id"] = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return succeeded(request)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        return succeeded(request, updated_model(self, request))

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        _revoke(request, self.DIRECTION, request.desired_state["GroupId"], [request.desired_state])
        return succeeded(request)


class SecurityGroupIngress(_SeparateRule):
    """Opens a group that another stack owns."""

    TYPE = "AWS::EC2::SecurityGroupIngress"
    DIRECTION = "ingress"
    SCHEMA = schema(
        TYPE, RULE_PROPERTIES, "Id", (name for name in RULE_PROPERTIES if name != "Description")
    )


class SecurityGroupEgress(_SeparateRule):
    """Lets a group out."""

    TYPE = "AWS::EC2::SecurityGroupEgress"
    DIRECTION = "egress"
    SCHEMA = schema(
        TYPE, RULE_PROPERTIES, "Id", (name for name in RULE_PROPERTIES if name != "Description")
    )


class VpcEndpoint(EC2VPCEndpointProvider):
    """An endpoint, whose changes LocalStack leaves out; nothing passes through it."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        event = super().create(request)
        tags = request.desired_state.get("Tags")
        if tags and "Id" in event.resource_model:
            identifier = event.resource_model["Id"]
            request.aws_client_factory.ec2.create_tags(Resources=[identifier], Tags=tags)
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        if changed(request, "PolicyDocument"):
            request.aws_client_factory.ec2.modify_vpc_endpoint(
                VpcEndpointId=model["Id"], PolicyDocument=json.dumps(model["PolicyDocument"])
            )
        return succeeded(request, model)


def permission(rule: Rule) -> dict[str, Any]:
    """Translate a rule of a template into a permission of the EC2 API."""
    result: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    if "FromPort" in rule:
        result |= {"FromPort": int(rule["FromPort"]), "ToPort": int(rule["ToPort"])}
    described = {"Description": rule["Description"]} if rule.get("Description") else {}
    if cidr := rule.get("CidrIp"):
        result["IpRanges"] = [{"CidrIp": cidr, **described}]
    if cidr := rule.get("CidrIpv6"):
        result["Ipv6Ranges"] = [{"CidrIpv6": cidr, **described}]
    if group := rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId"):
        result["UserIdGroupPairs"] = [{"GroupId": group, **described}]
    if prefix := rule.get("SourcePrefixListId") or rule.get("DestinationPrefixListId"):
        result["PrefixListIds"] = [{"PrefixListId": prefix, **described}]
    return result


def _apply(request: ResourceRequest, group: str, previous: dict[str, Any]) -> None:
    """Bring the inline rules of a group from the previous state to the desired one."""
    desired = request.desired_state
    for direction, name in (("ingress", "SecurityGroupIngress"), ("egress", "SecurityGroupEgress")):
        if previous and not changed(request, name):
            continue
        # Without egress rules, AWS gives a group the one that allows everything.
        default = [ALLOW_ALL] if direction == "egress" else []
        old, new = previous.get(name) or default, desired.get(name) or default
        _revoke(request, direction, group, [rule for rule in old if rule not in new])
        _authorize(request, direction, group, [rule for rule in new if rule not in old])


def _authorize(
    request: ResourceRequest, direction: str, group: str, rules: list[Rule]
) -> dict[str, Any]:
    if not rules:
        return {}
    call = getattr(request.aws_client_factory.ec2, f"authorize_security_group_{direction}")
    return call(GroupId=group, IpPermissions=[permission(rule) for rule in rules])


def _revoke(request: ResourceRequest, direction: str, group: str, rules: list[Rule]) -> None:
    if rules:
        call = getattr(request.aws_client_factory.ec2, f"revoke_security_group_{direction}")
        call(GroupId=group, IpPermissions=[permission(rule) for rule in rules])


PROVIDERS = (SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, VpcEndpoint)

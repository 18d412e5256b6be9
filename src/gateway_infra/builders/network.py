"""Security groups: what a function may reach; rules of the database and the endpoints for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from troposphere import ec2

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import function_id
from gateway_infra.builders.shared.security_groups import egress_rule, ingress_rule
from gateway_infra.builders.shared.values import TagMap, Value, attribute, tag_list


@dataclass(frozen=True)
class FunctionSecurityGroup(Bundle):
    """The security group of a function's network interfaces."""

    group: ec2.SecurityGroup

    @property
    def id(self) -> Any:
        """The group's id, as ``GetAtt``."""
        return attribute(self.group, "GroupId")


@dataclass(frozen=True)
class EndpointSecurityGroup(Bundle):
    """The security group of interface endpoints."""

    group: ec2.SecurityGroup

    @property
    def id(self) -> Any:
        """The group's id, as ``GetAtt``."""
        return attribute(self.group, "GroupId")


@dataclass(frozen=True)
class DatabaseIngress(Bundle):
    """The rule of the database's group that lets a function in."""

    rule: ec2.SecurityGroupIngress


@dataclass(frozen=True)
class EndpointIngress(Bundle):
    """The rule of the endpoints' group that lets a function in."""

    rule: ec2.SecurityGroupIngress


class Targets(NamedTuple):
    """What a function may reach where it may not reach everything.

    `database_group` by the database's port; `https_groups` and `https_prefix_lists` by 443.
    """

    database_group: Value | None = None
    https_groups: Sequence[Value] = ()
    https_prefix_lists: Sequence[Value] = ()


def function_security_group(
    name: str,
    *,
    vpc_id: Value,
    database_port: Value | None = None,
    further_ports: Sequence[int] = (),
    targets: Targets | None = None,
    tags: TagMap,
) -> FunctionSecurityGroup:
    """Build the security group of the function `name`.

    Nothing comes in. HTTPS goes out anywhere, as AWS's own services need it, and so do
    `database_port` where one is given, and the TCP ports of `further_ports`. With `targets`, the
    database's port leads to its group and 443 to those targets, and only `further_ports` lead to
    any address. The group has no fixed name, as a named group cannot be replaced; its description
    is part of its identity, and a new one replaces the group.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    """
    egress = _anywhere(database_port) if targets is None else _to_targets(targets, database_port)
    # EC2 refuses a rule that is there already.
    taken = (443, database_port) if targets is None else ()
    egress += [
        egress_rule(port, f"Port {port} of other services")
        for port in further_ports
        if port not in taken
    ]
    group = ec2.SecurityGroup(
        f"{function_id(name)}SecurityGroup",
        GroupDescription=f"Network interfaces of the Lambda function {name}",
        VpcId=vpc_id,
        SecurityGroupEgress=egress or [_nowhere()],
        Tags=tag_list(tags),
    )
    return FunctionSecurityGroup(group)


def endpoint_security_group(*, vpc_id: Value, tags: TagMap) -> EndpointSecurityGroup:
    """Build the security group of interface endpoints.

    Each function is let in by a rule of its own (`endpoint_ingress`); an endpoint calls nobody.
    """
    group = ec2.SecurityGroup(
        "EndpointSecurityGroup",
        GroupDescription="Network interfaces of VPC endpoints",
        VpcId=vpc_id,
        SecurityGroupEgress=[_nowhere()],
        Tags=tag_list(tags),
    )
    return EndpointSecurityGroup(group)


def database_ingress(
    name: str,
    *,
    function_security_group_id: Value,
    database_security_group_id: Value,
    database_port: Value,
) -> DatabaseIngress:
    """Build the rule that lets the function `name` reach the database.

    It is a resource of its own, so that the database's group, made elsewhere, stays as it is.
    """
    rule = ingress_rule(
        f"{function_id(name)}DatabaseIngress",
        f"PostgreSQL from the Lambda function {name}",
        group_id=database_security_group_id,
        source_id=function_security_group_id,
        port=database_port,
    )
    return DatabaseIngress(rule)


def endpoint_ingress(
    name: str, *, function_security_group_id: Value, endpoint_security_group_id: Value
) -> EndpointIngress:
    """Build the rule that lets the function `name` reach interface endpoints, by HTTPS alone.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    rule = ingress_rule(
        f"{function_id(name)}EndpointIngress",
        f"HTTPS from the Lambda function {name}",
        group_id=endpoint_security_group_id,
        source_id=function_security_group_id,
        port=443,
    )
    return EndpointIngress(rule)


def _anywhere(database_port: Value | None) -> list[ec2.SecurityGroupRule]:
    rules = [egress_rule(443, "HTTPS to AWS services and beyond")]
    # EC2 refuses a rule that is there already.
    if database_port is not None and database_port != 443:
        rules.append(egress_rule(database_port, "PostgreSQL"))
    return rules


def _to_targets(targets: Targets, database_port: Value | None) -> list[ec2.SecurityGroupRule]:
    rules = []
    group = targets.database_group
    if database_port is not None and group is not None:
        rules.append(egress_rule(database_port, "PostgreSQL", DestinationSecurityGroupId=group))
    rules += [
        egress_rule(443, "HTTPS to a security group", DestinationSecurityGroupId=target)
        for target in targets.https_groups
        if (target, 443) != (group, database_port)
    ]
    return rules + [
        egress_rule(443, "HTTPS to a prefix list", DestinationPrefixListId=target)
        for target in targets.https_prefix_lists
    ]


def _nowhere() -> ec2.SecurityGroupRule:
    """Return a rule that leads to the interface itself, and so nowhere.

    CloudFormation lets a group without outbound rules out to everywhere:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    """
    return egress_rule(443, "Nothing goes out", CidrIp="127.0.0.1/32")

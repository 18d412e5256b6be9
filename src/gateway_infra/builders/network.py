"""Security groups: what a function may reach, and the database's rule for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import ec2

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import function_id
from gateway_infra.builders.values import TagMap, Value, attribute, tag_list


@dataclass(frozen=True)
class FunctionSecurityGroup(Bundle):
    """The security group of a function's network interfaces."""

    group: ec2.SecurityGroup

    @property
    def id(self) -> Any:
        """The group's id, as ``GetAtt``."""
        return attribute(self.group, "GroupId")


@dataclass(frozen=True)
class DatabaseIngress(Bundle):
    """The rule of the database's group that lets a function in."""

    rule: ec2.SecurityGroupIngress


def function_security_group(
    name: str,
    *,
    vpc_id: Value,
    database_port: Value | None = None,
    further_ports: Sequence[int] = (),
    tags: TagMap,
) -> FunctionSecurityGroup:
    """Build the security group of the function `name`.

    Nothing comes in. HTTPS goes out anywhere, as AWS's own services need it, and so do
    `database_port` where one is given, and the TCP ports of `further_ports`. The group has no fixed
    name, as a named group cannot be replaced; its description is part of its identity, and a new
    one replaces the group.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
    """
    egress = [_egress(443, "HTTPS to AWS services and beyond")]
    # EC2 refuses a rule that is there already.
    if database_port is not None and database_port != 443:
        egress.append(_egress(database_port, "PostgreSQL"))
    egress += [
        _egress(port, f"Port {port} of other services")
        for port in further_ports
        if port not in (443, database_port)
    ]
    group = ec2.SecurityGroup(
        f"{function_id(name)}SecurityGroup",
        GroupDescription=f"Network interfaces of the Lambda function {name}",
        VpcId=vpc_id,
        SecurityGroupEgress=egress,
        Tags=tag_list(tags),
    )
    return FunctionSecurityGroup(group)


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
    rule = ec2.SecurityGroupIngress(
        f"{function_id(name)}DatabaseIngress",
        GroupId=database_security_group_id,
        SourceSecurityGroupId=function_security_group_id,
        IpProtocol="tcp",
        FromPort=database_port,
        ToPort=database_port,
        Description=f"PostgreSQL from the Lambda function {name}",
    )
    return DatabaseIngress(rule)


def _egress(port: Value, description: str) -> ec2.SecurityGroupRule:
    return ec2.SecurityGroupRule(
        CidrIp="0.0.0.0/0",
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        Description=description,
    )

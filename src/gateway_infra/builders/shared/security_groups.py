"""Rules of security groups for one TCP port."""

from __future__ import annotations

from troposphere import ec2

from gateway_infra.builders.shared.values import Value


def egress_rule(port: Value, description: str, **target: Value) -> ec2.SecurityGroupRule:
    """Return an egress rule to `target`, or to any IPv4 address."""
    return ec2.SecurityGroupRule(
        **(target or {"CidrIp": "0.0.0.0/0"}),
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        Description=description,
    )


def ingress_rule(
    logical_id: str, description: str, *, group_id: Value, source_id: Value, port: Value
) -> ec2.SecurityGroupIngress:
    """Build the rule of `group_id` that allows traffic from the security group `source_id`."""
    return ec2.SecurityGroupIngress(
        logical_id,
        GroupId=group_id,
        SourceSecurityGroupId=source_id,
        IpProtocol="tcp",
        FromPort=port,
        ToPort=port,
        Description=description,
    )

"""Flow logs: who talked to whom in the VPC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from awacs import logs as logs_actions
from troposphere import ec2, iam, logs

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.policies import allow, inline_policy, trust_of_service
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, tag_list
from gateway_infra.sections.flow_logs import FlowLogsConfig

_WRITES = (
    logs_actions.CreateLogStream,
    logs_actions.DescribeLogStreams,
    logs_actions.PutLogEvents,
)


@dataclass(frozen=True)
class FlowLogs(Bundle):
    """Where the lines go, who writes them, and of what."""

    group: logs.LogGroup
    role: iam.Role
    flow_log: ec2.FlowLog

    @property
    def log_group_name(self) -> Any:
        """The log group's name, as ``Ref``."""
        return ref(self.group)


def flow_logs(
    config: FlowLogsConfig,
    *,
    vpc_id: Value,
    retention_days: int,
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> FlowLogs:
    """Build flow logs of a VPC, and the group that keeps them for `retention_days`.

    The role may write to this group and no other, and is lent to flow logs of this account and
    region alone: their ids are known only when they exist. Of the actions on AWS's page those on
    groups are left out, as the group is made here. `kms_key_arn` is the key that encrypts it, whose
    policy must let CloudWatch Logs in.

    A line sums up ten minutes, AWS's default. That is no setting: a new flow log is made before the
    one that it replaces goes, and EC2 refuses two of the same traffic to the same group.
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    group = logs.LogGroup(
        "FlowLogGroup",
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        RetentionInDays=config.retention_days or retention_days,
        Tags=tag_list(tags),
        **without_none(KmsKeyId=kms_key_arn),
    )
    role = iam.Role(
        "FlowLogRole",
        AssumeRolePolicyDocument=trust_of_service(
            "vpc-flow-logs.amazonaws.com",
            "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:vpc-flow-log/*",
        ),
        Policies=[
            inline_policy("FlowLogs", allow("FlowLogGroup", _WRITES, [attribute(group, "Arn")]))
        ],
        Tags=tag_list(tags),
    )
    flow_log = ec2.FlowLog(
        "FlowLog",
        ResourceId=vpc_id,
        ResourceType="VPC",
        TrafficType=config.traffic.upper(),
        LogDestinationType="cloud-watch-logs",
        LogGroupName=ref(group),
        DeliverLogsPermissionArn=attribute(role, "Arn"),
        Tags=tag_list(tags),
    )
    return FlowLogs(group, role, flow_log)

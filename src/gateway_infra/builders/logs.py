"""Log groups, made before what writes to them so that their retention holds from the first line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import logs

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import api_id, function_id
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, ref, sub, tag_list
from gateway_infra.sections.logs import LogsConfig


@dataclass(frozen=True)
class LogGroup(Bundle):
    """One log group."""

    group: logs.LogGroup

    @property
    def name(self) -> Any:
        """The group's name, as ``Ref``."""
        return ref(self.group)


@dataclass(frozen=True)
class ApiLogGroups(Bundle):
    """The access log and the execution log of a stage."""

    access: logs.LogGroup
    execution: logs.LogGroup


def function_log_group(
    name: str,
    config: LogsConfig,
    *,
    log_group_name: str,
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> LogGroup:
    """Build the log group of the function `name`; Lambda would make it without retention.

    `kms_key_arn` encrypts what is written from then on; its policy must let CloudWatch Logs in.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    base = f"{function_id(name)}LogGroup"
    return LogGroup(_group(base, config, log_group_name, kms_key_arn, tags))


def api_log_groups(
    name: str,
    config: LogsConfig,
    *,
    api_id_value: Value,
    stage_name: str,
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> ApiLogGroups:
    """Build the two log groups of a stage of the API `name`.

    API Gateway writes the execution log to a group whose name it makes from API and stage, and
    makes it without retention where it is missing:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html

    `kms_key_arn` encrypts what is written from then on; its policy must let CloudWatch Logs in.
    """
    execution = sub(f"API-Gateway-Execution-Logs_${{Api}}/{stage_name}", {"Api": api_id_value})
    return ApiLogGroups(
        access=_group(f"{api_id(name)}AccessLogGroup", config, None, kms_key_arn, tags),
        execution=_group(f"{api_id(name)}ExecutionLogGroup", config, execution, kms_key_arn, tags),
    )


def waf_log_group(
    name: str,
    config: LogsConfig,
    *,
    log_group_name: str,
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> LogGroup:
    """Build the log group of the web ACL of the API `name`.

    WAF writes to no group whose name does not begin with ``aws-waf-logs-``:
    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    logical_id = f"{api_id(name)}WebAclLogGroup"
    return LogGroup(_group(logical_id, config, log_group_name, kms_key_arn, tags))


def _group(
    logical_id: str, config: LogsConfig, name: Any, key: Value | None, tags: TagMap
) -> logs.LogGroup:
    return logs.LogGroup(
        logical_id,
        DeletionPolicy="Delete",
        UpdateReplacePolicy="Delete",
        RetentionInDays=config.retention_days,
        Tags=tag_list(tags),
        **without_none(LogGroupName=name, KmsKeyId=key),
    )

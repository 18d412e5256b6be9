"""What exists in the emulated account, so that a test can tell what a stack left behind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .deployer import Deployer


@dataclass(frozen=True)
class ValueType:
    """How one kind of resource is listed, and which field names it."""

    service: str
    operation: str
    items: str
    name: str


KINDS = {
    "alarms": ValueType("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
    "api keys": ValueType("apigateway", "get_api_keys", "items", "id"),
    "apis": ValueType("apigateway", "get_rest_apis", "items", "id"),
    "buckets": ValueType("s3", "list_buckets", "Buckets", "Name"),
    "dashboards": ValueType("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    "functions": ValueType("lambda", "list_functions", "Functions", "FunctionName"),
    "log groups": ValueType("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "metric filters": ValueType("logs", "describe_metric_filters", "metricFilters", "filterName"),
    "roles": ValueType("iam", "list_roles", "Roles", "RoleName"),
    "security groups": ValueType("ec2", "describe_security_groups", "SecurityGroups", "GroupId"),
    "topics": ValueType("sns", "list_topics", "Topics", "TopicArn"),
    "vpc endpoints": ValueType("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"),
    "usage plans": ValueType("apigateway", "get_usage_plans", "items", "id"),
}


def take(deployer: Deployer) -> dict[str, set[str]]:
    """List every resource of the kinds that the project's templates make."""
    return {name: _names(deployer, kind) for name, kind in KINDS.items()}


def _names(deployer: Deployer, kind: ValueType) -> set[str]:
    call: Callable[[], dict[str, Any]] = getattr(deployer.client(kind.service), kind.operation)
    # A deleted VPC endpoint is listed for a while, on AWS too.
    found = [item for item in call().get(kind.items, []) if item.get("State") != "deleted"]
    return {item[kind.name] for item in found}

"""Alarms: what rings, above which figure, over five minutes.

Metrics: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from troposphere import cloudwatch, logs

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import api_id, function_id
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, tag_list, whole
from gateway_infra.sections.alarms import AlarmsConfig

PERIOD = 300
"""Seconds."""

THROTTLED_METRIC = "ThrottledRequests"


@dataclass(frozen=True)
class FunctionAlarms(Bundle):
    """A function's alarms."""

    errors: cloudwatch.Alarm
    duration: cloudwatch.Alarm
    throttles: cloudwatch.Alarm


@dataclass(frozen=True)
class ApiAlarms(Bundle):
    """An API's alarms, and the filter that counts its throttled requests."""

    server_errors: cloudwatch.Alarm
    latency: cloudwatch.Alarm
    throttled_filter: logs.MetricFilter
    throttled: cloudwatch.Alarm


@dataclass(frozen=True)
class DatabaseAlarms(Bundle):
    """The database's alarm."""

    cpu: cloudwatch.Alarm


class _Metric(NamedTuple):
    """What an alarm watches; percentiles are CloudWatch's extended statistics."""

    namespace: str
    name: str
    statistic: str
    dimensions: dict[str, Value]


def function_alarms(
    name: str,
    config: AlarmsConfig,
    *,
    function_name: Value,
    timeout: int,
    actions: Sequence[Value],
    tags: TagMap,
) -> FunctionAlarms:
    """Build the alarms of the function `name`, over all its versions.

    Without a threshold of its own, the duration alarm rings above five sixths of `timeout`
    (seconds): 50 s of 60. One at or above the timeout would never ring.
    """
    slow = config.function_duration or round(timeout * 5 / 6, 1)
    base = function_id(name)
    alarm = partial(_alarm, actions=actions, tags=tags)

    def metric(title: str, statistic: str) -> _Metric:
        return _Metric("AWS/Lambda", title, statistic, {"FunctionName": function_name})

    return FunctionAlarms(
        errors=alarm(
            f"{base}ErrorsAlarm",
            f"More than {config.function_errors} invocations of {name} failed in 5 minutes",
            metric("Errors", "Sum"),
            config.function_errors,
        ),
        duration=alarm(
            f"{base}DurationAlarm",
            f"An invocation of {name} took longer than {whole(slow)} s",
            metric("Duration", "Maximum"),
            slow * 1000,
        ),
        throttles=alarm(
            f"{base}ThrottlesAlarm",
            f"More than {config.function_throttles} invocations of {name} were refused "
            "for want of concurrency in 5 minutes",
            metric("Throttles", "Sum"),
            config.function_throttles,
        ),
    )


def api_alarms(
    name: str,
    config: AlarmsConfig,
    *,
    api_name: str,
    stage_name: str,
    access_log_group: Value,
    actions: Sequence[Value],
    tags: TagMap,
) -> ApiAlarms:
    """Build the alarms of the stage `stage_name` of the API `name`.

    `api_name` is the API's name, not its id: that is what API Gateway puts in its metrics. The
    average of ``5XXError`` is the share of requests. REST APIs have no metric for throttled
    requests, so they are counted in the access log, where AWS may not write each of them.
    """
    base = api_id(name)
    alarm = partial(_alarm, actions=actions, tags=tags)
    dimensions: dict[str, Value] = {"ApiName": api_name, "Stage": stage_name}
    throttled_filter = logs.MetricFilter(
        f"{base}ThrottledFilter",
        LogGroupName=access_log_group,
        FilterPattern='{ $.status = "429" }',
        MetricTransformations=[
            logs.MetricTransformation(
                MetricNamespace=f"GatewayInfra/{api_name}",
                MetricName=THROTTLED_METRIC,
                MetricValue="1",
                DefaultValue=0,
            )
        ],
    )
    return ApiAlarms(
        server_errors=alarm(
            f"{base}ServerErrorsAlarm",
            f"More than {whole(config.api_5xx_percent)} % of requests were answered 5XX",
            _Metric("AWS/ApiGateway", "5XXError", "Average", dimensions),
            config.api_5xx_percent / 100,
        ),
        latency=alarm(
            f"{base}LatencyAlarm",
            f"One request in a hundred took longer than {whole(config.api_latency)} s",
            _Metric("AWS/ApiGateway", "Latency", "p99", dimensions),
            config.api_latency * 1000,
        ),
        throttled_filter=throttled_filter,
        throttled=alarm(
            f"{base}ThrottledAlarm",
            f"More than {config.api_throttled} requests were answered 429 in 5 minutes "
            "(counted in the access log)",
            _Metric(f"GatewayInfra/{api_name}", THROTTLED_METRIC, "Sum", {}),
            config.api_throttled,
        ),
    )


def database_alarms(
    config: AlarmsConfig,
    *,
    instance: Value | None = None,
    cluster: Value | None = None,
    actions: Sequence[Value],
    tags: TagMap,
) -> DatabaseAlarms:
    """Build the alarm of a database instance, or of a cluster's writer; give one of the two.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
    """
    if instance is not None:
        dimensions: dict[str, Value] = {"DBInstanceIdentifier": instance}
    elif cluster is not None:
        # Without a role the figure is an average over readers too, and hides a busy writer.
        dimensions = {"DBClusterIdentifier": cluster, "Role": "WRITER"}
    else:
        raise ValueError("database_alarms needs instance or cluster")
    percent = whole(config.database_cpu_percent)
    return DatabaseAlarms(
        cpu=_alarm(
            "DatabaseCpuAlarm",
            f"The database's CPU was above {percent} % for 5 minutes",
            _Metric("AWS/RDS", "CPUUtilization", "Average", dimensions),
            config.database_cpu_percent,
            actions=actions,
            tags=tags,
        )
    )


def _alarm(
    logical_id: str,
    description: str,
    metric: _Metric,
    threshold: float,
    *,
    actions: Sequence[Value],
    tags: TagMap,
) -> cloudwatch.Alarm:
    """Build an alarm that rings above `threshold`; a time without figures is a quiet one."""
    statistic = "ExtendedStatistic" if metric.statistic.startswith("p") else "Statistic"
    dimensions = [
        cloudwatch.MetricDimension(Name=key, Value=value)
        for key, value in sorted(metric.dimensions.items())
    ]
    notified = list(actions) or None
    return cloudwatch.Alarm(
        logical_id,
        AlarmDescription=description,
        Namespace=metric.namespace,
        MetricName=metric.name,
        Period=PERIOD,
        EvaluationPeriods=1,
        Threshold=round(whole(threshold), 6),
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        Tags=tag_list(tags),
        **without_none(
            **{statistic: metric.statistic},
            Dimensions=dimensions or None,
            AlarmActions=notified,
            OKActions=notified,
        ),
    )

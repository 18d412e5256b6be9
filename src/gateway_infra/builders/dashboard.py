"""One dashboard with the figures to look at first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import cloudwatch

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.values import TagMap, Value, sub, tag_list

_WIDTH = 8
_HEIGHT = 6


@dataclass(frozen=True)
class Dashboard(Bundle):
    """The dashboard."""

    dashboard: cloudwatch.Dashboard


def dashboard(
    *,
    api_name: str,
    stage_name: str,
    function_names: Mapping[str, Value],
    database_instance: Value | None = None,
    database_cluster: Value | None = None,
    tags: TagMap,
) -> Dashboard:
    """Build a dashboard: the API's figures, a row for each function, a row for the database.

    `function_names` gives each function's physical name by its key.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
    """
    names: dict[str, Value] = {}
    rows = [_api_row(api_name, stage_name)]
    for number, key in enumerate(sorted(function_names), 1):
        names[f"Function{number}"] = function_names[key]
        rows.append(_function_row(key, f"${{Function{number}}}"))
    if database_instance is not None:
        names["Database"] = database_instance
        rows.append(_database_row("DBInstanceIdentifier"))
    elif database_cluster is not None:
        names["Database"] = database_cluster
        rows.append(_database_row("DBClusterIdentifier"))
    widgets = [
        {
            "type": "metric",
            "x": column * _WIDTH,
            "y": line * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": properties,
        }
        for line, row in enumerate(rows)
        for column, properties in enumerate(row)
    ]
    body = json.dumps({"widgets": widgets}, separators=(",", ":"))
    return Dashboard(
        cloudwatch.Dashboard("Dashboard", DashboardBody=sub(body, names), Tags=tag_list(tags))
    )


def _row(
    namespace: str, dimensions: Sequence[str], graphs: Mapping[str, Sequence[tuple[str, ...]]]
) -> list[dict[str, Any]]:
    """Return graphs by title, each of metrics and their statistics (unset: the average)."""
    return [
        {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "period": 300,
            "metrics": [
                [namespace, metric, *dimensions, *({"stat": item} for item in statistic)]
                for metric, *statistic in metrics
            ],
        }
        for title, metrics in graphs.items()
    ]


def _api_row(api_name: str, stage_name: str) -> list[dict[str, Any]]:
    graphs = {
        "API requests": [("Count", "Sum")],
        "API errors": [("4XXError", "Sum"), ("5XXError", "Sum")],
        "API latency (ms, p99)": [("Latency", "p99"), ("IntegrationLatency", "p99")],
    }
    return _row("AWS/ApiGateway", ("ApiName", api_name, "Stage", stage_name), graphs)


def _function_row(key: str, name: str) -> list[dict[str, Any]]:
    graphs = {
        f"{key}: invocations": [("Invocations", "Sum"), ("Errors", "Sum"), ("Throttles", "Sum")],
        f"{key}: duration (ms)": [("Duration", "p99"), ("Duration", "Maximum")],
        f"{key}: concurrency": [("ConcurrentExecutions", "Maximum")],
    }
    return _row("AWS/Lambda", ("FunctionName", name), graphs)


def _database_row(dimension: str) -> list[dict[str, Any]]:
    graphs = {
        "Database CPU (%)": [("CPUUtilization",)],
        "Database connections": [("DatabaseConnections",)],
        "Database freeable memory (bytes)": [("FreeableMemory",)],
    }
    return _row("AWS/RDS", (dimension, "${Database}"), graphs)

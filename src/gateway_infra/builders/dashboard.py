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
        rows.append(_database_row("DBInstanceIdentifier", "${Database}"))
    elif database_cluster is not None:
        names["Database"] = database_cluster
        rows.append(_database_row("DBClusterIdentifier", "${Database}"))
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


def _graph(title: str, metrics: Sequence[Sequence[Any]]) -> dict[str, Any]:
    return {
        "title": title,
        "region": "${AWS::Region}",
        "view": "timeSeries",
        "period": 300,
        "metrics": metrics,
    }


def _api_row(api_name: str, stage_name: str) -> list[dict[str, Any]]:
    of_stage = ("ApiName", api_name, "Stage", stage_name)
    return [
        _graph("API requests", [["AWS/ApiGateway", "Count", *of_stage, {"stat": "Sum"}]]),
        _graph(
            "API errors",
            [
                ["AWS/ApiGateway", "4XXError", *of_stage, {"stat": "Sum"}],
                ["AWS/ApiGateway", "5XXError", *of_stage, {"stat": "Sum"}],
            ],
        ),
        _graph(
            "API latency (ms, p99)",
            [
                ["AWS/ApiGateway", "Latency", *of_stage, {"stat": "p99"}],
                ["AWS/ApiGateway", "IntegrationLatency", *of_stage, {"stat": "p99"}],
            ],
        ),
    ]


def _function_row(key: str, name: str) -> list[dict[str, Any]]:
    of_function = ("FunctionName", name)
    return [
        _graph(
            f"{key}: invocations",
            [
                ["AWS/Lambda", "Invocations", *of_function, {"stat": "Sum"}],
                ["AWS/Lambda", "Errors", *of_function, {"stat": "Sum"}],
                ["AWS/Lambda", "Throttles", *of_function, {"stat": "Sum"}],
            ],
        ),
        _graph(
            f"{key}: duration (ms)",
            [
                ["AWS/Lambda", "Duration", *of_function, {"stat": "p99"}],
                ["AWS/Lambda", "Duration", *of_function, {"stat": "Maximum"}],
            ],
        ),
        _graph(
            f"{key}: concurrency",
            [["AWS/Lambda", "ConcurrentExecutions", *of_function, {"stat": "Maximum"}]],
        ),
    ]


def _database_row(dimension: str, identifier: str) -> list[dict[str, Any]]:
    of_database = (dimension, identifier)
    return [
        _graph("Database CPU (%)", [["AWS/RDS", "CPUUtilization", *of_database]]),
        _graph("Database connections", [["AWS/RDS", "DatabaseConnections", *of_database]]),
        _graph("Database freeable memory (bytes)", [["AWS/RDS", "FreeableMemory", *of_database]]),
    ]

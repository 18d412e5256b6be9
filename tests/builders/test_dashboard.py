"""The dashboard: the figures to look at first."""

from __future__ import annotations

import json
from typing import Any

import pytest
from troposphere import ImportValue, Ref

from gateway_infra import dashboard
from tests.builders.support import TAG_LIST, TAGS, properties

ONE = {"web": Ref("FunctionWeb")}
FUNCTION_METRICS = {"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}
API_METRICS = {"Count", "4XXError", "5XXError", "Latency", "IntegrationLatency"}
DATABASE_METRICS = {"CPUUtilization", "DatabaseConnections", "FreeableMemory"}


def made(functions: dict[str, Any], **database: Any) -> dict[str, Any]:
    built = dashboard(
        api_name="jobs-test", stage_name="v1", function_names=functions, tags=TAGS, **database
    )
    return properties(built, "Dashboard")


def widgets(functions: dict[str, Any], **database: Any) -> list[dict[str, Any]]:
    body = made(functions, **database)["DashboardBody"]["Fn::Sub"]
    read = json.loads(body if isinstance(body, str) else body[0])
    assert list(read) == ["widgets"]
    return list(read["widgets"])


def metrics(found: list[dict[str, Any]]) -> dict[tuple[str, ...], set[str]]:
    """Return the metrics shown, by namespace and dimensions."""
    shown: dict[tuple[str, ...], set[str]] = {}
    for widget in found:
        for line in widget["properties"]["metrics"]:
            texts = [item for item in line if isinstance(item, str)]
            shown.setdefault((texts[0], *texts[2:]), set()).add(texts[1])
    return shown


API = ("AWS/ApiGateway", "ApiName", "jobs-test", "Stage", "v1")


def test_the_key_metrics_of_api_and_function() -> None:
    assert metrics(widgets(ONE)) == {
        API: API_METRICS,
        ("AWS/Lambda", "FunctionName", "${FunctionWeb}"): FUNCTION_METRICS,
    }


@pytest.mark.parametrize(
    ("database", "dimension", "shown"),
    [
        ({"database_instance": "jobs-db"}, "DBInstanceIdentifier", "jobs-db"),
        ({"database_instance": Ref("Given")}, "DBInstanceIdentifier", "${Given}"),
        ({"database_cluster": "jobs-cluster"}, "DBClusterIdentifier", "jobs-cluster"),
    ],
)
def test_a_database_has_a_row(database: dict[str, Any], dimension: str, shown: str) -> None:
    assert metrics(widgets(ONE, **database))["AWS/RDS", dimension, shown] == DATABASE_METRICS


def test_each_function_has_a_row_and_no_widget_covers_another() -> None:
    """Eleven functions, so that ``${Function1}`` and ``${Function10}`` are told apart."""
    functions = {f"f{number:02}": Ref(f"FunctionF{number:02}") for number in range(1, 12)}
    found = widgets(functions, database_instance="jobs-db")
    assert len(metrics(found)) == 13
    corners = [(widget["x"], widget["y"]) for widget in found]
    assert len(set(corners)) == len(corners)
    assert all(x % widget["width"] == 0 for (x, _), widget in zip(corners, found, strict=True))
    assert all(widget["x"] + widget["width"] <= 24 for widget in found)
    assert all(y % widget["height"] == 0 for (_, y), widget in zip(corners, found, strict=True))


def test_every_widget_has_what_cloudwatch_requires() -> None:
    """Type, region, a period in whole minutes, and a title for people."""
    for widget in widgets(ONE, database_instance="jobs-db"):
        assert widget["type"] == "metric"
        assert widget["properties"]["region"] == "${AWS::Region}"
        assert widget["properties"]["period"] % 60 == 0
        assert widget["properties"]["title"]


def test_an_imported_name_becomes_a_variable() -> None:
    body = made({"web": ImportValue("name")})["DashboardBody"]["Fn::Sub"]
    assert body[1] == {"Function1": {"Fn::ImportValue": "name"}}
    assert "${Function1}" in body[0]


def test_the_dashboard_has_tags_and_no_fixed_name() -> None:
    built = made(ONE)
    assert built["Tags"] == TAG_LIST
    assert "DashboardName" not in built

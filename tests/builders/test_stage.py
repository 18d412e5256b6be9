"""The deployment and the stage: logs, metrics, tracing, throttling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from troposphere import Tags, sns

from gateway_infra import (
    CacheConfig,
    RouteCache,
    RouteConfig,
    RouteThrottling,
    StageConfig,
    ThrottlingConfig,
    definition_hash,
    deployment,
)
from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.stage import Stage, setting_path
from tests.builders.calls import ALL
from tests.builders.support import TAG_LIST, properties
from tests.support import plain


def make(config: StageConfig | None = None, **changed: Any) -> Bundle:
    call = ALL["stage"]
    return call.builder("api", config or StageConfig(), **{**call.keywords, **changed})


def stage(config: StageConfig | None = None, **changed: Any) -> dict[str, Any]:
    return properties(make(config, **changed), "ApiStage")


def settings(config: StageConfig | None = None, **changed: Any) -> dict[str, Any]:
    """Return the stage's only method setting, which holds for all methods."""
    [found] = stage(config, **changed)["MethodSettings"]
    assert (found["HttpMethod"], found["ResourcePath"]) == ("*", "/*")
    assert isinstance(found, dict)
    return found


def test_a_deployments_id_and_description_carry_the_hash() -> None:
    built = deployment("api", api_id_value="a", content_hash="0123456789", depends_on=["B", "A"])
    body = plain(built)["ApiDeployment0123456789"]
    assert body["DependsOn"] == ["A", "B"]
    assert body["Properties"] == {"RestApiId": "a", "Description": "Content 0123456789"}
    assert built.id.to_dict() == {"Ref": "ApiDeployment0123456789"}


def test_the_stage_is_v1_of_the_deployment() -> None:
    """``StageName`` on the deployment would make a second, unmanaged stage."""
    built = make()
    assert isinstance(built, Stage)
    assert stage()["StageName"] == "v1"
    assert stage()["DeploymentId"] == "literal-deployment"
    assert stage()["RestApiId"] == "literalapi"
    assert stage()["Tags"] == TAG_LIST
    assert built.name.to_dict() == {"Ref": "ApiStage"}


@pytest.mark.parametrize("level", ["OFF", "ERROR", "INFO"])
@pytest.mark.parametrize("trace", [True, False])
def test_execution_log(level: Any, trace: bool) -> None:
    found = settings(StageConfig(logging_level=level, data_trace=trace))
    assert found["LoggingLevel"] == level
    assert found["DataTraceEnabled"] is trace


def test_whole_requests_are_not_logged_by_default() -> None:
    found = settings()
    assert found["LoggingLevel"] == "ERROR"
    assert found["DataTraceEnabled"] is False


def test_metrics_and_tracing_are_always_on() -> None:
    assert settings()["MetricsEnabled"] is True
    assert stage()["TracingEnabled"] is True


@pytest.mark.parametrize(
    ("throttling", "rate", "burst"),
    [
        (ThrottlingConfig(), 1000, 2000),
        (ThrottlingConfig(rate=0.5, burst=1), 0.5, 1),
        (ThrottlingConfig(rate=50, burst=100), 50, 100),
    ],
)
def test_throttling_holds_for_callers_without_a_key(
    throttling: ThrottlingConfig, rate: float, burst: int
) -> None:
    found = settings(throttling=throttling)
    assert json.dumps(found["ThrottlingRateLimit"]) == json.dumps(rate)
    assert found["ThrottlingBurstLimit"] == burst


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/", "/"), ("/jobs", "/~1jobs"), ("/jobs/{id}/log", "/~1jobs~1{id}~1log")],
)
def test_a_path_as_method_settings_spell_it(path: str, expected: str) -> None:
    assert setting_path(path) == expected


def route(**settings: Any) -> RouteConfig:
    return RouteConfig(function="web", **settings)


LIMITED = route(throttling=RouteThrottling(rate=5, burst=10))
KEPT = route(cache=RouteCache(ttl=7))


def test_a_limited_route_has_an_entry_with_every_setting() -> None:
    """What an entry leaves out may not be taken from the one for all methods."""
    config = StageConfig(logging_level="INFO", data_trace=True)
    routes = {"POST /jobs/{id}": LIMITED, "GET /jobs": route(timeout=5)}
    everywhere, own = stage(config, routes=routes)["MethodSettings"]
    assert (everywhere["HttpMethod"], everywhere["ResourcePath"]) == ("*", "/*")
    assert (everywhere["ThrottlingRateLimit"], everywhere["ThrottlingBurstLimit"]) == (1000, 2000)
    assert own == {
        "HttpMethod": "POST",
        "ResourcePath": "/~1jobs~1{id}",
        "LoggingLevel": "INFO",
        "DataTraceEnabled": True,
        "MetricsEnabled": True,
        "ThrottlingRateLimit": 5,
        "ThrottlingBurstLimit": 10,
    }


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (RouteThrottling(rate=2.5), (2.5, 200)),
        (RouteThrottling(burst=1), (100, 1)),
        (RouteThrottling(), (100, 200)),
    ],
)
def test_a_limit_that_is_unset_is_the_apis(
    own: RouteThrottling, expected: tuple[float, int]
) -> None:
    throttling = ThrottlingConfig(rate=100, burst=200)
    routes = {"GET /jobs": route(throttling=own)}
    found = stage(throttling=throttling, routes=routes)["MethodSettings"][1]
    assert (found["ThrottlingRateLimit"], found["ThrottlingBurstLimit"]) == expected


def test_a_cache_keeps_the_answers_of_routes_that_say_so_alone() -> None:
    """AWS would keep those of every GET."""
    config = StageConfig(cache=CacheConfig(size=118.0, ttl=60, encrypted=False))
    routes = {"GET /a": KEPT, "GET /b": route(cache=RouteCache()), "POST /c": LIMITED}
    built = stage(config, routes=routes)
    assert (built["CacheClusterEnabled"], built["CacheClusterSize"]) == (True, "118")
    found = [
        (item["ResourcePath"], item["CachingEnabled"], item.get("CacheTtlInSeconds"))
        for item in built["MethodSettings"]
    ]
    assert found == [
        ("/*", False, None),
        ("/~1a", True, 7),
        ("/~1b", True, 60),
        ("/~1c", False, None),
    ]
    assert built["MethodSettings"][1]["CacheDataEncrypted"] is False


def test_kept_answers_are_encrypted_by_default() -> None:
    found = stage(StageConfig(cache=CacheConfig()), routes={"GET /a": KEPT})
    assert found["CacheClusterSize"] == "0.5"
    assert found["MethodSettings"][1]["CacheDataEncrypted"] is True


def test_a_stage_without_a_cache_says_nothing_of_one() -> None:
    text = json.dumps(stage(routes={"POST /jobs": LIMITED}))
    assert "Cach" not in text


@pytest.mark.parametrize("config", [LIMITED, KEPT])
def test_settings_of_any_are_refused(config: RouteConfig) -> None:
    with pytest.raises(ValueError, match="'ANY /jobs' has settings that need a method"):
        make(routes={"ANY /jobs": config})


@pytest.mark.parametrize(
    ("variables", "expected"),
    [({}, None), ({"b": "2", "a": "1"}, {"a": "1", "b": "2"})],
)
def test_stage_variables(variables: dict[str, str], expected: Any) -> None:
    assert stage(StageConfig(variables=variables)).get("Variables") == expected


def test_the_access_log_is_one_line_of_json_with_what_a_search_needs() -> None:
    log = stage()["AccessLogSetting"]
    fields = json.loads(log["Format"])
    assert "\n" not in log["Format"]
    assert {
        "requestId": "$context.requestId",
        "extendedRequestId": "$context.extendedRequestId",
        "caller": "$context.identity.caller",
        "status": "$context.status",
        "responseLatency": "$context.responseLatency",
        "integrationError": "$context.integrationErrorMessage",
    }.items() <= fields.items()
    assert all(value.startswith("$context.") for value in fields.values())


def test_further_fields_of_the_access_log_come_last_and_sorted() -> None:
    """Their order in the file is no change of the template."""
    further = {"b": "$context.identity.vpcId", "a": "$context.stage"}
    fields = json.loads(stage(StageConfig(access_log_fields=further))["AccessLogSetting"]["Format"])
    own = json.loads(stage()["AccessLogSetting"]["Format"])
    assert list(fields) == [*own, "a", "b"]
    assert fields == {**own, **further}


def test_the_access_logs_destination_does_not_end_in_a_star() -> None:
    """``GetAtt`` of a group's ARN does (aws-cdk issue 18253), so the ARN is made from the name."""
    destination = stage()["AccessLogSetting"]["DestinationArn"]["Fn::Sub"]
    assert destination == (
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:literal-group"
    )


@pytest.mark.parametrize(("given", "expected"), [([], None), (["B", "A"], ["A", "B"])])
def test_the_stage_waits_for_what_it_is_told_to(given: list[str], expected: Any) -> None:
    assert plain(make(depends_on=given))["ApiStage"].get("DependsOn") == expected


def test_the_tests_cover_every_setting() -> None:
    logs = {"logging_level", "data_trace", "access_log_fields"}
    assert set(StageConfig.model_fields) == {*logs, "variables", "cache"}
    assert set(ThrottlingConfig.model_fields) == {"rate", "burst"}


def test_a_definition_hash_follows_content_not_order_nor_tags_nor_waiting() -> None:
    def topic(**settings: Any) -> sns.Topic:
        return sns.Topic("Topic", **settings)

    other = sns.Topic("Other")
    known = definition_hash([topic(TopicName="a"), other])
    same = [
        definition_hash([other, topic(TopicName="a")]),
        definition_hash([topic(TopicName="a", Tags=Tags(a="b")), other]),
        definition_hash([topic(TopicName="a", DependsOn=["Other"]), other]),
    ]
    assert set(same) == {known}
    changed = [
        definition_hash([topic(TopicName="b"), other]),
        definition_hash([topic(TopicName="a")]),
        definition_hash([topic(TopicName="a"), other], "salt"),
    ]
    assert len({known, *changed}) == 4

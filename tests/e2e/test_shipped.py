"""The shipped environments, deployed as they are, in both layouts."""

from collections.abc import Iterator

import pytest

from . import inventory
from .service import LAYOUTS, REPOSITORY, SHIPPED, Cloud, Service, cors_headers

ORIGINS = {
    "dev": ["http://localhost:3000", "http://localhost:5000"],
    "staging": ["https://staging.jobs.example.com"],
    "prod": ["https://jobs.example.com", "https://console.example.com"],
}
STACKS = {
    "split": ["role", "function", "api", "permission", "deployment", "monitoring"],
    "single": ["template"],
}
ROUTES = {
    "GET /health": "health",
    "GET /jobs": "jobs",
    "POST /jobs": "jobs",
    "POST /jobs/register": "register",
    "GET /jobs/results": "results",
    "GET /runs": "runs",
    "POST /runs": "runs",
    # What is no route of its own goes to the catch-all.
    "GET /": "anything",
    "DELETE /": "anything",
    "GET /anything": "anything",
    "PUT /any/thing/else": "anything",
    # So does a method that a path does not declare.
    "DELETE /jobs": "anything",
    "POST /health": "anything",
    "GET /jobs/register": "anything",
    "PATCH /jobs/results": "anything",
}
PATHS = ["/", "/health", "/jobs", "/jobs/register", "/jobs/results", "/runs", "/any/thing"]
TIERS = {
    "dev": (7, "INFO", True, 50.0, 100),
    "staging": (14, "INFO", True, 250.0, 500),
    "prod": (30, "ERROR", False, 1000.0, 2000),
}


@pytest.fixture(scope="module")
def before(cloud: Cloud) -> dict[str, set[str]]:
    """Tell what is in the account without the service."""
    return inventory.take(cloud.deployer)


@pytest.fixture(
    scope="module",
    params=[(name, layout) for name in ORIGINS for layout in LAYOUTS],
    ids="-".join,
)
def service(
    request: pytest.FixtureRequest,
    cloud: Cloud,
    before: dict[str, set[str]],  # noqa: ARG001
) -> Iterator[Service]:
    name, layout = request.param
    with cloud.environment(SHIPPED, name, layout) as service:
        service.values["ImageUri"] = f"{REPOSITORY}:1"  # what dev leaves open
        outcomes = service.deploy()
        assert outcomes == dict.fromkeys(STACKS[layout], "created")
        yield service


def test_each_route_reaches_the_function_through_its_alias(service: Service) -> None:
    name = f"jobs-{service.environment}-web"
    answers = {}
    for route in ROUTES:
        method, path = route.split()
        answer = service.ask(path, method)
        answers[route] = answer["route"]
        assert (answer["method"], answer["path"]) == (method, path)
        assert (answer["function"], answer["version"]) == (name, "1")
    alias = service.deployer.client("lambda").get_alias(FunctionName=name, Name="live")

    assert answers == ROUTES
    assert alias["FunctionVersion"] == "1"


def test_requests_arrive_whole(service: Service) -> None:
    answer = service.call("POST", "/jobs?page=2&page_size=10", body={"name": "ünïcode"}).json()

    assert answer["query"] == {"page": "2", "page_size": "10"}
    assert answer["body"] == {"name": "ünïcode"}


def test_function_is_given_the_database_and_the_bucket(service: Service) -> None:
    answer = service.ask()

    assert answer["database_host"] == "database.internal"
    assert answer["database_password_sha256"] is not None
    given = {"DB_HOST", "DB_PORT", "DB_NAME", "DB_USER", "DB_PASSWORD", "BUCKET_NAME"}
    adapter = {"AWS_LWA_PORT", "AWS_LWA_READINESS_CHECK_PATH"}
    assert given | adapter <= set(answer["variables"])


def test_preflight_allows_the_origins_of_the_environment_only(service: Service) -> None:
    origins = ORIGINS[service.environment]
    others = [origin for name in ORIGINS for origin in ORIGINS[name] if origin not in origins]
    for path in PATHS:
        for origin in origins:
            answer = service.call("OPTIONS", path, {"Origin": origin})
            assert answer.status_code == 204
            assert cors_headers(answer) == {
                "Access-Control-Allow-Headers": "Content-Type,X-Amz-Date,Authorization,X-Api-Key",
                "Access-Control-Allow-Methods": "GET,OPTIONS,POST",
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Max-Age": "600",
                "Vary": "Origin",
            }
        for headers in ({"Origin": origin} for origin in others):
            assert cors_headers(service.call("OPTIONS", path, headers)) == {"Vary": "Origin"}
        assert cors_headers(service.call("OPTIONS", path)) == {"Vary": "Origin"}


def test_stage_and_logs_are_those_of_the_tier(service: Service) -> None:
    days, level, data_trace, rate, burst = TIERS[service.environment]
    outputs = service.outputs
    gateway = service.deployer.client("apigateway")
    stage = gateway.get_stage(restApiId=outputs["ApiId"], stageName="v1")
    settings = stage["methodSettings"]["*/*"]
    plan = gateway.get_usage_plan(usagePlanId=outputs["ApiUsagePlanId"])

    assert (settings["loggingLevel"], settings["dataTraceEnabled"]) == (level, data_trace)
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (rate, burst)
    assert (settings["metricsEnabled"], stage["tracingEnabled"]) == (True, True)
    assert plan["throttle"] == {"rateLimit": rate, "burstLimit": burst}
    assert [entry["stage"] for entry in plan["apiStages"]] == ["v1"]
    groups = service.deployer.client("logs").describe_log_groups()["logGroups"]
    retention = {group["logGroupName"]: group.get("retentionInDays") for group in groups}
    for name in (
        outputs["FunctionWebLogGroupName"],
        outputs["ApiAccessLogGroupName"],
        f"API-Gateway-Execution-Logs_{outputs['ApiId']}/v1",
    ):
        assert retention[name] == days


def test_deploying_again_changes_nothing(service: Service) -> None:
    before = service.resources()

    assert set(service.deploy().values()) == {"unchanged"}
    assert service.resources() == before
    assert service.versions() == ["1"]


def test_delete_leaves_nothing(service: Service, before: dict[str, set[str]]) -> None:
    """The last test of an environment, as it ends it."""
    service.ask()
    with_service = inventory.take(service.deployer)
    stacks = service.stacks().values()
    service.delete()

    emails = service.environment == "prod"  # whom alarms notify, through a topic
    for kind, found in with_service.items():
        grows = kind not in ("api keys", "buckets", "vpc endpoints") and (
            kind != "topics" or emails
        )
        assert (found > before[kind]) == grows, kind
    assert {service.deployer.status(stack) for stack in stacks} == {None}
    assert inventory.take(service.deployer) == before

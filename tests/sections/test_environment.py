"""The sections' models: defaults, ranges, and what each key takes."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.sections.environment import TIERS
from gateway_infra.sections.variables import CREDENTIALS, RESERVED_VARIABLES
from tests.faults import DATABASE, changed, load_faults, with_function, with_routes
from tests.support import MINIMAL, load_text

DEFAULTS: list[tuple[str, Any]] = [
    ("layout", "split"),
    ("tags", {}),
    ("database", None),
    ("bucket", None),
    ("functions.web.memory", 3008),
    ("functions.web.timeout", 60),
    ("functions.web.architecture", "x86_64"),
    ("functions.web.ephemeral_storage", 512),
    ("functions.web.reserved_concurrency", None),
    ("functions.web.port", 8080),
    ("functions.web.readiness_path", "/"),
    ("functions.web.redeploy", None),
    ("functions.web.variables", {}),
    ("functions.web.uses", ["database", "bucket"]),
    ("functions.web.statements", []),
    ("api.integration_timeout", 29),
    ("api.minimum_compression_size", None),
    ("api.binary_media_types", []),
    ("api.cors", None),
    ("api.redeploy", None),
    ("api.stage.access_log_fields", {}),
    ("api.stage.variables", {}),
    ("api.usage_plan.keys", []),
    ("api.usage_plan.quota", None),
    ("alarms.topic", None),
    ("alarms.emails", []),
    ("alarms.function_errors", 10),
    ("alarms.function_duration", None),
    ("alarms.function_throttles", 0),
    ("alarms.api_5xx_percent", 5),
    ("alarms.api_latency", 2),
    ("alarms.api_throttled", 0),
    ("alarms.database_cpu_percent", 80),
    ("account.api_gateway_log_role", False),
]
CORS_DEFAULTS: list[tuple[str, Any]] = [
    ("api.cors.headers", ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key"]),
    ("api.cors.methods", ["GET", "POST", "OPTIONS"]),
    ("api.cors.max_age", 600),
    ("api.cors.credentials", False),
    ("api.cors.error_origin", "first"),
    ("database.port", 5432),
    ("database.variable_prefix", "DB_"),
    ("database.instance_identifier", None),
    ("database.cluster_identifier", None),
    ("bucket.variable", "BUCKET_NAME"),
]
WITH_SECTIONS = MINIMAL + "  cors: {origins: [https://a.example.com]}\n" + DATABASE
WITH_SECTIONS += "bucket: {name: jobs-uploads}\n"


def value_at(environment: Any, path: str) -> Any:
    for part in path.split("."):
        environment = (
            environment[part] if isinstance(environment, dict) else getattr(environment, part)
        )
    return environment


@pytest.mark.parametrize(("path", "value"), DEFAULTS)
def test_defaults(path: str, value: Any) -> None:
    assert value_at(load_text().environment, path) == value


@pytest.mark.parametrize(("path", "value"), CORS_DEFAULTS)
def test_defaults_of_sections_that_are_written(path: str, value: Any) -> None:
    assert value_at(load_text(WITH_SECTIONS).environment, path) == value


TIER_VALUES = [
    ("dev", 7, 50, 100, "INFO", True),
    ("staging", 14, 250, 500, "INFO", True),
    ("prod", 30, 1000, 2000, "ERROR", False),
]


@pytest.mark.parametrize(("tier", "days", "rate", "burst", "level", "trace"), TIER_VALUES)
def test_what_a_tier_sets(
    tier: str, days: int, rate: int, burst: int, level: str, trace: bool
) -> None:
    environment = load_text(MINIMAL + f"tier: {tier}\n", "other").environment
    assert environment.tier == tier
    assert environment.logs.retention_days == days
    assert (environment.api.throttling.rate, environment.api.throttling.burst) == (rate, burst)
    assert environment.api.stage.logging_level == level
    assert environment.api.stage.data_trace is trace


def test_there_is_a_default_for_each_tier_and_no_other() -> None:
    assert sorted(TIERS) == ["dev", "prod", "staging"]


RANGES: dict[str, tuple[list[Any], list[Any]]] = {
    # key: what it takes, what it refuses
    "service": (["a", "a-b2", "a" * 40], ["Jobs", "a_b", "-a", "a-", "a--b", "2a", "a" * 41, 5]),
    "region": (["us-east-1"], ["us-east", "useast1", "US-EAST-1", "us-east-1a", "''"]),
    "tier": (["dev", "staging", "prod"], ["production", "'dev '", "true"]),
    "layout": (["single", "split"], ["one", 1]),
    "tags": (
        ["{a b: c}", "{'x:y': z}"],
        ["[a]", "{a: ''}", "{a: 5}", "{a: é}", "{'': a}", "{a!: b}"],
    ),
    "functions.web.memory": ([128, 10240], [127, 10241, 512.5, "'512'", "true", "[512]"]),
    "functions.web.timeout": ([1, 900], [0, 901, "'5'", "5s"]),
    "functions.web.ephemeral_storage": ([512, 10240], [511, 10241]),
    "functions.web.reserved_concurrency": ([0, 1], [-1, "all"]),
    "functions.web.port": ([1, 65535], [0, 65536, "true"]),
    "functions.web.readiness_path": (["/", "/health?a=b"], ["health", "''", "/a b", 5]),
    "functions.web.architecture": (["x86_64", "arm64"], ["arm", "x86", 64]),
    "functions.web.redeploy": (["a b", "x" * 64], [1, "''", "é", "x" * 65]),
    "functions.web.uses": (["[]"], ["database", "[databse]", "[bucket, bucket]"]),
    "functions.web.variables": (["{AB: x, a_1: y}"], ["[AB]", "{A: x}", "{1A: x}", "{A-B: x}"]),
    "api.integration_timeout": ([1, 900], [0, 901]),
    "api.minimum_compression_size": ([0, 10485760], [-1, 10485761]),
    "api.binary_media_types": (["['*/*', image/svg+xml]"], ["[png]", "image/png", "[a/b/c]"]),
    "api.throttling.rate": ([0.5, 10000], [0, -1, "'5'", "fast", "true"]),
    "api.throttling.burst": ([1], [0, 1.5]),
    "api.stage.logging_level": (["OFF", "ERROR", "INFO"], ["info", "DEBUG", "off", "false"]),
    "api.stage.data_trace": (["true", "false"], ["yes", 1, "'true'"]),
    "api.stage.access_log_fields": (
        ["{agent: $context.identity.userAgent}"],
        ["{a-b: $context.status}", "{a: status}", "{a: '$context.a $context.b'}", "{a: 5}"],
    ),
    "api.stage.variables": (["{a_1: 'b/c'}"], ["{a-b: x}", "{a: 'b c'}", "{a: ''}", "{a: 5}"]),
    "api.usage_plan.keys": (["[a, b-2]"], ["[A]", "a", "[a, a]", "[a_b]", "[a-b, ab]"]),
    "api.usage_plan.quota.limit": ([1], [0, 1.5]),
    "api.usage_plan.quota": (["{limit: 1, period: DAY}"], ["{limit: 1, period: YEAR}", 5]),
    "api.redeploy": (["v2"], [2, "''"]),
    "api.cors.origins": (["[https://a.b]"], ["[]", "https://a.b", "[https://a.b, https://a.b]"]),
    "api.cors.headers": (["[]", "[X-A]"], ["[X A]", "X-A", "['X:']", "[X-A, X-A]"]),
    "api.cors.methods": (["[PUT]"], ["[put]", "[ANY]", "[]", "[GET, GET]"]),
    "api.cors.max_age": ([0, 86400], [-1, 86401]),
    "api.cors.error_origin": (["first", "echo"], ["last"]),
    "logs.retention_days": ([1, 7, 3653], [0, 10, "'7'", "7d", "never"]),
    "alarms.api_latency": ([0.5, 29], [0, -1, "slow"]),
    "alarms.api_5xx_percent": ([0, 99.9], [-1, 100, "5%"]),
    "alarms.function_errors": ([0, 10], [-1, 0.5]),
    "alarms.function_duration": ([0.1], [0]),
    "alarms.database_cpu_percent": ([0, 99], [100]),
    "alarms.emails": (["[a@b.c]"], ["a@b.c", "[a.b.c]", "[a@b]", "[a b@c.d]"]),
    "account.api_gateway_log_role": (["true"], ["yes", 1]),
    "database.variable_prefix": (["PG_"], ["pg_", "''", "1_"]),
    "bucket.variable": (["UPLOADS", "uploads"], ["a", "2UP", "AWS_REGION", "''"]),
}


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, (takes, _) in RANGES.items() for value in takes]
)
def test_what_a_key_takes(key: str, value: Any) -> None:
    load_text(WITH_SECTIONS, overrides=[f"{key}={value}"])


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, (_, refuses) in RANGES.items() for value in refuses]
)
def test_what_a_key_refuses(key: str, value: Any) -> None:
    (fault,) = load_faults(WITH_SECTIONS, overrides=[f"{key}={value}"])
    assert fault.startswith(f"--set {key}: ")
    assert not fault.startswith(f"--set {key}: {key}: ")


REQUIRED = {
    "service: jobs\n": "service",
    "region: us-east-1\n": "region",
    "vpc: vpc-0a1b2c3d, ": "network.vpc",
    ", subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]": "network.subnets",
    "image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1": "functions.web.image",
    "  authorization: iam\n": "api.authorization",
    "  routes: {GET /jobs: web}\n": "api.routes",
}


@pytest.mark.parametrize("piece", REQUIRED)
def test_what_must_be_written(piece: str) -> None:
    (fault,) = load_faults(changed(piece, ""))
    assert fault.startswith("environments/prod.yaml:")
    assert f" {REQUIRED[piece]}: is required and missing: " in fault


UNKNOWN = {
    "servce: x": "servce: is not a key here; did you mean 'service'?",
    "extend: base.yaml": "extend: is not a key here; did you mean 'extends'?",
    "nonsense: 1": "nonsense: is not a key here; known: accept, account, alarms, api,",
    "logs: {days: 7}": "logs.days: is not a key here; ",
    "account: {role: true}": "account.role: is not a key here; ",
    "alarms: {api_latncy: 2}": "alarms.api_latncy: is not a key here; did you mean 'api_latency'?",
    "bucket: {name: abc, var: X}": "bucket.var: is not a key here; ",
}


@pytest.mark.parametrize("line", UNKNOWN)
def test_unknown_keys_are_named(line: str) -> None:
    (fault,) = load_faults(f"{MINIMAL}{line}\n")
    assert UNKNOWN[line] in fault


@pytest.mark.parametrize("name", sorted(RESERVED_VARIABLES))
def test_variables_of_lambda_are_refused(name: str) -> None:
    (fault,) = load_faults(with_function(f"variables: {{{name}: x}}"))
    if name[0] == "_":
        assert " is no variable name: " in fault
    elif name in CREDENTIALS:
        assert (
            " is set by Lambda itself, from the function's role; remove it, give the role" in fault
        )
        assert "functions.NAME.statements" in fault
    else:
        assert " is set by Lambda itself, which refuses a function that sets it" in fault


ORIGINS = {
    "https://app.example.com": None,
    "http://localhost:3000": None,
    "http://127.0.0.1:5000": None,
    "'*'": None,
    "app.example.com": "write the scheme too",
    "//app.example.com": "origin",
    "https://app.example.com/": "origin",
    "https://app.example.com/path": "origin",
    "https://app.example.com?x": "origin",
    "https://user@app.example.com": "origin",
    "https://*.example.com": "origin",
    "https://": "origin",
    "ftp://app.example.com": "origin",
    "'null'": "origin",
    "https://App.Example.com": "https://app.example.com",
    "HTTPS://app.example.com": "https://app.example.com",
    "https://app.example.com:443": "https://app.example.com",
    "http://app.example.com:80": "http://app.example.com",
    "https://app.example.com:99999": "origin",
    "https://app.example.com:0": "origin",
    "5": "must be text, not 5; write it in quotes",
}


@pytest.mark.parametrize("origin", ORIGINS)
def test_origins(origin: str) -> None:
    text = f"{MINIMAL}  cors: {{origins: [{origin}]}}\n"
    expected = ORIGINS[origin]
    if expected is None:
        load_text(text)
    else:
        (fault,) = load_faults(text)
        assert fault.startswith("environments/prod.yaml:9:20: api.cors.origins[0]: ")
        assert expected in fault


STATEMENTS = {
    "{actions: [sqs:SendMessage], resources: ['*']}": None,
    "{actions: ['sqs:Send*'], resources: ['arn:aws:sqs:us-east-1:123456789012:jobs']}": None,
    "{actions: [s3:GetObject], resources: ['arn:${AWS::Partition}:s3:::b/*']}": None,
    "{actions: ['*'], resources: ['*']}": "statements[0].actions[0]",
    "{actions: ['sqs:*'], resources: ['*']}": "statements[0].actions[0]",
    "{actions: [SendMessage], resources: ['*']}": "statements[0].actions[0]",
    "{actions: [], resources: ['*']}": "statements[0].actions",
    "{actions: [sqs:SendMessage], resources: []}": "statements[0].resources",
    "{actions: [sqs:SendMessage]}": "statements[0].resources",
    "{actions: [sqs:SendMessage], resources: [jobs]}": "statements[0].resources[0]",
    "{actions: [sqs:SendMessage], resources: ['arn:${AWS::Nothing}:sqs:::x']}": "resources[0]",
    "{actions: [sqs:SendMessage], resources: ['arn:aws:sqs:::${Queue}']}": "resources[0]",
    "{actions: [sqs:SendMessage], resources: ['*'], effect: Deny}": "statements[0].effect",
}


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements(statement: str) -> None:
    text = with_function(f"statements: [{statement}]")
    expected = STATEMENTS[statement]
    if expected is None:
        load_text(text)
    else:
        (fault,) = load_faults(text)
        assert f"{expected}: " in fault


def test_a_route_may_be_a_name_or_a_mapping() -> None:
    text = changed("{GET /jobs: web}", "{GET /a: web, GET /b: {function: web, api_key: true}}")
    routes = load_text(text + "  usage_plan: {keys: [one]}\n").environment.api.routes
    assert (routes["GET /a"].function, routes["GET /a"].api_key) == ("web", False)
    assert (routes["GET /b"].function, routes["GET /b"].api_key) == ("web", True)


@pytest.mark.parametrize("count", [1, 17])
def test_two_to_sixteen_subnets(count: int) -> None:
    subnets = ", ".join(f"subnet-0a1b2c{number:02}" for number in range(count))
    (fault,) = load_faults(changed("subnet-0a1b2c3d, subnet-1a2b3c4d", subnets))
    assert " network.subnets: " in fault


def test_a_subnet_named_twice_is_refused() -> None:
    (fault,) = load_faults(changed("subnet-1a2b3c4d", "subnet-0a1b2c3d"))
    assert fault.startswith("environments/prod.yaml:3:")
    assert "subnet" in fault
    assert "twice" in fault


def test_a_model_is_final() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_text().environment.service = "other"


def test_many_routes_are_read() -> None:
    routes = [f"GET /jobs/r{number}" for number in range(300)]
    assert len(load_text(with_routes(*routes)).environment.api.routes) == 300

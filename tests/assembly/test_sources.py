"""Each resource knows the key of the file that it comes from."""

from __future__ import annotations

import pytest

from gateway_infra.assembly.environment import assemble
from gateway_infra.inputs import template_parameters
from gateway_infra.reading.diagnostics import show_path
from gateway_infra.sections.environment import Environment
from tests.faults import DATABASE
from tests.support import CASES, generated_case, load_text

TEXT = """\
service: jobs
region: us-east-1
network: {vpc: {parameter: Vpc}, subnets: {ssm: /shared/subnets}}
functions:
  web: {image: {parameter: Image}}
  more: {image: {parameter: Image}}
api:
  authorization: iam
  authorizers:
    users: {type: cognito, pool: {}}
    partners: {type: lambda, function: more}
  models: {Job: {type: object}}
  routes:
    GET /jobs/{id}/log: web
    POST /jobs:
      function: web
      description: Starts a job
      request_models: {application/json: Job, text/plain: {type: string}}
    GET /jobs: {function: more, api_key: true}
    PUT /jobs: {function: web, request_parameters: {querystring.a: true}}
  cors: {origins: [https://jobs.example.com]}
  usage_plan: {keys: [partner, admin]}
alarms: {emails: [oncall@example.com]}
account: {api_gateway_log_role: true}
"""
TEXT += DATABASE + "  instance_identifier: jobs\n"

SOURCES = {
    "ApiGatewayLogRole": "account.api_gateway_log_role",
    "ApiGatewayAccount": "account.api_gateway_log_role",
    "FunctionWebRole": "functions.web",
    "FunctionWebSecurityGroup": "functions.web",
    "FunctionWebDatabaseIngress": "database",
    "FunctionWebLogGroup": "functions.web",
    "FunctionMore": "functions.more",
    "FunctionMoreAlias": "functions.more",
    "FunctionMorePermission": "functions.more",
    "Api": "api",
    # That of the path itself comes before that of one below it.
    "ApiResourceJobs": 'api.routes["POST /jobs"]',
    "ApiResourceJobsById": 'api.routes["GET /jobs/{id}/log"]',
    "ApiResourceJobsByIdLog": 'api.routes["GET /jobs/{id}/log"]',
    "ApiMethodGetJobs": 'api.routes["GET /jobs"]',
    "ApiMethodPostJobs": 'api.routes["POST /jobs"]',
    "ApiDescriptionPostJobs": 'api.routes["POST /jobs"].description',
    "UserPoolUsers": "api.authorizers.users.pool",
    "UserPoolUsersClient": "api.authorizers.users.pool",
    "ApiAuthorizerUsers": "api.authorizers.users",
    "ApiAuthorizerPartnersPermission": "api.authorizers.partners.function",
    "ApiModelJob": "api.models.Job",
    "ApiModelPostJobsBodyTextPlain": 'api.routes["POST /jobs"].request_models["text/plain"]',
    "ApiValidatorBody": 'api.routes["POST /jobs"]',
    "ApiValidatorParameters": 'api.routes["PUT /jobs"]',
    "ApiMethodOptionsJobs": "api.cors",
    "ApiClientErrors": "api.cors",
    "ApiStage": "api.stage",
    "ApiAccessLogGroup": "logs",
    "ApiUsagePlan": "api.usage_plan",
    "ApiKeyPartner": "api.usage_plan.keys[0]",
    "ApiPlanKeyAdmin": "api.usage_plan.keys[1]",
    "AlarmTopic": "alarms.emails",
    "FunctionWebErrorsAlarm": "alarms.function_errors",
    "FunctionWebDurationAlarm": "alarms.function_duration",
    "FunctionWebThrottlesAlarm": "alarms.function_throttles",
    "ApiServerErrorsAlarm": "alarms.api_5xx_percent",
    "ApiLatencyAlarm": "alarms.api_latency",
    "ApiThrottledFilter": "alarms.api_throttled",
    "ApiThrottledAlarm": "alarms.api_throttled",
    "DatabaseCpuAlarm": "alarms.database_cpu_percent",
    "Dashboard": "functions",
}


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Return the source of each resource of one environment."""
    graph = assemble(load_text(TEXT))
    return {name: show_path(item.source) for name, item in graph.resources.items()}


@pytest.mark.parametrize("logical_id", SOURCES)
def test_a_resource_comes_from_a_key(sources: dict[str, str], logical_id: str) -> None:
    assert sources[logical_id] == SOURCES[logical_id]


def test_a_parameter_comes_from_the_first_value_that_it_stands_for() -> None:
    loaded = load_text(TEXT)
    parameters = template_parameters(loaded.environment, loaded.source)
    assert {item.name: show_path(item.source) for item in parameters} == {
        "DbPassword": "database.password",
        "Image": "functions.web.image",
        "SharedSubnets": "network.subnets",
        "Vpc": "network.vpc",
    }


CASE_NAMES = sorted(p.stem for p in CASES.glob("*.yaml") if not p.stem.startswith("error_"))


@pytest.mark.parametrize("name", CASE_NAMES)
def test_every_resource_of_every_case_comes_from_a_key(name: str) -> None:
    for item in generated_case(name).graph.resources.values():
        assert item.source, item.logical_id
        assert item.source[0] in Environment.model_fields

"""Rules of what overrides, resources and `customize` make."""

from __future__ import annotations

import pytest

from tests.support import MINIMAL
from tests.template_checks.templates import found, severities


def environment(more: str) -> str:
    """Return the shortest environment with more at its end; `CORS` goes into its API."""
    for marker in (CORS, DOCUMENT):
        if marker in more:
            return MINIMAL + f"  {marker.strip()}\n" + more.replace(marker, "")
    return MINIMAL + more


def override(resource: str, path: str, value: str) -> str:
    return f"overrides: [{{resource: {resource}, path: Properties.{path}, value: {value}}}]\n"


def authorizers(count: int) -> str:
    """Return so many authorizers of one's own."""
    body = (
        "{Type: AWS::ApiGateway::Authorizer, Properties: {RestApiId: {Ref: Api}, Type: TOKEN, "
        "AuthorizerUri: {Fn::Sub: 'arn:${AWS::Partition}:apigateway:x'}, Name: aNAME}}"
    )
    lines = "".join(f"  Own{n}: {body.replace('NAME', str(n))}\n" for n in range(count))
    return f"resources:\n{lines}"


def policy(characters: int) -> str:
    """Return an override that gives the API a policy of so many characters."""
    rest = characters - len('{"Version":""}')
    return override("Api", "Policy", f"{{Version: {'x' * rest}}}")


WAF = """\
resources:
  Logs: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: NAME}}
  Logging:
    Type: AWS::WAFv2::LoggingConfiguration
    Properties:
      ResourceArn: arn:aws:wafv2:us-east-1:123456789012:regional/webacl/a/0a1b
      LogDestinationConfigs: [{Fn::GetAtt: [Logs, Arn]}]
"""
ACCOUNT = "resources: {Mine: {Type: AWS::ApiGateway::Account}}\n"
PRIVATE = "{Types: [PRIVATE]}"
ALLOWED = """\
overrides:
  - {resource: Api, path: Properties.EndpointConfiguration, value: {Types: [PRIVATE]}}
  - resource: Api
    path: Properties.Policy
    value: {Version: '2012-10-17', Statement: []}
"""
KEY = "'arn:aws:kms:us-east-1:123456789012:key/0a1b'"


def every(name: str, value: str) -> str:
    """Return an override of all methods."""
    return override("x", name, value).replace("resource: x", "type: AWS::ApiGateway::Method")


def variable(name: str, value: str) -> str:
    """Return an override of a variable of the function, and that it has others."""
    return override("FunctionWeb", f"Environment.Variables.{name}", value)


CORS = "cors: {origins: ['https://x.example.com']}\n"
DOCUMENT = "definition: openapi\n"
RAW_PATH = """\
resources:
  More:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: {Ref: Api}, ParentId: {Ref: Root}, PathPart: a}
  Root:
    Type: AWS::ApiGateway::Resource
    Properties: {RestApiId: {Ref: Other}, ParentId: abc123, PathPart: b}
  Other: {Type: AWS::ApiGateway::RestApi, Properties: {Name: other}}
"""
COGNITO = """\
overrides:
  - {type: AWS::ApiGateway::Method, path: Properties.AuthorizationType, value: COGNITO_USER_POOLS}
  - {type: AWS::ApiGateway::Method, path: Properties.AuthorizerId, value: abc123}
"""

FAILING: tuple[tuple[str, str, str], ...] = (
    ("GI831", override("ApiStage", "CanarySetting", "{PercentTraffic: 10}"), "overrides[0]: gives"),
    ("GI832", override("ApiDeployment", "StageName", "v2"), "overrides[0]: gives"),
    ("GI832", override("ApiDeployment", "StageDescription", "{CachingEnabled: true}"), "overrides"),
    ("GI833", override("Api", "EndpointConfiguration", PRIVATE), "overrides[0]: makes Api private"),
    ("GI834", authorizers(11), "is one of 11 authorizers; an API takes 10"),
    ("GI835", policy(8_193), "overrides[0]: makes a policy of 8,193 characters; API Gateway takes"),
    ("GI836", override("FunctionWebLogGroup", "KmsKeyId", KEY), "logs.us-east-1.amazonaws.com"),
    ("GI837", WAF.replace("NAME", "waf-jobs"), "resources.Logging.Properties.LogDestination"),
    ("GI838", ACCOUNT, "resources.Mine: makes Mine"),
    (
        "GI839",
        f"{COGNITO}{CORS}",
        "overrides[0]: changes AuthorizationType of",
    ),
    ("GI840", every("AuthorizationType", "CUSTOM"), "overrides[0]: makes ApiMethodGetJobs"),
    (
        "GI841",
        override("FunctionWeb", "FunctionName", "other"),
        "overrides[0]: renames",
    ),
    ("GI842", variable("AWS_REGION", "eu-west-1"), "overrides[0]: sets AWS_REGION of FunctionWeb"),
    ("GI843", f"{RAW_PATH}{DOCUMENT}", "resources.More: adds More to an API that one document"),
    ("GI842", variable("LONG", "x" * 4_093), "bytes of variables; Lambda takes 4,096"),
)
PASSING: tuple[tuple[str, str], ...] = (
    ("GI831", override("ApiStage", "Description", "A canary")),
    ("GI832", override("ApiDeployment", "Description", "words")),
    ("GI833", override("Api", "EndpointConfiguration", "{Types: [REGIONAL]}")),
    ("GI833", ALLOWED),
    ("GI834", authorizers(10)),
    ("GI834", f"{authorizers(11)}account: {{quotas: {{api_authorizers: 11}}}}\n"),
    ("GI835", policy(8_192)),
    ("GI835", f"{policy(8_193)}account: {{quotas: {{api_policy_characters: 8193}}}}\n"),
    ("GI836", override("FunctionWebLogGroup", "RetentionInDays", "7")),
    ("GI837", WAF.replace("NAME", "aws-waf-logs-jobs")),
    ("GI838", "account: {api_gateway_log_role: true}\n"),
    ("GI839", COGNITO.replace("type: AWS::ApiGateway::Method", "family: api") + CORS),
    ("GI840", every("AuthorizationType", "NONE")),
    ("GI841", override("FunctionWeb", "MemorySize", "512")),
    ("GI842", variable("REGION", "eu-west-1")),
    ("GI843", RAW_PATH),
)


@pytest.mark.parametrize(("rule", "more", "told"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_key(rule: str, more: str, told: str) -> None:
    messages = found(rule, environment(more))
    assert len(messages) == 1
    assert told in messages[0]


@pytest.mark.parametrize(("rule", "more"), PASSING)
def test_what_breaks_none_is_not(rule: str, more: str) -> None:
    assert found(rule, environment(more)) == []


def test_how_severe_they_are() -> None:
    given = {rule: severities(rule, environment(more)) for rule, more, _ in FAILING}
    assert all(given[rule] == {"warning"} for rule in ("GI831", "GI838", "GI839", "GI841"))
    assert given["GI836"] == {"advice"}
    others = ("GI832", "GI833", "GI834", "GI835", "GI837", "GI840", "GI842", "GI843")
    assert all(given[rule] == {"error"} for rule in others)


def test_a_family_and_a_type_are_named_by_their_override() -> None:
    by_type = (
        "overrides: [{type: AWS::ApiGateway::Stage, path: Properties.CanarySetting, value: {}}]"
    )
    (message,) = found("GI831", f"{MINIMAL}{by_type}\n")
    assert message.startswith("overrides[0]: ")

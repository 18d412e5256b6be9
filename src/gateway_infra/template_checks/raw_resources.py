"""What overrides, resources and `customize` make, and what AWS does with it.

Nothing here can come of the file's own settings, so an environment without these is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.builders.shared.naming import function_name
from gateway_infra.graph import Resource, references
from gateway_infra.reading.problems import KeyPath
from gateway_infra.rules import added
from gateway_infra.rules.rule import Found
from gateway_infra.sections.variables import RESERVED_VARIABLES
from gateway_infra.template_checks.context import Check, Whole
from gateway_infra.template_checks.policies import UNKNOWN, filled

_WAF_PREFIX = "aws-waf-logs-"


def of_type(whole: Whole, kind: str) -> list[Resource]:
    """Return the resources of a type, none where the file's own settings make all of them."""
    environment = whole.loaded.environment
    if not (environment.overrides or environment.resources or environment.customize):
        return []
    return [item for item in whole.graph.resources.values() if item.body["Type"] == kind]


def place_of(whole: Whole, item: Resource, name: str) -> KeyPath:
    """Return the key that gave a resource a property: an override, its own entry, or a function."""
    environment = whole.loaded.environment
    if item.logical_id in environment.resources:
        return ("resources", item.logical_id, "Properties", name)
    for key, override in environment.overrides.items():
        if override.keys[:2] in (("Properties", name), ("Properties",)) and (
            override.resource is None or item.logical_id.startswith(override.resource)
        ):
            return ("overrides", key)
    return ("customize",)


def properties_of(item: Resource) -> Mapping[str, Any]:
    """Return a resource's properties, none where they are no mapping."""
    properties = item.body.get("Properties", {})
    return properties if isinstance(properties, dict) else {}


def _canary(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::ApiGateway::Stage"):
        if "CanarySetting" in properties_of(item):
            message = (
                f"gives {item.logical_id} a canary, to which alone later deployments go; shift "
            )
            message += "traffic by the weights of the function's alias"
            yield Found(place_of(whole, item, "CanarySetting"), message)


def _stage_of_deployment(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::ApiGateway::Deployment"):
        for name in ("StageDescription", "StageName"):
            if name in properties_of(item):
                message = f"gives {item.logical_id} a {name}, and the stage has a resource of its "
                yield Found(place_of(whole, item, name), f"{message}own; set it there")


def _private(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::ApiGateway::RestApi"):
        properties = properties_of(item)
        endpoint = properties.get("EndpointConfiguration", {})
        types = endpoint.get("Types", []) if isinstance(endpoint, dict) else []
        body = properties.get("Body", {})
        has_policy = "Policy" in properties or (
            isinstance(body, dict) and "x-amazon-apigateway-policy" in body
        )
        if "PRIVATE" in types and not has_policy:
            message = (
                f"makes {item.logical_id} private, and without a Policy nobody can call it; set "
            )
            message += "one too"
            yield Found(place_of(whole, item, "EndpointConfiguration"), message)


def _authorizers(whole: Whole) -> Iterator[Found]:
    found = of_type(whole, "AWS::ApiGateway::Authorizer")
    most = whole.loaded.environment.account.quotas.api_authorizers
    if len(found) > most:
        message = f"is one of {len(found)} authorizers; an API takes {most} "
        message += "(account.quotas.api_authorizers)"
        yield Found(place_of(whole, found[-1], "Name")[:2], message)


def _api_policy(whole: Whole) -> Iterator[Found]:
    environment = whole.loaded.environment
    most = environment.account.quotas.api_policy_characters
    for item in of_type(whole, "AWS::ApiGateway::RestApi"):
        policy = filled(properties_of(item).get("Policy", {}), environment.region, UNKNOWN)
        size = len(json.dumps(policy, separators=(",", ":"), ensure_ascii=False))
        if size > most:
            message = f"makes a policy of {size:,} characters; API Gateway takes {most:,} "
            message += "(account.quotas.api_policy_characters)"
            yield Found(place_of(whole, item, "Policy"), message)


def _log_key(whole: Whole) -> Iterator[Found]:
    region = whole.loaded.environment.region
    for item in of_type(whole, "AWS::Logs::LogGroup"):
        if "KmsKeyId" in properties_of(item):
            message = f"encrypts {item.logical_id}, for which the key's policy must allow "
            yield Found(place_of(whole, item, "KmsKeyId"), f"{message}logs.{region}.amazonaws.com")


def _waf_logs(whole: Whole) -> Iterator[Found]:
    groups = {item.logical_id: item for item in of_type(whole, "AWS::Logs::LogGroup")}
    for item in of_type(whole, "AWS::WAFv2::LoggingConfiguration"):
        targets = references(properties_of(item).get("LogDestinationConfigs", []))
        for target in sorted({reference.target for reference in targets} & groups.keys()):
            name = properties_of(groups[target]).get("LogGroupName", "")
            if isinstance(name, str) and not name.startswith(_WAF_PREFIX):
                message = f"sends WAF's log to {target}, whose name must begin with {_WAF_PREFIX}"
                yield Found(place_of(whole, item, "LogDestinationConfigs"), message)


def _one_account(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::ApiGateway::Account"):
        if item.family != "account":
            message = f"makes {item.logical_id}, which the account has once for all its APIs; "
            message += "write account.api_gateway_log_role: true in one service"
            yield Found(place_of(whole, item, "CloudWatchRoleArn")[:2], message)


def _preflight(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::ApiGateway::Method"):
        properties = properties_of(item)
        if properties.get("HttpMethod") != "OPTIONS" or not item.family.startswith("cors"):
            continue
        asked = {
            "AuthorizationType": properties.get("AuthorizationType", "NONE") != "NONE",
            "ApiKeyRequired": properties.get("ApiKeyRequired", False) not in (False, "false"),
        }
        for name in (key for key, is_asked in asked.items() if is_asked):
            message = f"changes {name} of {item.logical_id}, which answers browsers that send no "
            message += "login; change the routes' methods alone, by family: api"
            yield Found(place_of(whole, item, name), message)
            return


def _no_authorizer(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::ApiGateway::Method"):
        properties = properties_of(item)
        kind = properties.get("AuthorizationType")
        if kind in ("COGNITO_USER_POOLS", "CUSTOM") and "AuthorizerId" not in properties:
            message = f"makes {item.logical_id} ask for {kind}, without an AuthorizerId; set it too"
            yield Found(place_of(whole, item, "AuthorizationType"), message)
            return


def _renamed_function(whole: Whole) -> Iterator[Found]:
    environment = whole.loaded.environment
    names = {
        function_name(environment.service, whole.loaded.name, key) for key in environment.functions
    }
    for item in of_type(whole, "AWS::Lambda::Function"):
        name = properties_of(item).get("FunctionName")
        if item.logical_id not in environment.resources and name not in names:
            message = (
                f"renames {item.logical_id}, and its log group, role and alarms keep the name; "
            )
            message += "let the key under `functions` name it"
            yield Found(place_of(whole, item, "FunctionName"), message)


def _refused_variables(whole: Whole) -> Iterator[Found]:
    most = whole.loaded.environment.account.quotas.variables_bytes
    for item in of_type(whole, "AWS::Lambda::Function"):
        given = properties_of(item).get("Environment", {})
        variables = given.get("Variables", {}) if isinstance(given, dict) else {}
        place = place_of(whole, item, "Environment")
        if place == ("customize",) and not whole.loaded.environment.customize:
            continue  # They are the file's own, which other rules look at.
        for name in sorted(RESERVED_VARIABLES & variables.keys()):
            yield Found(
                place, f"sets {name} of {item.logical_id}, which Lambda sets itself; remove it"
            )
        texts = {key: text for key, text in variables.items() if isinstance(text, str)}
        size = sum(len(f"{key}{text}".encode()) for key, text in texts.items())
        if size > most:
            message = (
                f"gives {item.logical_id} {size:,} bytes of variables; Lambda takes {most:,}: "
            )
            message += "keep what is long in SSM or the bucket"
            yield Found(place, message)


def _mixed(whole: Whole) -> Iterator[Found]:
    if whole.loaded.environment.api.definition != "openapi":
        return
    for kind in ("AWS::ApiGateway::Method", "AWS::ApiGateway::Resource"):
        for item in of_type(whole, kind):
            if any(found.target == "Api" for found in references(properties_of(item))):
                message = f"adds {item.logical_id} to an API that one document defines; write "
                message += "the route under api.routes"
                yield Found(place_of(whole, item, "RestApiId")[:2], message)


CHECKS: tuple[Check, ...] = (
    (added.CANARY, _canary),
    (added.STAGE_OF_DEPLOYMENT, _stage_of_deployment),
    (added.PRIVATE, _private),
    (added.AUTHORIZERS, _authorizers),
    (added.API_POLICY, _api_policy),
    (added.LOG_KEY, _log_key),
    (added.WAF_LOGS, _waf_logs),
    (added.ONE_ACCOUNT, _one_account),
    (added.PREFLIGHT, _preflight),
    (added.NO_AUTHORIZER, _no_authorizer),
    (added.RENAMED_FUNCTION, _renamed_function),
    (added.REFUSED_VARIABLES, _refused_variables),
    (added.MIXED, _mixed),
)

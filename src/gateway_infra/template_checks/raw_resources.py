"""What overrides, resources and `customize` make, and what AWS does with it.

Nothing here can come of the file's own settings, so an environment without these is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.builders.shared.naming import function_name
from gateway_infra.graph import Resource, references
from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.variables import RESERVED_VARIABLES
from gateway_infra.template_checks.context import RuleContext
from gateway_infra.template_checks.policies import UNKNOWN, filled

_WAF_PREFIX = "aws-waf-logs-"


def of_type(whole: RuleContext, kind: str) -> list[Resource]:
    """Return the resources of a type, none where the file's own settings make all of them."""
    environment = whole.loaded.environment
    if not (environment.overrides or environment.resources or environment.customize):
        return []
    return [item for item in whole.graph.resources.values() if item.body["Type"] == kind]


def place_of(whole: RuleContext, item: Resource, name: str) -> KeyPath:
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


def _canary(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::ApiGateway::Stage"):
        if "CanarySetting" in properties_of(item):
            message = f"gives {item.logical_id} a canary, to which alone later deployments go; "
            message += "shift traffic by the weights of the function's alias"
            yield Diagnostic(place_of(whole, item, "CanarySetting"), message)


def _stage_of_deployment(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::ApiGateway::Deployment"):
        for name in ("StageDescription", "StageName"):
            if name in properties_of(item):
                message = f"gives {item.logical_id} a {name}, and the stage has a resource of its "
                yield Diagnostic(place_of(whole, item, name), f"{message}own; set it there")


def _private(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::ApiGateway::RestApi"):
        properties = properties_of(item)
        endpoint = properties.get("EndpointConfiguration", {})
        types = endpoint.get("Types", []) if isinstance(endpoint, dict) else []
        body = properties.get("Body", {})
        has_policy = "Policy" in properties or (
            isinstance(body, dict) and "x-amazon-apigateway-policy" in body
        )
        if "PRIVATE" in types and not has_policy:
            message = f"makes {item.logical_id} private, and without a Policy nobody can call it; "
            message += "set one too"
            yield Diagnostic(place_of(whole, item, "EndpointConfiguration"), message)


def _authorizers(whole: RuleContext) -> Iterator[Diagnostic]:
    found = of_type(whole, "AWS::ApiGateway::Authorizer")
    most = whole.loaded.environment.account.quotas.api_authorizers
    if len(found) > most:
        message = f"is one of {len(found)} authorizers; an API takes {most} "
        message += "(account.quotas.api_authorizers)"
        yield Diagnostic(place_of(whole, found[-1], "Name")[:2], message)


def _api_policy(whole: RuleContext) -> Iterator[Diagnostic]:
    environment = whole.loaded.environment
    most = environment.account.quotas.api_policy_characters
    for item in of_type(whole, "AWS::ApiGateway::RestApi"):
        policy = filled(properties_of(item).get("Policy", {}), environment.region, UNKNOWN)
        size = len(json.dumps(policy, separators=(",", ":"), ensure_ascii=False))
        if size > most:
            message = f"makes a policy of {size:,} characters; API Gateway takes {most:,} "
            message += "(account.quotas.api_policy_characters)"
            yield Diagnostic(place_of(whole, item, "Policy"), message)


def _log_key(whole: RuleContext) -> Iterator[Diagnostic]:
    region = whole.loaded.environment.region
    for item in of_type(whole, "AWS::Logs::LogGroup"):
        if "KmsKeyId" in properties_of(item):
            message = f"encrypts {item.logical_id}, for which the key's policy must allow "
            yield Diagnostic(
                place_of(whole, item, "KmsKeyId"), f"{message}logs.{region}.amazonaws.com"
            )


def _waf_logs(whole: RuleContext) -> Iterator[Diagnostic]:
    groups = {item.logical_id: item for item in of_type(whole, "AWS::Logs::LogGroup")}
    for item in of_type(whole, "AWS::WAFv2::LoggingConfiguration"):
        targets = references(properties_of(item).get("LogDestinationConfigs", []))
        for target in sorted({reference.target for reference in targets} & groups.keys()):
            name = properties_of(groups[target]).get("LogGroupName", "")
            if isinstance(name, str) and not name.startswith(_WAF_PREFIX):
                message = f"sends WAF's log to {target}, whose name must begin with {_WAF_PREFIX}"
                yield Diagnostic(place_of(whole, item, "LogDestinationConfigs"), message)


def _one_account(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::ApiGateway::Account"):
        if item.family != "account":
            message = f"makes {item.logical_id}, which the account has once for all its APIs; "
            message += "write account.api_gateway_log_role: true in one service"
            yield Diagnostic(place_of(whole, item, "CloudWatchRoleArn")[:2], message)


def _preflight(whole: RuleContext) -> Iterator[Diagnostic]:
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
            yield Diagnostic(place_of(whole, item, name), message)
            return


def _no_authorizer(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::ApiGateway::Method"):
        properties = properties_of(item)
        kind = properties.get("AuthorizationType")
        if kind in ("COGNITO_USER_POOLS", "CUSTOM") and "AuthorizerId" not in properties:
            message = f"makes {item.logical_id} ask for {kind}, without an AuthorizerId; set it too"
            yield Diagnostic(place_of(whole, item, "AuthorizationType"), message)
            return


def _renamed_function(whole: RuleContext) -> Iterator[Diagnostic]:
    environment = whole.loaded.environment
    names = {
        function_name(environment.service, whole.loaded.name, key) for key in environment.functions
    }
    for item in of_type(whole, "AWS::Lambda::Function"):
        name = properties_of(item).get("FunctionName")
        if item.logical_id not in environment.resources and name not in names:
            message = f"renames {item.logical_id}, and its log group, role and alarms keep the "
            message += "name; let the key under `functions` name it"
            yield Diagnostic(place_of(whole, item, "FunctionName"), message)


def _refused_variables(whole: RuleContext) -> Iterator[Diagnostic]:
    most = whole.loaded.environment.account.quotas.variables_bytes
    for item in of_type(whole, "AWS::Lambda::Function"):
        given = properties_of(item).get("Environment", {})
        variables = given.get("Variables", {}) if isinstance(given, dict) else {}
        place = place_of(whole, item, "Environment")
        if place == ("customize",) and not whole.loaded.environment.customize:
            continue  # They are the file's own, which other rules look at.
        for name in sorted(RESERVED_VARIABLES & variables.keys()):
            yield Diagnostic(
                place, f"sets {name} of {item.logical_id}, which Lambda sets itself; remove it"
            )
        texts = {key: text for key, text in variables.items() if isinstance(text, str)}
        size = sum(len(f"{key}{text}".encode()) for key, text in texts.items())
        if size > most:
            message = f"gives {item.logical_id} {size:,} bytes of variables; Lambda takes "
            message += f"{most:,}: keep what is long in SSM or the bucket"
            yield Diagnostic(place, message)


def _mixed(whole: RuleContext) -> Iterator[Diagnostic]:
    if whole.loaded.environment.api.definition != "openapi":
        return
    for kind in ("AWS::ApiGateway::Method", "AWS::ApiGateway::Resource"):
        for item in of_type(whole, kind):
            if any(found.target == "Api" for found in references(properties_of(item))):
                message = f"adds {item.logical_id} to an API that one document defines; write "
                message += "the route under api.routes"
                yield Diagnostic(place_of(whole, item, "RestApiId")[:2], message)


_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_TYPES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"

RULES: tuple[Rule, ...] = (
    Rule.warning(
        "GI831",
        "A canary on the stage",
        "While a stage has a canary, a deployment to it goes to the canary's share of the calls "
        "alone, and a change of the API reaches the others only when the canary is promoted by "
        "hand.",
        "Shift traffic with the weights of the function's alias, or accept it and promote.",
        f"{_GATEWAY}canary-release.html",
        check=_canary,
    ),
    Rule.error(
        "GI832",
        "A deployment that makes a stage of its own",
        "StageName makes API Gateway create that stage, or take one that is there, outside of "
        "the resource that stands for it; StageDescription belongs to it. The two then undo each "
        "other.",
        "Set the property on the stage's own resource, ApiStage.",
        f"{_TYPES}aws-resource-apigateway-deployment.html",
        check=_stage_of_deployment,
        acceptable=True,
    ),
    Rule.error(
        "GI833",
        "A private API that nobody can call",
        "A private API refuses every call that no resource policy allows.",
        "Give Api a Policy too, which allows your VPC endpoint or VPC.",
        f"{_GATEWAY}apigateway-private-api-create.html",
        check=_private,
        acceptable=True,
    ),
    Rule.error(
        "GI834",
        "More authorizers than an API takes",
        "API Gateway refuses a further authorizer.",
        "Let routes share authorizers; AWS raises the quota: account.quotas.api_authorizers.",
        f"{_GATEWAY}api-gateway-execution-service-limits-table.html",
        check=_authorizers,
        acceptable=True,
    ),
    Rule.error(
        "GI835",
        "A resource policy of the API that is too large",
        "API Gateway refuses a longer policy.",
        "Name ranges instead of single addresses, or use AWS WAF; AWS raises the quota: "
        "account.quotas.api_policy_characters.",
        f"{_GATEWAY}api-gateway-execution-service-limits-table.html",
        check=_api_policy,
        acceptable=True,
    ),
    Rule.advice(
        "GI836",
        "A key for a log group, which CloudWatch Logs must be allowed to use",
        "CloudWatch Logs refuses to make or encrypt a group with a key whose policy does not name "
        "logs.REGION.amazonaws.com.",
        "Allow that principal in the key's policy, for this group's ARN.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        check=_log_key,
    ),
    Rule.error(
        "GI837",
        "A log group for AWS WAF with a name that WAF refuses",
        "WAF writes only to groups whose names begin with aws-waf-logs-.",
        "Name it so, as in aws-waf-logs-jobs-prod.",
        "https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html",
        check=_waf_logs,
        acceptable=True,
    ),
    Rule.warning(
        "GI838",
        "The account's settings of API Gateway in a stack of the service",
        "There is one AWS::ApiGateway::Account for an account and region: every stack that has it "
        "overwrites it, and logging of all APIs ends when the stack is deleted.",
        "Write account.api_gateway_log_role: true in one service, which keeps it in a stack apart.",
        f"{_TYPES}aws-resource-apigateway-account.html",
        check=_one_account,
    ),
    Rule.warning(
        "GI839",
        "A preflight that needs a login",
        "Browsers send OPTIONS without key and login, and call nothing when it is refused.",
        "Change the methods of the routes alone: family: api, not the type, which CORS's methods "
        "are of too.",
        f"{_GATEWAY}how-to-cors.html",
        check=_preflight,
    ),
    Rule.error(
        "GI840",
        "A method whose authorizer is not named",
        "API Gateway refuses a method with COGNITO_USER_POOLS or CUSTOM that names no authorizer.",
        "Set AuthorizerId too.",
        f"{_TYPES}aws-resource-apigateway-method.html",
        check=_no_authorizer,
        acceptable=True,
    ),
    Rule.warning(
        "GI841",
        "A function with a name of its own",
        "The log group, what the role may write to, alarms and dashboard name the function as "
        "gateway-infra calls it: they would watch and keep nothing, and the function could not "
        "log.",
        "Let the key under `functions` name it, or change the others too.",
        "docs/customizing.md",
        check=_renamed_function,
    ),
    Rule.error(
        "GI842",
        "Variables that Lambda refuses",
        "Lambda sets some variables itself, and takes 4 KB of names and values in all.",
        "Remove what Lambda sets, and keep what is long elsewhere.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        check=_refused_variables,
        acceptable=True,
    ),
    Rule.error(
        "GI843",
        "An API of a document, with methods beside it",
        "An import of the document removes what is not in it, or stops at what is there: the two "
        "ways of defining one API undo each other.",
        "Write the route under api.routes, or api.definition: resources.",
        f"{_GATEWAY}api-gateway-import-api.html",
        check=_mixed,
        acceptable=True,
    ),
)

"""What overrides, resources and `customize` weaken.

The file's own settings make none of this, so an environment without these is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.graph import Resource
from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.suppressions.policies import allowed, everything, has_to_be
from gateway_infra.template_checks.context import RuleContext
from gateway_infra.template_checks.raw_resources import of_type, place_of, properties_of

_ANYWHERE = ("0.0.0.0/0", "::/0")
_POLICIES = ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, Mapping)]


def _permission(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::Lambda::Permission"):
        properties = properties_of(item)
        missing = [name for name in ("SourceArn", "SourceAccount") if name not in properties]
        if properties.get("Principal") == "*":
            missing = ["Principal"]
        if properties.get("Action") not in (None, "lambda:InvokeFunction"):
            missing = ["Action"]
        for name in missing[:1]:
            words = "has no" if name.startswith("Source") else "allows more by its"
            message = f"{item.logical_id} {words} {name}, so that others may use it; set it"
            yield Diagnostic(place_of(whole, item, name), message)


def _is_open(rule: Mapping[str, Any]) -> bool:
    return rule.get("CidrIp") in _ANYWHERE or rule.get("CidrIpv6") in _ANYWHERE


def _rules(whole: RuleContext, side: str) -> Iterator[tuple[Resource, str, Mapping[str, Any]]]:
    """Yield the rules of a side of all security groups, each with the property it stands in."""
    for item in of_type(whole, "AWS::EC2::SecurityGroup"):
        name = f"SecurityGroup{side}"
        for rule in _mappings(properties_of(item).get(name)):
            yield item, name, rule
    for item in of_type(whole, f"AWS::EC2::SecurityGroup{side}"):
        yield item, "CidrIp", properties_of(item)


def _ingress(whole: RuleContext) -> Iterator[Diagnostic]:
    for item, name, rule in _rules(whole, "Ingress"):
        if _is_open(rule):
            message = f"{item.logical_id} lets any address in; name a security group as the source"
            yield Diagnostic(place_of(whole, item, name), message)


def _egress(whole: RuleContext) -> Iterator[Diagnostic]:
    for item, name, rule in _rules(whole, "Egress"):
        one = rule.get("FromPort") == rule.get("ToPort") and "FromPort" in rule
        if _is_open(rule) and (str(rule.get("IpProtocol")) == "-1" or not one):
            message = f"{item.logical_id} lets everything out to any address; name one port"
            yield Diagnostic(place_of(whole, item, name), message)


def _trace(whole: RuleContext) -> Iterator[Diagnostic]:
    environment = whole.loaded.environment
    if environment.tier != "prod" or environment.api.stage.data_trace:
        return
    for item in of_type(whole, "AWS::ApiGateway::Stage"):
        settings = _mappings(properties_of(item).get("MethodSettings"))
        if any(setting.get("DataTraceEnabled") in (True, "true") for setting in settings):
            message = f"{item.logical_id} writes whole requests of production to the log; remove it"
            yield Diagnostic(place_of(whole, item, "MethodSettings"), message)


def _identities(whole: RuleContext) -> Iterator[tuple[Resource, str]]:
    """Yield what has policies, with the property that they stand in."""
    for item in of_type(whole, "AWS::IAM::Role"):
        yield item, "Policies"
    for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
        for item in of_type(whole, kind):
            yield item, "PolicyDocument"


def _actions(whole: RuleContext) -> Iterator[Diagnostic]:
    for item, name in _identities(whole):
        found = [
            action
            for statement in allowed(properties_of(item))
            for action in statement.actions
            if "*" in action
        ]
        if found:
            message = f"{item.logical_id} allows {found[0]}; name the actions"
            yield Diagnostic(place_of(whole, item, name), message)


def _resources(whole: RuleContext) -> Iterator[Diagnostic]:
    for item, name in _identities(whole):
        wide = [one for one in everything(properties_of(item)) if not has_to_be(one)]
        if wide:
            action = wide[0].actions[0] if wide[0].actions else "actions"
            message = f"{item.logical_id} allows {action} on all resources; name the ARN"
            yield Diagnostic(place_of(whole, item, name), message)


def _trust(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::IAM::Role"):
        if item.source[:1] != ("functions",):
            continue
        document = properties_of(item).get("AssumeRolePolicyDocument")
        statements = _mappings(document.get("Statement") if isinstance(document, Mapping) else None)
        principals = [one.get("Principal") for one in statements if one.get("Effect") == "Allow"]
        expected = ({"Service": "lambda.amazonaws.com"}, {"Service": ["lambda.amazonaws.com"]})
        if any(principal not in expected for principal in principals):
            message = f"{item.logical_id} may be taken by others than Lambda; trust Lambda only"
            yield Diagnostic(place_of(whole, item, "AssumeRolePolicyDocument"), message)


def _anyone(whole: RuleContext) -> Iterator[Diagnostic]:
    for kind in _POLICIES:
        for item in of_type(whole, kind):
            document = properties_of(item).get("PolicyDocument")
            given = document.get("Statement") if isinstance(document, Mapping) else None
            for statement in _mappings(given):
                everyone = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
                if statement.get("Effect") == "Allow" and everyone and "Condition" not in statement:
                    message = f"{item.logical_id} allows anyone; name who may, or set a condition"
                    yield Diagnostic(place_of(whole, item, "PolicyDocument"), message)


def _url(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::Lambda::Url"):
        message = f"{item.logical_id} leads to a function around the API; add a route instead"
        yield Diagnostic(place_of(whole, item, "AuthType")[:2], message)


def _stage(whole: RuleContext) -> Iterator[Diagnostic]:
    for item in of_type(whole, "AWS::ApiGateway::Stage"):
        if item.logical_id in whole.loaded.environment.resources:
            continue
        properties = properties_of(item)
        settings = _mappings(properties.get("MethodSettings"))
        whole_stage = [one for one in settings if one.get("ResourcePath") == "/*"]
        level = {one.get("LoggingLevel") for one in whole_stage}
        off = whole.loaded.environment.api.stage.logging_level != "OFF" and not level & {
            "INFO",
            "ERROR",
        }
        lacks = {
            "AccessLogSetting": not properties.get("AccessLogSetting"),
            "TracingEnabled": properties.get("TracingEnabled") not in (True, "true"),
            "MethodSettings": off or not any("ThrottlingRateLimit" in one for one in whole_stage),
        }
        for name in (key for key, is_missing in lacks.items() if is_missing):
            message = f"takes from {item.logical_id} what watches or limits it ({name}); leave it"
            yield Diagnostic(place_of(whole, item, name), message)


_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_VPC = "https://docs.aws.amazon.com/vpc/latest/userguide/"

RULES: tuple[Rule, ...] = (
    Rule.warning(
        "GI900",
        "A permission that others than this API may use",
        "A service principal stands for that service in every account: without SourceArn and "
        "SourceAccount, an API of another account may call the function as well.",
        "Leave SourceArn, SourceAccount and the principal as they are, or accept it with a reason.",
        f"{_LAMBDA}permissions-function-services.html",
        check=_permission,
    ),
    Rule.warning(
        "GI901",
        "An inbound rule for any address",
        "Nothing connects to a function's network interface, and a database is for its functions "
        "only.",
        "Name a security group as the source.",
        f"{_VPC}security-group-rules.html",
        check=_ingress,
    ),
    Rule.warning(
        "GI902",
        "An outbound rule for all ports to any address",
        "Whatever runs in the function can send anything anywhere, and through any protocol.",
        "Name one port, or a security group; functions.NAME.egress_ports opens further ones.",
        f"{_VPC}security-group-rules.html",
        check=_egress,
    ),
    Rule.warning(
        "GI903",
        "Whole requests of production in the log, by an override",
        "The log holds bodies and headers, with what callers sent in confidence.",
        "Remove DataTraceEnabled, or accept it while you look for a fault.",
        f"{_GATEWAY}set-up-logging.html",
        check=_trace,
    ),
    Rule.warning(
        "GI904",
        "A wildcard in the actions of a policy",
        "What AWS adds to a service later is allowed as well, and so is what nobody asked for.",
        "Name the actions.",
        f"{_IAM}best-practices.html",
        check=_actions,
    ),
    Rule.warning(
        "GI905",
        "All resources in a policy, for actions that take one",
        "The action is allowed on everything of its kind in the account, and on what comes later.",
        "Name the ARN.",
        f"{_IAM}best-practices.html",
        check=_resources,
    ),
    Rule.warning(
        "GI906",
        "A role of a function that others than Lambda may take",
        "Who is trusted there can do all that the function can.",
        "Trust lambda.amazonaws.com only; give others a role of their own.",
        f"{_LAMBDA}lambda-intro-execution-role.html",
        check=_trust,
    ),
    Rule.warning(
        "GI907",
        "A policy of a topic, queue or bucket that allows anyone",
        "The principal * is everyone with an AWS account, and for some actions everyone.",
        "Name who may, or set a condition on the account.",
        f"{_IAM}reference_policies_elements_principal.html",
        check=_anyone,
    ),
    Rule.warning(
        "GI908",
        "A function with a URL of its own",
        "It leads around the API: its authorization, throttling, validation and logs.",
        "Add a route; or accept it, with AuthType AWS_IAM.",
        f"{_LAMBDA}urls-auth.html",
        check=_url,
    ),
    Rule.warning(
        "GI909",
        "A stage without what watches and limits it",
        "Without logs nobody can tell what happened; without a throttle of its own, the API "
        "takes all calls that the account has for every API.",
        "Leave AccessLogSetting, TracingEnabled and the settings of all methods as they are made.",
        f"{_GATEWAY}api-gateway-request-throttling.html",
        check=_stage,
    ),
)

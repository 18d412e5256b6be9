"""What overrides, resources and `customize` weaken.

The file's own settings make none of this, so an environment without these is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.graph import Resource
from gateway_infra.rules import weakened
from gateway_infra.rules.rule import Found
from gateway_infra.suppressions.policies import allowed, everything, has_to_be
from gateway_infra.template_checks.context import Check, Whole
from gateway_infra.template_checks.raw_resources import of_type, place_of, properties_of

_ANYWHERE = ("0.0.0.0/0", "::/0")
_POLICIES = ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in _listed(value) if isinstance(item, Mapping)]


def _permission(whole: Whole) -> Iterator[Found]:
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
            yield Found(place_of(whole, item, name), message)


def _is_open(rule: Mapping[str, Any]) -> bool:
    return rule.get("CidrIp") in _ANYWHERE or rule.get("CidrIpv6") in _ANYWHERE


def _rules(whole: Whole, side: str) -> Iterator[tuple[Resource, str, Mapping[str, Any]]]:
    """Yield the rules of a side of all security groups, each with the property it stands in."""
    for item in of_type(whole, "AWS::EC2::SecurityGroup"):
        name = f"SecurityGroup{side}"
        for rule in _mappings(properties_of(item).get(name)):
            yield item, name, rule
    for item in of_type(whole, f"AWS::EC2::SecurityGroup{side}"):
        yield item, "CidrIp", properties_of(item)


def _ingress(whole: Whole) -> Iterator[Found]:
    for item, name, rule in _rules(whole, "Ingress"):
        if _is_open(rule):
            message = f"{item.logical_id} lets any address in; name a security group as the source"
            yield Found(place_of(whole, item, name), message)


def _egress(whole: Whole) -> Iterator[Found]:
    for item, name, rule in _rules(whole, "Egress"):
        one = rule.get("FromPort") == rule.get("ToPort") and "FromPort" in rule
        if _is_open(rule) and (str(rule.get("IpProtocol")) == "-1" or not one):
            message = f"{item.logical_id} lets everything out to any address; name one port"
            yield Found(place_of(whole, item, name), message)


def _trace(whole: Whole) -> Iterator[Found]:
    environment = whole.loaded.environment
    if environment.tier != "prod" or environment.api.stage.data_trace:
        return
    for item in of_type(whole, "AWS::ApiGateway::Stage"):
        settings = _mappings(properties_of(item).get("MethodSettings"))
        if any(setting.get("DataTraceEnabled") in (True, "true") for setting in settings):
            message = f"{item.logical_id} writes whole requests of production to the log; remove it"
            yield Found(place_of(whole, item, "MethodSettings"), message)


def _identities(whole: Whole) -> Iterator[tuple[Resource, str]]:
    """Yield what has policies, with the property that they stand in."""
    for item in of_type(whole, "AWS::IAM::Role"):
        yield item, "Policies"
    for kind in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
        for item in of_type(whole, kind):
            yield item, "PolicyDocument"


def _actions(whole: Whole) -> Iterator[Found]:
    for item, name in _identities(whole):
        found = [
            action
            for statement in allowed(properties_of(item))
            for action in statement.actions
            if "*" in action
        ]
        if found:
            message = f"{item.logical_id} allows {found[0]}; name the actions"
            yield Found(place_of(whole, item, name), message)


def _resources(whole: Whole) -> Iterator[Found]:
    for item, name in _identities(whole):
        wide = [one for one in everything(properties_of(item)) if not has_to_be(one)]
        if wide:
            action = wide[0].actions[0] if wide[0].actions else "actions"
            message = f"{item.logical_id} allows {action} on all resources; name the ARN"
            yield Found(place_of(whole, item, name), message)


def _trust(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::IAM::Role"):
        if item.source[:1] != ("functions",):
            continue
        document = properties_of(item).get("AssumeRolePolicyDocument")
        statements = _mappings(document.get("Statement") if isinstance(document, Mapping) else None)
        principals = [one.get("Principal") for one in statements if one.get("Effect") == "Allow"]
        expected = ({"Service": "lambda.amazonaws.com"}, {"Service": ["lambda.amazonaws.com"]})
        if any(principal not in expected for principal in principals):
            message = f"{item.logical_id} may be taken by others than Lambda; trust Lambda only"
            yield Found(place_of(whole, item, "AssumeRolePolicyDocument"), message)


def _anyone(whole: Whole) -> Iterator[Found]:
    for kind in _POLICIES:
        for item in of_type(whole, kind):
            document = properties_of(item).get("PolicyDocument")
            given = document.get("Statement") if isinstance(document, Mapping) else None
            for statement in _mappings(given):
                everyone = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
                if statement.get("Effect") == "Allow" and everyone and "Condition" not in statement:
                    message = f"{item.logical_id} allows anyone; name who may, or set a condition"
                    yield Found(place_of(whole, item, "PolicyDocument"), message)


def _url(whole: Whole) -> Iterator[Found]:
    for item in of_type(whole, "AWS::Lambda::Url"):
        message = f"{item.logical_id} leads to a function around the API; add a route instead"
        yield Found(place_of(whole, item, "AuthType")[:2], message)


def _stage(whole: Whole) -> Iterator[Found]:
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
            yield Found(place_of(whole, item, name), message)


CHECKS: tuple[Check, ...] = (
    (weakened.PERMISSION, _permission),
    (weakened.INGRESS, _ingress),
    (weakened.EGRESS, _egress),
    (weakened.TRACE, _trace),
    (weakened.ACTIONS, _actions),
    (weakened.RESOURCES, _resources),
    (weakened.TRUST, _trust),
    (weakened.ANYONE, _anyone),
    (weakened.URL, _url),
    (weakened.STAGE, _stage),
)

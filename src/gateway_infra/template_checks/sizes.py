"""How much the templates hold, against CloudFormation's quotas and the API's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.sections.quotas import QuotasConfig
from gateway_infra.sections.routes import all_paths
from gateway_infra.template_checks.context import RuleContext
from gateway_infra.writers.plan import PlannedStack
from gateway_infra.writers.templates import INLINE_BYTES

NEAR = 0.9
"""The share of a quota from which is warned."""

MANY_PATHS = 100
"""Paths from which the requests that make them are told of; no page says when 429 begins."""


class _Figure(NamedTuple):
    """How much there is of something in a stack, and the quota of it."""

    what: str
    number: int
    quota: str

    def most(self, quotas: QuotasConfig) -> int:
        """Return the quota."""
        return int(getattr(quotas, self.quota))


def _figures(stack: PlannedStack) -> tuple[_Figure, ...]:
    template, references = stack.template, stack.text.count("{{resolve:")
    parameters, outputs = template.get("Parameters", {}), template.get("Outputs", {})
    return (
        _Figure("resources", len(template["Resources"]), "stack_resources"),
        _Figure("parameters", len(parameters), "stack_parameters"),
        _Figure("outputs", len(outputs), "stack_outputs"),
        _Figure("bytes", stack.size, "template_bytes"),
        _Figure("dynamic references", references, "dynamic_references"),
    )


def _over(whole: RuleContext, quota: str) -> Iterator[Diagnostic]:
    """Find stacks with more of something than a quota allows."""
    quotas = whole.loaded.environment.account.quotas
    for stack in whole.plan.stacks:
        figure = next(figure for figure in _figures(stack) if figure.quota == quota)
        most = figure.most(quotas)
        if figure.number > most:
            place = origin(whole, stack)
            message = f"make {figure.number:,} {figure.what} in the stack '{stack.key}'; "
            message += f"CloudFormation takes {most:,} (account.quotas.{figure.quota}): "
            yield Diagnostic(place, message + _advice(whole, figure, place))


def _advice(whole: RuleContext, figure: _Figure, place: KeyPath) -> str:
    """Say how to make fewer, or put them elsewhere."""
    api = whole.loaded.environment.api
    if figure.quota == "dynamic_references":
        return "leave out the version of {ssm: …} values, which makes parameters of them"
    if figure.quota == "stack_outputs" or place != ("api", "routes"):
        return "make services of their own of some of them"
    ways = ["let /{proxy+} take routes that lead to the same function"]
    if api.definition == "resources":
        ways.append("write api.definition: openapi, which makes one resource of all routes")
        if whole.plan.layout == "single":
            ways.append("use the layout 'split'")
        else:
            ways.append("give paths stacks of their own with route_stacks")
    return f"{'; or '.join(ways)}; or split the API"


def origin(whole: RuleContext, stack: PlannedStack) -> KeyPath:
    """Return the section of the file that most resources of a stack come from."""
    heads = Counter(_head(whole.graph.resources[name].source)
                    for name in stack.template["Resources"])  # fmt: skip
    return heads.most_common(1)[0][0]


def _head(source: KeyPath) -> KeyPath:
    """Return the section that decides how many there are: alarms are as many as functions."""
    if source[:1] in (("functions",), ("resources",)):
        return source[:1]
    return ("functions",) if source[:1] in (("alarms",), ("database",)) else ("api", "routes")


def _near(whole: RuleContext) -> Iterator[Diagnostic]:
    quotas = whole.loaded.environment.account.quotas
    for stack in whole.plan.stacks:
        for figure in _figures(stack):
            most = figure.most(quotas)
            if most * NEAR < figure.number <= most:
                message = f"make {figure.number:,} {figure.what} in the stack '{stack.key}'; "
                message += f"CloudFormation takes {most:,} (account.quotas.{figure.quota})"
                yield Diagnostic(origin(whole, stack), message)


def _large(whole: RuleContext) -> Iterator[Diagnostic]:
    for stack in whole.plan.stacks:
        if stack.needs_bucket:
            message = f"make the template of the stack '{stack.key}' {stack.size:,} bytes: above "
            message += f"{INLINE_BYTES:,} CloudFormation takes it from a bucket only"
            yield Diagnostic(origin(whole, stack), message)


def _large_values(whole: RuleContext) -> Iterator[Diagnostic]:
    most = whole.loaded.environment.account.quotas.parameter_bytes
    for parameter in whole.graph.parameters.values():
        given = [parameter.body.get("Default", ""), *parameter.body.get("AllowedValues", ())]
        size = max(len(str(value).encode()) for value in given)
        if size > most:
            message = f"gives the parameter {parameter.name} a value of {size:,} bytes; "
            message += f"CloudFormation takes {most:,} (account.quotas.parameter_bytes)"
            yield Diagnostic(parameter.source, message)


def _many_paths(whole: RuleContext) -> Iterator[Diagnostic]:
    environment = whole.loaded.environment
    count, most = len(all_paths(environment.api.routes)), environment.account.quotas.api_resources
    if count > most:
        message = f"have {count} paths, each a resource of the API; an account's quota is {most} "
        message += "unless it was raised (then say so in account.quotas.api_resources)"
        yield Diagnostic(("api", "routes"), message)


def _many_calls(whole: RuleContext) -> Iterator[Diagnostic]:
    types = Counter(item.body["Type"] for item in whole.graph.resources.values())
    count = types["AWS::ApiGateway::Resource"]
    if count > MANY_PATHS:
        message = f"make {count} resources of paths, one by one; API Gateway takes 5 a second, so "
        message += "that the first deploy may fail with 429; api.definition: openapi needs one "
        yield Diagnostic(("api", "routes"), f"{message}request for all")


def _rules_of_the_database(whole: RuleContext) -> Iterator[Diagnostic]:
    most = whole.loaded.environment.account.quotas.security_group_rules
    groups = Counter(
        json.dumps(item.body["Properties"].get("GroupId"), sort_keys=True)
        for item in whole.graph.resources.values()
        if item.body["Type"] == "AWS::EC2::SecurityGroupIngress"
    )
    for count in groups.values():
        if count > most:
            message = f"gets {count} inbound rules, one for each function that uses it; a group "
            message += f"takes {most} with its own (account.quotas.security_group_rules)"
            yield Diagnostic(("database", "security_group"), message)


def _snapshot(whole: RuleContext) -> Iterator[Diagnostic]:
    for stack in whole.plan.stacks:
        types = {body["Type"] for body in stack.template["Resources"].values()}
        if {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::Method"} <= types:
            message = f"has the API and its deployment in one stack, '{stack.key}': a removed route"
            yield Diagnostic(("layout",), f"{message} stays live until the deploy after")


_CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
_LIMITS = f"{_CFN}cloudformation-limits.html"
_FEWER = (
    "Let /{proxy+} take routes that lead to the same function, write api.definition: openapi, "
    "which makes one resource of all routes, or give paths stacks of their own with route_stacks."
)

RULES: tuple[Rule, ...] = (
    Rule.error(
        "GI741",
        "More resources than a stack takes",
        "CloudFormation takes 500 resources in a template, and does not raise that.",
        _FEWER,
        _LIMITS,
        check=partial(_over, quota="stack_resources"),
    ),
    Rule.error(
        "GI742",
        "More parameters than a template takes",
        "Each open value is a parameter, and each value that comes from another stack; "
        "CloudFormation takes 200.",
        "Write some values, or keep what refers to each other in one stack.",
        _LIMITS,
        check=partial(_over, quota="stack_parameters"),
    ),
    Rule.error(
        "GI743",
        "More outputs than a template takes",
        "A function offers several outputs, whatever the API does; CloudFormation takes 200.",
        "Make services of their own of some functions.",
        _LIMITS,
        check=partial(_over, quota="stack_outputs"),
    ),
    Rule.error(
        "GI744",
        "A template that is too large",
        "CloudFormation takes 1 MB from S3. A template this large is written without line breaks "
        "already.",
        _FEWER,
        _LIMITS,
        check=partial(_over, quota="template_bytes"),
    ),
    Rule.error(
        "GI745",
        "More dynamic references than a template takes",
        "An {ssm: …} with a version is a dynamic reference wherever it stands; CloudFormation "
        "takes 60 in a template.",
        "Leave out the versions, which makes parameters of them.",
        _LIMITS,
        check=partial(_over, quota="dynamic_references"),
    ),
    Rule.warning(
        "GI746",
        "A stack near a quota",
        "Past 90 % a few more routes fail the deploy, and then there is no time to move them: a "
        "path that moves to another stack is made there before it is deleted here, which API "
        "Gateway refuses.",
        _FEWER,
        _LIMITS,
        check=_near,
    ),
    Rule.advice(
        "GI747",
        "A template that goes through S3",
        "A request to CloudFormation holds 51,200 bytes. A larger template is uploaded to a bucket "
        "first, which must be there.",
        "Give the deployer a bucket, or make the template smaller.",
        "docs/layouts.md",
        check=_large,
    ),
    Rule.error(
        "GI748",
        "A parameter's value that is too large",
        "CloudFormation takes 4,096 bytes.",
        "Write the value in place of the parameter, or let the application read it at run time.",
        _LIMITS,
        check=_large_values,
    ),
    Rule.warning(
        "GI751",
        "More paths than an API has by default",
        "Each path is a resource of the API, however it is defined, and an API has 300 until the "
        "account's quota is raised. The deploy fails at the 301st.",
        "Let /{proxy+} take some, split the API, or have the quota raised and write it in "
        "account.quotas.api_resources.",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
        check=_many_paths,
    ),
    Rule.advice(
        "GI756",
        "An API of many resources",
        "API Gateway takes five new resources a second from an account, and CloudFormation asks "
        "for many at once: deploys with some hundred were answered 429, and rolled back for it "
        "(aws-cdk #15573, #22229).",
        "Write api.definition: openapi, which sends the whole API in one request; or add routes "
        "over several deploys.",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
        check=_many_calls,
    ),
    Rule.warning(
        "GI755",
        "More rules than the database's security group takes",
        "Each function that uses the database has an inbound rule there, beside those that the "
        "group has already; a group takes 60 until the quota is raised.",
        "Let fewer functions use the database, or have the quota raised and write it in "
        "account.quotas.security_group_rules.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
        check=_rules_of_the_database,
    ),
    Rule.advice(
        "GI757",
        "The deployment in the API's own stack",
        "CloudFormation makes the new deployment before it deletes the methods that are gone, so "
        "that a removed route stays live until the deploy after.",
        "Use the layout split, or api.definition: openapi; or change api.redeploy after a route "
        "has gone, and deploy once more.",
        "docs/deploying.md",
        check=_snapshot,
    ),
)

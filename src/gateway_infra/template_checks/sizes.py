"""How much the templates hold, against CloudFormation's quotas and the API's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gateway_infra.reading.problems import KeyPath
from gateway_infra.rules import templates
from gateway_infra.rules.rule import Found, Rule
from gateway_infra.sections.quotas import QuotasConfig
from gateway_infra.sections.routes import all_paths
from gateway_infra.template_checks.context import Check, Whole
from gateway_infra.writers.plan import PlannedStack
from gateway_infra.writers.templates import INLINE_BYTES

NEAR = 0.9
"""The share of a quota from which is warned."""

MANY_PATHS = 100
"""Paths from which the requests that make them are told of; no page says when 429 begins."""


class _Figure(NamedTuple):
    """How much there is of something in a stack, and the quota of it."""

    rule: Rule
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
        _Figure(templates.RESOURCES, "resources", len(template["Resources"]), "stack_resources"),
        _Figure(templates.PARAMETERS, "parameters", len(parameters), "stack_parameters"),
        _Figure(templates.OUTPUTS, "outputs", len(outputs), "stack_outputs"),
        _Figure(templates.BYTES, "bytes", stack.size, "template_bytes"),
        _Figure(templates.DYNAMIC, "dynamic references", references, "dynamic_references"),
    )


def _over(rule: Rule) -> Check:
    """Return the check that finds stacks with more of what `rule` is about than their quota."""

    def check(whole: Whole) -> Iterator[Found]:
        quotas = whole.loaded.environment.account.quotas
        for stack in whole.plan.stacks:
            figure = next(figure for figure in _figures(stack) if figure.rule is rule)
            most = figure.most(quotas)
            if figure.number > most:
                place = origin(whole, stack)
                message = f"make {figure.number:,} {figure.what} in the stack '{stack.key}'; "
                message += f"CloudFormation takes {most:,} (account.quotas.{figure.quota}): "
                yield Found(place, message + _advice(whole, figure, place))

    return rule, check


def _advice(whole: Whole, figure: _Figure, place: KeyPath) -> str:
    """Say how to make fewer, or put them elsewhere."""
    api = whole.loaded.environment.api
    if figure.rule is templates.DYNAMIC:
        return "leave out the version of {ssm: …} values, which makes parameters of them"
    if figure.rule is templates.OUTPUTS or place != ("api", "routes"):
        return "make services of their own of some of them"
    ways = ["let /{proxy+} take routes that lead to the same function"]
    if api.definition == "resources":
        ways.append("write api.definition: openapi, which makes one resource of all routes")
        if whole.plan.layout == "single":
            ways.append("use the layout 'split'")
        else:
            ways.append("give paths stacks of their own with route_stacks")
    return f"{'; or '.join(ways)}; or split the API"


def origin(whole: Whole, stack: PlannedStack) -> KeyPath:
    """Return the section of the file that most resources of a stack come from."""
    heads = Counter(_head(whole.graph.resources[name].source)
                    for name in stack.template["Resources"])  # fmt: skip
    return heads.most_common(1)[0][0]


def _head(source: KeyPath) -> KeyPath:
    """Return the section that decides how many there are: alarms are as many as functions."""
    if source[:1] in (("functions",), ("resources",)):
        return source[:1]
    return ("functions",) if source[:1] in (("alarms",), ("database",)) else ("api", "routes")


def _near(whole: Whole) -> Iterator[Found]:
    quotas = whole.loaded.environment.account.quotas
    for stack in whole.plan.stacks:
        for figure in _figures(stack):
            most = figure.most(quotas)
            if most * NEAR < figure.number <= most:
                message = f"make {figure.number:,} {figure.what} in the stack '{stack.key}'; "
                message += f"CloudFormation takes {most:,} (account.quotas.{figure.quota})"
                yield Found(origin(whole, stack), message)


def _large(whole: Whole) -> Iterator[Found]:
    for stack in whole.plan.stacks:
        if stack.needs_bucket:
            message = f"make the template of the stack '{stack.key}' {stack.size:,} bytes: above "
            message += f"{INLINE_BYTES:,} CloudFormation takes it from a bucket only"
            yield Found(origin(whole, stack), message)


def _large_values(whole: Whole) -> Iterator[Found]:
    most = whole.loaded.environment.account.quotas.parameter_bytes
    for parameter in whole.graph.parameters.values():
        given = [parameter.body.get("Default", ""), *parameter.body.get("AllowedValues", ())]
        size = max(len(str(value).encode()) for value in given)
        if size > most:
            message = f"gives the parameter {parameter.name} a value of {size:,} bytes; "
            message += f"CloudFormation takes {most:,} (account.quotas.parameter_bytes)"
            yield Found(parameter.source, message)


def _many_paths(whole: Whole) -> Iterator[Found]:
    environment = whole.loaded.environment
    count, most = len(all_paths(environment.api.routes)), environment.account.quotas.api_resources
    if count > most:
        message = f"have {count} paths, each a resource of the API; an account's quota is {most} "
        message += "unless it was raised (then say so in account.quotas.api_resources)"
        yield Found(("api", "routes"), message)


def _many_calls(whole: Whole) -> Iterator[Found]:
    types = Counter(item.body["Type"] for item in whole.graph.resources.values())
    count = types["AWS::ApiGateway::Resource"]
    if count > MANY_PATHS:
        message = f"make {count} resources of paths, one by one; API Gateway takes 5 a second, so "
        message += "that the first deploy may fail with 429; api.definition: openapi needs one "
        yield Found(("api", "routes"), f"{message}request for all")


def _rules_of_the_database(whole: Whole) -> Iterator[Found]:
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
            yield Found(("database", "security_group"), message)


def _snapshot(whole: Whole) -> Iterator[Found]:
    for stack in whole.plan.stacks:
        types = {body["Type"] for body in stack.template["Resources"].values()}
        if {"AWS::ApiGateway::Deployment", "AWS::ApiGateway::Method"} <= types:
            message = f"has the API and its deployment in one stack, '{stack.key}': a removed route"
            yield Found(("layout",), f"{message} stays live until the deploy after")


_OVER = (
    templates.RESOURCES,
    templates.PARAMETERS,
    templates.OUTPUTS,
    templates.BYTES,
    templates.DYNAMIC,
)
CHECKS: tuple[Check, ...] = (
    *(_over(rule) for rule in _OVER),
    (templates.NEAR, _near),
    (templates.LARGE, _large),
    (templates.LARGE_VALUE, _large_values),
    (templates.PATHS, _many_paths),
    (templates.MANY_CALLS, _many_calls),
    (templates.GROUP_RULES, _rules_of_the_database),
    (templates.SNAPSHOT, _snapshot),
)

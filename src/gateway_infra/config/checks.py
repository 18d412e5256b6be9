"""Checks that look across sections: errors that stop the run, and warnings that do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gateway_infra.config.carried import carried_values, given_values
from gateway_infra.config.definition_checks import definition_errors, definition_warnings
from gateway_infra.config.environment import Environment
from gateway_infra.config.function import FunctionSection
from gateway_infra.config.given import SECRET_ARN, SECRET_KEY, given_variables
from gateway_infra.config.problems import KeyPath, Problem, did_you_mean, show_path
from gateway_infra.config.route_checks import (
    GATEWAY_TIMEOUT,
    route_setting_errors,
    route_setting_warnings,
)
from gateway_infra.config.routes import all_paths, parent_of, route_fault, split_route
from gateway_infra.config.source import Node
from gateway_infra.config.values import Open, SecretValue, Value
from gateway_infra.config.variables import RESERVED_VARIABLES, names_a_secret

MAX_VARIABLES = 4096
"""Bytes of names and values: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def route_errors(data: Mapping[str, Any], source: Node) -> Iterator[Problem]:
    """Check routes against each other and against the functions' names.

    It reads plain data, so that these errors are shown together with those of the models.
    """
    api = data.get("api")
    routes = api.get("routes") if isinstance(api, dict) else None
    functions = data.get("functions")
    if not isinstance(routes, dict):
        return
    for key, route in routes.items():
        name = route.get("function") if isinstance(route, dict) else route
        path: KeyPath = ("api", "routes", key)
        if isinstance(route, dict):
            path = (*path, "function")
        if isinstance(functions, dict) and isinstance(name, str) and name not in functions:
            hint = did_you_mean(name, functions)
            message = f"names the function '{name}', which is not under `functions`{hint}"
            yield Problem(source.find(path).place, path, message)
    yield from _path_errors([key for key in routes if route_fault(key) is None], source)


def dynamic_reference_errors(source: Node, path: KeyPath = ()) -> Iterator[Problem]:
    """Find text that CloudFormation would replace by what it reads elsewhere.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
    """
    if isinstance(source.value, str) and "{{resolve:" in source.value:
        message = "holds a dynamic reference, whose value would stand in the open where it is used"
        message += "; write {ssm: name, version: N}, {secret: name} or {environment_variable: NAME}"
        yield Problem(source.place, path, message)
    elif isinstance(source.value, dict):
        for key, node in source.value.items():
            yield from dynamic_reference_errors(node, (*path, key))
    elif isinstance(source.value, list):
        for position, node in enumerate(source.value):
            yield from dynamic_reference_errors(node, (*path, position))


def cross_section_errors(name: str, environment: Environment, source: Node) -> Iterator[Problem]:
    """Check what only a whole, valid environment shows."""
    for key, function in environment.functions.items():
        yield from _function_errors(name, key, function, environment, source)
    if environment.api.cors is not None:
        for route in environment.api.routes:
            if split_route(route)[0] == "OPTIONS":
                message = "is made by `api.cors` on every path; remove the route, or `api.cors`"
                yield _at(source, ("api", "routes", route), message)
    for route, config in environment.api.routes.items():
        if config.api_key and not environment.api.usage_plan.keys:
            message = "asks for an API key, but `api.usage_plan.keys` lists none; name one there"
            yield _at(source, ("api", "routes", route, "api_key"), message)
    yield from route_setting_errors(environment, source)
    yield from definition_errors(environment, source)
    alarms = environment.alarms
    if isinstance(alarms.topic, str):
        yield from _other_region(
            alarms.topic.split(":")[3], ("alarms", "topic"), environment, source
        )
    if alarms.topic is not None and alarms.emails:
        message = (
            "get a topic of their own, and `alarms.topic` names another; remove one of the two"
        )
        yield _at(source, ("alarms", "emails"), message)
    yield from _name_clashes(environment, source)
    yield from _route_stack_errors(environment, source)


def _function_errors(
    name: str, key: str, function: FunctionSection, environment: Environment, source: Node
) -> Iterator[Problem]:
    if isinstance(function.image, str):
        image_region = function.image.split(".")[3]
        yield from _other_region(image_region, ("functions", key, "image"), environment, source)
    physical = f"{environment.service}-{name}-{key}"
    if len(physical) > 64:
        message = f"gives the function name '{physical}' of {len(physical)} characters; "
        yield _at(source, ("functions", key), message + "Lambda takes 64; shorten one part")
    yield from _variable_errors(key, environment, source)
    size = sum(len(f"{k}{v}".encode()) for k, v in function.variables.items() if type(v) is str)
    if size > MAX_VARIABLES:
        message = f"hold {size:,} bytes; Lambda takes {MAX_VARIABLES:,} for all of a function's"
        yield _at(source, ("functions", key, "variables"), message)
    for section in ("database", "bucket"):
        asked = "uses" in function.model_fields_set and section in function.uses
        if asked and getattr(environment, section) is None:
            message = f"names `{section}`, which is not in the file; write that section"
            yield _at(source, ("functions", key, "uses"), message)


def _other_region(
    region: str, path: KeyPath, environment: Environment, source: Node
) -> Iterator[Problem]:
    """Refuse what must be in the region of the stacks and is in another."""
    if region != environment.region:
        message = f"is in {region}, but `region` is {environment.region}; name the one there"
        yield _at(source, path, message)


def warnings(environment: Environment, source: Node) -> Iterator[Problem]:
    """Yield what works, and is likely to surprise."""
    limit = environment.api.integration_timeout
    for key, function in environment.functions.items():
        if isinstance(function.image, str) and "@sha256:" not in function.image:
            message = "is a tag, and Lambda looks a tag up only when this text changes: the same "
            message += "tag with new content is not deployed; use …@sha256:<digest>"
            yield _at(source, ("functions", key, "image"), message)
        routes = [r for r in environment.api.routes.values() if r.function == key]
        if not routes:
            others = [name for name in environment.functions if name != key]
            near = did_you_mean(key, others)
            hint = near if "did you mean" in near else ""
            yield _at(source, ("functions", key), f"is called by no route{hint}")
        if function.timeout > limit and any(route.timeout is None for route in routes):
            message = f"is {function.timeout} s, but callers get 504 after {limit} s "
            message += "(api.integration_timeout) while the function goes on; lower the one, "
            message += "or raise the other with the account's quota"
            yield _at(source, ("functions", key, "timeout"), message)
        duration = environment.alarms.function_duration
        if duration is not None and duration >= function.timeout:
            message = f"is {duration:g} s, but functions.{key} stops after {function.timeout} s: "
            yield _at(source, ("alarms", "function_duration"), f"{message}its alarm never rings")
        yield from _literal_secrets(key, function, source)
    yield from _kept_by_versions(environment, source)
    yield from _api_warnings(environment, source)
    yield from route_setting_warnings(environment, source)
    yield from definition_warnings(environment, source)


def _api_warnings(environment: Environment, source: Node) -> Iterator[Problem]:
    api = environment.api
    if api.integration_timeout > GATEWAY_TIMEOUT:
        message = f"is {api.integration_timeout} s: the account's quota for integration timeouts "
        yield _at(source, ("api", "integration_timeout"), f"{message}must allow it")
    signed = any((r.authorization or api.authorization).type == "iam" for r in api.routes.values())
    if api.cors and signed and "x-amz-security-token" not in map(str.lower, api.cors.headers):
        message = "lacks X-Amz-Security-Token, which browsers send when they sign with temporary "
        message += "credentials (authorization: iam)"
        yield _at(source, ("api", "cors", "headers"), message)


def _literal_secrets(key: str, function: FunctionSection, source: Node) -> Iterator[Problem]:
    for name, value in function.variables.items():
        if names_a_secret(name) and isinstance(value, str):
            message = "looks like a secret, and would stand in the template and in git; "
            message += "write {environment_variable: NAME}, or {secret: name}"
            yield _at(source, ("functions", key, "variables", name), message)


def _kept_by_versions(environment: Environment, source: Node) -> Iterator[Problem]:
    """Yield values whose change alone publishes no version: callers would keep the old ones."""
    secrets: dict[KeyPath, list[str]] = {}
    for key in environment.functions:
        salt = f"functions.{key}.redeploy"
        for path, value in given_values(key, environment):
            if _secret(value):
                secrets.setdefault(path, []).append(salt)
        left_out = carried_values(key, environment)[1]
        if left_out:
            named = ", ".join(show_path(path) for path in left_out)
            message = f"is given values that are known only at deploy time ({named}): when one "
            message += f"changes, change {salt} with it, or callers keep the old one"
            yield _at(source, ("functions", key), message)
    for path, salts in secrets.items():
        message = "is a secret that published versions keep: when it changes, change "
        message += f"{' and '.join(salts)} with it, or callers keep the old one"
        yield _at(source, path, message)


def _secret(value: Value) -> bool:
    return isinstance(value, Open) and value.secret


def _path_errors(routes: list[str], source: Node) -> Iterator[Problem]:
    """Find levels of the path tree with two path parameters: API Gateway takes one."""
    at_level: dict[str, tuple[str, str]] = {}
    for key in routes:
        for path in sorted(all_paths([key])):
            part = path.rsplit("/", 1)[-1]
            if not part.startswith("{"):
                continue
            first, first_key = at_level.setdefault(parent_of(path), (part, key))
            if first != part:
                message = f"has {part} where '{first_key}' has {first}; "
                message += "API Gateway takes one path parameter at a level: use one name"
                yield _at(source, ("api", "routes", key), message)
                break


def _variable_errors(key: str, environment: Environment, source: Node) -> Iterator[Problem]:
    """Find variables that two keys of the file would set."""
    adapter = f"functions.{key}"
    given: list[tuple[str, KeyPath]] = []
    for path, name, value in given_variables(key, environment):
        names = [name]
        if isinstance(value, SecretValue):
            names = [name + SECRET_ARN] + ([name + SECRET_KEY] if value.key else [])
        given += [(each, path) for each in names]
    setters = {
        "AWS_LWA_PORT": f"{adapter}.port",
        "AWS_LWA_READINESS_CHECK_PATH": f"{adapter}.readiness_path",
    }
    for name, path in given:
        if name in RESERVED_VARIABLES:
            message = f"gives the variable {name}, which Lambda sets itself; change variable_prefix"
            yield _at(source, path, message)
        if name in setters:
            message = f"sets the variable {name}, as {setters[name]} does; keep one, or rename one"
            yield _at(source, path, message)
        setters.setdefault(name, show_path(path))


def _name_clashes(environment: Environment, source: Node) -> Iterator[Problem]:
    """Find names that differ in hyphens alone: they would share logical ids, or nearly."""
    seen: dict[str, str] = {}
    for section, names in (
        ("functions", environment.functions),
        ("keys", environment.api.usage_plan.keys),
    ):
        for name in names:
            plain = f"{section}/{name.replace('-', '')}"
            if seen.setdefault(plain, name) != name:
                path: KeyPath = ("functions", name) if section == "functions" else (
                    "api", "usage_plan", "keys")  # fmt: skip
                message = (
                    f"'{name}' and '{seen[plain]}' differ in hyphens alone, which logical ids "
                )
                message += "do not keep; rename one"
                yield _at(source, path, message)


def _route_stack_errors(environment: Environment, source: Node) -> Iterator[Problem]:
    """Find stacks for routes that would hold nothing."""
    if environment.route_stacks and environment.api.definition == "openapi":
        message = "has nothing to hold: `api.definition: openapi` makes one resource of all routes"
        yield _at(source, ("route_stacks",), f"{message}; remove one of the two")
        return
    paths = all_paths(environment.api.routes)
    for group, heads in environment.route_stacks.items():
        for position, head in enumerate(heads):
            if head not in paths:
                near = did_you_mean(head, paths)
                hint = near if "did you mean" in near else ""
                path: KeyPath = ("route_stacks", group, position)
                yield _at(source, path, f"is '{head}', below which there is no route{hint}")
        if not heads:
            yield _at(source, ("route_stacks", group), "lists no path; list one, or remove it")


def _at(source: Node, path: KeyPath, message: str) -> Problem:
    return Problem(source.find(path).place, path, message)

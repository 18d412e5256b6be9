"""Checks of routes against the API's other settings and their functions'."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.config.api import ApiSection
from gateway_infra.config.environment import Environment
from gateway_infra.config.problems import KeyPath, Problem, did_you_mean
from gateway_infra.config.route import RouteConfig
from gateway_infra.config.routes import split_route
from gateway_infra.config.source import Node

GATEWAY_TIMEOUT = 29
"""Seconds; API Gateway's default quota: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""


def route_setting_errors(environment: Environment, source: Node) -> Iterator[Problem]:
    """Yield settings of routes that cannot work."""
    for key, route in environment.api.routes.items():
        path: KeyPath = ("api", "routes", key)
        for below, message in _errors(key, route, environment.api):
            yield Problem(source.find((*path, *below)).place, (*path, *below), message)


def route_setting_warnings(environment: Environment, source: Node) -> Iterator[Problem]:
    """Yield settings of routes that work, and are likely to surprise."""
    api = environment.api
    used: set[str] = set()
    for key, route in api.routes.items():
        path: KeyPath = ("api", "routes", key)
        used.update(name for name in route.request_models.values() if isinstance(name, str))
        for below, message in _warnings(split_route(key)[0], route, environment):
            yield Problem(source.find((*path, *below)).place, (*path, *below), message)
    if api.stage.cache is not None and not any(route.cache for route in api.routes.values()):
        path = ("api", "stage", "cache")
        message = "is used by no route, and AWS bills it by the hour; give a route `cache`, or "
        yield Problem(source.find(path).place, path, f"{message}remove it")
    used |= _referred(api, used)
    for name in api.models:
        if name not in used:
            path = ("api", "models", name)
            message = "is used by no route's request_models; name it there, or remove it"
            yield Problem(source.find(path).place, path, message)


def _errors(key: str, route: RouteConfig, api: ApiSection) -> Iterator[tuple[KeyPath, str]]:
    method = split_route(key)[0]
    for content_type, model in route.request_models.items():
        if isinstance(model, str) and model not in api.models:
            message = f"names the model '{model}', which is not under `api.models`"
            message += did_you_mean(model, api.models)
            yield ("request_models", content_type), message
    if route.validation in ("all", "body") and not route.request_models:
        message = f"is {route.validation}, but no body can be checked without `request_models`"
        yield ("validate",), f"{message}; list them, or validate what is there"
    required = [name for name, needed in route.request_parameters.items() if needed]
    if route.validation in ("all", "parameters") and not required:
        message = f"is {route.validation}, but no parameter is required; write true behind one "
        yield ("validate",), message + "in `request_parameters`, or validate the body alone"
    if method == "ANY":
        for setting in ("throttling", "cache"):
            if getattr(route, setting) is not None:
                message = "is set on ANY, and what AWS does there no page says; write the methods "
                yield (setting,), message + "as routes of their own, as in GET"
    if route.cache is not None:
        yield from _cache_errors(method, route, api)


def _cache_errors(
    method: str, route: RouteConfig, api: ApiSection
) -> Iterator[tuple[KeyPath, str]]:
    if api.stage.cache is None:
        yield ("cache",), "needs a cache to keep answers in; write api.stage.cache: {size: 0.5}"
    if method not in ("ANY", "GET"):
        message = f"would keep answers to {method} without regard to the body sent; only GET can"
        yield ("cache",), message
    for position, name in enumerate(route.cache.keys if route.cache else []):
        if name not in route.request_parameters:
            message = f"names '{name}', which is not under `request_parameters`"
            message += did_you_mean(name, route.request_parameters)
            yield ("cache", "keys", position), message


def _warnings(
    method: str, route: RouteConfig, environment: Environment
) -> Iterator[tuple[KeyPath, str]]:
    api = environment.api
    if route.timeout is not None:
        if route.timeout > GATEWAY_TIMEOUT:
            message = f"is {route.timeout} s: the account's quota for integration timeouts "
            yield ("timeout",), f"{message}must allow it"
        function = environment.functions[route.function]
        if route.timeout > function.timeout:
            message = f"is {route.timeout} s, but functions.{route.function} stops after "
            yield ("timeout",), f"{message}{function.timeout} s; lower the one or raise the other"
    if route.request_models and route.validation in ("none", "parameters"):
        message = f"is {route.validation}, so `request_models` only describe the body"
        yield ("validate",), message
    if route.request_models and route.validation not in ("none", "parameters"):
        if method in ("DELETE", "GET", "HEAD"):
            message = (
                f"are checked on {method} too, where an absent body does not fit most models: "
            )
            yield ("request_models",), f"{message}write validate: parameters, or leave them out"
        for content_type in route.request_models:
            if content_type != "$default" and "json" not in content_type:
                message = f"has a model for {content_type}, but API Gateway checks JSON alone"
                yield ("request_models", content_type), message
    if route.cache and (route.authorization or api.authorization).type == "iam":
        message = "gives an answer made for one caller to all others, as callers are no part of "
        yield ("cache",), f"{message}its key; keep it for what everyone may see"


def _referred(api: ApiSection, used: set[str]) -> set[str]:
    """Return the models that stand in others, where they are definitions by their names."""
    schemas = [
        *(api.models[name] for name in used if name in api.models),
        *(
            model
            for route in api.routes.values()
            for model in route.request_models.values()
            if isinstance(model, dict)
        ),
    ]
    return {name for schema in schemas for name in schema.get("definitions", {})}

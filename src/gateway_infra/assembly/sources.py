"""Which key of the file each resource comes from, where a bundle holds those of several keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from troposphere import AWSObject

from gateway_infra.builders.alarms import ApiAlarms, FunctionAlarms
from gateway_infra.builders.api import RestApi
from gateway_infra.builders.waf import WebAcl
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.route import RouteConfig
from gateway_infra.sections.routes import all_paths, split_route


def of_api(api: RestApi, routes: Mapping[str, RouteConfig]) -> Iterator[tuple[AWSObject, KeyPath]]:
    """Yield the resources of an API's definition, in the bundle's order, each with its key.

    The resource of a path comes from the route of that path, or else from the first below it; a
    validator from the first route that uses it.
    """
    yield api.api, ("api",)
    of_path = _routes_of_paths(routes)
    for path, item in api.resources.items():
        yield item, ("api", "routes", of_path[path])
    for key, item in api.authorizers.items():
        yield item, ("api", "authorizers", key)
    for key, item in api.models.items():
        if " " in key:
            method, path, content_type = key.split(" ", 2)
            yield item, ("api", "routes", f"{method} {path}", "request_models", content_type)
        else:
            yield item, ("api", "models", key)
    for kind, item in api.validators.items():
        first = next(key for key, route in routes.items() if route.checked == kind)
        yield item, ("api", "routes", first)
    for key, item in api.methods.items():
        yield item, ("api", "routes", key)
    for key, item in api.documentation.items():
        yield item, ("api", "routes", key, "description")


def of_keys(
    items: Mapping[str, AWSObject], names: Sequence[str]
) -> Iterator[tuple[AWSObject, KeyPath]]:
    """Yield what is made of API keys, each with its place in the list of their `names`."""
    for name, item in items.items():
        yield item, ("api", "usage_plan", "keys", names.index(name))


def of_function(alarms: FunctionAlarms) -> Iterator[tuple[AWSObject, KeyPath]]:
    """Yield a function's alarms, each with the key of its threshold."""
    yield alarms.errors, ("alarms", "function_errors")
    yield alarms.duration, ("alarms", "function_duration")
    yield alarms.throttles, ("alarms", "function_throttles")


def of_stage(alarms: ApiAlarms) -> Iterator[tuple[AWSObject, KeyPath]]:
    """Yield an API's alarms, each with the key of its threshold."""
    yield alarms.server_errors, ("alarms", "api_5xx_percent")
    yield alarms.latency, ("alarms", "api_latency")
    yield alarms.throttled_filter, ("alarms", "api_throttled")
    yield alarms.throttled, ("alarms", "api_throttled")


def of_web_acl(acl: WebAcl) -> Iterator[tuple[AWSObject, KeyPath]]:
    """Yield a web ACL and what belongs to it, each with the key that it comes from."""
    for key, item in acl.ip_sets.items():
        yield item, ("api", "waf", key.split(" ")[0])
    yield acl.acl, ("api", "waf")
    if acl.logging is not None:
        yield acl.logging, ("api", "waf", "log")


def _routes_of_paths(routes: Iterable[str]) -> dict[str, str]:
    """Return for each path the route that it is there for."""
    exact: dict[str, str] = {}
    below: dict[str, str] = {}
    for key in routes:
        exact.setdefault(split_route(key)[1], key)
        for path in all_paths([key]):
            below.setdefault(path, key)
    return {**below, **exact}

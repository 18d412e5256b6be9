"""The deployment, an immutable copy of the API, and the stage ``v1`` that serves it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, apigateway, encode_to_dict

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import api_id
from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, ref, sub, tag_list, whole
from gateway_infra.canonical import short_hash
from gateway_infra.sections.access_log import ACCESS_LOG_FIELDS
from gateway_infra.sections.route import RouteConfig
from gateway_infra.sections.routes import split_route
from gateway_infra.sections.stage import StageConfig, ThrottlingConfig

STAGE_NAME = "v1"


@dataclass(frozen=True)
class Deployment(Bundle):
    """One snapshot of an API."""

    deployment: apigateway.Deployment

    @property
    def id(self) -> Any:
        """The deployment's id, as ``Ref``."""
        return ref(self.deployment)


@dataclass(frozen=True)
class Stage(Bundle):
    """The stage that callers reach."""

    stage: apigateway.Stage

    @property
    def name(self) -> Any:
        """The stage's name as ``Ref``, so that what names the stage waits for it."""
        return ref(self.stage)


def definition_hash(definition: Iterable[AWSObject], salt: str | None = None) -> str:
    """Return ten hex digits over an API's definition, for `deployment`.

    Give it all that a redeployment picks up, in any order: the API, its resources and methods,
    gateway responses, keys. Tags are left out, as they are no part of it. `salt` is any text that
    changes when something outside the template does.
    """
    return properties_hash(
        {item.title: encode_to_dict(item).get("Properties", {}) for item in definition}, salt
    )


def properties_hash(definition: Mapping[str, Mapping[str, Any]], salt: str | None) -> str:
    """Return what `definition_hash` does, from plain properties by logical id."""
    content = {
        logical_id: {key: value for key, value in properties.items() if key != "Tags"}
        for logical_id, properties in definition.items()
    }
    return short_hash([content, salt])


def deployment(
    name: str, *, api_id_value: Value, content_hash: str, depends_on: Sequence[str]
) -> Deployment:
    """Build the snapshot of the API `name` as it is now.

    A deployment never changes: only a new logical id makes a new one, so `content_hash` must be a
    hash of everything that a redeployment picks up (`definition_hash`). It must come after every
    method and gateway response (`depends_on`, logical ids), as it holds only what exists when it
    is made.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/updating-api.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
    """
    return Deployment(
        apigateway.Deployment(
            f"{api_id(name)}Deployment{content_hash}",
            RestApiId=api_id_value,
            Description=f"Content {content_hash}",
            DependsOn=sorted(depends_on),
        )
    )


def stage(
    name: str,
    config: StageConfig,
    *,
    throttling: ThrottlingConfig,
    api_id_value: Value,
    deployment_id: Value,
    access_log_group: Value,
    routes: Mapping[str, RouteConfig] | None = None,
    depends_on: Sequence[str] = (),
    tags: TagMap,
) -> Stage:
    """Build the stage ``v1`` with logs, metrics, tracing and throttling for all its methods.

    Those of `routes` with `throttling` or `cache` get settings of their own. Raise `ValueError`
    for such a route with ANY, whose settings no page of AWS speaks of.

    Logging above OFF needs a role that is set once for an account and region:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    # GetAtt of a log group's ARN ends in ":*", which an access log's destination must not.
    destination = sub(
        "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroup}",
        {"LogGroup": access_log_group},
    )
    optional = without_none(
        Variables=dict(sorted(config.variables.items())) or None,
        DependsOn=sorted(depends_on) or None,
    )
    if config.cache is not None:
        optional.update(CacheClusterEnabled=True, CacheClusterSize=f"{config.cache.size:g}")
    return Stage(
        apigateway.Stage(
            f"{api_id(name)}Stage",
            RestApiId=api_id_value,
            DeploymentId=deployment_id,
            StageName=STAGE_NAME,
            TracingEnabled=True,
            AccessLogSetting=apigateway.AccessLogSetting(
                DestinationArn=destination, Format=access_log_format(config)
            ),
            MethodSettings=_method_settings(config, throttling, routes or {}),
            Tags=tag_list(tags),
            **optional,
        )
    )


def access_log_format(config: StageConfig) -> str:
    """Return the format of a line of the access log: one JSON object, without a line break.

    "The log format must be a single line", and hold ``$context.requestId``; every value is text.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    further = dict(sorted(config.access_log_fields.items()))
    return json.dumps({**ACCESS_LOG_FIELDS, **further}, separators=(",", ":"))


def setting_path(path: str) -> str:
    """Return a path as method settings spell it: ``/jobs/{id}`` as ``/~1jobs~1{id}``.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-stage-methodsetting.html
    """
    return path if path == "/" else "/" + path.replace("/", "~1")


def _method_settings(
    config: StageConfig, throttling: ThrottlingConfig, routes: Mapping[str, RouteConfig]
) -> list[apigateway.MethodSetting]:
    """Return the settings of all methods, and whole ones of routes that differ.

    Each entry is complete, as no page says that what it leaves out is taken from ``/*``.
    """
    settings = [_method_setting("*", "/*", config, throttling, None)]
    for key in sorted(routes):
        method, path = split_route(key)
        route = routes[key]
        if route.throttling is None and route.cache is None:
            continue
        if method == "ANY":
            raise ValueError(f"the route {key!r} has settings that need a method; name it")
        settings.append(_method_setting(method, setting_path(path), config, throttling, route))
    return settings


def _method_setting(
    method: str,
    path: str,
    config: StageConfig,
    throttling: ThrottlingConfig,
    route: RouteConfig | None,
) -> apigateway.MethodSetting:
    own = route.throttling if route else None
    rate = own.rate if own and own.rate is not None else throttling.rate
    burst = own.burst if own and own.burst is not None else throttling.burst
    caching: dict[str, Any] = {}
    if config.cache is not None:
        kept = route.cache if route else None
        # Said for all methods too: where a stage has a cache, AWS keeps every GET by default.
        caching["CachingEnabled"] = kept is not None
        if kept is not None:
            caching["CacheTtlInSeconds"] = kept.ttl or config.cache.ttl
            caching["CacheDataEncrypted"] = config.cache.encrypted
    return apigateway.MethodSetting(
        HttpMethod=method,
        ResourcePath=path,
        LoggingLevel=config.logging_level,
        DataTraceEnabled=config.data_trace,
        MetricsEnabled=True,
        ThrottlingRateLimit=whole(rate),
        ThrottlingBurstLimit=burst,
        **caching,
    )

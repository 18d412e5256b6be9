"""Properties that both definitions of an API share, and the URL of its stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from troposphere import Sub, apigateway

from gateway_infra.builders.shared.properties import without_none
from gateway_infra.builders.shared.values import TagMap, Value, sub, tag_list
from gateway_infra.sections.api import ApiConfig
from gateway_infra.sections.route import RouteConfig
from gateway_infra.sections.routes import path_parameters


def api_properties(
    config: ApiConfig,
    api_name: str,
    *,
    policy: Mapping[str, Any] | None,
    vpc_endpoint_ids: Sequence[Value],
    tags: TagMap,
) -> dict[str, Any]:
    """Return the properties of an API that do not depend on how its routes are defined.

    Each VPC endpoint of a private API creates a DNS record:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
    """
    endpoints = without_none(VpcEndpointIds=list(vpc_endpoint_ids) or None)
    return {
        "Name": api_name,
        "EndpointConfiguration": apigateway.EndpointConfiguration(
            Types=[config.endpoint.upper()], **endpoints
        ),
        "Tags": tag_list(tags),
        **without_none(
            MinimumCompressionSize=config.minimum_compression_size,
            BinaryMediaTypes=sorted(config.binary_media_types) or None,
            Policy=None if policy is None else dict(policy),
        ),
    }


def cache_keys(path: str, route: RouteConfig) -> list[str]:
    """Return what tells answers apart: all path parameters, as none is by default, and the keys.

    Each must be declared by the method, and with a proxy integration by the method alone.
    https://github.com/awsdocs/aws-cloudformation-user-guide/pull/177
    https://theburningmonk.com/2016/04/serverless-enable-caching-on-query-string-parameters-in-api-gateway/
    """
    if route.cache is None:
        return []
    names = [*(f"path.{name}" for name in path_parameters(path)), *sorted(route.cache.keys)]
    return [f"method.request.{name}" for name in names]


def api_url(*, api_id_value: Value, stage_name: Value, vpc_endpoint_ids: Sequence[Value]) -> Sub:
    """Return the address of an API's stage; of a private one, that through its first endpoint.

    Without any, a private API has the address of a regional one, which private DNS resolves inside
    the VPC.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-api-test-invoke-url.html
    """
    host = "${Api}-${Endpoint}" if vpc_endpoint_ids else "${Api}"
    values = {"Api": api_id_value, "ApiStage": stage_name}
    if vpc_endpoint_ids:
        values["Endpoint"] = vpc_endpoint_ids[0]
    return sub(
        f"https://{host}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/${{ApiStage}}", values
    )

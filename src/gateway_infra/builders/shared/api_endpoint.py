"""Where an API answers: on the internet, or through VPC endpoints alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from troposphere import Sub, apigateway

from gateway_infra.builders.shared.values import Value, sub
from gateway_infra.sections.api import ApiConfig


def endpoint_configuration(
    config: ApiConfig, vpc_endpoint_ids: Sequence[Value]
) -> apigateway.EndpointConfiguration:
    """Return an API's endpoint type, with the VPC endpoints of a private one.

    Each of these makes a DNS record, by which the API is called as a regional one is:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
    """
    endpoints: dict[str, Any] = {}
    if vpc_endpoint_ids:
        endpoints["VpcEndpointIds"] = list(vpc_endpoint_ids)
    return apigateway.EndpointConfiguration(Types=[config.endpoint.upper()], **endpoints)


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

"""Where an API answers, in either definition."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref, encode_to_dict

from gateway_infra import ApiConfig
from gateway_infra.builders.shared.api_endpoint import api_properties, api_url


@pytest.mark.parametrize(
    ("endpoint", "ids", "expected"),
    [
        ("regional", [], {"Types": ["REGIONAL"]}),
        ("private", [], {"Types": ["PRIVATE"]}),
        (
            "private",
            ["vpce-1", Ref("Endpoint")],
            {"Types": ["PRIVATE"], "VpcEndpointIds": ["vpce-1", {"Ref": "Endpoint"}]},
        ),
    ],
)
def test_the_configuration(endpoint: str, ids: list[Any], expected: dict[str, Any]) -> None:
    config = ApiConfig.model_validate({"endpoint": endpoint})
    properties = api_properties(config, "jobs", policy=None, vpc_endpoint_ids=ids, tags={})
    assert encode_to_dict(properties["EndpointConfiguration"]) == expected


@pytest.mark.parametrize(
    ("ids", "host"),
    [
        ([], "${Api}"),
        (["vpce-1", "vpce-2"], "${Api}-vpce-1"),
        ([Ref("Endpoint")], "${Api}-${Endpoint}"),
    ],
)
def test_the_address_of_a_private_api_is_that_of_its_first_endpoint(
    ids: list[Any], host: str
) -> None:
    url = api_url(api_id_value=Ref("Api"), stage_name=Ref("ApiStage"), vpc_endpoint_ids=ids)
    assert encode_to_dict(url) == {
        "Fn::Sub": f"https://{host}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/${{ApiStage}}"
    }

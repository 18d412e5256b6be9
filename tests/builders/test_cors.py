"""CORS methods and gateway responses; what a preflight answers has a module of its own."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import CorsConfig, cors_errors, cors_methods
from gateway_infra.builders.cors import preflight_template
from tests.builders.support import properties
from tests.support import plain

A, B = "https://a.example.com", "https://b.example.com"
CONFIG = CorsConfig(origins=[A, B])
METHODS = {"/": ["GET", "OPTIONS"], "/jobs": ["OPTIONS"], "/jobs/{id}": ["OPTIONS", "PUT"]}
IDS = {path: f"id-of-{path}" for path in METHODS}


def options(logical_id: str) -> dict[str, Any]:
    built = cors_methods("api", CONFIG, api_id_value="abc", resource_ids=IDS, methods=METHODS)
    return properties(built, logical_id)


@pytest.mark.parametrize(
    ("logical_id", "path"),
    [
        ("ApiMethodOptions", "/"),
        ("ApiMethodOptionsJobs", "/jobs"),
        ("ApiMethodOptionsJobsById", "/jobs/{id}"),
    ],
)
def test_every_path_has_its_options_method(logical_id: str, path: str) -> None:
    """Paths without a route of their own too, as a browser may ask there."""
    built = options(logical_id)
    assert built["HttpMethod"] == "OPTIONS"
    assert built["ResourceId"] == IDS[path]
    assert built["RestApiId"] == "abc"
    [response] = built["Integration"]["IntegrationResponses"]
    template = response["ResponseTemplates"]["application/json"]
    assert template == preflight_template(CONFIG, METHODS[path])


def test_options_is_open_to_all_and_asks_for_no_key() -> None:
    """A browser sends neither signature nor key with a preflight."""
    built = options("ApiMethodOptions")
    assert built["AuthorizationType"] == "NONE"
    assert built["ApiKeyRequired"] is False
    assert "AuthorizerId" not in built


def test_options_calls_no_function() -> None:
    """A mock answers 204, also where the API treats every content type as binary."""
    integration = options("ApiMethodOptions")["Integration"]
    assert integration["Type"] == "MOCK"
    assert "Uri" not in integration
    assert integration["RequestTemplates"] == {"application/json": '{"statusCode": 204}'}
    assert integration["ContentHandling"] == "CONVERT_TO_TEXT"
    assert [item["StatusCode"] for item in integration["IntegrationResponses"]] == ["204"]
    assert options("ApiMethodOptions")["MethodResponses"] == [{"StatusCode": "204"}]


def test_no_allow_header_is_mapped() -> None:
    """A mapped header is sent to strangers too; all of them are computed."""
    built = options("ApiMethodOptions")
    [response] = built["Integration"]["IntegrationResponses"]
    assert "ResponseParameters" not in response
    assert "ResponseParameters" not in built["MethodResponses"][0]


def errors(config: CorsConfig) -> dict[str, Any]:
    """Return the headers of both gateway responses, which are the same."""
    found = plain(cors_errors("api", config, api_id_value=Ref("Api")))
    client, server = (found[f"Api{side}Errors"]["Properties"] for side in ("Client", "Server"))
    assert client["ResponseParameters"] == server["ResponseParameters"]
    prefix = "gatewayresponse.header."
    return {key[len(prefix) :]: value for key, value in client["ResponseParameters"].items()}


@pytest.mark.parametrize(
    ("config", "origin"),
    [
        (CONFIG, f"'{A}'"),
        (CorsConfig(origins=["*"]), "'*'"),
        (CorsConfig(origins=[A, B], error_origin="echo"), "method.request.header.Origin"),
        (CorsConfig(origins=["*"], error_origin="echo"), "'*'"),
    ],
)
def test_the_gateways_errors_name_the_first_origin_or_echo(config: CorsConfig, origin: str) -> None:
    assert errors(config) == {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Headers": "'Content-Type,X-Amz-Date,Authorization,X-Api-Key'",
        "Vary": "'Origin'",
    }


def test_the_gateways_errors_allow_credentials_where_the_section_does() -> None:
    config = CorsConfig(origins=[A], credentials=True)
    assert errors(config)["Access-Control-Allow-Credentials"] == "'true'"


def test_gateway_responses_stand_for_all_errors_and_keep_their_status() -> None:
    """A status of their own would be that of every error."""
    found = plain(cors_errors("api", CONFIG, api_id_value=Ref("Api")))
    assert found["ApiClientErrors"]["Properties"]["ResponseType"] == "DEFAULT_4XX"
    assert found["ApiServerErrors"]["Properties"]["ResponseType"] == "DEFAULT_5XX"
    assert all("StatusCode" not in body["Properties"] for body in found.values())


def test_every_setting_of_the_section_shows() -> None:
    """A new setting must show in a preflight or in an error."""
    changed: dict[str, Any] = {
        "origins": [B],
        "headers": ["X-Other"],
        "max_age": 5,
        "credentials": True,
        "error_origin": "echo",
    }
    assert set(changed) | {"methods"} == set(CorsConfig.model_fields)
    for setting, value in changed.items():
        config = CorsConfig(**{"origins": [A, B], setting: value})
        before = (preflight_template(CONFIG, ["GET"]), errors(CONFIG))
        assert before != (preflight_template(config, ["GET"]), errors(config)), setting

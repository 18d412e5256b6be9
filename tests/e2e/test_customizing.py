"""Overrides and resources of the file's own: what callers see of them, and of a change of them."""

import json
from typing import Any

import pytest

from .service import LAYOUTS, Cloud, Service


def _mock(answer: str) -> dict[str, Any]:
    """Give an integration that answers without the function."""
    return {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [
            {
                "StatusCode": "200",
                "ResponseTemplates": {"application/json": json.dumps({"answer": answer})},
            }
        ],
    }


def _not_found(text: str) -> dict[str, Any]:
    """Give what the gateway says where there is no route."""
    return {
        "Type": "AWS::ApiGateway::GatewayResponse",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResponseType": "MISSING_AUTHENTICATION_TOKEN",
            "StatusCode": "404",
            "ResponseTemplates": {"application/json": json.dumps({"message": text})},
        },
    }


def _override(service: Service, name: str, path: str, value: Any) -> None:
    entry = {"resource": "ApiMethodGetJobs", "path": f"Properties.{path}", "value": value}
    service.set(f"overrides.{name}", entry)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_overrides_and_own_resources_are_served_and_so_are_their_changes(
    cloud: Cloud, layout: str
) -> None:
    """The stage serves a copy, so a change is seen only if the deployment is another one."""
    with cloud.case("plain", layout) as service:
        _override(service, "answer", "Integration", _mock("first"))
        _override(service, "statuses", "MethodResponses", [{"StatusCode": "200"}])
        service.set("resources.NotFound", _not_found("first"))
        service.deploy()
        assert service.call("GET", "/jobs").json() == {"answer": "first"}
        assert service.ask("/jobs", "POST")["method"] == "POST"
        answer = service.call("GET", "/nothing")
        assert (answer.status_code, answer.json()) == (404, {"message": "first"})
        deployment = service.resource("ApiDeployment")

        _override(service, "answer", "Integration", _mock("second"))
        service.set("resources.NotFound", _not_found("second"))
        service.deploy()
        assert service.resource("ApiDeployment") != deployment
        assert service.call("GET", "/jobs").json() == {"answer": "second"}
        assert service.call("GET", "/nothing").json() == {"message": "second"}
        assert service.versions() == ["1"]

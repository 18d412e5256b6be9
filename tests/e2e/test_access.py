"""Who reaches the API: its resource policy, its endpoint, and the web ACL before its stage.

Where a call comes from is what the test says (``X-Test-Source``); the policy is the deployed one.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from .service import LAYOUTS, Cloud, Service, cors_headers

ORIGIN = {"Origin": "https://a.example"}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=any"}
OFFICE = {"aws:SourceIp": "203.0.113.9"}
HOME = {"aws:SourceIp": "198.51.100.7"}
ENDPOINT, OTHER_ENDPOINT = "vpce-0a1b2c3d", "vpce-1a2b3c4d"
INSIDE = {
    "aws:SourceVpce": ENDPOINT,
    "aws:SourceVpc": "vpc-0a1b2c3d",
    "aws:VpcSourceIp": "10.0.0.9",
}
ELSEWHERE = {**INSIDE, "aws:SourceVpce": OTHER_ENDPOINT, "aws:SourceVpc": "vpc-1a2b3c4d"}
OFFICES = {"cidrs": ["203.0.113.0/24"]}


def ask(
    service: Service,
    source: dict[str, str],
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> requests.Response:
    """Call from somewhere."""
    return service.call(
        method, "/jobs", {"X-Test-Source": json.dumps(source), **ORIGIN, **(headers or {})}
    )


def statuses(service: Service, *sources: dict[str, str], **how: Any) -> list[int]:
    return [ask(service, source, **how).status_code for source in sources]


@pytest.fixture(params=["resources", "openapi"])
def service(cloud: Cloud, request: pytest.FixtureRequest) -> Iterator[Service]:
    """Prepare a service in either definition."""
    with cloud.case("plain", settings={"api.definition": request.param}) as prepared:
        yield prepared


def test_offices_alone_may_call(service: Service) -> None:
    """From outside it is 403, with headers by which a browser can read that."""
    service.set("api.access", OFFICES)
    service.deploy()
    assert statuses(service, OFFICE, HOME, {}) == [200, 403, 403]
    assert statuses(service, OFFICE, HOME, method="OPTIONS") == [204, 403]
    refused = ask(service, HOME)
    assert cors_headers(refused)["Access-Control-Allow-Origin"] == "https://a.example"

    service.set("api.access", {"cidrs": ["198.51.100.0/24"]})
    service.deploy()
    assert statuses(service, OFFICE, HOME) == [403, 200]

    service.set("api.access", None)
    service.deploy()
    assert statuses(service, OFFICE, HOME, {}) == [200, 200, 200]


def test_signed_calls_of_this_account_and_of_those_that_are_listed(service: Service) -> None:
    service.set("api.authorization", "iam")
    service.set("api.access", {**OFFICES, "accounts": ["210987654321"]})
    service.deploy()
    partner = {**OFFICE, "aws:PrincipalAccount": "210987654321"}
    stranger = {**OFFICE, "aws:PrincipalAccount": "999999999999"}
    callers = (OFFICE, HOME, partner, stranger)
    assert statuses(service, *callers, headers=SIGNED) == [200, 403, 200, 403]
    assert statuses(service, OFFICE, HOME, method="OPTIONS") == [204, 403]


def test_a_private_api_answers_its_endpoint_alone(service: Service) -> None:
    service.deploy()
    first = service.outputs["ApiId"]
    assert statuses(service, HOME) == [200]

    service.set("api.endpoint", "private")
    service.set("api.vpc_endpoints", [ENDPOINT])
    service.deploy()
    assert "api.endpoint: was regional and becomes private" in service.warnings
    assert service.outputs["ApiId"] == first
    assert service.outputs["ApiUrl"].startswith(f"https://{first}-{ENDPOINT}.execute-api.")
    client = service.deployer.client("apigateway")
    assert client.get_rest_api(restApiId=first)["endpointConfiguration"] == {
        "types": ["PRIVATE"],
        "vpcEndpointIds": [ENDPOINT],
    }
    assert statuses(service, INSIDE, ELSEWHERE, HOME) == [200, 403, 403]

    service.set("api.access", {"vpcs": ["vpc-1a2b3c4d"], "cidrs": ["10.0.0.0/16"]})
    service.deploy()
    afar = {**INSIDE, "aws:VpcSourceIp": "10.1.0.9"}
    assert statuses(service, INSIDE, ELSEWHERE, afar, HOME) == [200, 200, 403, 403]


def acl_of_stage(service: Service) -> str | None:
    client = service.deployer.client("apigateway")
    stage = client.get_stage(restApiId=service.outputs["ApiId"], stageName="v1")
    found: str | None = stage.get("webAclArn")
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_web_acl_is_put_before_the_stage_and_changes_in_place(cloud: Cloud, layout: str) -> None:
    with cloud.case("plain", layout) as service:
        service.set("api.waf", {"block": ["198.51.100.0/24"], "allow": ["203.0.113.0/24"]})
        service.deploy()
        arn = service.outputs["WebAclArn"]
        assert acl_of_stage(service) == arn
        logs = service.deployer.client("logs")
        name = service.outputs["WebAclLogGroupName"]
        assert name == f"aws-waf-logs-plain-{service.environment}"
        [group] = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert group["retentionInDays"] == 7

        service.set("api.waf", {"block": ["198.51.100.0/24", "192.0.2.0/24"], "count": ["all"]})
        service.deploy()
        assert service.outputs["WebAclArn"] == arn
        assert acl_of_stage(service) == arn

        with cloud.case("plain", layout, {"api.waf": {"acl": arn}}) as other:
            other.deploy()
            assert acl_of_stage(other) == arn
            assert "WebAclArn" not in other.outputs


def test_a_web_acl_that_is_no_longer_asked_for_is_gone(cloud: Cloud) -> None:
    with cloud.case("plain", "single", {"api.waf": {}}) as service:
        service.deploy()
        assert acl_of_stage(service)
        service.set("api.waf", None)
        service.deploy()
        assert not acl_of_stage(service)
        assert not [name for name in service.resources() if "WebAcl" in name]

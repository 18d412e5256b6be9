"""API keys and the usage plan."""

import pytest

from .service import LAYOUTS, Cloud, Service

NO_AUTHORIZATION = {"type": "none", "reason": "A key is enough here."}
PRICED = {"function": "web", "api_key": True, "authorization": NO_AUTHORIZATION}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=any"}


def _key(service: Service, name: str) -> str:
    gateway = service.deployer.client("apigateway")
    identity = service.outputs[f"ApiKey{name}Id"]
    return str(gateway.get_api_key(apiKey=identity, includeValue=True)["value"])


def _status(service: Service, route: str, **headers: str) -> int:
    method, path = route.split()
    return service.call(
        method, path, {n.replace("_", "-"): v for n, v in headers.items()}
    ).status_code


@pytest.mark.parametrize("layout", LAYOUTS)
def test_route_with_a_key_answers_its_holders_only(cloud: Cloud, layout: str) -> None:
    with cloud.case("guarded", layout) as service:
        service.deploy()
        key = _key(service, "Partner")

        assert _status(service, "POST /priced") == 403
        assert _status(service, "POST /priced", x_api_key="wrong" * 8) == 403
        assert _status(service, "POST /priced", x_api_key=key) == 200
        # A key is no signature, a signature is no key, and other routes ask for no key.
        assert _status(service, "GET /priced", x_api_key=key) == 403
        assert _status(service, "GET /priced", **SIGNED) == 403
        assert _status(service, "GET /priced", x_api_key=key, **SIGNED) == 200
        assert _status(service, "GET /jobs", x_api_key=key) == 403
        assert _status(service, "GET /jobs", **SIGNED) == 200
        assert _status(service, "DELETE /jobs/7", **SIGNED) == 200


@pytest.mark.parametrize("layout", LAYOUTS)
def test_keys_come_and_go(cloud: Cloud, layout: str) -> None:
    with cloud.case("guarded", layout) as service:
        service.deploy()
        first = _key(service, "Partner")
        deployment = service.resource("ApiDeployment")
        service.set("api.usage_plan.keys", ["partner", "second"])
        service.deploy()
        # AWS asks for a new deployment when keys change; the emulator would do without.
        assert service.resource("ApiDeployment") != deployment
        second = _key(service, "Second")
        assert _key(service, "Partner") == first
        for key in (first, second):
            assert _status(service, "POST /priced", x_api_key=key) == 200

        service.set("api.usage_plan.keys", ["second"])
        service.deploy()
        assert _status(service, "POST /priced", x_api_key=first) == 403
        assert _status(service, "POST /priced", x_api_key=second) == 200
        identities = service.deployer.client("apigateway").get_api_keys()["items"]
        assert [key["id"] for key in identities] == [service.outputs["ApiKeySecondId"]]


def test_route_begins_to_want_a_key(cloud: Cloud) -> None:
    with cloud.case("plain") as service:
        service.deploy()
        service.set("api.usage_plan.keys", ["partner"])
        service.set('api.routes["POST /jobs"]', PRICED)
        service.deploy()

        assert _status(service, "POST /jobs") == 403
        assert _status(service, "POST /jobs", x_api_key=_key(service, "Partner")) == 200
        assert _status(service, "GET /jobs") == 200
        assert _status(service, "OPTIONS /jobs") == 204


def test_plan_holds_stage_throttle_quota_and_keys(cloud: Cloud) -> None:
    with cloud.case("guarded", settings={"api.throttling": {"rate": 12.5, "burst": 30}}) as service:
        service.deploy()
        gateway = service.deployer.client("apigateway")
        identity = service.outputs["ApiUsagePlanId"]
        plan = gateway.get_usage_plan(usagePlanId=identity)
        keys = gateway.get_usage_plan_keys(usagePlanId=identity)["items"]

        assert plan["throttle"] == {"rateLimit": 12.5, "burstLimit": 30}
        assert (plan["quota"]["limit"], plan["quota"]["period"]) == (1000, "DAY")
        stages = [(entry["apiId"], entry["stage"]) for entry in plan["apiStages"]]
        assert stages == [(service.outputs["ApiId"], "v1")]
        assert [key["id"] for key in keys] == [service.outputs["ApiKeyPartnerId"]]

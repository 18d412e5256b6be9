"""What a route asks of its callers, and how each is run: validation, models, limits, cache."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from .service import LAYOUTS, Cloud, Service, cors_headers

JOB: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"$ref": "#/definitions/name"}},
    "definitions": {"name": {"type": "string", "minLength": 1}},
}


@contextmanager
def _service(cloud: Cloud, layout: str = "split") -> Iterator[Service]:
    with cloud.case("routes", layout) as service:
        _write(service, JOB)
        yield service


def _write(service: Service, schema: dict[str, Any]) -> None:
    """Write the schema file that the model comes from."""
    folder = service.environments / "schemas"
    folder.mkdir(exist_ok=True)
    (folder / "new-job.json").write_text(json.dumps(schema))


def _status(service: Service, route: str, body: Any = None) -> int:
    method, path = route.split()
    return service.call(method, path, body=body).status_code


def _stage(service: Service) -> dict[str, Any]:
    client = service.deployer.client("apigateway")
    found: dict[str, Any] = client.get_stage(restApiId=service.outputs["ApiId"], stageName="v1")
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_request_that_is_not_as_declared_gets_400_with_cors_headers(
    cloud: Cloud, layout: str
) -> None:
    with _service(cloud, layout) as service:
        service.deploy()
        assert _status(service, "POST /jobs", {"name": "nightly"}) == 200
        for body in (None, {}, {"name": ""}, {"name": 5}, []):
            assert _status(service, "POST /jobs", body) == 400, body
        refused = service.call("POST", "/jobs", {"Origin": "https://a.example"}, body={})
        assert refused.json() == {"message": "Invalid request body"}
        assert cors_headers(refused)["Access-Control-Allow-Origin"] == "https://a.example"

        assert _status(service, "GET /jobs?page=2") == 200
        refused = service.call("GET", "/jobs")
        assert refused.status_code == 400
        assert refused.json() == {"message": "Missing required request parameters: [page]"}
        # A preflight asks for nothing.
        assert service.call("OPTIONS", "/jobs", {"Origin": "https://a.example"}).status_code == 204


def test_a_model_may_refer_to_another_whose_references_stay_its_own(cloud: Cloud) -> None:
    """`Batch` holds a copy of `NewJob`, which refers to a definition of itself."""
    with _service(cloud) as service:
        service.deploy()
        assert _status(service, "PUT /batches", [{"name": "a"}, {"name": "b"}]) == 200
        assert _status(service, "PUT /batches", [{"name": "a"}, {"name": ""}]) == 400
        assert _status(service, "PUT /batches", {"name": "a"}) == 400


def test_models_may_only_describe(cloud: Cloud) -> None:
    with _service(cloud) as service:
        service.deploy()
        assert _status(service, "POST /anything", {"not": "as declared"}) == 200


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_changed_model_reaches_callers(cloud: Cloud, layout: str) -> None:
    with _service(cloud, layout) as service:
        service.deploy()
        assert _status(service, "POST /jobs", {"name": "nightly"}) == 200
        _write(service, {**JOB, "required": ["name", "queue"]})
        service.deploy()
        assert _status(service, "POST /jobs", {"name": "nightly"}) == 400
        assert _status(service, "POST /jobs", {"name": "nightly", "queue": "slow"}) == 200
        assert _status(service, "PUT /batches", [{"name": "nightly"}]) == 400
        assert set(service.deploy().values()) == {"unchanged"}


def test_validation_that_is_switched_off_reaches_callers(cloud: Cloud) -> None:
    with _service(cloud) as service:
        service.deploy()
        service.set('api.routes["POST /jobs"].validate', "none")
        service.set('api.routes["GET /jobs"].request_parameters["querystring.page"]', value=False)
        service.deploy()
        assert _status(service, "POST /jobs", {}) == 200
        assert _status(service, "GET /jobs") == 200


def test_settings_of_one_route_are_the_stages_own_entries(cloud: Cloud) -> None:
    with _service(cloud) as service:
        service.deploy()
        stage = _stage(service)
        assert (stage["cacheClusterEnabled"], stage["cacheClusterSize"]) == (True, "0.5")
        settings = stage["methodSettings"]
        limits = {
            key: (value["throttlingRateLimit"], value["throttlingBurstLimit"])
            for key, value in settings.items()
        }
        assert limits == {
            "*/*": (100, 200),
            "~1jobs/GET": (100, 200),
            "~1jobs/POST": (5, 10),
            "~1jobs~1{id}~1results/GET": (100, 200),
        }
        kept = {
            key: value["cacheTtlInSeconds"]
            for key, value in settings.items()
            if value["cachingEnabled"]
        }
        assert kept == {"~1jobs/GET": 300, "~1jobs~1{id}~1results/GET": 60}
        assert {value["loggingLevel"] for value in settings.values()} == {"ERROR"}
        assert {value["metricsEnabled"] for value in settings.values()} == {True}


def test_a_limit_changes_without_a_deployment_and_goes(cloud: Cloud) -> None:
    with _service(cloud) as service:
        service.deploy()
        before = _stage(service)["deploymentId"]
        service.set('api.routes["POST /jobs"].throttling', None)
        service.set('api.routes["GET /jobs"].throttling', {"burst": 7})
        service.deploy()
        stage = _stage(service)
        assert stage["deploymentId"] == before
        assert "~1jobs/POST" not in stage["methodSettings"]
        assert stage["methodSettings"]["~1jobs/GET"]["throttlingBurstLimit"] == 7


def test_timeout_cache_keys_and_description(cloud: Cloud) -> None:
    with _service(cloud) as service:
        service.deploy()
        client = service.deployer.client("apigateway")
        api = service.outputs["ApiId"]
        resources = client.get_resources(restApiId=api, embed=["methods"])["items"]
        found = {
            (method, item["path"]): entry["methodIntegration"]
            for item in resources
            for method, entry in item.get("resourceMethods", {}).items()
        }
        assert found["POST", "/jobs"]["timeoutInMillis"] == 10000
        assert found["GET", "/jobs"]["timeoutInMillis"] == 29000
        assert found["GET", "/jobs"]["cacheKeyParameters"] == ["method.request.querystring.page"]
        path = found["GET", "/jobs/{id}/results"]
        assert path["cacheKeyParameters"] == ["method.request.path.id"]
        [part] = client.get_documentation_parts(restApiId=api)["items"]
        assert part["location"] == {"type": "METHOD", "path": "/jobs", "method": "GET"}
        assert json.loads(part["properties"]) == {"description": "Lists jobs."}

"""The two ways to define the API: callers cannot tell them apart; they differ in how they change.

``resources`` is a resource of the template for each path and method, ``openapi`` one document.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
import requests

from .deployer import DeploymentError
from .service import LAYOUTS, Cloud, Service, cors_headers

LISTED = "http://localhost:3000"
STRANGER = "https://a.example.evil.net"
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=any"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
PATHS = (
    "/",
    "/jobs",
    "/jobs/7",
    "/jobs/7/parts",
    "/jobs/7/parts/two",
    "/jobs/7/parts/two/more",
    "/signed",
    "/priced",
    "/crash",
    "/files",
    "/files/a",
    "/files/a/b%20c",
    "/modeled",
    "/asked/7",
    "/unchecked",
    "/half",
    "/nowhere",
)
KEY = {"x-api-key": "{key}"}
"""Stands for the value of the API's own key."""

SPECIAL: tuple[tuple[str, str, dict[str, str], Any], ...] = (
    ("GET", "/signed", SIGNED, None),
    ("GET", "/priced", KEY, None),
    ("GET", "/priced", {"x-api-key": "wrong"}, None),
    ("POST", "/priced", KEY, None),
    ("POST", "/priced", SIGNED, None),
    ("POST", "/priced", {**KEY, **SIGNED}, {"a": 1}),
    ("POST", "/jobs", {}, {"name": "a"}),
    ("GET", "/jobs?page=2&page=3", {}, None),
    ("PUT", "/files/a/b", {}, {"large": True}),
)
ORIGINS: tuple[dict[str, str], ...] = (
    {},
    {"Origin": LISTED},
    {"origin": LISTED},
    {"Origin": STRANGER},
)
JOB = {"title": "a"}
CHECKED: tuple[tuple[str, str, Any, int], ...] = (
    ("POST", "/modeled", JOB, 200),
    ("POST", "/modeled", {**JOB, "size": 3, "owner": {"name": "b"}}, 200),
    ("POST", "/modeled", {**JOB, "owner": {"name": "b", "knows": [{"name": "c"}]}}, 200),
    ("POST", "/modeled", {**JOB, "owner": {"name": "b", "knows": [{"nom": "c"}]}}, 400),
    ("POST", "/modeled", {**JOB, "owner": {}}, 400),
    ("POST", "/modeled", {**JOB, "size": 0}, 400),
    ("POST", "/modeled", {**JOB, "other": 1}, 400),
    ("POST", "/modeled", {"title": "longer than 8"}, 400),
    ("POST", "/modeled", {}, 400),
    ("POST", "/modeled", [], 400),
    ("PUT", "/modeled?page=1", {"a": 1}, 200),
    ("PUT", "/modeled?page=1", {"b": 1}, 400),
    ("PUT", "/modeled", {"a": 1}, 400),
    ("GET", "/asked/7?page=1", None, 400),
    ("POST", "/unchecked", {}, 200),
    ("POST", "/half", {}, 400),
    ("POST", "/half?page=1", {}, 200),
)
"""What the gateway checks of bodies and parameters, with what it should answer."""


class Pair(NamedTuple):
    """The same API, defined both ways."""

    resources: Service
    openapi: Service


@pytest.fixture(scope="module")
def pair(cloud: Cloud) -> Iterator[Pair]:
    with (
        cloud.case("both") as resources,
        cloud.case("both", "single", {"api.definition": "openapi"}) as openapi,
    ):
        resources.deploy()
        openapi.deploy()
        yield Pair(resources, openapi)


def _key(service: Service) -> str:
    client = service.deployer.client("apigateway")
    key = client.get_api_key(apiKey=service.outputs["ApiKeyPartnerId"], includeValue=True)
    return str(key["value"])


def _seen(
    service: Service, method: str, path: str, headers: dict[str, str], body: Any = None
) -> dict[str, Any]:
    """Call, and give what a caller can see, without what tells the two environments apart."""
    sent = {name: value.replace("{key}", _key(service)) for name, value in headers.items()}
    answer = service.call(method, path, sent, body=body)
    return {
        "status": answer.status_code,
        "cors": cors_headers(answer),
        "type": answer.headers.get("Content-Type"),
        "error": answer.headers.get("x-amzn-ErrorType"),
        "body": _comparable(answer),
    }


def _comparable(answer: requests.Response) -> Any:
    try:
        told = answer.json()
    except ValueError:
        return answer.text
    if "function" not in told:
        return told
    own = ("function", "variables", "message")
    return {name: value for name, value in told.items() if name not in own}


@pytest.mark.parametrize("method", METHODS)
def test_each_method_of_each_path(pair: Pair, method: str) -> None:
    """Routes, and what is none: both answer, or refuse, with the same words."""
    statuses = set()
    for path in PATHS:
        for origin in ORIGINS:
            seen = [_seen(service, method, path, origin) for service in pair]
            assert seen[0] == seen[1], (method, path, origin)
            statuses.add(seen[0]["status"])
    assert len(statuses) > 1


def test_routes_lead_to_their_functions(pair: Pair) -> None:
    for service in pair:
        images = {
            route: service.ask(route.split()[1], route.split()[0])["image"][-1]
            for route in ("GET /jobs", "POST /jobs", "PUT /jobs/7", "GET /files/a/b", "GET /")
        }
        expected = {"POST /jobs": "2", "GET /files/a/b": "2"}
        assert images == {route: expected.get(route, "1") for route in images}


@pytest.mark.parametrize(("method", "path", "headers", "body"), SPECIAL)
def test_keys_signatures_and_bodies(
    pair: Pair, method: str, path: str, headers: dict[str, str], body: Any
) -> None:
    seen = [_seen(service, method, path, {**headers, "Origin": LISTED}, body) for service in pair]
    assert seen[0] == seen[1]


@pytest.mark.parametrize(("method", "path", "body", "status"), CHECKED)
def test_what_is_checked(pair: Pair, method: str, path: str, body: Any, status: int) -> None:
    """Bodies and parameters that do not fit are answered by the gateway, for both alike."""
    seen = [_seen(service, method, path, {"Origin": LISTED}, body) for service in pair]
    assert seen[0] == seen[1]
    assert seen[0]["status"] == status
    assert (seen[0]["error"] is None) == (status == 200)


def test_a_required_header(pair: Pair) -> None:
    for service in pair:
        answer = service.call("GET", "/asked/7?page=1", {"X-Id": "1"})
        assert answer.status_code == 200


def test_who_may_call(pair: Pair) -> None:
    """What the comparison alone would miss: both could be open."""
    expected = {
        ("GET", "/signed"): {"": 403, "s": 200},
        ("GET", "/priced"): {"": 403, "k": 200, "s": 403},
        ("POST", "/priced"): {"": 403, "k": 403, "s": 403, "ks": 200},
    }
    for service in pair:
        for (method, path), cases in expected.items():
            for which, status in cases.items():
                headers = {**(KEY if "k" in which else {}), **(SIGNED if "s" in which else {})}
                assert _seen(service, method, path, headers)["status"] == status, (path, which)


def test_preflights_of_listed_origins(pair: Pair) -> None:
    """Neither a key nor a signature, also on paths that only lie between."""
    methods = {
        "/": "GET,OPTIONS",
        "/jobs": "GET,OPTIONS,POST",
        "/jobs/7/parts": "OPTIONS",
        "/priced": "GET,OPTIONS,POST",
        "/files/a/b": "GET,OPTIONS,POST",
    }
    for service in pair:
        for path, allowed in methods.items():
            answer = service.call("OPTIONS", path, {"Origin": LISTED})
            assert answer.status_code == 204
            headers = cors_headers(answer)
            assert headers["Access-Control-Allow-Origin"] == LISTED
            assert headers["Access-Control-Allow-Methods"] == allowed


def _definition(service: Service) -> dict[str, Any]:
    """Give what API Gateway holds, without ids."""
    client = service.deployer.client("apigateway")
    api = service.outputs["ApiId"]
    settings = client.get_rest_api(restApiId=api)
    validators = client.get_request_validators(restApiId=api)["items"]
    named = {item.pop("id"): item for item in validators}
    paths = {}
    for item in client.get_resources(restApiId=api, limit=500)["items"]:
        for method in item.get("resourceMethods", {}):
            known = client.get_method(restApiId=api, resourceId=item["id"], httpMethod=method)
            checks = named.get(known.get("requestValidatorId"))
            paths[f"{method} {item['path']}"] = {**_without_ids(known), "validator": checks}
    names = ("binaryMediaTypes", "minimumCompressionSize", "apiKeySource")
    return {
        "paths": paths,
        "settings": {name: settings.get(name) for name in names},
        "endpoint": settings["endpointConfiguration"]["types"],
        "errors": sorted(
            (item["responseType"], sorted(item["responseParameters"].items()))
            for item in client.get_gateway_responses(restApiId=api)["items"]
            if not item["defaultResponse"]
        ),
    }


def _without_ids(method: dict[str, Any]) -> dict[str, Any]:
    integration = {
        name: value
        for name, value in method["methodIntegration"].items()
        if name not in ("cacheNamespace", "uri")
    }
    own = ["ResponseMetadata", "methodIntegration", "requestValidatorId"]
    if method["httpMethod"] == "OPTIONS":
        own.append("requestParameters")  # an import declares a path's parameters by itself
    kept = {name: value for name, value in method.items() if name not in own}
    return {**kept, "integration": integration}


def test_the_definition_is_the_same(pair: Pair) -> None:
    """Method for method, what API Gateway's own API lists: timeouts and parameters too."""
    first, second = (_definition(service) for service in pair)
    assert set(first["paths"]) == set(second["paths"])
    for route, method in first["paths"].items():
        assert second["paths"][route] == method, route
    assert {**first, "paths": 0} == {**second, "paths": 0}


def test_outputs_name_the_root(pair: Pair) -> None:
    for service in pair:
        client = service.deployer.client("apigateway")
        resources = client.get_resources(restApiId=service.outputs["ApiId"], limit=500)["items"]
        (root,) = (item["id"] for item in resources if item["path"] == "/")
        assert service.outputs["ApiRootResourceId"] == root


@pytest.mark.parametrize("layout", LAYOUTS)
def test_removed_route_is_gone_with_the_same_deploy(cloud: Cloud, layout: str) -> None:
    """The document is replaced before the deployment is made, in one stack too."""
    with cloud.case("both", layout, {"api.definition": "openapi"}) as service:
        service.deploy()
        root = service.outputs["ApiRootResourceId"]
        assert service.call("POST", "/jobs").status_code == 200
        assert service.call("GET", "/jobs/7/parts/1").status_code == 200

        service.set('api.routes["POST /jobs"]', None)
        service.set('api.routes["GET /jobs/{id}/parts/{part}"]', None)
        service.set('api.routes["GET /new"]', "web")
        service.set("api.binary_media_types", ["image/png"])
        service.deploy()
        assert service.call("POST", "/jobs").status_code == 403
        assert service.call("GET", "/jobs/7/parts/1").status_code == 403
        assert service.call("OPTIONS", "/jobs/7/parts").status_code == 403
        assert service.call("GET", "/jobs").status_code == 200
        assert service.call("GET", "/new").status_code == 200
        assert service.outputs["ApiRootResourceId"] == root
        client = service.deployer.client("apigateway")
        api = client.get_rest_api(restApiId=service.outputs["ApiId"])
        assert api["binaryMediaTypes"] == ["image/png"]
        assert set(service.deploy().values()) == {"unchanged"}


def test_a_path_parameter_is_renamed_with_one_deploy(cloud: Cloud) -> None:
    """As single resources it takes two, as the new one is made before the old one goes."""
    with cloud.case("both", "single", {"api.definition": "openapi"}) as service:
        service.deploy()
        for old, new in (
            ("ANY /jobs/{id}", "ANY /jobs/{job}"),
            ("GET /jobs/{id}/parts/{part}", "GET /jobs/{job}/parts/{part}"),
        ):
            service.set(f'api.routes["{old}"]', None)
            service.set(f'api.routes["{new}"]', "web")
        service.deploy()
        assert service.ask("/jobs/7/parts/1")["path"] == "/jobs/7/parts/1"


def test_cors_that_is_removed_is_gone(cloud: Cloud) -> None:
    with cloud.case("both", "single", {"api.definition": "openapi"}) as service:
        service.deploy()
        service.set("api.cors", None)
        service.deploy()
        preflight = service.call("OPTIONS", "/jobs", {"Origin": LISTED})
        assert (preflight.status_code, cors_headers(preflight)) == (403, {})


def _answers(service: Service) -> dict[str, Any]:
    return {
        "route": service.call("GET", "/jobs").status_code,
        "none": service.call("GET", "/nowhere").status_code,
        "preflight": service.call("OPTIONS", "/jobs", {"Origin": LISTED}).status_code,
        "error": "Access-Control-Allow-Origin" in service.call("GET", "/nowhere").headers,
    }


SOUND = {"route": 200, "none": 403, "preflight": 204, "error": True}


def test_from_resources_to_a_document_in_one_stack(cloud: Cloud) -> None:
    """The API keeps its id, and so its URL; the deployment is made before the clean-up.

    The clean-up deletes what left the template. Some of it has the same name in the document, as
    ``DEFAULT_4XX`` has: the stage does not notice, the next deployment would.
    """
    with cloud.case("plain", "single") as service:
        service.deploy()
        api = service.outputs["ApiId"]
        service.set("api.definition", "openapi")
        service.deploy()
        assert service.outputs["ApiId"] == api
        assert _answers(service) == SOUND


def test_from_resources_to_a_document_in_several_stacks(cloud: Cloud) -> None:
    """Here the clean-up comes before the deployment, which then lacks the error headers.

    To delete a gateway response is to reset it to AWS's own:
    https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteGatewayResponse.html
    The next change of the document brings ours back.
    """
    with cloud.case("plain") as service:
        service.deploy()
        service.set("api.definition", "openapi")
        service.deploy()
        assert _answers(service) == {**SOUND, "error": False}
        service.set("api.cors.max_age", 7)
        service.deploy()
        assert _answers(service) == SOUND


@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_resources_to_a_document_with_a_step_between(cloud: Cloud, layout: str) -> None:
    """What has the policy Retain before the definition is switched is not deleted with it."""
    with cloud.case("plain", layout) as service:
        service.deploy()
        _deploy_retained(service)
        service.set("api.definition", "openapi")
        service.deploy()
        assert _answers(service) == SOUND
        # Nothing of the old definition is left, as the document has replaced it.
        service.set('api.routes["POST /jobs"]', None)
        service.deploy()
        assert service.call("POST", "/jobs").status_code == 403
        assert _answers(service) == SOUND


def _deploy_retained(service: Service) -> None:
    """Deploy the same again, with a policy on each part of the API's definition."""
    for path in service.folder.glob("*.json"):
        template = json.loads(path.read_text())
        for item in template.get("Resources", {}).values():
            if item["Type"].startswith("AWS::ApiGateway::"):
                item["DeletionPolicy"] = "Retain"
        path.write_text(json.dumps(template))
    service.deployer.deploy(service.folder, environment=service.variables, values=service.values)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_a_document_to_resources(cloud: Cloud, layout: str) -> None:
    """There is no way back: the document's paths cannot be made a second time."""
    with cloud.case("plain", layout, {"api.definition": "openapi"}) as service:
        service.deploy()
        service.set("api.definition", "resources")
        with pytest.raises(DeploymentError, match="already has this name"):
            service.deploy()
        assert _answers(service) == SOUND

"""APIs of documents that others wrote (`tests/openapi`): every operation answers, and is checked.

Each document is deployed both ways that an API can be defined.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from .service import ROOT, Cloud, Service

DOCUMENTS = ROOT / "tests" / "openapi"
ENVIRONMENT = """\
service: documented
region: us-east-1
tier: dev
network:
  vpc: {{stack_output: network/VpcId}}
  subnets: [{{stack_output: network/PrivateSubnetA}}, {{stack_output: network/PrivateSubnetB}}]
functions:
  web: {{image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/documented:1, timeout: 20}}
api:
  authorization: {{type: none, reason: A test calls it without signing.}}
  openapi: {document}
  definition: {definition}
"""
WAYS = [("split", "resources"), ("single", "openapi")]
METHODS = ("get", "put", "post", "delete", "patch")

PET = {"name": "Rex", "photoUrls": []}
COMMENT = {"message": "m"}
HOOK = {
    "event_type": "PING",
    "endpoint": "https://a.example",
    "passcode": "p",
    "context": "team",
    "context_id": "1",
}
CREATED = {"action": "CREATE", "id": "v", "name": "n"}
BODIES: dict[str, list[tuple[str, Any, int]]] = {
    "petstore.json": [
        ("POST /pet", PET, 200),
        ("POST /pet", {**PET, "category": {"id": 1, "name": "dog"}, "tags": [{"id": 2}]}, 200),
        ("POST /pet", {**PET, "category": {"id": "one"}}, 400),
        ("POST /pet", {**PET, "tags": [{"id": "two"}]}, 400),
        ("POST /pet", {**PET, "status": "pending"}, 200),
        ("POST /pet", {**PET, "status": "eaten"}, 400),
        ("POST /pet", {"name": "Rex"}, 400),
        ("PUT /pet", {"photoUrls": []}, 400),
        ("PUT /pet", PET, 200),
        ("POST /store/order", {"quantity": 2, "complete": True}, 200),
        ("POST /store/order", {"quantity": "two"}, 400),
        ("POST /user/createWithList", [{"username": "a"}], 200),
        ("POST /user/createWithList", {"username": "a"}, 400),
        ("POST /user/createWithArray", [], 200),
        ("POST /user/createWithArray", [{"username": 5}], 400),
        ("PUT /user/1", {"userStatus": 1}, 200),
        ("PUT /user/1", {"userStatus": "1"}, 400),
    ],
    "figma.yaml": [
        ("POST /v1/files/1/comments", COMMENT, 200),
        ("POST /v1/files/1/comments", {**COMMENT, "client_meta": {"x": 1, "y": 2.5}}, 200),
        ("POST /v1/files/1/comments", {**COMMENT, "client_meta": {"x": 1}}, 400),
        ("POST /v1/files/1/comments", {**COMMENT, "client_meta": {"x": 1, "y": "2"}}, 400),
        ("POST /v1/files/1/comments", {"comment_id": "1"}, 400),
        ("POST /v1/files/1/comments/2/reactions", {"emoji": ":eyes:"}, 200),
        ("POST /v1/files/1/comments/2/reactions", {"emoji": 5}, 400),
        ("POST /v2/webhooks", HOOK, 200),
        ("POST /v2/webhooks", {**HOOK, "status": "PAUSED"}, 200),
        ("POST /v2/webhooks", {**HOOK, "event_type": "PONG"}, 400),
        ("POST /v2/webhooks", {**HOOK, "context_id": None}, 400),
        ("PUT /v2/webhooks/1", {**HOOK, "team_id": "1"}, 200),
        ("PUT /v2/webhooks/1", HOOK, 400),
        ("POST /v1/dev_resources", {"dev_resources": []}, 200),
        ("POST /v1/dev_resources", {"dev_resources": [{"name": "n"}]}, 400),
        ("PUT /v1/dev_resources", {"dev_resources": [{"id": "1"}]}, 200),
        ("PUT /v1/dev_resources", {"dev_resources": [{"name": "n"}]}, 400),
        ("POST /v1/developer_logs", {"limit": 100}, 200),
        ("POST /v1/developer_logs", {"limit": 101}, 400),
        (
            "POST /v1/files/1/variables",
            {"variableCollections": [{"action": "CREATE", "name": "n"}]},
            200,
        ),
        ("POST /v1/files/1/variables", {"variableCollections": [{"action": "CREATE"}]}, 400),
        (
            "POST /v1/files/1/variables",
            {"variables": [{**CREATED, "variableCollectionId": "c", "resolvedType": "COLOR"}]},
            200,
        ),
        ("POST /v1/files/1/variables", {"variables": [CREATED]}, 400),
    ],
}


@pytest.fixture(
    scope="module",
    params=[(document, *way) for document in BODIES for way in WAYS],
    ids="-".join,
)
def service(
    request: pytest.FixtureRequest, cloud: Cloud, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    document, layout, definition = request.param
    folder = tmp_path_factory.mktemp("environments")
    shutil.copyfile(DOCUMENTS / document, folder / document)
    environment = f"{Path(document).stem}-{definition}"
    text = ENVIRONMENT.format(document=document, definition=definition)
    (folder / f"{environment}.yaml").write_text(text)
    with cloud.environment(folder, environment, layout) as service:
        assert set(service.deploy().values()) == {"created"}
        yield service


def document_of(service: Service) -> str:
    """Name the document of a service."""
    return next(name for name in BODIES if service.environment.startswith(Path(name).stem))


def operations(document: str) -> list[tuple[str, str, list[str]]]:
    """List the operations of a document: method, path, and required parameters of the query.

    It is read here once more, and by other means than the package's.
    """
    content = yaml.safe_load((DOCUMENTS / document).read_text())
    listed = []
    for path, item in content["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = item.get("parameters", []) + item[method].get("parameters", [])
                needed = [
                    one["name"]
                    for one in parameters
                    if one.get("in") == "query" and one.get("required")
                ]
                listed.append((method.upper(), re.sub(r"\{[^}]*\}", "1", path), needed))
    return listed


def fitting_body(document: str, method: str, path: str) -> Any:
    """Return a body that the operation takes, or nothing where the document asks for none."""
    fits = {call: body for call, body, status in BODIES[document] if status == 200}
    of_path = {re.sub(r"/\d+", "/1", call): body for call, body in fits.items()}
    return of_path.get(f"{method} {path}")


def test_each_operation_answers(service: Service) -> None:
    document = document_of(service)
    listed = operations(document)
    assert len(listed) == {"petstore.json": 20, "figma.yaml": 54}[document]
    for method, path, needed in listed:
        query = "&".join(f"{name}=1" for name in needed)
        body = fitting_body(document, method, path)
        answer = service.call(method, f"{path}?{query}" if query else path, body=body)
        assert answer.status_code == 200, (method, path, answer.text)
        told = answer.json()
        assert (told["method"], told["path"], told["body"]) == (method, path, body)
        assert told["query"] == dict.fromkeys(needed, "1")


def test_a_required_parameter_is_required(service: Service) -> None:
    listed = operations(document_of(service))
    asking = [(method, path, needed) for method, path, needed in listed if needed]
    assert asking
    for method, path, needed in asking:
        query = "&".join(f"{name}=1" for name in needed[1:])
        answer = service.call(method, f"{path}?{query}")
        assert answer.status_code == 400, (method, path)
        assert answer.json() == {"message": f"Missing required request parameters: [{needed[0]}]"}


def test_bodies_are_checked_by_the_documents_schemas(service: Service) -> None:
    for call, body, status in BODIES[document_of(service)]:
        method, path = call.split()
        answer = service.call(method, path, body=body)
        assert answer.status_code == status, (call, json.dumps(body), answer.text)
        if status == 400:
            assert answer.json() == {"message": "Invalid request body"}


def test_what_is_no_operation_is_the_gateways_to_answer(service: Service) -> None:
    assert service.call("GET", "/nowhere").status_code == 403
    known = {"petstore.json": "/store/order", "figma.yaml": "/v1/dev_resources"}
    assert service.call("GET", known[document_of(service)]).status_code == 403


def test_what_is_not_checked_was_told(service: Service) -> None:
    told = [line for line in service.warnings.splitlines() if document_of(service) in line]
    assert [line for line in told if "which the gateway does not check" in line]
    assert len(told) < 10

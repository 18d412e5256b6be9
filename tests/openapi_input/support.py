"""What the tests of ``api.openapi`` share: environments over documents, from their texts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.loading.load import Loaded, load
from gateway_infra.reading.diagnostics import ConfigError

ENVIRONMENT = """\
service: pets
region: us-east-1
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
functions:
  web:
    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/pets@sha256:%s
    timeout: 20
api:
  authorization: iam
  usage_plan: {keys: [partner]}
  openapi: api.yml
""" % ("0" * 64)

TWO = ENVIRONMENT.replace("api:\n", "  thumbs: {image: {parameter: Image}, timeout: 20}\napi:\n", 1)


def document(paths: Any, version: str = "3.0.3", **rest: Any) -> str:
    """Return a document as JSON, which is YAML on one line."""
    return json.dumps({"openapi": version, "info": {"title": "t"}, "paths": paths, **rest})


def loaded(
    text: str, environment: str = ENVIRONMENT, overrides: Sequence[str] = (), name: str = "api.yml"
) -> Loaded:
    """Load an environment beside the document `text`."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "prod.yaml").write_text(environment)
        (Path(folder) / name).write_text(text)
        return load(Path(folder), "prod", overrides, shown="e")


def faults(text: str, environment: str = ENVIRONMENT, overrides: Sequence[str] = ()) -> list[str]:
    """Return the messages with which a document is refused."""
    with pytest.raises(ConfigError) as caught:
        loaded(text, environment, overrides)
    return [str(problem._replace(rule="")) for problem in caught.value.problems]


def api_of(text: str, environment: str = ENVIRONMENT, overrides: Sequence[str] = ()) -> Any:
    """Return the plain ``api`` section over a document."""
    return loaded(text, environment, overrides).source.find(("api",)).plain()


def route_of(operation: Any, *, item: Any = None, method: str = "post", **rest: Any) -> Any:
    """Return the plain route of one operation on ``/jobs``, without its function."""
    paths = {"/jobs": {method: operation, **(item or {})}}
    routes = api_of(document(paths, **rest))["routes"]
    route = routes[f"{method.upper()} /jobs"]
    assert route.pop("function") == "web"
    return route


def told(text: str, environment: str = ENVIRONMENT, overrides: Sequence[str] = ()) -> list[str]:
    """Return the warnings about the document, each as ``key path: message``."""
    warnings = loaded(text, environment, overrides).warnings
    found = [w._replace(rule="") for w in warnings if w.place.file == "e/api.yml"]
    return [str(problem).partition(": ")[2] for problem in found]


def model_of(schema: Any, schemas: Any = None, version: str = "3.0.3") -> Any:
    """Return the model that a request's schema becomes; ``None`` where it accepts everything."""
    text = _with_body(schema, schemas, version)
    api = api_of(text)
    models = api["routes"]["POST /jobs"].get("request_models", {})
    model = models.get("application/json")
    return api["models"][model] if isinstance(model, str) else model


def lost_of(schema: Any, schemas: Any = None, version: str = "3.0.3") -> list[str]:
    """Return what is told of a request's schema: the last key, and the message."""
    lines = told(_with_body(schema, schemas, version))
    return [line for line in lines if "is not supported in models, says AWS" not in line]


def _with_body(schema: Any, schemas: Any, version: str) -> str:
    content = {"application/json": {"schema": schema}}
    operation = {"requestBody": {"required": True, "content": content}}
    components = {"schemas": schemas or {}}
    return document({"/jobs": {"post": operation}}, version, components=components)

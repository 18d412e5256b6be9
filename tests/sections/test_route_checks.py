"""Routes on plain data, against each other and against the functions' names."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.reading.diagnostics import Place
from gateway_infra.reading.source import Node, read_text
from gateway_infra.sections.route_checks import route_errors
from tests.faults import load_faults, with_routes
from tests.support import MINIMAL, load_text


def errors_of(routes: str, functions: str = "{web: {}}") -> list[str]:
    """Return what is wrong with routes, each as ``rule: message``."""
    source = read_text(f"functions: {functions}\napi: {{routes: {routes}}}\n", "f.yaml")
    return [f"{item.rule}: {item.message}" for item in route_errors(source.plain(), source)]


FAULTS: dict[str, tuple[str, str]] = {
    "an unknown function": (
        "{GET /a: wbe}",
        "GI303: names the function 'wbe', which is not under `functions`; did you mean 'web'?",
    ),
    "an unknown function, written out": (
        "{GET /a: {function: other}}",
        "GI303: names the function 'other', which is not under `functions`; known: web",
    ),
    "two parameters at a level": (
        "{'GET /a/{id}': web, 'GET /a/{job}/log': web}",
        "GI308: has {job} where 'GET /a/{id}' has {id}; API Gateway takes one path parameter at a "
        "level: use one name",
    ),
    "a parameter beside a greedy one": (
        "{'GET /{id}': web, 'ANY /{proxy+}': web}",
        "GI308: has {proxy+} where 'GET /{id}' has {id}",
    ),
    "greedy parts of two names": (
        "{'GET /{proxy+}': web, 'POST /{rest+}': web}",
        "GI308: has {rest+} where 'GET /{proxy+}' has {proxy+}",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_names_its_rule(case: str) -> None:
    routes, message = FAULTS[case]
    [found] = errors_of(routes)
    assert found.startswith(message)


SOUND = (
    "{'GET /a/{x}': web, 'GET /b/{y}': web, 'GET /a/{x}/{y}': web}",
    "{'GET /a/{x}': web, 'POST /a/{x}': web, 'GET /a/{x}/b': web}",
    "{'GET /a/{x}': web, GET /a/b: web}",
    "{GET /a: {timeout: 5}, GET /b: [web], GET /c: 5, nonsense: web}",
)


@pytest.mark.parametrize("routes", SOUND)
def test_what_is_sound_or_told_by_the_models_is_not_spoken_of(routes: str) -> None:
    assert errors_of(routes) == []


@pytest.mark.parametrize("data", [{}, {"api": None}, {"api": {"routes": ["GET /a"]}}, {"api": 5}])
def test_what_is_no_mapping_of_routes_is_left_to_the_models(data: dict[str, Any]) -> None:
    assert list(route_errors(data, Node({}, Place("f.yaml")))) == []


def test_they_are_told_together_with_errors_of_the_models() -> None:
    text = with_routes("GET /a/{x}", "GET /a/{y}/z").replace("jobs:1", "jobs:1, memory: 64")
    assert len(load_faults(text)) == 2


def test_an_overlay_changes_one_setting_of_a_route() -> None:
    """In the file they merge: a route's short form with the long one too."""
    text = MINIMAL.replace("{GET /jobs: web}", "{GET /jobs: {function: web, timeout: 29}}")
    loaded = load_text(text, overrides=['api.routes["GET /jobs"].description=d'])
    route = loaded.environment.api.routes["GET /jobs"]
    assert (route.timeout, route.description) == (29, "d")

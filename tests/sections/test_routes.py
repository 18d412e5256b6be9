"""Routes: which are sound, how paths nest, which methods reach a path."""

from __future__ import annotations

import pytest

from gateway_infra.sections.routes import (
    METHODS,
    all_paths,
    parent_of,
    reached_methods,
    route_fault,
    split_route,
)

SOUND = [
    *(f"{method} /jobs" for method in METHODS),
    "GET /",
    "ANY /{proxy+}",
    "GET /jobs/{id}",
    "GET /jobs/{id}/results/{result}",
    "GET /jobs/{id}/{rest+}",
    "GET /v1.0/jobs_old/a-b,c:d",
    "GET /Jobs",
    "GET /ping/deep",
    "GET /jobs/ping",
    "POST /{job.id}",
    "GET /ping",
]
FAULTS = {
    "": "must be a method, a space and a path, as in 'GET /jobs'",
    "GET": "must be a method, a space and a path",
    "/jobs": "must be a method, a space and a path",
    "GET\t/jobs": "must be a method, a space and a path",
    "get /jobs": "; write GET",
    "Any /jobs": "; write ANY",
    "FETCH /jobs": "begins with 'FETCH', which is no method (ANY, DELETE, GET, HEAD, OPTIONS,",
    " GET /jobs": "begins with '', which is no method",
    "GET,POST /jobs": "begins with 'GET,POST', which is no method",
    "GET jobs": "has a path without a leading slash; write 'GET /jobs'",
    "GET  /jobs": "; write 'GET /jobs'",
    "GET https://a.b/jobs": "has a path without a leading slash",
    "GET /jobs/": "ends in a slash, which API Gateway drops; write 'GET /jobs'",
    "GET //": "slash",
    "GET /jobs//x": "has two slashes in a row",
    "GET /jobs ": "has the path part 'jobs '",
    "GET /jobs?x=1": "has the path part 'jobs?x=1'",
    "GET /jobs/:id/*": "has ':id', which is literal text here; write '{id}'",
    "GET /jobs/*": "has the path part '*'; write {proxy+} for all the rest of a path",
    "GET /jobs/<id>": "has '<id>', which is of other routers; write '{id}'",
    "GET /jobs/<int:id>": "has '<int:id>', which is of other routers; write '{id}'",
    "GET /jobs/{id:int}": "has '{id:int}', which is of other routers; write '{id}'",
    "GET /jobs/{id:path}/x": "has '{id:path}', which is of other routers; write '{id}'",
    "GET /jobs/:i-d": "has ':i-d', which is literal text here; write '{i-d}'",
    "GET /job%20s": "has the path part 'job%20s'",
    "GET /jöbs": "has the path part 'jöbs'",
    "GET /{a}{b}": "has the path part '{a}{b}'",
    "GET /job-{id}": "has the path part 'job-{id}'",
    "GET /{}": "has the path part '{}'",
    "GET /{+}": "has the path part '{+}'",
    "GET /{id": "has the path part '{id'",
    "GET /{proxy+}/x": "has a greedy part such as {proxy+} before its end",
    "GET /{id}/x/{id}": "names one path parameter twice",
    "GET /{id}/{id+}": "names one path parameter twice",
}


@pytest.mark.parametrize("route", SOUND)
def test_sound_routes(route: str) -> None:
    assert route_fault(route) is None
    assert " ".join(split_route(route)) == route


@pytest.mark.parametrize("route", FAULTS)
def test_what_is_wrong_with_a_route(route: str) -> None:
    fault = route_fault(route)
    assert fault
    assert FAULTS[route] in fault.message
    assert fault.rule in ("GI304", "GI305", "GI306", "GI307")


@pytest.mark.parametrize("route", FAULTS)
def test_a_route_that_a_message_advises_is_sound(route: str) -> None:
    fault = route_fault(route)
    advice = fault.message.partition("write '")[2].rstrip("'") if fault else ""
    if advice.startswith("GET") and "://" not in advice:
        assert advice == "GET " or route_fault(advice) is None


def test_every_path_between_is_a_resource() -> None:
    assert all_paths(["GET /a/{b}/c", "POST /a"]) == {"/", "/a", "/a/{b}", "/a/{b}/c"}
    assert all_paths(["GET /"]) == {"/"}
    assert all_paths([]) == {"/"}


PARENTS = [("/a/{b}/c", "/a/{b}"), ("/a/{b}", "/a"), ("/a", "/"), ("/", "/")]


@pytest.mark.parametrize(("path", "parent"), PARENTS)
def test_the_path_one_level_up(path: str, parent: str) -> None:
    assert parent_of(path) == parent


REACHED: list[tuple[list[str], dict[str, str]]] = [
    (["GET /jobs"], {"/": "OPTIONS", "/jobs": "GET OPTIONS"}),
    (["GET /a/b"], {"/": "OPTIONS", "/a": "OPTIONS", "/a/b": "GET OPTIONS"}),
    (
        ["GET /jobs", "POST /jobs", "DELETE /jobs/{id}"],
        {"/": "OPTIONS", "/jobs": "GET OPTIONS POST", "/jobs/{id}": "DELETE OPTIONS"},
    ),
    (["ANY /"], {"/": "GET OPTIONS POST"}),
    (
        ["DELETE /jobs", "ANY /{proxy+}"],
        {"/": "OPTIONS", "/jobs": "DELETE GET OPTIONS POST", "/{proxy+}": "GET OPTIONS POST"},
    ),
    (
        ["PUT /jobs/{rest+}", "GET /jobs/a/b"],
        {
            "/": "OPTIONS",
            "/jobs": "OPTIONS",
            "/jobs/{rest+}": "OPTIONS PUT",
            "/jobs/a": "OPTIONS PUT",
            "/jobs/a/b": "GET OPTIONS PUT",
        },
    ),
    (
        ["PUT /jobs/{id}", "GET /jobs/new"],
        {
            "/": "OPTIONS",
            "/jobs": "OPTIONS",
            "/jobs/{id}": "OPTIONS PUT",
            "/jobs/new": "GET OPTIONS PUT",
        },
    ),
    (
        ["GET /{a}/x", "PUT /jobs/y", "PATCH /jobs/x"],
        {
            "/": "OPTIONS",
            "/{a}": "OPTIONS",
            "/{a}/x": "GET OPTIONS",
            "/jobs": "OPTIONS",
            "/jobs/x": "GET OPTIONS PATCH",
            "/jobs/y": "OPTIONS PUT",
        },
    ),
]


@pytest.mark.parametrize(("routes", "expected"), REACHED)
def test_the_methods_that_reach_a_path(routes: list[str], expected: dict[str, str]) -> None:
    reached = reached_methods(routes, ("GET", "POST", "OPTIONS"))
    assert {path: " ".join(methods) for path, methods in reached.items()} == expected


def test_what_any_stands_for_is_a_setting() -> None:
    assert reached_methods(["ANY /jobs"], ("PUT",))["/jobs"] == ["OPTIONS", "PUT"]

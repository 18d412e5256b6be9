"""Routes against the API's other settings and their functions': errors and warnings."""

from __future__ import annotations

import pytest

from tests.config.faults import changed, load_faults
from tests.support import load_text

JOB = "  models: {Job: {type: object}}\n"
CACHE = "  stage: {cache: {}}\n"


def environment(route: str, more: str = "", key: str = "GET /jobs") -> str:
    """Return an environment with one route that has these settings."""
    settings = f", {route}" if route else ""
    return changed("{GET /jobs: web}", f"{{{key}: {{function: web{settings}}}}}") + more


def told(text: str) -> list[str]:
    """Return what an environment is warned of, but for its image's tag and bodies of GET."""
    usual = ("is a tag", "are checked on GET too")
    found = [str(problem) for problem in load_text(text).warnings]
    return [line for line in found if not any(text in line for text in usual)]


PLACE = 'api.routes["GET /jobs"]'
ERRORS = [
    (
        environment("request_models: {a/b: Jop}", JOB),
        f"{PLACE}.request_models[\"a/b\"]: names the model 'Jop', which is not under "
        "`api.models`; did you mean 'Job'?",
    ),
    (environment("validate: body"), f"{PLACE}.validate: is body, but no body can be checked"),
    (
        environment("validate: all, request_parameters: {header.A: true}"),
        f"{PLACE}.validate: is all, but no body can be checked without `request_models`",
    ),
    (
        environment("validate: parameters, request_parameters: {header.A: false}"),
        f"{PLACE}.validate: is parameters, but no parameter is required; write true behind one",
    ),
    (
        environment("validate: all, request_models: {a/b: Job}", JOB),
        f"{PLACE}.validate: is all, but no parameter is required",
    ),
    (environment("cache: {}"), f"{PLACE}.cache: needs a cache to keep answers in; write api.stage"),
    (
        environment("cache: {keys: [header.A]}, request_parameters: {header.a: true}", CACHE),
        f"{PLACE}.cache.keys[0]: names 'header.A', which is not under `request_parameters`; did",
    ),
]


@pytest.mark.parametrize(("text", "message"), ERRORS)
def test_what_cannot_work_is_refused(text: str, message: str) -> None:
    [found] = load_faults(text)
    assert message in found


@pytest.mark.parametrize("setting", ["throttling: {rate: 5}", "cache: {}"])
def test_any_takes_no_settings_of_its_own(setting: str) -> None:
    [found] = load_faults(environment(setting, CACHE, "ANY /jobs"))
    name = setting.partition(":")[0]
    assert f'api.routes["ANY /jobs"].{name}: is set on ANY, and what AWS does there' in found


@pytest.mark.parametrize("method", ["POST", "HEAD", "DELETE"])
def test_only_get_is_kept(method: str) -> None:
    [found] = load_faults(environment("cache: {}", CACHE, f"{method} /jobs"))
    assert f".cache: would keep answers to {method} without regard to the body sent" in found


SOUND = [
    environment("validate: none"),
    environment("validate: body, request_models: {a/json: Job}", JOB),
    environment(
        "validate: all, request_models: {a/json: Job}, request_parameters: {header.A: true}", JOB
    ),
    environment("request_models: {a/json: {type: object}}", key="ANY /jobs"),
    environment("timeout: 29", key="ANY /jobs"),
    environment("throttling: {rate: 5000}"),
]


@pytest.mark.parametrize("text", SOUND)
def test_what_works_is_not_spoken_of(text: str) -> None:
    assert [line for line in told(text) if "api.routes" in line or "api.models" in line] == []


WARNINGS = [
    (
        environment("timeout: 40").replace("jobs:1", "jobs:1, timeout: 40"),
        f"{PLACE}.timeout: is 40 s: the account's quota for integration timeouts must allow it",
    ),
    (
        environment("timeout: 20").replace("jobs:1", "jobs:1, timeout: 10"),
        f"{PLACE}.timeout: is 20 s, but functions.web stops after 10 s",
    ),
    (
        environment("validate: none, request_models: {a/json: Job}", JOB),
        f"{PLACE}.validate: is none, so `request_models` only describe the body",
    ),
    (environment("cache: {}", CACHE), f"{PLACE}.cache: gives an answer made for one caller to all"),
    (
        environment(
            "request_models: {a/json: Job}",
            "  models: {Job: {type: object}, Run: {type: object}}\n",
        ),
        "api.models.Run: is used by no route's request_models; name it there, or remove it",
    ),
]


@pytest.mark.parametrize(("text", "message"), WARNINGS)
def test_what_may_surprise_is_told(text: str, message: str) -> None:
    [found] = [line for line in told(text) if "api.routes" in line or "api.models" in line]
    assert message in found


OPEN = "{type: none, reason: a public price list}"


@pytest.mark.parametrize(
    ("api", "route", "warned"),
    [
        ("iam", "", True),
        (OPEN, "", False),
        (OPEN, ", authorization: iam", True),
        ("iam", f", authorization: {OPEN}", False),
    ],
)
def test_a_cache_of_what_callers_sign_for(api: str, route: str, warned: bool) -> None:
    text = changed("authorization: iam", f"authorization: {api}")
    settings = f"{{function: web, cache: {{}}{route}}}"
    found = told(changed("GET /jobs: web", f"GET /jobs: {settings}", text) + CACHE)
    assert bool([line for line in found if "made for one caller" in line]) is warned


@pytest.mark.parametrize("route", ["{a/json: Run}", "{a/json: {allOf: [{$ref: Run}]}}"])
def test_a_model_that_stands_in_another_is_used(route: str) -> None:
    models = "  models: {Job: {type: object}, Run: {items: {$ref: Job}}}\n"
    assert not [
        line for line in told(environment(f"request_models: {route}", models)) if "used" in line
    ]


def test_a_functions_timeout_is_held_against_routes_without_their_own() -> None:
    """Who gave a route a timeout knows that its callers get 504 then."""
    assert [line for line in told(environment("")) if "callers get 504" in line]
    assert not [line for line in told(environment("timeout: 29")) if "callers get 504" in line]


def test_an_overlay_changes_one_setting_of_a_route() -> None:
    """In the file they merge: a route's short form with the long one too."""
    loaded = load_text(
        environment("timeout: 29"), overrides=['api.routes["GET /jobs"].description=d']
    )
    route = loaded.environment.api.routes["GET /jobs"]
    assert (route.timeout, route.description) == (29, "d")


@pytest.mark.parametrize(
    ("method", "validate", "warned"),
    [
        ("GET", "", True),
        ("HEAD", ", validate: body", True),
        ("DELETE", ", validate: body", True),
        ("GET", ", validate: none", False),
        ("POST", "", False),
    ],
)
def test_bodies_of_requests_that_have_none(method: str, validate: str, warned: bool) -> None:
    route = f"request_models: {{application/json: {{type: object}}}}{validate}"
    found = [str(item) for item in load_text(environment(route, key=f"{method} /jobs")).warnings]
    assert any(f"are checked on {method} too" in line for line in found) == warned


def test_models_of_what_is_no_json() -> None:
    models = "{application/xml: {type: object}, application/hal+json: {type: object}}"
    text = environment(f"request_models: {models}", key="POST /jobs")
    [found] = [line for line in told(text) if "request_models" in line]
    assert "application/xml" in found
    assert found.endswith("but API Gateway checks JSON alone")


def test_a_cache_that_no_route_uses() -> None:
    [found] = [line for line in told(environment("", CACHE)) if "cache" in line]
    assert "api.stage.cache: is used by no route, and AWS bills it by the hour" in found

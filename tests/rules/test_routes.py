"""Rules of routes: their names, how they nest, which of them answers."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import OPEN, environment, found, severities
from tests.support import generate_text, of_type

CORS = "cors: {origins: [https://a.b]}"
KEYS = "usage_plan: {keys: [partner]}"
PUBLIC = f"{{function: web, authorization: {OPEN}}}"
PUBLIC_THUMBS = f"{{function: thumbs, authorization: {OPEN}}}"


def paths(count: int) -> str:
    """Return routes that need this many path resources below the root."""
    return "{" + ", ".join(f"GET /p{number}: web" for number in range(count)) + "}"


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI303",
        environment("{GET /jobs: wep}"),
        "api.routes[\"GET /jobs\"]: names the function 'wep', which is not under `functions`; did "
        "you mean 'web'?",
    ),
    (
        "GI303",
        environment("{GET /jobs: {function: other}}"),
        "api.routes[\"GET /jobs\"].function: names the function 'other'",
    ),
    (
        "GI304",
        environment("{get /jobs: web}"),
        "api.routes[\"get /jobs\"]: begins with 'get', which is no method",
    ),
    ("GI304", environment("{GET /jobs/: web}"), 'api.routes["GET /jobs/"]: ends in a slash'),
    (
        "GI305",
        environment("{'GET /jobs/:id': web}"),
        "api.routes[\"GET /jobs/:id\"]: has ':id', which is literal text here; write '{id}'",
    ),
    (
        "GI305",
        environment("{'GET /job-{id}': web}"),
        "api.routes[\"GET /job-{id}\"]: has the path part 'job-{id}'",
    ),
    (
        "GI306",
        environment("{'GET /{proxy+}/x': web}"),
        'api.routes["GET /{proxy+}/x"]: has a greedy part such as {proxy+} before its end',
    ),
    (
        "GI307",
        environment("{'GET /{id}/x/{id}': web}"),
        'api.routes["GET /{id}/x/{id}"]: names one path parameter twice',
    ),
    (
        "GI308",
        environment("{'GET /jobs/{id}': web, 'GET /jobs/{job}/log': web}"),
        "api.routes[\"GET /jobs/{job}/log\"]: has {job} where 'GET /jobs/{id}' has {id}",
    ),
    (
        "GI308",
        environment("{'GET /{id}': web, 'ANY /{proxy+}': web}"),
        "api.routes[\"ANY /{proxy+}\"]: has {proxy+} where 'GET /{id}' has {id}",
    ),
    (
        "GI309",
        environment("{GET /ping: web}"),
        'api.routes["GET /ping"]: is kept by API Gateway for its own health check',
    ),
    (
        "GI309",
        environment("{ANY /sping: web}"),
        'api.routes["ANY /sping"]: is kept by API Gateway for its own health check',
    ),
    (
        "GI310",
        environment(f"{{OPTIONS /jobs: {PUBLIC}}}", CORS),
        'api.routes["OPTIONS /jobs"]: is made by `api.cors` on every path; remove the route',
    ),
    (
        "GI311",
        environment("{OPTIONS /jobs: {function: web, api_key: true}}", KEYS),
        'api.routes["OPTIONS /jobs"]: asks for a signature (iam) and an API key, which browsers '
        "never send with OPTIONS",
    ),
    (
        "GI311",
        environment("{OPTIONS /jobs: {function: web, api_key: true}}", KEYS, authorization=OPEN),
        'api.routes["OPTIONS /jobs"]: asks for an API key, which',
    ),
    (
        "GI312",
        environment("{GET /jobs: web, ANY /jobs: web}"),
        "api.routes[\"GET /jobs\"]: says what 'ANY /jobs' says already; remove it",
    ),
    (
        "GI313",
        environment(f"{{GET /admin: web, 'ANY /{{proxy+}}': {PUBLIC}, ANY /: web}}"),
        'api.routes["GET /admin"]: asks for a signature (iam), but DELETE, HEAD, PATCH, POST, PUT '
        "on this path fall to 'ANY /{proxy+}', which does not and leads to web too; let 'ANY "
        "/admin' take them, and ask as much",
    ),
    (
        "GI313",
        environment(f"{{POST /jobs: web, ANY /jobs: {PUBLIC}}}"),
        'api.routes["POST /jobs"]: asks for a signature (iam), but DELETE, GET, HEAD, PATCH, PUT '
        "on this path fall to 'ANY /jobs', which does not and leads to web too; let it ask as much",
    ),
    (
        "GI313",
        environment("{'GET /a/b': {function: web, api_key: true}, 'POST /a/{id}': web}", KEYS),
        'api.routes["GET /a/b"]: asks for an API key, but POST on this path fall to \'POST '
        "/a/{id}'",
    ),
    (
        "GI314",
        environment("{GET /a: web, GET /b: web, 'ANY /{proxy+}': thumbs, ANY /: web}"),
        'api.routes["ANY /{proxy+}"]: also answers what /a and 1 more path do not declare, and '
        "leads to thumbs, not where those lead",
    ),
    (
        "GI315",
        environment("{'ANY /{proxy+}': web}"),
        'api.routes["ANY /{proxy+}"]: does not match / itself, which no route does: callers get '
        "403 there; add 'ANY /'",
    ),
    (
        "GI315",
        environment("{'GET /{proxy+}': web, 'POST /{proxy+}': web}"),
        'api.routes["GET /{proxy+}"]: does not match / itself',
    ),
    (
        "GI316",
        environment("{'GET /files/{path+}': web}"),
        'api.routes["GET /files/{path+}"]: does not match /files itself, which no route does: '
        "callers get 403 there; add 'GET /files'",
    ),
    (
        "GI317",
        environment("{ANY /: web}"),
        'api.routes["ANY /"]: matches / alone, and no other path has a route: callers get 403 '
        "there; add 'ANY /{proxy+}'",
    ),
    (
        "GI318",
        environment("{GET /Jobs: web, GET /jobs: web}"),
        'api.routes["GET /jobs"]: differs from /Jobs in case alone',
    ),
    (
        "GI319",
        environment(paths(101)),
        "api.routes: make 101 path resources, of which API Gateway creates 5 a second for the "
        "whole account: 21 s at least",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI303", environment()),
    ("GI304", environment("{ANY /: web}")),
    ("GI305", environment("{'GET /v1.0/jobs_old/a-b,c:d': web}")),
    ("GI306", environment("{'GET /x/{proxy+}': web}")),
    ("GI307", environment("{'GET /{id}/x/{job}': web}")),
    ("GI308", environment("{'GET /a/{x}': web, 'GET /b/{y}': web, 'POST /a/{x}': web}")),
    ("GI309", environment("{GET /ping/deep: web, GET /jobs/ping: web, GET /pings: web}")),
    ("GI309", environment("{GET /ping: web}", more="accept: {GI309: it never gets a domain}")),
    ("GI310", environment(f"{{OPTIONS /jobs: {PUBLIC}}}")),
    ("GI310", environment(api=CORS)),
    ("GI311", environment(f"{{OPTIONS /jobs: {PUBLIC}}}")),
    ("GI311", environment("{GET /jobs: web}")),
    ("GI312", environment("{GET /jobs: thumbs, ANY /jobs: web}")),
    ("GI312", environment("{GET /jobs: {function: web, timeout: 5}, ANY /jobs: web}")),
    ("GI312", environment("{GET /jobs: web, ANY /runs: web, 'ANY /{proxy+}': web}")),
    ("GI313", environment("{GET /admin: web, 'ANY /{proxy+}': web, ANY /: web}")),
    ("GI313", environment(f"{{ANY /admin: web, 'ANY /{{proxy+}}': {PUBLIC}}}")),
    ("GI313", environment(f"{{GET /admin: web, 'ANY /{{proxy+}}': {PUBLIC_THUMBS}}}")),
    ("GI313", environment(f"{{GET /admin: web, POST /admin: {PUBLIC}}}")),
    ("GI313", environment(f"{{GET /a: {PUBLIC}, 'ANY /{{proxy+}}': web}}")),
    ("GI313", environment(f"{{'GET /a/b': web, 'ANY /x/{{proxy+}}': {PUBLIC}}}")),
    (
        "GI313",
        environment(
            "{'GET /a/b': {function: web, api_key: true}, "
            "'POST /a/{id}': {function: web, api_key: true}}",
            KEYS,
        ),
    ),
    ("GI314", environment("{GET /a: web, 'ANY /{proxy+}': web, ANY /: thumbs}")),
    ("GI314", environment("{ANY /a: web, 'ANY /{proxy+}': thumbs}")),
    ("GI314", environment("{GET /a: web, POST /a: thumbs, 'ANY /{proxy+}': thumbs}")),
    ("GI315", environment("{'ANY /{proxy+}': web, GET /: web}")),
    ("GI315", environment("{'ANY /files/{proxy+}': web}")),
    ("GI315", environment("{'GET /{id}': web}")),
    ("GI316", environment("{'GET /files/{path+}': web, POST /files: web}")),
    ("GI316", environment("{'ANY /{proxy+}': web}")),
    ("GI317", environment("{ANY /: web, GET /jobs: web}")),
    ("GI317", environment("{GET /: web}")),
    ("GI318", environment("{GET /jobs: web, POST /jobs: web}")),
    ("GI319", environment(paths(100))),
    ("GI319", environment(paths(101), "definition: openapi")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_a_route_that_is_accepted_is_built() -> None:
    """/ping is only lost behind a domain, so that the builders take it."""
    text = environment("{GET /ping: web}", more="accept: {GI309: it never gets a domain}")
    resources = of_type(generate_text(text), "AWS::ApiGateway::Resource")
    assert [body["Properties"]["PathPart"] for body in resources.values()] == ["ping"]


@pytest.mark.parametrize("route", ["GET /a/b", "GET /a/{id}", "GET /a/b/c"])
def test_the_most_specific_route_answers(route: str) -> None:
    """A method that a path lacks falls to the nearest that fits, here the one that asks less."""
    path = route.partition(" ")[2]
    routes = f"{{'{route}': web, 'POST {path}': {PUBLIC}, 'ANY /{{proxy+}}': web, ANY /: web}}"
    assert found("GI313", environment(routes)) == []

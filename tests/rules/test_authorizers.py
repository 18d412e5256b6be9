"""Rules of who may call: authorizers, their pools and functions, and what must be asked for."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import OPEN, environment, found, severities

USERS = "authorizers: {users: {type: cognito, pools: [{parameter: Pool}]}}"
POOL = "authorizers: {users: {type: cognito, pool: {}}}"
SCOPED = (
    "authorizers: {users: {type: cognito, pool: {scopes: {jobs/read: Reads jobs.}, "
    "domain: jobs, callback_urls: [https://a.example/in]}}}"
)
TWO = (
    "authorizers: {users: {type: cognito, pool: {}}, staff: {type: cognito, pool: {}}, "
    "partners: {type: lambda, function: thumbs}}"
)
CORS = "cors: {origins: [https://a.example], headers: [Content-Type]}"


def by_function(more: str = "", function: str = "thumbs") -> str:
    """Return a Lambda authorizer with further settings."""
    return f"authorizers: {{a: {{type: lambda, function: {function}{more}}}}}"


def two_pools(one: str, other: str) -> str:
    """Return two user pools with these domains."""
    more = "scopes: {jobs/read: Reads}, callback_urls: [https://a.example/in]"
    pools = (
        f"{name}: {{type: cognito, pool: {{domain: {domain}, {more}}}}}"
        for name, domain in (("a", one), ("b", other))
    )
    return f"authorizers: {{{', '.join(pools)}}}"


SEVERAL = "{GET /a: web, GET /b: web}"

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI343",
        environment(authorization="cognito"),
        "api.authorization.type: is cognito, and `api.authorizers` has none of that type; write "
        "users: {type: cognito, pool: {}} there",
    ),
    (
        "GI343",
        environment(authorization="lambda", api=USERS),
        "api.authorization.type: is lambda, and `api.authorizers` has none of that type; write "
        "partners: {type: lambda, function: NAME} there",
    ),
    (
        "GI343",
        environment(authorization="{type: cognito, authorizer: user}", api=USERS),
        "api.authorization.authorizer: names the authorizer 'user', which is not under "
        "`api.authorizers`; did you mean 'users'?",
    ),
    (
        "GI343",
        environment(authorization="cognito", api=TWO),
        "api.authorization.type: is cognito, which users and staff are: write {type: cognito, "
        "authorizer: users}",
    ),
    (
        "GI343",
        environment(
            "{GET /a: {function: web, authorization: {type: cognito, authorizer: partners}}}",
            TWO,
        ),
        'api.routes["GET /a"].authorization.authorizer: is cognito, but the authorizer '
        "'partners' is lambda",
    ),
    (
        "GI344",
        environment(authorization="{type: iam, scopes: [jobs/read]}"),
        "api.authorization.scopes: are of access tokens, which iam does not read; remove them",
    ),
    (
        "GI344",
        environment(authorization="{type: lambda, scopes: [jobs/read]}", api=by_function()),
        "api.authorization.scopes: are of access tokens, which lambda does not read",
    ),
    (
        "GI344",
        environment(authorization="{type: iam, authorizer: users}", api=USERS),
        "api.authorization.authorizer: is iam, which no authorizer decides; remove `authorizer`",
    ),
    (
        "GI348",
        environment(api="authorizers: {users: {type: cognito, pool: {}, ttl: 0}}"),
        "api.authorizers.users.ttl: does not go with `type: cognito`; remove it",
    ),
    (
        "GI348",
        environment(api="authorizers: {a: {type: lambda, function: web, pool: {}}}"),
        "api.authorizers.a.pool: does not go with `type: lambda`; remove it",
    ),
    (
        "GI348",
        environment(api=by_function(", kind: request, ttl: 0, pattern: x")),
        "api.authorizers.a.pattern: does not go with `kind: request`; remove it",
    ),
    (
        "GI348",
        environment(api=by_function(", identity_sources: [header.A]")),
        "api.authorizers.a.identity_sources: does not go with `kind: token`; remove it",
    ),
    (
        "GI348",
        environment(api="authorizers: {users: {type: cognito}}"),
        "api.authorizers.users: needs `pools`, user pools that there are, or `pool: {}` to ",
    ),
    (
        "GI348",
        environment(api="authorizers: {a: {type: lambda}}"),
        "api.authorizers.a: needs `function`, one of this file, or `arn`, of one elsewhere",
    ),
    (
        "GI348",
        environment(api=by_function(", arn: {parameter: A}")),
        "api.authorizers.a.arn: has `function` and `arn`; keep either",
    ),
    (
        "GI348",
        environment(api=by_function(", role: {parameter: A}")),
        "api.authorizers.a.role: is for a function elsewhere (`arn`); one of this file",
    ),
    (
        "GI349",
        environment(api=by_function(", kind: request")),
        "api.authorizers.a: keeps decisions for 300 s by nothing that tells requests apart, which",
    ),
    (
        "GI368",
        environment(api=USERS),
        "api.authorizers.users: decides for no route; name it in an `authorization`, or remove it",
    ),
    (
        "GI369",
        environment(authorization="{type: cognito, scopes: [jobs/raed]}", api=SCOPED),
        "api.authorization.scopes[0]: is 'jobs/raed', which no token of the pool 'users' can "
        "carry: write it under api.authorizers.users.pool.scopes; did you mean 'jobs/read'?",
    ),
    (
        "GI369",
        environment(authorization="{type: cognito, scopes: [openid]}", api=POOL),
        "api.authorization.scopes[0]: is 'openid', which no token of the pool 'users' can carry",
    ),
    (
        "GI940",
        environment(authorization=OPEN, api="require_authorization: true"),
        "api.authorization.type: is none, and api.require_authorization is true: write iam",
    ),
    (
        "GI940",
        environment(authorization=OPEN, more="posture: hardened"),
        "api.authorization.type: is none, and api.require_authorization is true (posture hardened)",
    ),
    (
        "GI941",
        environment("{POST /jobs: web}", "require_models: true"),
        'api.routes["POST /jobs"]: takes bodies that nothing describes, and api.require_models is '
        "true: give it",
    ),
    (
        "GI941",
        environment("{ANY /jobs: {function: web, validate: all}}", more="posture: hardened"),
        'api.routes["ANY /jobs"]: takes bodies that nothing describes, and api.require_models is '
        "true (posture hardened): give it",
    ),
    (
        "GI942",
        environment(SEVERAL, by_function(), authorization="lambda"),
        "api.authorizers.a.ttl: keeps a decision for 300 s, and takes it for all that the same "
        "caller asks for (GET /a and 1 more route): let the function return a policy for all of",
    ),
    (
        "GI942",
        environment("{ANY /a: web}", by_function(", ttl: 5"), authorization="lambda"),
        "api.authorizers.a.ttl: keeps a decision for 5 s",
    ),
    (
        "GI942",
        environment(
            SEVERAL,
            by_function(", kind: request, identity_sources: [header.A, context.path]"),
            authorization="lambda",
        ),
        "api.authorizers.a.ttl: keeps a decision for 300 s",
    ),
    (
        "GI943",
        environment(
            api="authorizers: {a: {type: lambda, arn: {parameter: A}}}", authorization="lambda"
        ),
        "api.authorizers.a.arn: is a function whose policy its owner must change",
    ),
    (
        "GI944",
        environment(api=by_function(function="web"), authorization="lambda"),
        "api.authorizers.a.function: is 'web', which GET /jobs leads to as well: one event asks",
    ),
    (
        "GI945",
        environment(api=f"{USERS}\n{CORS}", authorization="cognito"),
        "api.cors.headers: lacks Authorization, which the authorizer 'users' reads for GET /jobs",
    ),
    (
        "GI945",
        environment(
            api=f"{by_function(', kind: request, identity_sources: [header.X-A]')}\n{CORS}",
            authorization="lambda",
        ),
        "api.cors.headers: lacks X-A, which the authorizer 'a' reads for GET /jobs: browsers",
    ),
    (
        "GI946",
        environment(api="authorizers: {u: {type: cognito, pool: {scopes: {jobs/read: Reads}}}}"),
        "api.authorizers.u.pool: has `scopes` without `domain` and `callback_urls`: only users",
    ),
    (
        "GI946",
        environment(api="authorizers: {u: {type: cognito, pool: {domain: jobs}}}"),
        "api.authorizers.u.pool: has `domain` without `scopes` and `callback_urls`",
    ),
    (
        "GI947",
        environment(
            api="authorizers: {u: {type: cognito, pool: {sign_up: true}}}", authorization="cognito"
        ),
        "api.authorizers.u.pool.sign_up: is true, so that whoever has an e-mail address can make",
    ),
    (
        "GI948",
        environment(api=by_function(function="thumb"), authorization="lambda"),
        "api.authorizers.a.function: names the function 'thumb', which is not under `functions`; "
        "did you mean 'thumbs'?",
    ),
    *(
        (
            "GI949",
            environment(api=by_function(f", pattern: '{pattern}'"), authorization="lambda"),
            f"api.authorizers.a.pattern: is '{pattern}', which is no regular expression (",
        )
        for pattern in ("[", "(a", "a)", "*a", "Bearer +(", "a\\")
    ),
    (
        "GI966",
        environment(api=two_pools("jobs", "jobs")),
        "api.authorizers.b.pool.domain: is 'jobs', as that of 'a' is, and a region has each but "
        "once; write another",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI343", environment(authorization="cognito", api=USERS)),
    ("GI343", environment(authorization="{type: cognito, authorizer: staff}", api=TWO)),
    ("GI343", environment(authorization="lambda", api=TWO)),
    ("GI344", environment(authorization="{type: cognito, scopes: [jobs/read]}", api=USERS)),
    ("GI348", environment(api="authorizers: {a: {type: lambda, arn: {parameter: A}}}")),
    ("GI348", environment(api=POOL)),
    ("GI349", environment(api=by_function(", kind: request, ttl: 0"))),
    ("GI349", environment(api=by_function(", kind: request, identity_sources: [header.A]"))),
    ("GI368", environment(authorization="cognito", api=USERS)),
    ("GI368", environment("{GET /a: {function: web, authorization: cognito}}", USERS)),
    ("GI369", environment(authorization="{type: cognito, scopes: [jobs/read]}", api=SCOPED)),
    ("GI369", environment(authorization="{type: cognito, scopes: [openid]}", api=SCOPED)),
    ("GI369", environment(authorization="{type: cognito, scopes: [any]}", api=USERS)),
    (
        "GI369",
        environment(
            authorization="{type: cognito, scopes: [aws.cognito.signin.user.admin]}", api=POOL
        ),
    ),
    ("GI940", environment(authorization=OPEN)),
    ("GI940", environment(api="require_authorization: true")),
    (
        "GI940",
        environment(
            f"{{GET /health: {{function: web, authorization: {OPEN}}}}}",
            more="posture: hardened",
        ),
    ),
    (
        "GI940",
        environment(
            authorization=OPEN, api="require_authorization: false", more="posture: hardened"
        ),
    ),
    ("GI941", environment("{POST /jobs: web}")),
    ("GI941", environment("{GET /jobs: web, DELETE /jobs: web}", "require_models: true")),
    ("GI941", environment("{PUT /jobs: {function: web, validate: none}}", "require_models: true")),
    (
        "GI941",
        environment(
            "{POST /jobs: {function: web, request_models: {application/json: {type: object}}}}",
            "require_models: true",
        ),
    ),
    ("GI942", environment(api=by_function(), authorization="lambda")),
    ("GI942", environment(SEVERAL, by_function(", ttl: 0"), authorization="lambda")),
    ("GI942", environment(SEVERAL, USERS, authorization="cognito")),
    (
        "GI942",
        environment(
            SEVERAL,
            by_function(
                ", kind: request, identity_sources: [header.A, context.path, context.httpMethod]"
            ),
            authorization="lambda",
        ),
    ),
    (
        "GI943",
        environment(
            api="authorizers: {a: {type: lambda, arn: {parameter: A}, role: {parameter: B}}}",
            authorization="lambda",
        ),
    ),
    ("GI943", environment(api=by_function(), authorization="lambda")),
    ("GI944", environment(api=by_function(), authorization="lambda")),
    ("GI945", environment(api=USERS, authorization="cognito")),
    (
        "GI945",
        environment(api=f"{USERS}\ncors: {{origins: [https://a.b]}}", authorization="cognito"),
    ),
    ("GI945", environment(api=f"{USERS}\n{CORS}")),
    ("GI946", environment(api=SCOPED)),
    ("GI947", environment(api=POOL)),
    ("GI948", environment(api=by_function())),
    # Java reads some of these, and Python does not.
    *(
        (
            "GI949",
            environment(api=by_function(f", pattern: '{pattern}'"), authorization="lambda"),
        )
        for pattern in ("[A-Za-z0-9._-]+", "a++", "(?>a)b", "[a-z&&[^b]]+", r"\Q[\E.*", r"\p{L}+")
    ),
    ("GI966", environment(api=two_pools("jobs", "staff"))),
    # Rules of older groups, as authorizers change them.
    ("GI202", environment("{GET /jobs: web}", by_function(), authorization="lambda")),
    (
        "GI342",
        environment(
            "{GET /a: {function: web, api_key: true}}",
            f"{USERS}\nusage_plan: {{keys: [partner]}}",
            authorization="cognito",
        ),
    ),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    if rule == "GI202":
        assert not [line for line in found(rule, text) if "thumbs" in line]
        return
    assert found(rule, text) == []


def test_an_authorizers_function_answers_while_the_gateway_waits() -> None:
    api = by_function()
    text = environment(api=api, authorization="lambda").replace(
        "{image: {parameter: Thumbs}, timeout: 29}", "{image: {parameter: Thumbs}, timeout: 30}"
    )
    [line] = found("GI201", text)
    assert line.startswith(
        "functions.thumbs.timeout: is 30 s, but the gateway waits 29 s at most for an authorizer, "
    )
    assert found("GI201", environment(api=api, authorization="lambda")) == []
    assert found("GI201", text.replace(", function: thumbs", ", arn: {parameter: A}")) == []


def test_an_answer_for_one_user_is_kept_for_all() -> None:
    """Who calls is no part of the cache's key, whichever way callers are asked."""
    routes = "{GET /jobs: {function: web, cache: {}}}"
    api = f"{USERS}\nstage: {{cache: {{}}}}"
    [line] = found("GI535", environment(routes, api, authorization="cognito"))
    assert "gives an answer made for one caller to all others" in line

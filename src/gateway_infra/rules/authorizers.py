"""Rules of who may call: authorizers, their pools and functions, and what must be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.cors import SENT_ANYWAY, missing_headers
from gateway_infra.rules.environment_queries import by_posture
from gateway_infra.rules.route_queries import GUIDE, and_more, at_route
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.api import ApiSection
from gateway_infra.sections.authorizers import AuthorizerConfig, chosen
from gateway_infra.sections.route import Authorization
from gateway_infra.sections.routes import split_route

_AUTHORIZERS: KeyPath = ("api", "authorizers")
_AUTHORIZATION: KeyPath = ("api", "authorization")
_LAMBDA = f"{GUIDE}apigateway-use-lambda-authorizer.html"
WITH_BODIES = ("ANY", "PATCH", "POST", "PUT")
"""Methods whose requests have a body."""

SIGN_IN = "aws.cognito.signin.user.admin"
"""The scope, and the only one, of access tokens that users get by SRP.
https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html"""

STANDARD = ("openid", "email", "profile")
"""Scopes that the app client of a pool with sign-in pages may have beside the pool's own."""

_PATHS = ("context.path", "context.resourcePath")
_METHOD = "context.httpMethod"


def _choices(api: ApiSection) -> Iterator[tuple[KeyPath, Authorization]]:
    """Yield each authorization that is written, with its place."""
    yield _AUTHORIZATION, api.authorization
    for key, route in api.routes.items():
        if route.authorization is not None:
            yield at_route(key, "authorization"), route.authorization


def _name(authorization: Authorization, api: ApiSection) -> str | None:
    types = {name: item.type for name, item in api.authorizers.items()}
    return chosen(authorization.type, authorization.authorizer, types).name


def guarded(api: ApiSection) -> dict[str, list[str]]:
    """Return the routes for which each authorizer decides."""
    routes: dict[str, list[str]] = {name: [] for name in api.authorizers}
    for key, route in api.routes.items():
        name = _name(route.authorization or api.authorization, api)
        if name is not None:
            routes[name].append(key)
    return routes


def _unknown(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    types = {name: item.type for name, item in api.authorizers.items()}
    for path, authorization in _choices(api):
        fault = chosen(authorization.type, authorization.authorizer, types).fault
        if fault:
            at = "authorizer" if authorization.authorizer is not None else "type"
            yield Diagnostic((*path, at), fault)


def _no_function(subject: Subject) -> Iterator[Diagnostic]:
    functions = subject.environment.functions
    for name, item in subject.environment.api.authorizers.items():
        if item.function is not None and item.function not in functions:
            message = f"names the function '{item.function}', which is not under `functions`"
            hint = did_you_mean(item.function, functions)
            yield Diagnostic((*_AUTHORIZERS, name, "function"), f"{message}{hint}")


def _unused(subject: Subject) -> Iterator[Diagnostic]:
    for name, routes in guarded(subject.environment.api).items():
        if not routes:
            message = "decides for no route; name it in an `authorization`, or remove it"
            yield Diagnostic((*_AUTHORIZERS, name), message)


def _scopes(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for path, authorization in _choices(api):
        name = _name(authorization, api)
        pool = api.authorizers[name].pool if name is not None else None
        if pool is None:
            continue
        known = [SIGN_IN, *(STANDARD if pool.scopes else ()), *pool.scopes]
        for position, scope in enumerate(authorization.scopes):
            if scope not in known:
                message = f"is '{scope}', which no token of the pool '{name}' can carry: "
                message += f"write it under api.authorizers.{name}.pool.scopes"
                hint = did_you_mean(scope, pool.scopes) if pool.scopes else ""
                yield Diagnostic((*path, "scopes", position), f"{message}{hint}")


def _open(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.require_authorization and api.authorization.type == "none":
        chosen = by_posture(subject, ("api", "require_authorization"))
        message = f"is none, and api.require_authorization is true{chosen}: write iam, cognito or "
        message += "lambda, and none, with its reason, for the routes that anyone may call"
        yield Diagnostic((*_AUTHORIZATION, "type"), message)


def _unmodeled(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if not api.require_models:
        return
    chosen = by_posture(subject, ("api", "require_models"))
    for key, route in api.routes.items():
        unsaid = not route.request_models and route.validation != "none"
        if split_route(key)[0] in WITH_BODIES and unsaid:
            message = f"takes bodies that nothing describes, and api.require_models is true{chosen}"
            yield Diagnostic(
                at_route(key), f"{message}: give it request_models, or say validate: none"
            )


def _kept_for_all(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for name, routes in guarded(api).items():
        item = api.authorizers[name]
        sources = item.identity_sources
        by_route = _METHOD in sources and any(path in sources for path in _PATHS)
        if item.type != "lambda" or not item.seconds_kept or by_route:
            continue
        several = len(routes) > 1 or any(
            split_route(key)[0] == "ANY" or key.endswith("+}") for key in routes
        )
        if several:
            message = (
                f"keeps a decision for {item.seconds_kept} s, and takes it for all that the same "
            )
            message += f"caller asks for ({and_more(routes, 'route')}): let the function return a "
            message += "policy for all of the API, not for event.methodArn alone; or write ttl: 0, "
            message += f"or kind: request with {_METHOD} and {_PATHS[0]} among identity_sources"
            yield Diagnostic((*_AUTHORIZERS, name, "ttl"), message)


def _elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    for name, item in subject.environment.api.authorizers.items():
        if item.arn is not None and item.role is None:
            message = "is a function whose policy its owner must change: lambda:InvokeFunction for "
            message += "apigateway.amazonaws.com, with SourceArn arn:aws:execute-api:REGION:"
            message += "ACCOUNT:API/authorizers/*; without it callers get 500; or write `role`"
            yield Diagnostic((*_AUTHORIZERS, name, "arn"), message)


def _also_called(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for name, item in api.authorizers.items():
        routes = [key for key, route in api.routes.items() if route.function == item.function]
        if item.function is not None and routes:
            message = f"is '{item.function}', which {and_more(routes, 'route', 'leads', 'lead')} "
            message += "to as well: one event asks it to decide, the next to answer, and a fault "
            yield Diagnostic(
                (*_AUTHORIZERS, name, "function"), f"{message}in telling them apart lets callers in"
            )


def _header_of_browsers(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.cors is None:
        return
    for name, routes in guarded(api).items():
        headers = [
            item for item in _headers(api.authorizers[name]) if item.lower() not in SENT_ANYWAY
        ]
        missing = missing_headers(api.cors, tuple(headers))
        if routes and missing:
            message = f"lacks {', '.join(missing)}, which the authorizer '{name}' reads for "
            message += f"{and_more(routes, 'route')}: browsers would not send it; add it"
            yield Diagnostic(("api", "cors", "headers"), message)


def _headers(item: AuthorizerConfig) -> list[str]:
    if not item.of_request:
        return [item.token_header]
    return [
        source.removeprefix("header.")
        for source in item.identity_sources
        if source.startswith("header.")
    ]


def _anyone_signs_up(subject: Subject) -> Iterator[Diagnostic]:
    for name, item in subject.environment.api.authorizers.items():
        if item.pool is not None and item.pool.sign_up:
            message = "is true, so that whoever has an e-mail address can make a user, and call; "
            message += "let the application check what each user may do"
            yield Diagnostic((*_AUTHORIZERS, name, "pool", "sign_up"), message)


def _one_domain(subject: Subject) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for name, item in subject.environment.api.authorizers.items():
        domain = item.pool.domain if item.pool is not None else None
        if domain is not None and first.setdefault(domain, name) != name:
            message = f"is '{domain}', as that of '{first[domain]}' is, and a region has each but "
            yield Diagnostic(
                (*_AUTHORIZERS, name, "pool", "domain"), f"{message}once; write another"
            )


RULES = (
    Rule.error(
        "GI343",
        "An authorizer that is not there",
        "With cognito and lambda an authorizer decides; a method is refused that names none.",
        "Write it under api.authorizers, or correct the name; where there are several of a type, "
        "name one: {type: cognito, authorizer: users}.",
        _LAMBDA,
        check=_unknown,
    ),
    Rule.warning(
        "GI368",
        "An authorizer that decides for no route",
        "It is made, and asked by nobody; mostly a route was meant to have it.",
        "Name it in an authorization, or remove it.",
        _LAMBDA,
        check=_unused,
    ),
    Rule.error(
        "GI369",
        "A scope that no token of the pool can carry",
        "A pool gives the scopes of its resource servers to users who sign in on its own pages; "
        f"tokens that they get by SRP carry {SIGN_IN} alone. Every caller would be refused.",
        "Write the scope under the pool's scopes, or correct it.",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/"
        "cognito-user-pools-define-resource-servers.html",
        check=_scopes,
    ),
    Rule.error(
        "GI940",
        "The API is open, and must not be",
        "With api.require_authorization callers are asked who they are, unless a route says "
        "why not; posture hardened sets it.",
        "Write iam, cognito or lambda for the API, and {type: none, reason: …} for single routes.",
        f"{GUIDE}apigateway-control-access-to-api.html",
        check=_open,
    ),
    Rule.error(
        "GI941",
        "Bodies that nothing describes",
        "With api.require_models the gateway checks bodies before a function is called; "
        "posture hardened sets it.",
        "Give the route request_models, or say validate: none.",
        f"{GUIDE}api-gateway-method-request-validation.html",
        check=_unmodeled,
        acceptable=True,
    ),
    Rule.advice(
        "GI942",
        "One kept decision for several routes",
        "API Gateway keeps the policy that the function returns, by the token or the identity "
        "sources, for all methods of the stage. A policy for event.methodArn alone then refuses "
        "the caller's next request to another route, and one with wildcards lets it in unasked.",
        "Return a policy that is right for all of the API, or write ttl: 0, or make method and "
        "path identity sources.",
        f"{GUIDE}configure-api-gateway-lambda-authorization.html",
        check=_kept_for_all,
    ),
    Rule.advice(
        "GI943",
        "An authorizer's function that must be opened by its owner",
        "API Gateway calls a function of another template only where the function's own policy "
        "lets it, or by a role that may call it. The API's id is known after the first deploy.",
        "Have its owner add the permission, or write `role`.",
        f"{GUIDE}apigateway-lambda-authorizer-cross-account-lambda-authorizer.html",
        check=_elsewhere,
    ),
    Rule.warning(
        "GI944",
        "A function that decides about its own callers",
        "An authorizer gets another event, and its answer is a policy. Code that does both must "
        "tell the events apart, by what callers may have a say in.",
        "Give the authorizer a function of its own.",
        f"{GUIDE}api-gateway-lambda-authorizer-input.html",
        check=_also_called,
    ),
    Rule.warning(
        "GI945",
        "Browsers may not send what an authorizer reads",
        "A browser sends a header of a script's own only where the preflight's answer lists it; "
        "without the token every call is refused.",
        "Add the header to api.cors.headers.",
        f"{GUIDE}how-to-cors.html",
        check=_header_of_browsers,
    ),
    Rule.advice(
        "GI947",
        "Anyone may become a user",
        "Where anyone may sign up, a token says that somebody has an e-mail address, and no more.",
        "Let the application check what each user may do, or remove sign_up.",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html",
        check=_anyone_signs_up,
    ),
    Rule.error(
        "GI948",
        "An authorizer's function that is not in the file",
        "API Gateway would be told to call what is not there.",
        "Write the function under functions, or correct the name; one elsewhere goes under arn.",
        _LAMBDA,
        check=_no_function,
    ),
    Rule.error(
        "GI966",
        "Two user pools with one domain",
        "The domain is the beginning of a host's name, which a region has once; the second pool's "
        "is refused when the stack is deployed.",
        "Give each pool a domain of its own.",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/"
        "cognito-user-pools-assign-domain-prefix.html",
        check=_one_domain,
    ),
)

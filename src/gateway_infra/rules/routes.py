"""Rules of routes: their names, how they nest, which of them answers."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, and_more, at_route, signed
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.api import ApiSection
from gateway_infra.sections.routes import all_paths, answering, parent_of, split_route

RESERVED = ("/ping", "/sping")
MANY_PATHS = 100
CREATED_A_SECOND = 5
"""CreateResource calls of an account:
https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html"""

_RESPONSES = f"{GUIDE}supported-gateway-response-types.html"
_MEASURED = "https://github.com/floci-io/floci/pull/3399"


def _reserved(subject: Subject) -> Iterator[Diagnostic]:
    for key in subject.environment.api.routes:
        if split_route(key)[1] in RESERVED:
            message = "is kept by API Gateway for its own health check; choose another path"
            yield Diagnostic(at_route(key), message)


def _options_beside_cors(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for key in api.routes if api.cors is not None else ():
        if split_route(key)[0] == "OPTIONS":
            message = "is made by `api.cors` on every path; remove the route, or `api.cors`"
            yield Diagnostic(at_route(key), message)


def _options_that_ask(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for key, route in api.routes.items():
        if split_route(key)[0] != "OPTIONS":
            continue
        asked = ["a signature (iam)"] if signed(route, api) else []
        asked += ["an API key"] if route.api_key else []
        if asked:
            message = f"asks for {' and '.join(asked)}, which browsers never send with OPTIONS; "
            message += "write {type: none, reason: …} and no api_key, or use api.cors"
            yield Diagnostic(at_route(key), message)


def _doubled_by_any(subject: Subject) -> Iterator[Diagnostic]:
    routes = subject.environment.api.routes
    for key, route in routes.items():
        method, path = split_route(key)
        if method != "ANY" and routes.get(f"ANY {path}") == route:
            message = f"says what 'ANY {path}' says already; remove it, or say what differs"
            yield Diagnostic(at_route(key), message)


def _asks_for_less(weaker: str, key: str, api: ApiSection) -> list[str]:
    """Return what the route `key` asks callers for and `weaker` does not."""
    route, other = api.routes[key], api.routes[weaker]
    lacks = ["a signature (iam)"] if signed(route, api) and not signed(other, api) else []
    return lacks + (["an API key"] if route.api_key and not other.api_key else [])


def _fall_through_to_less(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    answers = answering(api.routes)
    for key, route in api.routes.items():
        path = split_route(key)[1]
        open_methods: dict[str, list[str]] = {}
        for method, other in answers[path].items():
            declared = other == f"{method} {path}"
            same = api.routes[other].function == route.function
            if same and not declared and _asks_for_less(other, key, api):
                open_methods.setdefault(other, []).append(method)
        for other, methods in open_methods.items():
            lacks = " and ".join(_asks_for_less(other, key, api))
            message = f"asks for {lacks}, but {', '.join(methods)} on this path fall to '{other}', "
            message += f"which does not and leads to {route.function} too; let "
            same = split_route(other)[1] == path
            message += "it ask as much" if same else f"'ANY {path}' take them, and ask as much"
            yield Diagnostic(at_route(key), message)


def _fall_through_elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    taken: dict[str, list[str]] = {}
    for path, methods in answering(api.routes).items():
        own = {api.routes[key].function for key in methods.values() if split_route(key)[1] == path}
        for key in sorted(set(methods.values())):
            if split_route(key)[1] != path and own and api.routes[key].function not in own:
                taken.setdefault(key, []).append(path)
    for key, paths in taken.items():
        undeclared = and_more(paths, "path", "does not", "do not")
        message = f"also answers what {undeclared} declare, and "
        message += f"leads to {api.routes[key].function}, not where those lead; write ANY there if "
        yield Diagnostic(at_route(key), f"{message}it should not")


def _without_its_parent(subject: Subject, *, root: bool) -> Iterator[Diagnostic]:
    """Yield greedy routes whose parent has none; those of the root, or all others."""
    routes = subject.environment.api.routes
    routed = {split_route(key)[1] for key in routes}
    told: set[str] = set()
    for key in routes:
        method, path = split_route(key)
        parent = parent_of(path)
        if path.endswith("+}") and parent not in routed | told and (parent == "/") == root:
            told.add(parent)
            message = f"does not match {parent} itself, which no route does: callers get 403 "
            yield Diagnostic(at_route(key), f"{message}there; add '{method} {parent}'")


def _root_not_routed(subject: Subject) -> Iterator[Diagnostic]:
    yield from _without_its_parent(subject, root=True)


def _parent_not_routed(subject: Subject) -> Iterator[Diagnostic]:
    yield from _without_its_parent(subject, root=False)


def _root_alone(subject: Subject) -> Iterator[Diagnostic]:
    routes = subject.environment.api.routes
    key = "ANY /"
    if key in routes and all_paths(routes) == {"/"}:
        message = "matches / alone, and no other path has a route: callers get 403 there; add "
        yield Diagnostic(
            at_route(key), f"{message}'ANY /{{proxy+}}' if the function answers those too"
        )


def _case_alone(subject: Subject) -> Iterator[Diagnostic]:
    seen: dict[str, str] = {}
    for key in subject.environment.api.routes:
        path = split_route(key)[1]
        other = seen.setdefault(path.lower(), path)
        if other != path:
            message = f"differs from {other} in case alone, and API Gateway tells them apart; "
            yield Diagnostic(at_route(key), f"{message}keep one spelling")


def _made_one_by_one(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    count = len(all_paths(api.routes)) - 1
    if api.definition == "resources" and count > MANY_PATHS:
        message = f"make {count} path resources, of which API Gateway creates {CREATED_A_SECOND} a "
        message += f"second for the whole account: {-(-count // CREATED_A_SECOND)} s at least, and "
        message += "429s that CloudFormation retries; write api.definition: openapi, which makes "
        yield Diagnostic(("api", "routes"), f"{message}one of all, or let /{{proxy+}} take some")


RULES = (
    Rule.error(
        "GI309",
        "A path that API Gateway keeps for its own health check",
        "/ping and /sping never reach the function where the API has a domain of its own; AWS says "
        "so of these two paths alone, and at the root alone.",
        "Choose another path, such as /health; accept it where the API never gets a domain.",
        f"{GUIDE}api-gateway-known-issues.html",
        check=_reserved,
        acceptable=True,
    ),
    Rule.error(
        "GI310",
        "OPTIONS written by hand where CORS makes it",
        "A path has one OPTIONS method: `api.cors` makes it, without calling a function.",
        "Remove the route, or `api.cors`.",
        f"{GUIDE}how-to-cors.html",
        check=_options_beside_cors,
    ),
    Rule.warning(
        "GI311",
        "OPTIONS that no browser may call",
        "A browser asks OPTIONS before the real request, without credentials, signature or key. "
        "Where the method wants one, the answer is 403 and the real request is never sent.",
        "Open the route to all, or let `api.cors` answer.",
        "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
        check=_options_that_ask,
    ),
    Rule.advice(
        "GI312",
        "A method beside ANY that says the same",
        "ANY stands for all methods that the path does not name; one that says the same is one "
        "more resource of the stack, and reads as if it differed.",
        "Remove it.",
        f"{GUIDE}api-gateway-method-settings-method-request.html",
        check=_doubled_by_any,
    ),
    Rule.warning(
        "GI313",
        "Methods that fall through to a route which asks for less",
        "API Gateway looks for path and method together: a method that a path does not declare "
        "goes to ANY, a path parameter or a greedy part that fits as well. So the same function is "
        "reached on the same path without what the route asks for. No page of AWS says so; it was "
        "measured on AWS.",
        "Declare ANY on the path with the same settings, or let the other route ask for as much.",
        _MEASURED,
        check=_fall_through_to_less,
    ),
    Rule.advice(
        "GI314",
        "Methods that fall through to another function",
        "A method that a path does not declare goes to a path parameter or a greedy part that fits "
        "as well, and so does a route that is removed. No page of AWS says so; it was measured.",
        "Where that is not meant, declare ANY on the path.",
        _MEASURED,
        check=_fall_through_elsewhere,
    ),
    Rule.warning(
        "GI315",
        "/{proxy+} without /",
        "{proxy+} takes one part or more, so it does not match the root: callers of / get 403 with "
        "'Missing Authentication Token'.",
        "Add a route for /, as in ANY /.",
        _RESPONSES,
        check=_root_not_routed,
    ),
    Rule.advice(
        "GI316",
        "A greedy route without the path above it",
        "/files/{path+} does not match /files, for which callers get 403 with 'Missing "
        "Authentication Token'.",
        "Add a route for the path itself where callers use it.",
        _RESPONSES,
        check=_parent_not_routed,
    ),
    Rule.warning(
        "GI317",
        "Nothing but the root has a route",
        "A route for / matches no path below it: of an application with paths of its own, callers "
        "see the front page alone, and 403 elsewhere.",
        "Add /{proxy+}.",
        _RESPONSES,
        check=_root_alone,
    ),
    Rule.advice(
        "GI318",
        "Paths that differ in case alone",
        "Paths are compared with their case, so the two are separate routes, which people and "
        "clients mix up.",
        "Keep one spelling.",
        "https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.1",
        check=_case_alone,
    ),
    Rule.advice(
        "GI319",
        "So many paths that the control plane is the limit",
        "API Gateway takes 5 CreateResource calls a second and 10 calls in all, for all stacks of "
        "the account and region together; that cannot be raised. Deploys beside it wait too.",
        "Write api.definition: openapi, or let a greedy route take paths of one function.",
        f"{GUIDE}limits.html",
        check=_made_one_by_one,
    ),
)

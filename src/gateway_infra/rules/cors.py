"""Rules of CORS: which browser origins may call, and what they need for it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, and_more, signed
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.cors import CorsConfig
from gateway_infra.sections.routes import split_route

CHROMIUM_SECONDS = 7200
FIREFOX_SECONDS = 86400
"""How long browsers keep a preflight's answer at most (see `_MAX_AGE`)."""

SENT_ANYWAY = frozenset(
    ("accept", "accept-language", "content-language", "host", "origin", "range", "referer")
)
"""Headers that a browser sends without asking first, and that scripts may not set.
https://developer.mozilla.org/en-US/docs/Glossary/CORS-safelisted_request_header
https://developer.mozilla.org/en-US/docs/Glossary/Forbidden_request_header"""

SAFE_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""Content types that a browser sends without asking first."""

SIGNATURE = ("Authorization", "X-Amz-Date", "X-Amz-Security-Token")
"""Headers of a signed request, the last with temporary credentials:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html"""

_CORS = f"{GUIDE}how-to-cors.html"
_MDN = "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/"
_MAX_AGE = f"{_MDN}Access-Control-Max-Age"
_ALLOW_HEADERS = f"{_MDN}Access-Control-Allow-Headers"
_HEADERS = ("api", "cors", "headers")


def _origins(subject: Subject) -> Iterator[tuple[int, str]]:
    """Yield the origins of a production environment with their positions."""
    cors = subject.environment.api.cors
    if cors is not None and subject.environment.tier == "prod":
        yield from enumerate(cors.origins)


def _host(origin: str) -> str:
    return origin.partition("://")[2].partition(":")[0]


def _on_this_machine(origin: str) -> bool:
    """Whether an origin is of a developer's own machine.

    https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
    """
    host = _host(origin)
    return host == "localhost" or host.endswith(".localhost") or host.startswith("127.")


def _all_origins(subject: Subject) -> Iterator[Diagnostic]:
    for position, origin in _origins(subject):
        if origin == "*":
            message = "lets the pages of every site call in production; list the origins that may"
            yield Diagnostic(("api", "cors", "origins", position), message)


def _unencrypted(subject: Subject) -> Iterator[Diagnostic]:
    for position, origin in _origins(subject):
        if origin.startswith("http://") and not _on_this_machine(origin):
            message = f"is '{origin}', whose pages anyone on the way can change, in production; "
            message += f"serve them by https, and write https://{_host(origin)}"
            yield Diagnostic(("api", "cors", "origins", position), message)


def _developers(subject: Subject) -> Iterator[Diagnostic]:
    for position, origin in _origins(subject):
        if _on_this_machine(origin):
            message = f"is '{origin}', so that whatever runs on a visitor's own machine may call "
            message += "production; list it in dev alone"
            yield Diagnostic(("api", "cors", "origins", position), message)


def missing_headers(cors: CorsConfig, names: tuple[str, ...]) -> list[str]:
    """Return those of `names` that browsers may not send; ``*`` is not Authorization."""
    listed = {header.lower() for header in cors.headers}
    everything = "*" in listed and not cors.credentials
    return [
        name
        for name in names
        if name.lower() not in listed and not (everything and name != "Authorization")
    ]


def _key_header(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    asking = [key for key, route in api.routes.items() if route.api_key]
    if api.cors is not None and asking and missing_headers(api.cors, ("X-Api-Key",)):
        message = f"lacks X-Api-Key, which {and_more(asking, 'route', 'asks', 'ask')} for: "
        yield Diagnostic(_HEADERS, f"{message}browsers would not send it; add it")


def _signature_headers(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.cors is None or not any(signed(route, api) for route in api.routes.values()):
        return
    missing = missing_headers(api.cors, SIGNATURE)
    if missing:
        message = f"lacks {', '.join(missing)}, which browsers send when they sign"
        if missing == ["X-Amz-Security-Token"]:
            message += " with temporary credentials"
        yield Diagnostic(_HEADERS, f"{message} (authorization: iam)")


def _required_headers(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.cors is None:
        return
    needed: dict[str, list[str]] = {}
    for key, route in api.routes.items():
        for parameter, required in route.request_parameters.items():
            place, _, name = parameter.partition(".")
            if place == "header" and required and name.lower() not in SENT_ANYWAY:
                needed.setdefault(name, []).append(key)
    for name, keys in needed.items():
        if missing_headers(api.cors, (name,)):
            message = f"lacks {name}, which {and_more(keys, 'route', 'requires', 'require')}: "
            yield Diagnostic(_HEADERS, f"{message}browsers would not send it, and get 400; add it")


def _content_type(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.cors is None or not missing_headers(api.cors, ("Content-Type",)):
        return
    for key, route in api.routes.items():
        typed = [item for item in route.request_models if item not in (*SAFE_TYPES, "$default")]
        if typed:
            message = f"lacks Content-Type, with which browsers send {typed[0]} to {key}; add it"
            yield Diagnostic(_HEADERS, message)
            return


def _star_header(subject: Subject) -> Iterator[Diagnostic]:
    cors = subject.environment.api.cors
    if cors is not None and "*" in cors.headers:
        path = (*_HEADERS, cors.headers.index("*"))
        listed = "authorization" in map(str.lower, cors.headers)
        if cors.credentials:
            message = "is '*', which with credentials is a header of that name and no wildcard; "
            yield Diagnostic(path, f"{message}list the headers")
        elif not listed:
            message = "is '*', which stands for all headers but Authorization; list that beside it"
            yield Diagnostic(path, message)


def _kept_long(subject: Subject) -> Iterator[Diagnostic]:
    cors = subject.environment.api.cors
    if cors is not None and cors.max_age > CHROMIUM_SECONDS:
        message = f"is {cors.max_age} s, of which Chrome and Edge keep {CHROMIUM_SECONDS} (Firefox "
        yield Diagnostic(("api", "cors", "max_age"), f"{message}up to {FIREFOX_SECONDS})")


def _methods_of_nothing(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.cors is None or "methods" not in api.cors.model_fields_set:
        return
    if not any(split_route(key)[0] == "ANY" for key in api.routes):
        message = "says what ANY stands for, and no route is ANY: browsers may call the methods "
        yield Diagnostic(("api", "cors", "methods"), f"{message}that each path has; remove it")


def _methods_not_allowed(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    wide = [key for key in api.routes if split_route(key)[0] == "ANY"]
    if api.cors is None or not wide:
        return
    used = {split_route(key)[0] for key in api.routes} - {"ANY", "HEAD", "OPTIONS"}
    missing_headers = sorted(used - set(api.cors.methods))
    if missing_headers:
        message = f"lacks {', '.join(missing_headers)}, which routes of this API have: browsers "
        message += f"may not send that to {and_more(wide, 'route')}; add what they should"
        yield Diagnostic(("api", "cors", "methods"), message)


RULES = (
    Rule.warning(
        "GI407",
        "Every site may call production",
        "With '*', a script on any page that a user visits may call the API and read what it "
        "answers, from the user's own network.",
        "List the origins that may.",
        _CORS,
        check=_all_origins,
    ),
    Rule.warning(
        "GI408",
        "An unencrypted origin in production",
        "Whoever is on the way between a user and a page without TLS can put a script into it, "
        "which then calls the API with that origin.",
        "Serve the pages by https, and list that origin.",
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
        check=_unencrypted,
    ),
    Rule.warning(
        "GI409",
        "A developer's machine may call production",
        "localhost is every machine: any program that serves pages there, on any visitor's "
        "machine, has that origin.",
        "List it in dev alone.",
        "https://w3c.github.io/webappsec-secure-contexts/#localhost",
        check=_developers,
    ),
    Rule.warning(
        "GI410",
        "Browsers may not send the key that routes ask for",
        "A browser sends a header of a script's own only where the preflight's answer lists it; "
        "without x-api-key, a method that asks for a key answers 403.",
        "Add X-Api-Key to api.cors.headers.",
        _CORS,
        check=_key_header,
    ),
    Rule.warning(
        "GI411",
        "Browsers may not send the signature that routes ask for",
        "A signed request carries Authorization and X-Amz-Date, and with temporary credentials, "
        "which browsers have, X-Amz-Security-Token; what the preflight's answer does not list is "
        "not sent.",
        "Add them to api.cors.headers.",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html",
        check=_signature_headers,
    ),
    Rule.warning(
        "GI412",
        "Browsers may not send a header that routes require",
        "The gateway answers 400 where a required header is missing, and a browser sends only the "
        "headers that the preflight's answer lists.",
        "Add it to api.cors.headers.",
        _ALLOW_HEADERS,
        check=_required_headers,
    ),
    Rule.advice(
        "GI413",
        "Preflights are kept for less than max_age",
        "Browsers have limits of their own: Chromium keeps a preflight's answer for 2 hours at "
        "most, Firefox for 24.",
        "Write 7200, or leave it as a wish.",
        _MAX_AGE,
        check=_kept_long,
    ),
    Rule.warning(
        "GI414",
        "A wildcard for headers that is less than it seems",
        "In Access-Control-Allow-Headers, '*' is a wildcard for requests without credentials "
        "alone, and never stands for Authorization.",
        "List the headers.",
        _ALLOW_HEADERS,
        check=_star_header,
    ),
    Rule.advice(
        "GI415",
        "Methods of CORS that say nothing",
        "The preflight's answer lists the methods that a path has; `methods` says what ANY stands "
        "for there, and nothing else.",
        "Remove api.cors.methods.",
        _CORS,
        check=_methods_of_nothing,
    ),
    Rule.advice(
        "GI416",
        "Methods that browsers may not send to ANY",
        "A browser sends PUT, PATCH and DELETE only where the preflight's answer lists them; ANY "
        "stands for GET, POST and OPTIONS unless `methods` says more.",
        "Add what browsers should be able to send.",
        _CORS,
        check=_methods_not_allowed,
    ),
    Rule.warning(
        "GI417",
        "Browsers may not send the content type that a model checks",
        "Without asking, a browser sends forms and plain text alone; for application/json it needs "
        "Content-Type among the headers that the preflight's answer lists.",
        "Add Content-Type to api.cors.headers.",
        _ALLOW_HEADERS,
        check=_content_type,
    ),
)

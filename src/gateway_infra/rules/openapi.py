"""Rules of OpenAPI: documents that routes are taken from, and APIs that are defined by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import at_route
from gateway_infra.rules.rule import Subject

IGNORED_HEADERS = ("accept", "authorization", "content-type")
"""Parameters that "shall be ignored": https://spec.openapis.org/oas/v3.0.1#parameter-object"""

_ADVICE = "write `api.definition: resources`"
_SPECIFICATION = "https://spec.openapis.org/oas/v3.0.3"


def _default_type(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.api.definition == "openapi":
        for key, route in subject.environment.api.routes.items():
            if "$default" in route.request_models:
                message = "has no word in an OpenAPI document; list the content types, or "
                yield Diagnostic(at_route(key, "request_models", "$default"), message + _ADVICE)


def _ignored_headers(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.api.definition != "openapi":
        return
    for key, route in subject.environment.api.routes.items():
        for parameter in route.request_parameters:
            place, _, name = parameter.partition(".")
            if place == "header" and name.lower() in IGNORED_HEADERS:
                message = "is ignored in an OpenAPI document, by OpenAPI's own rule; let the "
                message += f"application look at it, or {_ADVICE}"
                yield Diagnostic(at_route(key, "request_parameters", parameter), message)


def _named_as_a_function(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.definition == "openapi" and "Ref" in api.models:
        message = "would be read by CloudFormation as a function; give the model another name"
        yield Diagnostic(("api", "models", "Ref"), message)


def _type_lists(subject: Subject) -> Iterator[Diagnostic]:
    """Yield models that an import of a document may take for less than they say."""
    api = subject.environment.api
    if api.definition != "openapi":
        return
    given: list[tuple[KeyPath, Any]] = [
        (("api", "models", name), schema) for name, schema in api.models.items()
    ]
    given += [
        (at_route(key, "request_models", content_type), schema)
        for key, route in api.routes.items()
        for content_type, schema in route.request_models.items()
    ]
    doubtful = [path for path, schema in given if _has_type_lists(schema)]
    if doubtful:
        more = f" (and {len(doubtful) - 1} more such)" if len(doubtful) > 1 else ""
        message = "gives a list of types, as for what may be null, which an import may drop, and "
        yield Diagnostic(doubtful[0], f"{message}check less; test it, or {_ADVICE}{more}")


def _has_type_lists(value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("type"), list) or any(map(_has_type_lists, value.values()))
    return isinstance(value, list) and any(map(_has_type_lists, value))


RULES = (
    Rule.error(
        "GI350",
        "A model for all content types, in a document",
        "In an OpenAPI document, bodies are listed by content type; there is none for all others.",
        "List the content types, or write api.definition: resources.",
        f"{_SPECIFICATION}#request-body-object",
        check=_default_type,
    ),
    Rule.error(
        "GI351",
        "A header that OpenAPI ignores",
        'OpenAPI: parameters named Accept, Content-Type or Authorization "SHALL be ignored". The '
        "import would drop the check.",
        "Let the application look at it, or write api.definition: resources.",
        f"{_SPECIFICATION}#parameter-object",
        check=_ignored_headers,
    ),
    Rule.error(
        "GI352",
        "A model named as a function of CloudFormation",
        "The document stands in the template, where a mapping with the one key Ref is a function.",
        "Give the model another name.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html",
        check=_named_as_a_function,
    ),
    Rule.warning(
        "GI353",
        "Lists of types in a document",
        "A list of types is no word of OpenAPI 3.0, and users report that the import drops it.",
        "Test it, or write api.definition: resources.",
        "https://github.com/aws/serverless-application-model/issues/2374",
        check=_type_lists,
    ),
)

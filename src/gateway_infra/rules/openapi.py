"""Rules of OpenAPI: documents that routes are taken from, and APIs that are defined by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway_infra.reading.problems import KeyPath
from gateway_infra.rules.route_queries import GUIDE, at_route
from gateway_infra.rules.rule import Found, Rule, Subject

IGNORED_HEADERS = ("accept", "authorization", "content-type")
"""Parameters that "shall be ignored": https://spec.openapis.org/oas/v3.0.1#parameter-object"""

_ADVICE = "write `api.definition: resources`"
_NOTES = f"{GUIDE}api-gateway-known-issues.html"
_SPECIFICATION = "https://spec.openapis.org/oas/v3.0.3"
_VALIDATION = f"{GUIDE}api-gateway-method-request-validation.html"


def _default_type(subject: Subject) -> Iterator[Found]:
    if subject.environment.api.definition == "openapi":
        for key, route in subject.environment.api.routes.items():
            if "$default" in route.request_models:
                message = "has no word in an OpenAPI document; list the content types, or "
                yield Found(at_route(key, "request_models", "$default"), message + _ADVICE)


def _ignored_headers(subject: Subject) -> Iterator[Found]:
    if subject.environment.api.definition != "openapi":
        return
    for key, route in subject.environment.api.routes.items():
        for parameter in route.request_parameters:
            place, _, name = parameter.partition(".")
            if place == "header" and name.lower() in IGNORED_HEADERS:
                message = "is ignored in an OpenAPI document, by OpenAPI's own rule; let the "
                message += f"application look at it, or {_ADVICE}"
                yield Found(at_route(key, "request_parameters", parameter), message)


def _named_as_a_function(subject: Subject) -> Iterator[Found]:
    api = subject.environment.api
    if api.definition == "openapi" and "Ref" in api.models:
        message = "would be read by CloudFormation as a function; give the model another name"
        yield Found(("api", "models", "Ref"), message)


def _type_lists(subject: Subject) -> Iterator[Found]:
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
        yield Found(doubtful[0], f"{message}check less; test it, or {_ADVICE}{more}")


def _has_type_lists(value: Any) -> bool:
    if isinstance(value, dict):
        return isinstance(value.get("type"), list) or any(map(_has_type_lists, value.values()))
    return isinstance(value, list) and any(map(_has_type_lists, value))


RULES = (
    Rule(
        "GI350",
        "error",
        "A model for all content types, in a document",
        "In an OpenAPI document, bodies are listed by content type; there is none for all others.",
        "List the content types, or write api.definition: resources.",
        f"{_SPECIFICATION}#request-body-object",
        check=_default_type,
        acceptable=False,
    ),
    Rule(
        "GI351",
        "error",
        "A header that OpenAPI ignores",
        'OpenAPI: parameters named Accept, Content-Type or Authorization "SHALL be ignored". The '
        "import would drop the check.",
        "Let the application look at it, or write api.definition: resources.",
        f"{_SPECIFICATION}#parameter-object",
        check=_ignored_headers,
        acceptable=False,
    ),
    Rule(
        "GI352",
        "error",
        "A model named as a function of CloudFormation",
        "The document stands in the template, where a mapping with the one key Ref is a function.",
        "Give the model another name.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-ref.html",
        check=_named_as_a_function,
        acceptable=False,
    ),
    Rule(
        "GI353",
        "warning",
        "Lists of types in a document",
        "A list of types is no word of OpenAPI 3.0, and users report that the import drops it.",
        "Test it, or write api.definition: resources.",
        "https://github.com/aws/serverless-application-model/issues/2374",
        check=_type_lists,
    ),
    Rule(
        "GI360",
        "error",
        "A document that is not OpenAPI 3",
        "Routes are read from OpenAPI 3.0 and 3.1; what has another form cannot be read for sure.",
        "Mend the document, or convert it.",
        _SPECIFICATION,
        acceptable=False,
    ),
    Rule(
        "GI361",
        "error",
        "A reference in a document that leads nowhere",
        "References are followed in the document alone: other files and addresses would make the "
        "output depend on what is there on the day.",
        "Bundle what is referred to into one document, and correct the reference.",
        f"{_SPECIFICATION}#reference-object",
        acceptable=False,
    ),
    Rule(
        "GI362",
        "error",
        "Operations that lead to no function",
        "Each operation becomes a route, and a route leads to a function.",
        "Write {file: …, function: …}, or name the function by x-gateway-infra.",
        "docs/openapi.md",
        acceptable=False,
    ),
    Rule(
        "GI363",
        "warning",
        "The document asks for what the gateway does not check",
        "API Gateway checks that required parameters are there, and bodies of JSON against draft "
        "4; values of parameters, cookies, other content types and later keywords it does not.",
        "Let the application check that.",
        _VALIDATION,
    ),
    Rule(
        "GI364",
        "warning",
        "The document asks callers for what the gateway does not",
        'AWS: "The securitySchemes type, if used, must be apiKey." Other schemes, but for those '
        "called as an entry of `api.authorizers`, and choices between several are not asked for: "
        "`api.authorization` alone rules.",
        "Write an authorizer of the scheme's name, or let the application check its callers.",
        _NOTES,
    ),
    Rule(
        "GI365",
        "warning",
        "A part of the document is left out",
        "API Gateway has no word for it, or something else already does what it says.",
        "Remove it from the document where readers would rely on it.",
        _NOTES,
    ),
    Rule(
        "GI366",
        "warning",
        "An extension of the document is not read",
        "Integrations, responses and stages are made by gateway-infra, from the environment file.",
        "Say it in the environment file, or under x-gateway-infra.",
        "docs/openapi.md",
    ),
    Rule(
        "GI367",
        "error",
        "A document that is not in the folder of environments",
        "Documents are read from the folder of environments, and from nowhere else.",
        "Put a copy there, and name it by its path from there.",
        "docs/openapi.md",
        acceptable=False,
    ),
)

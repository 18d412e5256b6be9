"""What a caller must send, by an OpenAPI operation: parameters and bodies, as keys of a route.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
https://spec.openapis.org/oas/v3.0.3#parameter-object
https://spec.openapis.org/oas/v3.0.3#request-body-object
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from gateway_infra.openapi_input.document import At, Report, follow
from gateway_infra.openapi_input.schema import Schemas, request_schema
from gateway_infra.reading.source import Node

_NAME = re.compile(r"[A-Za-z0-9._$-]+")
_JSON = re.compile(r"application/(json|[a-z0-9!#$&^_.+-]+\+json)")
_TEXT = re.compile(r"text/.*|.*[/+](xml|yaml|x-yaml|x-www-form-urlencoded|graphql|x-ndjson)")
_NOT_DECLARED = ("accept", "authorization", "content-type")
"""Headers that the specification ignores among parameters."""

_PLACES = {"query": "querystring", "header": "header"}


class Body(NamedTuple):
    """The models of a request's body by content type, and those that are models of the API."""

    request_models: dict[str, Node]
    models: dict[str, Node]


def parameters_of(path_item: At, operation: At, schemas: Schemas) -> dict[str, Node]:
    """Return ``request_parameters``: those of the path, and the operation's own over them.

    API Gateway "only checks the existence of a parameter and doesn't check the type or format".
    """
    report = schemas.report
    found: dict[tuple[str, str], At] = {}
    for owner in (path_item, operation):
        listed = report.expect(owner.get("parameters"), list)
        for item in listed.items() if listed else ():
            at = follow(item, schemas.root, report)
            if at is None or report.expect(at, dict) is None:
                continue
            name, where = at.text("name"), at.text("in")
            if name is None or where not in ("query", "header", "path", "cookie"):
                report.fault(at, "must have a `name`, and `in`: query, header, path or cookie")
            else:
                found[where, name] = at
    declared: dict[str, Node] = {}
    for (where, name), at in found.items():
        if where == "cookie":
            message = f"is the cookie '{name}', which API Gateway does not check"
            report.spot("cookie", at, f"{message}; the application must")
            continue
        ignored = where == "header" and name.lower() in _NOT_DECLARED
        node = None if where == "path" or ignored else _declared(name, at, schemas)
        if node is not None:
            declared[f"{_PLACES[where]}.{name}"] = node
        _list_schema(at, report)
    return declared


def _declared(name: str, at: At, schemas: Schemas) -> Node | None:
    """Return whether a parameter is required; ``None`` where it cannot be declared."""
    report = schemas.report
    required = at.get("required")
    needed = required is not None and required.value is True
    why = None
    if not _NAME.fullmatch(name):
        why = f"has the name '{name}', which API Gateway does not take"
    elif _spread(at, schemas):
        why = f"is an object that is sent as several parameters, none of them called '{name}'"
    elif needed and (empty := at.get("allowEmptyValue")) and empty.value is True:
        why = "may be empty, and a parameter that API Gateway requires may not"
    if why is None:
        return Node(needed, at.node.place)
    if needed:
        report.spot("parameter", at, f"{why}; the application must check that it is there")
    return None


def _spread(at: At, schemas: Schemas) -> bool:
    """Whether a parameter is an object that is sent under the names of its properties.

    https://spec.openapis.org/oas/v3.0.3#style-values
    """
    style = at.text("style") or "form"
    if at.text("in") != "query" or style not in ("form", "deepObject"):
        return False
    explode = at.get("explode")
    if style == "form" and explode is not None and explode.value is False:
        return False
    schema = at.get("schema")
    target = follow(schema, schemas.root, Report([], [])) if schema else None
    if target is None:
        return style == "deepObject"
    kind = target.get("type")
    words = [kind.value] if kind else []
    if kind is not None and kind.items():
        words = [item.value for item in kind.items()]
    combined = any(target.get(word) for word in ("properties", "allOf", "anyOf", "oneOf"))
    return style == "deepObject" or "object" in words or (not words and combined)


def _list_schema(at: At, report: Report) -> None:
    """List a parameter whose value the document restricts."""
    schema = at.get("schema")
    if schema is None and not at.get("content"):
        return
    if schema is not None:
        told = {key for key, child in schema.entries() if child.value is not None}
        kind = schema.text("type")
        if told <= {"type", "title", "description", "default", "example"} and kind == "string":
            return
    message = "has a schema, and API Gateway only checks that a required parameter is there"
    report.spot("parameter schema", at, f"{message}; the application must check its value")


def body_of(operation: At, method: str, binary: Sequence[str], schemas: Schemas) -> Body:
    """Return the models of an operation's body; `binary` are the API's binary media types.

    Only JSON is checked: API Gateway takes the model by the request's content type, and passes on
    what it has no model for.
    """
    report = schemas.report
    written = operation.get("requestBody")
    at = follow(written, schemas.root, report) if written else None
    if at is None or report.expect(at, dict) is None:
        return Body({}, {})
    content = report.expect(at.get("content"), dict)
    if method in ("GET", "HEAD"):
        message = f"is the body of {method}, which has no meaning in HTTP; it is not checked"
        report.spot("body of GET", at, message)
        return Body({}, {})
    request_models: dict[str, Node] = {}
    models: dict[str, Node] = {}
    for written_type, media in content.entries() if content else ():
        content_type = written_type.partition(";")[0].strip().lower()
        schema = media.get("schema")
        if not _JSON.fullmatch(content_type):
            _list_type(content_type, media, binary, report)
        elif schema is not None:
            name, node = request_schema(schema, schemas)
            if node.value and name:
                models[name] = node
                node = Node(name, media.node.place)
            if node.value:
                request_models[content_type] = node
    _list_optional(at, request_models, models, report)
    return Body(request_models, models)


def _list_type(content_type: str, at: At, binary: Sequence[str], report: Report) -> None:
    """List a content type that no model checks, and one that would arrive damaged.

    What is not in the API's binary media types is passed on as UTF-8 text.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
    """
    if _TEXT.fullmatch(content_type) or content_type in binary or "*/*" in binary:
        message = f"is {content_type}, which is passed on unchecked: API Gateway checks JSON only"
        report.spot("content type", at, f"{message}; the application must")
    else:
        message = f"is {content_type}, which is passed on unchecked, and as text; where it is "
        message += "binary, add it to `api.binary_media_types`"
        report.spot("binary content type", at, message)


def _list_optional(
    at: At, request_models: dict[str, Node], models: dict[str, Node], report: Report
) -> None:
    """List a body that may be left out, where the gateway will not have it so."""
    required = at.get("required")
    if required is not None and required.value is True:
        return
    for node in request_models.values():
        schema = models[node.value] if isinstance(node.value, str) else node
        if not _fits_nothing(schema):
            message = "may be left out by this document, but API Gateway checks an absent body as "
            message += "{}, which does not fit; write `required: true`, or validate: parameters "
            report.spot("optional body", at, f"{message}on the route")
            return


def _fits_nothing(schema: Node) -> bool:
    """Whether ``{}`` fits a schema, so far as its own words tell."""
    entries = schema.value if isinstance(schema.value, dict) else {}
    kind = entries.get("type")
    kinds = kind.plain() if kind else "object"
    if "object" not in (kinds if isinstance(kinds, list) else [kinds]) or "required" in entries:
        return False
    every = entries.get("allOf")
    if every is not None and isinstance(every.value, list):
        return all(_fits_nothing(branch) for branch in every.value)
    some = entries.get("anyOf") or entries.get("oneOf")
    if some is not None and isinstance(some.value, list):
        return any(_fits_nothing(branch) for branch in some.value)
    return True

"""Rules of request models and of what the gateway checks by them."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, did_you_mean
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, at_route
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.api import ApiSection
from gateway_infra.sections.routes import split_route

_VALIDATION = f"{GUIDE}api-gateway-method-request-validation.html"
_MODELS = f"{GUIDE}models-mappings-models.html"


def _unknown_models(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    for key, route in api.routes.items():
        for content_type, model in route.request_models.items():
            if isinstance(model, str) and model not in api.models:
                message = f"names the model '{model}', which is not under `api.models`"
                message += did_you_mean(model, api.models)
                yield Diagnostic(at_route(key, "request_models", content_type), message)


def _nothing_to_validate(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        path = at_route(key, "validate")
        if route.validation in ("all", "body") and not route.request_models:
            message = f"is {route.validation}, but no body can be checked without `request_models`"
            yield Diagnostic(path, f"{message}; list them, or validate what is there")
        required = any(route.request_parameters.values())
        if route.validation in ("all", "parameters") and not required:
            message = f"is {route.validation}, but no parameter is required; write true behind one "
            yield Diagnostic(path, f"{message}in `request_parameters`, or validate the body alone")


def _models_unchecked(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        if route.request_models and route.validation in ("none", "parameters"):
            message = f"is {route.validation}, so `request_models` only describe the body"
            yield Diagnostic(at_route(key, "validate"), message)


def _bodies_without_meaning(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        method = split_route(key)[0]
        if method in ("DELETE", "GET", "HEAD") and route.checked in ("all", "body"):
            message = f"are checked on {method} too, where an absent body does not fit most "
            message += "models: write validate: parameters, or leave them out"
            yield Diagnostic(at_route(key, "request_models"), message)


def _models_of_no_json(subject: Subject) -> Iterator[Diagnostic]:
    for key, route in subject.environment.api.routes.items():
        for content_type in route.request_models if route.checked in ("all", "body") else ():
            if content_type != "$default" and "json" not in content_type:
                message = f"has a model for {content_type}, but API Gateway checks JSON alone"
                yield Diagnostic(at_route(key, "request_models", content_type), message)


def _unused_models(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    used = {
        name
        for route in api.routes.values()
        for name in route.request_models.values()
        if isinstance(name, str)
    }
    used |= _referred(api, used)
    for name in api.models:
        if name not in used:
            message = "is used by no route's request_models; name it there, or remove it"
            yield Diagnostic(("api", "models", name), message)


def _referred(api: ApiSection, used: set[str]) -> set[str]:
    """Return the models that stand in others, where they are definitions by their names."""
    schemas = [
        *(api.models[name] for name in used if name in api.models),
        *(
            model
            for route in api.routes.values()
            for model in route.request_models.values()
            if isinstance(model, dict)
        ),
    ]
    return {name for schema in schemas for name in schema.get("definitions", {})}


RULES = (
    Rule.error(
        "GI320",
        "A route names a model that is not there",
        "A body is checked by a model of the API, and there is none of that name.",
        "Correct the name, or write the model under `api.models`.",
        _VALIDATION,
        check=_unknown_models,
    ),
    Rule.error(
        "GI321",
        "Nothing to validate",
        "A request validator without models checks no body, and without required parameters no "
        "parameter: the file would promise a check that never fails.",
        "List `request_models` or required `request_parameters`, or validate what is there.",
        _VALIDATION,
        check=_nothing_to_validate,
    ),
    Rule.warning(
        "GI322",
        "Models that check nothing",
        "Models are checked by a validator of bodies alone; without one, they are documentation, "
        "and any body reaches the function.",
        "Write validate: body or all, or remove the models.",
        _VALIDATION,
        check=_models_unchecked,
    ),
    Rule.warning(
        "GI323",
        "Bodies checked where requests have none",
        "GET, HEAD and DELETE come without a body, which does not fit a model of an object: each "
        "is answered 400.",
        "Write validate: parameters, or leave the models out.",
        "https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1",
        check=_bodies_without_meaning,
    ),
    Rule.warning(
        "GI324",
        "A model for what is no JSON",
        "A model is a JSON Schema, so that it checks JSON alone.",
        "Let the application check bodies of that type.",
        _MODELS,
        check=_models_of_no_json,
    ),
    Rule.warning(
        "GI325",
        "A model that nothing uses",
        "It is made and checks nothing; often its name was misspelled in a route.",
        "Name it in a route's request_models, or remove it.",
        _MODELS,
        check=_unused_models,
    ),
)

"""What a request must be like: models of its body, and the validators that use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troposphere import AWSHelperFn, apigateway

from gateway_infra.builders.shared.naming import pascal, path_words
from gateway_infra.builders.shared.values import Value
from gateway_infra.sections.route import RouteConfig
from gateway_infra.sections.routes import split_route
from gateway_infra.sections.schema_rules import DRAFT_4

_JSON = "application/json"


def request_models(
    base: str,
    *,
    api_id_value: Value,
    models: Mapping[str, Mapping[str, Any]],
    routes: Mapping[str, RouteConfig],
) -> dict[str, apigateway.Model]:
    """Build a model for each of `models`, and for each schema that a route has of its own.

    The keys are `model_key`'s. A route's own model is named after it, and after its content type
    unless that is JSON: neither can change without a new name, as CloudFormation makes the new
    model first, and two of one name are refused. Raise `ValueError` where a route names a model
    that is not there.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-model.html
    """
    built = {name: _model(base, name, _JSON, models[name], api_id_value) for name in sorted(models)}
    for key in sorted(routes):
        method, path = split_route(key)
        for content_type, model in sorted(routes[key].request_models.items()):
            if isinstance(model, str):
                if model not in models:
                    raise ValueError(f"the route {key!r} names the model {model}, which is missing")
                continue
            kind = "" if content_type == _JSON else pascal(content_type)
            name = f"{method.capitalize()}{path_words(path)}Body{kind}"
            of_type = _JSON if content_type == "$default" else content_type
            built[model_key(key, content_type, model)] = _model(
                base, name, of_type, model, api_id_value
            )
    return built


def model_key(route: str, content_type: str, model: str | Mapping[str, Any]) -> str:
    """Return what a route's model is called here: its name, or route and content type."""
    return model if isinstance(model, str) else f"{route} {content_type}"


def request_validators(
    base: str, *, api_id_value: Value, routes: Mapping[str, RouteConfig]
) -> dict[str, apigateway.RequestValidator]:
    """Build the validators that `routes` use, by what they check: all, body or parameters.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
    """
    kinds = {route.checked for route in routes.values()}
    return {
        kind: apigateway.RequestValidator(
            f"{base}Validator{kind.capitalize()}",
            Name=kind,
            RestApiId=api_id_value,
            ValidateRequestBody=kind in ("all", "body"),
            ValidateRequestParameters=kind in ("all", "parameters"),
        )
        for kind in sorted(kind for kind in kinds if kind is not None)
    }


def _model(
    base: str, name: str, content_type: str, schema: Mapping[str, Any], api: Value
) -> apigateway.Model:
    # Given a mapping, troposphere makes text of it, which CloudFormation would quote once more.
    plain = AWSHelperFn()
    plain.data = {"$schema": DRAFT_4, **schema}
    return apigateway.Model(
        f"{base}Model{name}", ContentType=content_type, Name=name, RestApiId=api, Schema=plain
    )

"""Validation of bodies: the model of the request's content type, and references inside a model.

LocalStack takes the model of JSON whatever is sent, and reads every ``$ref`` as a model's name.

* "If no matching content type is found, request validation is not performed", and ``$default``
  stands for all others.
  https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
* AWS's own importer made models that hold what they refer to, as ``#/definitions/NAME``.
  https://github.com/amazon-archives/aws-apigateway-importer/issues/10
"""

import json
from typing import Any

from jsonschema import Draft4Validator, ValidationError
from localstack.services.apigateway.next_gen.execute_api.handlers.method_request import (
    MethodRequestHandler,
)

OTHER_MODELS = "https://apigateway.amazonaws.com/"

_by_name = MethodRequestHandler._is_body_valid


def install() -> None:
    """Replace the check of a body."""
    MethodRequestHandler._is_body_valid = staticmethod(_is_body_valid)


def _is_body_valid(method: Any, rest_api: Any, request: Any) -> bool:
    models = method.get("requestModels") or {}
    sent = request.get("headers").get("Content-Type") or "application/json"
    name = models.get(sent.partition(";")[0].strip().lower(), models.get("$default"))
    if name is None:
        return True
    model = rest_api.models.get(name)
    if model is None or OTHER_MODELS in model["schema"]:
        return _by_name({**method, "requestModels": {"application/json": name}}, rest_api, request)
    try:
        Draft4Validator(json.loads(model["schema"])).validate(
            json.loads(request.get("body") or "{}")
        )
    except (ValidationError, json.JSONDecodeError):
        return False
    return True

"""JSON Schema: what a model of the API may say.

API Gateway takes draft 4, and not all of it.
https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
"""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

from gateway_infra.values.section import like, matches, shared, wrong

MODEL_NAME = re.compile(r"[A-Za-z0-9]{1,100}")
"""https://docs.aws.amazon.com/apigateway/latest/api/API_Model.html says "alphanumeric"; no page
gives a length."""


def _taken(what: str, *, named: bool) -> PlainValidator:
    """Require a schema's mapping, whose content other checks read, or with `named` a name."""

    def check(value: Any) -> Any:
        if named and isinstance(value, str) and MODEL_NAME.fullmatch(value):
            return value
        # The reader of files has put a file's content in place of {file: …}.
        if not isinstance(value, dict) or not value or set(value) == {"file"}:
            raise wrong(f"must be {what}")
        return value

    return PlainValidator(check)


_SCHEMA = "a JSON Schema (draft 4), or {file: …} that names one in JSON or YAML"
ModelName: TypeAlias = Annotated[
    str, matches(MODEL_NAME.pattern, "letters and digits, as in NewJob")
]
Schema: TypeAlias = Annotated[
    dict[str, Any],
    _taken(_SCHEMA, named=False),
    WithJsonSchema({**shared("Model"), "type": "object"}),
]
ModelOrSchema: TypeAlias = Annotated[
    str | dict[str, Any],
    _taken(f"a name under `api.models`, {_SCHEMA}", named=True),
    WithJsonSchema(
        {
            **shared("Model"),
            "type": ["object", "string"],
            **like(MODEL_NAME.pattern, "the name of a model under `api.models`"),
        }
    ),
]

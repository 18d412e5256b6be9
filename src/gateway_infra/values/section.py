"""What all sections of an environment file have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    model_validator,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gateway_infra.reading.patterns import ecma

NAME_PATTERN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Names in the file that become parts of names in AWS: small letters, digits, single hyphens."""


class Section(BaseModel):
    """A mapping of the environment file: unknown keys fail, types are exact, values are final."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)

    @model_validator(mode="after")
    def _no_doubled_items(self) -> Section:
        """Refuse a value that a list of distinct items contains twice."""
        for key, field in type(self).model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and extra.get("uniqueItems"):
                refuse_doubles([str(item) for item in getattr(self, key) or ()], key)
        return self


def wrong(text: str, rule: str = "", at: Sequence[str | int] = ()) -> PydanticCustomError:
    """Return the error by which a validator says what is wrong and what to do.

    `rule` is the id of the rule in the catalog that says why; without one it is ``GI004``. `at`
    leads from the value that is validated to the one that is wrong.
    """
    return PydanticCustomError("value", "{text}", {"text": text, "rule": rule, "at": tuple(at)})


def like(pattern: str, what: str) -> dict[str, Any]:
    """Return what a JSON Schema says of text that matches `pattern`.

    Editors show ``patternErrorMessage``, which is a keyword of theirs, in place of the pattern.
    """
    return {"pattern": ecma(pattern), "patternErrorMessage": f"must be {what}"}


SHARED = "x-shared"
"""Names a definition that several values share, until `gateway_infra.schema` makes a reference of
it: pydantic takes references to the definitions that it has made of models, and no others."""


VALUE = "x-value"
"""Holds a value type, until `gateway_infra.schema` makes of it what a JSON Schema says of it."""


def shared(name: str) -> dict[str, Any]:
    """Return what a JSON Schema says of a value that a shared definition tells whole."""
    return {SHARED: name}


def without(word: str, *keys: str) -> dict[str, Any]:
    """Return what a JSON Schema says of keys that cannot stand beside `word`, but for a null.

    Editors show ``errorMessage``, which is a keyword of theirs.
    """
    message = f"does not go with `{word}`; remove one of the two"
    return {"properties": {key: {"type": "null", "errorMessage": message} for key in keys}}


@dataclass(frozen=True)
class Matches(AfterValidator):
    """The check of `matches`, as a JSON Schema says it too."""

    pattern: str
    what: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the pattern."""
        return handler(schema) | like(self.pattern, self.what)


@dataclass(frozen=True, eq=False)
class InSchema:
    """What a JSON Schema says of a value in addition, where a function checks it.

    It stands in ``Annotated`` beside that function, and changes nothing of what is taken.
    """

    more: Mapping[str, Any]

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Add the keywords."""
        return handler(schema) | dict(self.more)


DISTINCT: dict[str, JsonValue] = {"uniqueItems": True}
"""What a JSON Schema says of a list in which `Section` refuses a value twice."""


class ShortForm(NamedTuple):
    """Reads text in place of a section as the section's `key`.

    The JSON Schema takes text of a `pattern`, and says `what` may stand there; so does the message,
    unless `forms` says it.
    """

    key: str
    pattern: str
    what: str
    forms: str = ""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read the text before the section is validated."""
        return core_schema.no_info_before_validator_function(self._section, handler(source))

    def _section(self, value: Any) -> Any:
        if not isinstance(value, str | dict | BaseModel):
            raise wrong(f"must be {self.forms or self.what}")
        return {self.key: value} if isinstance(value, str) else value

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let the section be text as well; editors tell more of that than of alternatives."""
        section = handler(schema)
        definition = handler.resolve_ref_schema(section)
        definition.update({"type": ["object", "string"], **like(self.pattern, self.what)})
        return section


def matches(pattern: str, what: str, rule: str = "") -> Matches:
    """Require text that matches `pattern` as a whole; the message says `what` it must be."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value):
            return value
        shown = value if len(value) <= 60 else f"{value[:57]}…"
        raise wrong(f"is '{shown}'; it must be {what}", rule)

    return Matches(check, pattern, what)


def refuse_doubles(values: Sequence[str], key: str, at: Sequence[str | int] = ()) -> None:
    """Raise where a list under `key` holds a value twice; `at` leads to it, unless `key` does."""
    for position, value in enumerate(values):
        if value in values[:position]:
            message = f"names '{value}' twice in `{key}`; keep one"
            raise wrong(message, at=(*(at or (key,)), position))


Number: TypeAlias = Annotated[
    float, BeforeValidator(lambda value: float(value) if type(value) is int else value)
]
"""A number with or without decimals: 5 is as good as 5.0."""

Salt: TypeAlias = Annotated[str, matches(r"[ -~]{1,64}", "1 to 64 plain characters")]
"""Text that means nothing and is part of a hash: a new one makes a new version or deployment."""

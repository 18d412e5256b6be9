"""What all sections of an environment file have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

NAME_PATTERN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Names in the file that become parts of names in AWS: small letters, digits, single hyphens."""


class Section(BaseModel):
    """A mapping of the environment file: unknown keys fail, types are exact, values are final."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def wrong(text: str, rule: str = "") -> PydanticCustomError:
    """Return the error by which a validator says what is wrong and what to do.

    `rule` is the id of the rule in the catalog that says why; without one it is ``GI004``.
    """
    return PydanticCustomError("value", "{text}", {"text": text, "rule": rule})


def matches(pattern: str, what: str, rule: str = "") -> AfterValidator:
    """Require text that matches `pattern` as a whole; the message says `what` it must be."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value):
            return value
        shown = value if len(value) <= 60 else f"{value[:57]}…"
        raise wrong(f"is '{shown}'; it must be {what}", rule)

    return AfterValidator(check)


def refuse_doubles(values: Sequence[str], key: str) -> None:
    """Raise where a list under `key` holds a value twice."""
    doubles = sorted({value for value in values if values.count(value) > 1})
    if doubles:
        raise wrong(f"names '{doubles[0]}' twice in `{key}`; keep one")


def _whole(value: Any) -> Any:
    return float(value) if type(value) is int else value


Number: TypeAlias = Annotated[float, BeforeValidator(_whole)]
"""A number with or without decimals: 5 is as good as 5.0."""

Salt: TypeAlias = Annotated[str, matches(r"[ -~]{1,64}", "1 to 64 plain characters")]
"""Text that means nothing and is part of a hash: a new one makes a new version or deployment."""

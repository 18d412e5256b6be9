"""What the file may say of an open value beyond its name."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gateway_infra.reading.diagnostics import did_you_mean, kind_of
from gateway_infra.reading.forms import OPTIONS
from gateway_infra.values.section import wrong

MAX_DESCRIPTION = 4000
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"""

MAX_VERSION = 2**31
SSM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*|/[A-Za-z0-9_./-]+")


class Options(NamedTuple):
    """What the file says of a template parameter.

    `type` is empty for the one that the place calls for; `default` and `allowed` are as the
    template has them, as text or numbers.
    """

    type: str = ""
    default: str | int | None = None
    description: str | None = None
    allowed: tuple[str | int, ...] = ()
    pattern: str | None = None


def read_options(
    form: str, rest: Mapping[str, Any], kind: str, literal: Callable[[Any], str | int]
) -> tuple[Options, int | None]:
    """Return the options of a form and the version of an SSM parameter, or raise.

    `kind` is the parameter type of the place, and `literal` returns a value that may stand there.
    """
    known = OPTIONS.get(form, ())
    for key in rest:
        if key not in known:
            if form == "environment_variable" and key == "default":
                message = "has a `default`, but is a secret, and one written here would stand in "
                raise wrong(f"{message}the template and in git; remove it", "GI141")
            if not known:
                raise wrong(f"has '{key}', but `{form}` takes its name alone; remove it")
            near = did_you_mean(str(key), known)
            raise wrong(f"has '{key}', which is no option of `{form}`{near}")
    if form == "ssm":
        return Options(), _version(rest.get("version"))
    chosen = _type(rest.get("type"), kind)
    if "type" in rest and chosen.startswith("AWS::SSM::"):
        literal = _ssm_name
    several = kind.startswith("List<") and not chosen.startswith("AWS::SSM::")
    read = _list_of(literal) if several else literal
    default = rest.get("default")
    given = Options(
        type=chosen,
        default=None if default is None else _checked("default", default, read),
        description=_description(rest.get("description")),
        allowed=_allowed(rest.get("allowed_values"), several, literal),
        pattern=_pattern(rest.get("pattern"), chosen or kind),
    )
    _agree(given, several)
    return given, None


def _version(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 1 <= value <= MAX_VERSION:
        raise wrong("has after `version:` no version of an SSM parameter, as in 3")
    return value


def _type(value: Any, kind: str) -> str:
    """Take the place's own type, plain text, or the name of an SSM parameter that holds it."""
    if value is None:
        return ""
    known = known_types(kind)
    if value not in known:
        raise wrong(f"has a type that does not fit here; it must be one of {', '.join(known)}")
    return str(value)


def known_types(kind: str) -> tuple[str, ...]:
    """Return the parameter types that fit where the one of the place is `kind`."""
    text = "CommaDelimitedList" if kind.startswith("List<") else "String"
    inner = text if kind == "Number" else kind
    return tuple(dict.fromkeys((kind, text, f"AWS::SSM::Parameter::Value<{inner}>")))


def _ssm_name(value: Any) -> str:
    if not isinstance(value, str) or not SSM_NAME.fullmatch(value):
        raise wrong("must be an SSM parameter's name, as the type says: /shared/vpc-id")
    return value


def _list_of(literal: Callable[[Any], str | int]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list) or not items:
            raise wrong("must be a list, or text with commas")
        return ",".join(str(literal(item)) for item in items)

    return read


def _checked(key: str, value: Any, read: Callable[[Any], str | int]) -> str | int:
    """Read a value, and say in an error which option it stands in."""
    try:
        return read(value)
    except ValueError as error:
        raise wrong(f"has a `{key}` that {error}") from error


def _description(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= MAX_DESCRIPTION:
        raise wrong(f"has after `description:` no text of 1 to {MAX_DESCRIPTION:,} characters")
    return value


def _allowed(
    value: Any, several: bool, literal: Callable[[Any], str | int]
) -> tuple[str | int, ...]:
    if value is None:
        return ()
    if several:
        raise wrong("has `allowed_values`, which compare one value, but this is a list")
    if not isinstance(value, list) or not value:
        raise wrong("has after `allowed_values:` no list of values")
    return tuple(_checked("allowed_values", item, literal) for item in value)


def _pattern(value: Any, kind: str) -> str | None:
    """Take a regular expression, which CloudFormation compares with text alone.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    if value is None:
        return None
    if kind not in ("String", "CommaDelimitedList"):
        raise wrong(f"has a `pattern`, which fits text, but this is {kind}; remove it")
    if not isinstance(value, str) or not value:
        raise wrong(f"has after `pattern:` {kind_of(value)}; write a regular expression in quotes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Of what another release of Python may read anew.
            re.compile(value)
    except re.error as error:
        raise wrong(f"has a `pattern` that is no regular expression: {error}") from error
    return value


def _agree(given: Options, several: bool) -> None:
    """Require a default that its own constraints would take."""
    if given.default is None:
        return
    if given.allowed and given.default not in given.allowed:
        raise wrong("has a `default` that is none of its `allowed_values`; add it")
    # CloudFormation matches each value of a list.
    values = str(given.default).split(",") if several else [str(given.default)]
    pattern = given.pattern or ""
    # Repeated groups, and many repetitions, may take time out of proportion to the text.
    if re.search(r"\)[*+{?]", pattern) or len(re.findall(r"[*+]|,\}", pattern)) > 3:
        return
    if pattern and not all(re.fullmatch(pattern, value) for value in values):
        raise wrong("has a `default` that its `pattern` does not match; change one of the two")

"""Whether the conditions of a statement hold for a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Context = Mapping[str, str | Sequence[str]]
"""What a request tells of itself, by condition key; a list is a key with several values."""

Compare = Callable[[str, str], bool]


class UnknownOperatorError(ValueError):
    """A condition that this evaluation does not know; it is not guessed at."""


def glob(pattern: str, text: str) -> bool:
    """Match ``*`` and ``?``; a star goes over every boundary."""
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def fill(text: str, context: Context) -> str | None:
    """Fill policy variables in; ``None`` where the request has no value for one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    missing = False

    def value(place: re.Match[str]) -> str:
        nonlocal missing
        name, _, default = place[1].partition(",")
        if name in ("*", "?", "$"):
            raise UnknownOperatorError(f"${{{name}}} is not known here")
        found = _of(context, name.strip())
        if isinstance(found, str):
            return found
        missing = missing or not default
        return default.strip().strip("'")

    filled = re.sub(r"\$\{([^}]*)\}", value, text)
    return None if missing else filled


def hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Tell whether all hold: every operator, and every key of each."""
    return all(
        _holds(operator, _texts(wanted), _of(context, key), context)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds(
    operator: str, wanted: list[str], given: str | Sequence[str] | None, context: Context
) -> bool:
    bare, optional = operator.removesuffix("IfExists"), operator.endswith("IfExists")
    over, _, bare = bare.rpartition(":")
    if bare == "Null":
        return (given is None) == (wanted[0].lower() == "true")
    if bare not in _OPERATORS or over not in ("", "ForAllValues", "ForAnyValue"):
        raise UnknownOperatorError(f"The condition operator {operator} is not known here")
    compare, negated, takes_variables = _OPERATORS[bare]
    if given is None:
        # Without the key a condition is false, one that says "not" is true.
        return optional or over == "ForAllValues" or (negated and not over)
    if takes_variables:
        wanted = [text for text in (fill(text, context) for text in wanted) if text is not None]

    def one(value: str) -> bool:
        return any(compare(text, value) for text in wanted) != negated

    if over:
        values = [given] if isinstance(given, str) else given
        return all(map(one, values)) if over == "ForAllValues" else any(map(one, values))
    if not isinstance(given, str):
        raise UnknownOperatorError(f"{operator} on a key with several values is not known here")
    return one(given)


def _of(context: Context, key: str) -> str | Sequence[str] | None:
    """Look a key up; their names know no case."""
    return next((value for name, value in context.items() if name.lower() == key.lower()), None)


def _texts(value: Any) -> list[str]:
    items: Iterable[Any] = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def _arn_like(pattern: str, arn: str) -> bool:
    """Compare the six parts of an ARN one by one; the last may hold more colons."""
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    if len(patterns) < 6 or len(parts) < 6:
        return False
    return all(glob(*pair) for pair in zip(patterns, parts, strict=True))


def _in_network(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)


def _same(wanted: str, given: str) -> bool:
    return wanted == given


def _same_letters(wanted: str, given: str) -> bool:
    return wanted.lower() == given.lower()


_OPERATORS: dict[str, tuple[Compare, bool, bool]] = {
    # name: how, whether it says "not", whether policy variables stand in it
    "ArnEquals": (_arn_like, False, True),  # as ArnLike
    "ArnLike": (_arn_like, False, True),
    "ArnNotEquals": (_arn_like, True, True),
    "ArnNotLike": (_arn_like, True, True),
    "Bool": (_same_letters, False, False),
    "IpAddress": (_in_network, False, False),
    "NotIpAddress": (_in_network, True, False),
    "NumericGreaterThanEquals": (lambda wanted, given: float(given) >= float(wanted), False, False),
    "NumericLessThan": (lambda wanted, given: float(given) < float(wanted), False, False),
    "StringEquals": (_same, False, True),
    "StringEqualsIgnoreCase": (_same_letters, False, True),
    "StringLike": (glob, False, True),
    "StringNotEquals": (_same, True, True),
    "StringNotEqualsIgnoreCase": (_same_letters, True, True),
    "StringNotLike": (glob, True, True),
}

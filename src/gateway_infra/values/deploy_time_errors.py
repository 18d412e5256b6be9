"""Why a mapping leaves no value open as it is written, or not this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import PydanticCustomError

from gateway_infra.reading.diagnostics import did_you_mean, near_miss
from gateway_infra.reading.forms import OPTIONS
from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import wrong

INSTEAD = "write {environment_variable: NAME}, or {secret: name} for what the code reads itself"
_SHOWN = {
    "parameter": "a parameter is shown in the console",
    "stack_output": "an output is shown in the console",
    "ssm": "what CloudFormation reads from SSM is shown with the stack, and is no SecureString",
    "import": "an export is shown in the console",
}
"""Why a secret cannot be given so: only a parameter with NoEcho is not shown.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""


def form_fault(
    value: Mapping[Any, Any], forms: Sequence[str], *, secret: bool, code: bool
) -> PydanticCustomError | None:
    """Say why a mapping gives no value by one of `forms`; ``None`` where it does.

    `secret` says that the value is one, of which nothing is shown, and `code` that it reaches the
    function's code, which may read a secret for itself.
    """
    given = [form for form in (*forms, "secret") if form in value]
    if secret:
        return _secret_fault(value, given, forms)
    if not given:
        return wrong(_unknown(value, (*forms, "secret") if code else forms, code=code))
    if len(given) > 1 and (code or "secret" not in given):
        return wrong(f"says {_listed(given)}, and only one can fill it in; keep one")
    return None


def _unknown(value: Mapping[Any, Any], known: Sequence[str], *, code: bool) -> str:
    """Say that a mapping has no form's name."""
    if not value:
        examples = ["{parameter: Name}", "{stack_output: stack/Key}", "{ssm: /name}"]
        examples += ["{import: name}", "{environment_variable: NAME}"]
        examples += ["{secret: name}"] if code else []
        return f"is no open value; write one of {', '.join(examples)}"
    for key in map(str, value):
        if hint := near_miss(key, known):
            return f"'{key}' is no way to leave a value open{hint}"
    # What is not nearly a form may be the value itself, and that a secret.
    shown = "this" if code or len(value) > 1 else f"'{next(iter(value))}'"
    return f"{shown} is no way to leave a value open; known: {', '.join(sorted(known))}"


def _secret_fault(
    value: Mapping[Any, Any], given: Sequence[str], forms: Sequence[str]
) -> PydanticCustomError | None:
    """Say why a secret cannot be given so, without showing keys: they may be the secret."""
    if not given:
        hints = (near_miss(str(key), (*forms, "secret")) for key in value)
        hint = next(filter(None, hints), "")
        message = f"is a secret, but this does not say where it is; {INSTEAD}{hint}"
        return wrong(message, "GI141")
    if len(given) > 1:
        return wrong(f"is a secret, and says {_listed(given)}; {INSTEAD}", "GI141")
    (form,) = given
    more = [key for key in value if key != form and key not in OPTIONS.get(form, ())]
    if form in _SHOWN:
        why = _SHOWN[form]
        if "default" in value or "allowed_values" in value:
            key = "default" if "default" in value else "allowed_values"
            why += f", and its `{key}` stands in the template and in git"
        return wrong(f"is a secret, but {why}; {INSTEAD}", "GI141")
    if form == "environment_variable" and "default" in more:
        message = "has a `default`, but is a secret, and one written here would stand in "
        return wrong(f"{message}the template and in git; remove it", "GI141")
    if more and form == "environment_variable":
        return wrong(f"has a key beside `{form}`, which takes its name alone; remove it", "GI141")
    if more:
        hints = (near_miss(str(key), OPTIONS[form]) for key in more)
        hint = next(filter(None, hints), did_you_mean(str(more[0]), OPTIONS[form]))
        return wrong(f"has a key that is no option of `{form}`{hint}", "GI141")
    return None


def _listed(given: Sequence[str]) -> str:
    return " and ".join(f"`{form}`" for form in given)


RULES = (
    Rule.error(
        "GI141",
        "A password written in the file, or given by what would show it",
        "It would stand in git and in the template, where everyone who may read either reads it; "
        "parameters, outputs and SSM parameters are shown with the stack.",
        "Write {environment_variable: NAME}, which becomes a NoEcho parameter without a default, "
        "or {secret: name}, which the code reads itself.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    ),
)

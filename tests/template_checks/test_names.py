"""Rules of names in the templates."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.files import file
from tests.template_checks.templates import found, severities


def path(characters: int) -> str:
    """Return a route whose method's logical id has so many characters."""
    words = characters - len("ApiMethodDelete")
    parts = ["x" * 50] * (words // 50) + ["x" * (words % 50)]
    return f"{{DELETE /{'/'.join(part for part in parts if part)}: web}}"


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI733",
        file(routes=path(256)),
        f'api.routes["DELETE /{"x" * 50}/{"x" * 50}/',
    ),
)
PASSING: tuple[tuple[str, str], ...] = (
    ("GI733", file(routes=path(255))),
    ("GI733", file()),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_a_long_name_is_cut_in_its_message() -> None:
    [line] = found("GI733", file(routes=path(300)))
    assert f"makes the resource ApiResourceX{'x' * 28}… of 261 characters; " in line


def test_a_value_that_goes_from_stack_to_stack_has_a_longer_name() -> None:
    """The id of a path's resource fits, and so does not the name of its value in another stack."""
    long = "/".join(["x" * 48] * 5)
    text = file(
        routes=f"{{GET /{long}: web, GET /{long}/a: web}}",
        more=f"route_stacks: {{deep: [/{long}/a]}}",
    )
    assert found("GI733", text) == []
    longer = f"{long}yyy"
    text = text.replace(long, longer)
    lines = found("GI733", text)
    assert all(line.startswith(f'api.routes["GET /{longer[:20]}') for line in lines)
    assert any(": makes the output ApiResource" in line for line in lines)
    assert all("of 256 characters; CloudFormation takes 255: shorten it" in line for line in lines)

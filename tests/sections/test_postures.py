"""Defaults by posture: below all that is written, above those of the tier."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway_infra.loading.load import Loaded, load
from gateway_infra.loading.provenance import find, origin, resolve
from gateway_infra.reading.diagnostics import Diagnostic, Place
from gateway_infra.reading.source import Node
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.postures import HARDENED, WRITTEN, at_posture
from tests.rules.files import file
from tests.support import MINIMAL, load_text

HARD = MINIMAL + "posture: hardened\n"
DEFAULT = "default of posture hardened"


def retention(loaded: Loaded) -> tuple[int, str]:
    """Return how long logs are kept, and what says so."""
    place = loaded.source.find(("logs", "retention_days")).place
    return loaded.environment.logs.retention_days, str(place).partition(":")[0]


CASES = {
    # what the file says beside, and the days with their place
    "": (365, DEFAULT),
    "logs: {retention_days: 5}": (5, "environments/prod.yaml"),
    "logs: {}": (365, DEFAULT),
    "logs: {retention_days: null}": (30, "default of tier prod"),
}


@pytest.mark.parametrize("line", CASES)
def test_what_is_written_stands_above_the_posture(line: str) -> None:
    assert retention(load_text(HARD + line)) == CASES[line]


@pytest.mark.parametrize("posture", ["", "posture: record\n", "posture: null\n"])
def test_the_record_is_the_default(posture: str) -> None:
    assert retention(load_text(MINIMAL + posture)) == (30, "default of tier prod")


def test_a_posture_is_chosen_in_any_layer(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(HARD + "logs: {retention_days: 7}\n")
    (tmp_path / "prod.yaml").write_text("logs: {retention_days: null}\n")
    (tmp_path / "dev.yaml").write_text("posture: record\n")
    # A null takes from the layers below it what they chose, and from the posture too.
    assert retention(load(tmp_path, "prod"))[0] == 30
    assert retention(load(tmp_path, "dev"))[0] == 7
    assert retention(load(tmp_path, "dev", ["posture=hardened", "logs.retention_days=14"]))[0] == 14


@pytest.mark.parametrize("tier", ["dev", "staging", "prod"])
def test_no_tier_is_looser_than_the_posture(tier: str) -> None:
    """What a tier chooses for debugging gives way, unless the file says so itself."""
    text = HARD + f"tier: {tier}\n"
    assert not load_text(text).environment.api.stage.data_trace
    written = text.replace("api:", "api:\n  stage: {data_trace: true}")
    assert load_text(written).environment.api.stage.data_trace


def test_config_tells_where_a_value_came_from() -> None:
    tree = resolve(load_text(HARD))
    found: Any = find(tree, ("logs", "retention_days"))
    assert (found.value, origin(found.place)) == (365, DEFAULT)


STORED = "password: {secret: jobs/db}"


def told(text: str, overrides: tuple[str, ...] = ()) -> tuple[str, str]:
    """Return the place and the message of what scoped egress keeps the functions from."""
    loaded = load_text(text, overrides=overrides)
    [found] = [item for item in loaded.findings if item.rule == "GI913"]
    return str(found.place), found.message


def test_what_the_posture_chose_is_told_at_its_line() -> None:
    text = file(database=STORED, more="posture: hardened")
    place, message = told(text)
    line = text.splitlines().index("posture: hardened") + 1
    assert place == f"environments/prod.yaml:{line}:1"
    assert message.startswith("is scoped (posture hardened), and lets")
    written = text.replace("subnets:", "egress: scoped, subnets:")
    place, message = told(written)
    assert place.startswith("environments/prod.yaml:3:")
    assert "posture" not in message


def test_what_a_posture_of_the_command_line_chose_has_no_line() -> None:
    assert told(file(database=STORED), ("posture=hardened",))[0] == DEFAULT


def test_a_message_says_once_that_the_posture_chose() -> None:
    source = Node({"posture": Node("hardened", Place("prod.yaml", 4, 1))}, Place("prod.yaml", 1, 1))
    problem = Diagnostic(("logs",), "is odd", "GI301", place=Place(DEFAULT))
    moved = at_posture(problem, source)
    assert str(moved) == "prod.yaml:4:1: logs: is odd (posture hardened) [GI301]"
    assert at_posture(moved._replace(place=Place(DEFAULT)), source) == moved
    of_tier = problem._replace(place=Place("default of tier prod"))
    assert at_posture(of_tier, source) == of_tier


def test_each_choice_is_a_setting_that_could_be_written() -> None:
    """A posture chooses defaults: of the same keys a file takes the same values."""
    database = "database: {host: h, name: n, user: u, security_group: sg-0a1b2c3d, secret: {}}\n"
    chosen = load_text(HARD + (database if "database" in HARDENED else "")).environment
    for section, settings in HARDENED.items():
        held = getattr(chosen, section)
        assert settings.keys() <= type(held).model_fields.keys()
    assert {
        name
        for name, field in Environment.model_fields.items()
        if field.is_required() and name in HARDENED
    } <= WRITTEN

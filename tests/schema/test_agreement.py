"""What the models take, the schema takes; what they reject, it rejects, but for a named list.

Each ``cases/error_NAME.yaml`` falls into one of three groups by itself:

- its file, or one that it names, cannot be read: no schema sees it;
- the models reject it: a schema rejects it too, or it is named in `CROSS_FIELD` with the reason;
- the models take it, and a rule finds the mistake: both schemas take it, or it is in `STRICTER`.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError

from gateway_infra.loading.load import load
from gateway_infra.loading.provenance import resolve
from gateway_infra.openapi_input.translation import with_openapi
from gateway_infra.reading.diagnostics import ConfigError
from gateway_infra.reading.merge import read_layers, without_nulls
from gateway_infra.reading.source import Node, read_file, read_text
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.models import Modeled, with_models
from tests.fuzz.mutations import mutated
from tests.schema.support import FILE, WHOLE, faults
from tests.support import CASES, ROOT, load_text
from tests.test_cases import NAMES as GOOD
from tests.test_errors import NAMES as WRONG

SHIPPED = sorted((ROOT / "environments").glob("*.yaml"))

CROSS_FIELD: dict[str, tuple[str, ...]] = {
    "two keys of one section: a schema would say `not allowed` of the section, and no more": (
        "all-origins-with-credentials",
        "database-identifiers",
        "echo-with-credentials",
        "endpoints-and-route-tables",
        "waf-acl-and-rules",
    ),
    "the mistake is in another file: an OpenAPI document, or a schema's that is not there": (
        "openapi-keys",
        "windows-folder",
    ),
    "a dialect of regular expressions, which a schema does not read": ("authorizer-pattern",),
    "JSON Schema takes 1024.0 for a whole number": ("whole-number-with-point",),
}
"""Error cases that the models reject and the schemas take, by the reason."""

STRICTER: dict[str, tuple[str, ...]] = {
    "the schema lists the rules that may be accepted": (),
}
"""Error cases that the models take and a schema rejects, by the reason."""


def sample(folder: Path, name: str) -> tuple[Any, Any]:
    """Return the data of a file, and that of the environment that it is; or `ConfigError`."""
    data = read_file(folder / f"{name}.yaml", name).plain()
    return data, without_nulls(read_layers(folder, name, "cases")).plain()


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_it_takes_the_shipped_files(file: Path) -> None:
    assert faults(FILE, read_file(file, file.name).plain()) == []


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_it_takes_the_shipped_environments(name: str) -> None:
    loaded = load(ROOT / "environments", name)
    assert faults(WHOLE, loaded.source.plain()) == []
    assert faults(WHOLE, resolve(loaded).plain()) == [], "as `gateway-infra config` prints it"


@pytest.mark.parametrize("name", GOOD)
def test_it_takes_every_case(name: str) -> None:
    data, whole = sample(CASES, name)
    assert faults(FILE, data) == []
    assert faults(WHOLE, whole) == []
    assert faults(WHOLE, load(CASES, name).source.plain()) == []


def read(name: str, folder: Path) -> tuple[Node, Modeled] | None:
    """Return what is written of an error case, and what the models see; ``None`` for nothing."""
    shutil.copy(CASES / f"error_{name}.yaml", folder / f"{name}.yaml")
    document = CASES / f"error_{name}.yml"
    if document.is_file():
        shutil.copy(document, folder / f"{name}.yml")
    try:
        layers = read_layers(folder, name, "cases")
        seen = without_nulls(with_openapi(layers, folder, "cases").node)
    except ConfigError:
        return None
    return without_nulls(layers), with_models(seen, folder, "cases")


def models_take(seen: Modeled) -> bool:
    try:
        Environment.model_validate(seen.source.plain())
    except ValidationError:
        return False
    return not seen.errors


def named(groups: dict[str, tuple[str, ...]]) -> list[str]:
    return [name for names in groups.values() for name in names]


@pytest.mark.parametrize("name", WRONG)
def test_models_and_schema_agree_on_an_error_case(name: str, tmp_path: Path) -> None:
    found = read(name, tmp_path)
    if found is None:
        assert name not in (*named(CROSS_FIELD), *named(STRICTER)), "is not even read: unlist it"
        return
    written, seen = found
    file = read_file(tmp_path / f"{name}.yaml", name)
    said = faults(FILE, file.plain()) + faults(WHOLE, written.plain())
    if models_take(seen):
        assert name not in named(CROSS_FIELD), "the models take it: unlist it in CROSS_FIELD"
        if name in named(STRICTER):
            assert said, "no schema rejects it: unlist it in STRICTER"
        else:
            assert said == [], (
                "the models take what a schema rejects: mend the schema (InSchema and the like "
                "beside the model's validators), or name the case in STRICTER with the reason"
            )
    elif name in named(CROSS_FIELD):
        assert said == [], "a schema rejects it: unlist it in CROSS_FIELD"
    else:
        assert said, (
            "the models reject what both schemas take: say it beside the model's validator "
            "(Field, matches, InSchema), or name the case in CROSS_FIELD with the reason"
        )


@pytest.mark.parametrize("groups", [CROSS_FIELD, STRICTER])
def test_the_lists_name_cases_that_there_are_once_each(groups: dict[str, tuple[str, ...]]) -> None:
    assert sorted(named(groups)) == sorted(set(named(groups)))
    assert set(named(groups)) <= set(WRONG)


def agree(text: str) -> None:
    try:
        whole = load_text(text).source.plain()
    except ConfigError:
        return
    assert faults(WHOLE, whole) == []
    # A null may remove what is no key at all, which an editor marks all the same.
    assert faults(FILE, without_nulls(read_text(text, "prod.yaml")).plain()) == []


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_what_the_models_take_the_schema_takes(text: str) -> None:
    agree(text)


@pytest.mark.fuzz
@settings(deadline=None, max_examples=5_000, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_and_so_it_is_of_thousands(text: str) -> None:
    agree(text)

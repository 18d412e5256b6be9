"""The catalog as a whole: ids, texts, pages, and that a test breaks each rule."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import gateway_infra.rules
import tests.rules
import tests.template_checks
from gateway_infra.rules.catalog import BY_ID, RULES
from gateway_infra.rules.rule import Rule
from gateway_infra.template_checks.catalog import CHECKS
from tests.rules.apis import problems_in
from tests.support import CASES, ROOT

SOURCE = ROOT / "src" / "gateway_infra"
ID = re.compile(r"\bGI\d{3}\b")
ids = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


@cache
def catalogs() -> tuple[tuple[str, ModuleType], ...]:
    """Return the modules that hold rules, by their names."""
    package = gateway_infra.rules
    return tuple(
        (name, importlib.import_module(name))
        for _, name, _ in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        if name != "gateway_infra.rules.catalog"
    )


def ids_in(*files: Path) -> set[str]:
    """Return the ids that stand in files."""
    return {found for file in files for found in ID.findall(file.read_text())}


@cache
def modules_with_examples() -> tuple[tuple[str, object], ...]:
    """Return the FAILING tables of the modules that test rules, each with its module's name."""
    return tuple(
        (name, table)
        for package in (tests.rules, tests.template_checks)
        for _, name, _ in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        if name != __name__
        and (table := getattr(importlib.import_module(name), "FAILING", None)) is not None
    )


@cache
def broken_somewhere() -> frozenset[str]:
    """Return the ids of which a table or an error case has a failing example.

    A table holds an id in each of its rows; an error case shows those of its messages.
    """
    shown = {
        rule
        for text in CASES.glob("error_*.txt")
        for rule in re.findall(r"\[(GI\d{3})\]", text.read_text())
    }
    listed = {rule for _, table in modules_with_examples() for rule in ID.findall(repr(table))}
    return frozenset(shown | listed)


@cache
def named_by_tests() -> frozenset[str]:
    """Return the ids that tests name elsewhere than in their tables of what keeps rules."""
    files = [file for file in (ROOT / "tests").rglob("test_*.py") if file != Path(__file__)]
    kept = re.compile(r"^PASSING\b.*?^[)}]\n", re.DOTALL | re.MULTILINE)
    return frozenset(
        found for file in files for found in ID.findall(kept.sub("", file.read_text()))
    )


def test_every_rule_of_every_module_is_in_the_catalog() -> None:
    listed = [rule for _, module in catalogs() for rule in getattr(module, "RULES", ())]
    assert sorted(rule.id for rule in listed) == sorted(BY_ID)


def test_ids_are_given_once_and_name_the_rule_that_they_are_given_to() -> None:
    assert len(BY_ID) == len(RULES)
    assert list(BY_ID) == sorted(BY_ID)
    assert all(BY_ID[rule.id] is rule for rule in RULES)


@ids
def test_its_texts_are_for_people_and_its_page_is_there(rule: Rule) -> None:
    """A title is no sentence; reason and fix are sentences, of one paragraph each."""
    assert re.fullmatch(r"GI\d\d\d", rule.id)
    assert rule.severity in ("error", "warning", "advice")
    assert re.match(r"[A-Z`'/*{$]", rule.title)
    assert not rule.title.endswith(".")
    assert len(rule.title) <= 100
    for text in (rule.reason, rule.fix):
        assert re.match(r"[^a-z\s]|localhost\b", text), text
        assert text.endswith((".", '."', ".)")), text
        assert "  " not in text
        assert "\n" not in text
        assert 8 <= len(text) <= 500, text
    if rule.page.startswith("docs/"):
        assert (ROOT / rule.page.partition("#")[0]).is_file(), rule.page
    else:
        assert re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]+/\S*", rule.page), rule.page


def test_a_test_breaks_each_rule() -> None:
    """What a table cannot break, as it needs files or templates, a test names by its id."""
    assert set(BY_ID) - broken_somewhere() - named_by_tests() == set()


def test_what_has_no_check_is_found_elsewhere() -> None:
    """Models and readers name its id; what looks at templates may name the rule as a constant."""
    found_there = {found.id for found, _ in CHECKS}
    own = {Path(str(module.__file__)) for _, module in catalogs()}
    words: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for file in SOURCE.rglob("*.py"):
        words[file in own].update(re.findall(r"\w+", file.read_text()))
    unfound = []
    for rule in RULES:
        if rule.check is not None or rule.id in found_there or rule.id.startswith("GI00"):
            continue  # What GI00… would explain, the readers say without an id.
        names = {rule.id} | {
            name
            for _, module in catalogs()
            for name, value in vars(module).items()
            if value is rule
        }
        there, elsewhere = (sum(words[it][name] for name in names) for it in (True, False))
        if there <= len(names) and not elsewhere:
            unfound.append(rule.id)
    assert unfound == []


def test_no_source_and_no_page_names_a_rule_that_there_is_not() -> None:
    files = [*SOURCE.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    unknown = {found for found in ids_in(*files) if found != "GI099"}  # an example of none
    assert unknown <= set(BY_ID)


def test_what_the_readers_find_cannot_be_accepted() -> None:
    """`accept` is looked at when there is an environment, and these would have stopped it."""
    readers = [
        path
        for room in ("loading", "openapi_input", "reading", "sections", "values")
        for path in (SOURCE / room).glob("*.py")
    ]
    named = {found for file in readers for found in re.findall(r'"(GI\d{3})"', file.read_text())}
    early = [BY_ID[found] for found in sorted(named) if BY_ID[found].check is None]
    assert [rule.id for rule in early if rule.severity == "error" and rule.acceptable] == []


def test_tables_are_tables_of_an_id_a_text_and_a_message() -> None:
    assert len(modules_with_examples()) >= 3
    for name, table in modules_with_examples():
        assert isinstance(table, tuple), name
        for row in table:
            assert row[0] in BY_ID, (name, row[0])
            assert all(isinstance(item, str) for item in row), (name, row[0])


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_the_shipped_environments_break_what_their_reasons_name(name: str) -> None:
    """The record's 60 s where the gateway waits 29 s; in dev, whoever deploys names the image."""
    from tests.decisions.shipped import shipped  # noqa: PLC0415

    told = {item.rule for item in shipped(name).warnings if item.rule[:3] in ("GI1", "GI2")}
    assert told <= {"GI201", *(["GI107"] if name == "dev" else [])}


def test_an_empty_file_is_told_nothing_of_values_and_functions() -> None:
    assert not [item for item in problems_in("service: jobs\n") if item.rule[:3] in ("GI1", "GI2")]

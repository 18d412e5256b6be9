"""The catalog as a whole: ids, texts, pages, and that a test breaks each rule."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import gateway_infra
import tests.rules
import tests.template_checks
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.catalog import all_rules, find_rule, rule_homes, rules_by_id
from gateway_infra.template_checks import catalog as template_checks
from tests.rules.apis import problems_in
from tests.support import CASES, ROOT

SOURCE = ROOT / "src" / "gateway_infra"
TEMPLATE_CHECKS = "gateway_infra.template_checks."
ID = re.compile(r"\bGI\d{3}\b")
ids = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)


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


def test_the_catalog_walks_every_module() -> None:
    """Importing every module finds the same rules as reading their source does."""
    found: set[str] = set()
    for _, name, _ in pkgutil.walk_packages(gateway_infra.__path__, "gateway_infra."):
        if name.rpartition(".")[2] != "__main__":
            module = importlib.import_module(name)
            found |= {value.id for value in vars(module).values() if isinstance(value, Rule)}
            found |= {rule.id for rule in getattr(module, "RULES", ())}
    assert found == set(rule_homes())
    assert list(rules_by_id()) == sorted(rules_by_id())
    removed = {rule for rule in rule_homes() if rule not in rules_by_id()}
    assert {getattr(find_rule(rule), "status", None) for rule in removed} == {"removed"}


def test_the_checks_of_templates_run() -> None:
    """`template_checks/catalog.py` lists the `RULES` of each of its modules."""
    checked = {rule.id for rule in template_checks.RULES if rule.check}
    of_room = {rule for rule, home in rule_homes().items() if home.startswith(TEMPLATE_CHECKS)}
    assert {rule.id for rule in all_rules() if rule.id in of_room and rule.check} == checked


def test_an_id_is_never_used_twice() -> None:
    defined = Counter(
        rule
        for file in SOURCE.rglob("*.py")
        for rule in re.findall(r"\bRule(?:\.\w+)?\(\s*\"(GI\d{3})\"", file.read_text())
    )
    assert {rule: times for rule, times in defined.items() if times > 1} == {}


def test_a_preview_rule_never_stops_a_run() -> None:
    preview = [rule for rule in all_rules() if rule.status == "preview"]
    assert [rule.id for rule in preview if rule.severity == "error"] == []


def test_a_warning_and_advice_can_be_previews_and_an_error_cannot() -> None:
    text = ("GI099", "Title", "A reason.", "A fix.", "https://docs.aws.amazon.com/")
    assert Rule.warning(*text, status="preview").status == "preview"
    assert Rule.advice(*text, status="preview").status == "preview"
    assert "status" not in inspect.signature(Rule.error).parameters


def test_the_readers_of_a_file_load_no_rule_of_templates() -> None:
    program = "from gateway_infra.loading import load; import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    later = ("gateway_infra.template_checks", "gateway_infra.customizing", "troposphere")
    assert [name for name in done.stdout.split() if name.startswith(later)] == []


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
    assert set(rules_by_id()) - broken_somewhere() - named_by_tests() == set()


def test_a_rule_has_its_text_and_its_code_in_one_module() -> None:
    """A rule without a check is reported by its own module, by its ID or its constant."""
    apart = []
    for rule in all_rules():
        text = (SOURCE.parent / f"{rule_homes()[rule.id].replace('.', '/')}.py").read_text()
        names = re.findall(rf'^([A-Z_]+) = Rule(?:\.\w+)?\(\s*"{rule.id}"', text, re.MULTILINE)
        uses = text.count(f'"{rule.id}"') - 1
        uses += sum(len(re.findall(rf"\b{name}\b", text)) - 1 for name in names)
        if rule.check is None and not uses:
            apart.append(rule.id)
    assert apart == []


def test_no_source_and_no_page_names_a_rule_that_there_is_not() -> None:
    files = [*SOURCE.rglob("*.py"), *(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]
    unknown = {found for found in ids_in(*files) if found != "GI099"}  # an example of none
    assert unknown <= set(rule_homes())


def test_what_the_readers_find_cannot_be_accepted() -> None:
    """`accept` is looked at when there is an environment, and these would have stopped it."""
    readers = [
        path
        for room in ("loading", "openapi_input", "reading", "sections", "values")
        for path in (SOURCE / room).glob("*.py")
    ]
    named = {found for file in readers for found in re.findall(r'"(GI\d{3})"', file.read_text())}
    early = [rules_by_id()[found] for found in sorted(named) if rules_by_id()[found].check is None]
    assert [rule.id for rule in early if rule.severity == "error" and rule.acceptable] == []


def test_tables_are_tables_of_an_id_a_text_and_a_message() -> None:
    assert len(modules_with_examples()) >= 3
    for name, table in modules_with_examples():
        assert isinstance(table, tuple), name
        for row in table:
            assert row[0] in rules_by_id(), (name, row[0])
            assert all(isinstance(item, str) for item in row), (name, row[0])


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_the_shipped_environments_break_what_their_reasons_name(name: str) -> None:
    """The record's 60 s where the gateway waits 29 s; in dev, whoever deploys names the image."""
    from tests.decisions.shipped import shipped

    told = {item.rule for item in shipped(name).warnings if item.rule[:3] in ("GI1", "GI2")}
    assert told <= {"GI201", *(["GI107"] if name == "dev" else [])}


def test_an_empty_file_is_told_nothing_of_values_and_functions() -> None:
    assert not [item for item in problems_in("service: jobs\n") if item.rule[:3] in ("GI1", "GI2")]

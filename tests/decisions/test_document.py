"""docs/decisions.md says which test holds each decision; the tests say which decision they hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import ROOT

DOCUMENT = (ROOT / "docs" / "decisions.md").read_text()
SECTIONS = DOCUMENT.split("\n## ")[1:]
HERE = Path(__file__).parent
MODULES = sorted(path for path in HERE.glob("test_*.py") if path != Path(__file__))


@pytest.mark.parametrize("section", SECTIONS, ids=[text.partition("\n")[0] for text in SECTIONS])
def test_every_section_names_the_test_that_holds_it(section: str) -> None:
    [named] = re.findall(r"\*\*Held by\*\* `([^`]+)`", section)
    assert (ROOT / named).is_file()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_test_module_is_named_by_the_document(module: Path) -> None:
    assert f"`{module.relative_to(ROOT).as_posix()}`" in DOCUMENT


@pytest.mark.parametrize("number", range(1, 13))
def test_every_decision_says_what_why_and_its_price(number: int) -> None:
    [section] = [text for text in SECTIONS if text.startswith(f"{number}. ")]
    for part in ("**What.**", "**Why.**", "**Price.**"):
        assert section.count(part) == 1
    assert f"test_decision_{number:02}_" in section


@pytest.mark.parametrize("number", range(1, 13))
def test_every_test_of_a_decision_names_it(number: int) -> None:
    [module] = HERE.glob(f"test_decision_{number:02}_*.py")
    text = module.read_text()
    docstrings = re.findall(r'^def test_.*?:\n    """(.*?)"""', text, re.MULTILINE | re.DOTALL)
    assert len(docstrings) == text.count("\ndef test_")
    assert all(line.startswith(f"Decision {number}: ") for line in docstrings)


def test_links_lead_to_sections() -> None:
    headings = re.findall(r"^## (.+)$", DOCUMENT, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", text.lower()).replace(" ", "-") for text in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", DOCUMENT)) == anchors


def test_settings_that_the_document_names_exist() -> None:
    """A renamed key must not stay behind in the document."""
    schema = "\n".join(
        path.read_text() for path in (ROOT / "src" / "gateway_infra" / "sections").glob("*.py")
    )
    table = DOCUMENT.split("\n## ", 1)[0]
    for path in re.findall(r"`([a-z_.A-Z]+)`", table.partition("| Decision |")[2]):
        for key in path.removeprefix("functions.NAME.").split("."):
            assert re.search(rf"^    {key}: ", schema, re.MULTILINE), path

"""Docs quote only figures that the benchmark wrote."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from tests.support import ROOT

FIGURES = runpy.run_path(str(ROOT / "benchmarks" / "figures.py"))
PAGES = FIGURES["PAGES"]
QUOTED = re.compile(r"\d(?:,?\d)*(?:\.\d+)? ?(?:ms|MiB|s of|times)(?!\w)")
SPEED = re.compile(r"^## Speed\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_quotes_the_last_figures(page: Path) -> None:
    text = page.read_text()
    assert FIGURES["replaced"](text, PAGES[page](FIGURES["stored"]())) == text, (
        "Run `python benchmarks/run.py --write`. Do not edit figures by hand."
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_quotes_no_figure_outside_the_block(page: Path) -> None:
    text = page.read_text()
    if page == ROOT / "README.md":
        text = SPEED.findall(text)[0]
    before, _, rest = text.partition(FIGURES["BEGIN"])
    assert QUOTED.findall(before + rest.partition(FIGURES["END"])[2]) == []


@pytest.mark.parametrize("missing", ["BEGIN", "END"])
def test_a_page_without_the_block_is_an_error(missing: str) -> None:
    text = "\n".join(FIGURES[name] for name in ("BEGIN", "END") if name != missing)
    with pytest.raises(ValueError, match="The page needs the lines"):
        FIGURES["replaced"](text, "text")


def test_floor_metadata_names_suppressions_only() -> None:
    """`run.py` checks it against the template; a stack without suppressions would test nothing."""
    text = (ROOT / "benchmarks" / "floor_metadata.json").read_text()
    assert "rules_to_suppress" in text

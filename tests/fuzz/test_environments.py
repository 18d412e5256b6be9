"""Environments made by chance: some in the fast suite, ten thousand by ``pytest -m fuzz``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import GOOD, garbled, mutated
from tests.fuzz.shapes import LIMITS, shaped
from tests.fuzz.sound import check
from tests.lint.support import lint_templates
from tests.support import resources_of

# A huge file that fails is shown whole.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")


@st.composite
def shaped_in_part(draw: st.DrawFn) -> str:
    """Return a file of which one to three sections are made by chance, or all of them."""
    data = draw(shaped())
    if draw(st.integers(0, 3)):
        made = draw(st.lists(st.sampled_from(sorted(data) or ["tags"]), max_size=3))
        good = draw(st.sampled_from(list(GOOD.values())))
        data = {**good, **{key: data[key] for key in made if key in data}}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


FILES: dict[str, tuple[st.SearchStrategy[str], int]] = {
    "shaped": (shaped_in_part(), 3_000),
    "mutated": (mutated(), 5_000),
    "garbled": (garbled(), 2_000),
}
"""How files are made, and how many in the long run."""
LINTED = 60
"""cfn-lint takes most of a second for each."""


def settled(examples: int) -> Callable[[Any], Any]:
    """Return the settings of a run: no deadline, as a busy machine is no fault."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=examples, deadline=None, suppress_health_check=quiet)


@pytest.mark.parametrize("kind", FILES)
def test_any_file_is_refused_with_a_place_or_sound(kind: str) -> None:
    """A few of them."""
    files, _ = FILES[kind]
    settled(30)(given(files)(lambda text: (check(text), None)[1]))()


def test_what_is_accepted_lints_clean(tmp_path: Path) -> None:
    """A very few: cfn-lint takes most of a second for each."""
    templates: list[Path] = []

    def written(text: str) -> None:
        generated = check(text)
        if generated is not None and generated.plan.region == "us-east-1":
            templates.append(tmp_path / f"{len(templates)}.json")
            templates[-1].write_text(generated.files["template.json"])

    settled(12)(given(mutated())(written))()
    assert lint_templates(templates, "us-east-1") == []


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", FILES)
def test_ten_thousand_files(kind: str, tmp_path: Path) -> None:
    """All of them; of what gives templates, each new set of types and properties is linted too."""
    files, examples = FILES[kind]
    to_lint: dict[frozenset[tuple[str, ...]], Path] = {}

    def checked(text: str) -> None:
        generated = check(text)
        if generated is None or generated.plan.region != "us-east-1":
            return
        shape = frozenset(
            (body["Type"], *sorted(body.get("Properties", {})))
            for body in resources_of(generated).values()
        )
        if shape not in to_lint and len(to_lint) < LINTED:
            to_lint[shape] = tmp_path / f"{len(to_lint)}.json"
            to_lint[shape].write_text(generated.files["template.json"])

    settled(examples)(given(files)(checked))()
    assert lint_templates(list(to_lint.values()), "us-east-1") == []
    assert len(to_lint) > 2


def test_limits_are_those_of_the_models() -> None:
    """Else no value would be at or past one."""
    assert {128, 10_240, 900, 512, 65_535, 3_600, 1_024} <= {*LIMITS}

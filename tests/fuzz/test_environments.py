"""Environments made by chance: some in the fast suite, ten thousand by ``pytest -m fuzz``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_infra.pipeline import Generated
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
LINTED = 40
"""Environments; cfn-lint takes a second or two for each."""


def settled(examples: int) -> Callable[[Any], Any]:
    """Return the settings of a run: no deadline, as a busy machine is no fault."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=examples, deadline=None, suppress_health_check=quiet)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILES)
def test_any_file_is_refused_with_a_place_or_sound(kind: str) -> None:
    """A few of them."""
    files, _ = FILES[kind]
    settled(30)(given(files)(lambda text: (check(text), None)[1]))()


def written(pair: tuple[Generated, Generated], folder: Path) -> list[Path]:
    """Write the templates of both layouts below a folder; return where they are."""
    paths = []
    for generated in pair:
        for stack in generated.stacks:
            paths.append(folder / generated.plan.layout / stack.file)
            paths[-1].parent.mkdir(parents=True, exist_ok=True)
            paths[-1].write_text(stack.text)
    return paths


def test_what_is_accepted_lints_clean(tmp_path: Path) -> None:
    """A very few: cfn-lint takes a third of a second and more for each."""
    templates: list[Path] = []

    def checked(text: str) -> None:
        pair = check(text)
        if pair is not None and pair[0].plan.region == "us-east-1" and len(templates) < 12:
            templates.extend(written(pair, tmp_path / str(len(templates))))

    settled(12)(given(mutated())(checked))()
    assert lint_templates(templates, "us-east-1") == []


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", FILES)
def test_ten_thousand_files(kind: str, tmp_path: Path) -> None:
    """All of them; of what gives templates, each new set of types and properties is linted too."""
    files, examples = FILES[kind]
    to_lint: dict[frozenset[tuple[str, ...]], list[Path]] = {}

    def checked(text: str) -> None:
        pair = check(text)
        if pair is None or pair[0].plan.region != "us-east-1":
            return
        shape = frozenset(
            (body["Type"], *sorted(body.get("Properties", {})))
            for body in resources_of(pair[0]).values()
        )
        if shape not in to_lint and len(to_lint) < LINTED:
            to_lint[shape] = written(pair, tmp_path / str(len(to_lint)))

    settled(examples)(given(files)(checked))()
    assert len(to_lint) > 2
    assert lint_templates([path for paths in to_lint.values() for path in paths], "us-east-1") == []


def test_limits_are_those_of_the_models() -> None:
    """Else no value would be at or past one."""
    assert {128, 10_240, 900, 512, 65_535, 3_600, 1_024} <= {*LIMITS}

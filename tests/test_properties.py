"""Any file is either rejected with a located message or gives sound templates, in both layouts."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_infra.config.problems import ConfigError
from gateway_infra.config.source import read_text
from gateway_infra.lint import lint_templates
from tests.support import CASES, Generated, generate_text

GOOD = [
    *(
        yaml.safe_load((CASES / f"{name}.yaml").read_text())
        for name in ("api-settings", "minimal", "open-values", "several-functions")
    )
]

PATHS = st.sampled_from(["GET /", "GET /a/{b}", "ANY /{x+}", "PUT /a/{c}/d", "GET /A", "POST /a-b"])
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.sampled_from([0, 1, 28, 29, 30, 60, 128, 900, 901, 10240, 10241, 65535, 65536]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["*", "none", "iam", "web", "https://x.example.com", "${AWS::Region}", "a" * 300]
    ),
    st.builds(lambda name: {"parameter": name}, st.sampled_from(["Api", "VpcId", "Z9", "a b", ""])),
    st.builds(lambda name: {"stack_output": name}, st.sampled_from(["a/B", "a", "s/VpcId"])),
    st.just({"environment_variable": "SECRET_A"}),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(PATHS, st.sampled_from(["web", "nobody"]), max_size=4),
)

quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Return a good environment with one to three values dropped, replaced, renamed or added."""
    data = copy.deepcopy(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 3))):
        container: Any = data
        while True:
            keys = list(container) if isinstance(container, dict) else list(range(len(container)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            child = container[key]
            if isinstance(child, dict | list) and child and draw(st.booleans()):
                container = child
                continue
            _mutate(draw, container, key)
            break
    return data


def _mutate(draw: st.DrawFn, container: Any, key: Any) -> None:
    how = draw(st.sampled_from(["drop", "replace", "rename", "add"]))
    if how == "drop":
        del container[key]
    elif how == "replace" or isinstance(container, list):
        container[key] = copy.deepcopy(draw(VALUES))
    elif how == "rename":
        container[f"{key}{draw(st.sampled_from(['s', 'x', '-a', ' ']))}"] = container.pop(key)
    else:
        container[draw(st.text(max_size=8))] = copy.deepcopy(draw(VALUES))


def either_way(text: str, layout: str) -> Generated | None:
    """Generate, or check that every message names a place and is fit to read."""
    try:
        return generate_text(text, "prod", layout)
    except ConfigError as error:
        problems = error.problems
    assert problems
    for problem in problems:
        assert problem.place.file
        line = str(problem)
        assert "\n" not in line
        assert "Traceback" not in line
        assert "pydantic" not in line
    return None


@quick
@given(mutated())
def test_a_mutated_environment_is_rejected_or_sound(data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True)
    single, split = either_way(text, "single"), either_way(text, "split")
    assert (single is None) == (split is None)
    if single is None or split is None:
        return
    for generated in (single, split):
        for name, content in generated.files.items():
            assert json.loads(content), name
    ids = [
        {key for stack in item.stacks for key in stack.template["Resources"]}
        for item in (single, split)
    ]
    assert ids[0] == ids[1]


@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_what_is_accepted_lints_clean(tmp_path: Path, data: dict[str, Any]) -> None:
    generated = either_way(yaml.safe_dump(data, allow_unicode=True), "single")
    if generated is not None:
        file = tmp_path / "template.json"
        file.write_text(generated.files["template.json"])
        assert lint_templates([file], "us-east-1") == []


PUNCTUATION = st.lists(st.sampled_from(list("{}[]:,-&*!|>'\"%@`#?\n \tab0~")), max_size=60)


@quick
@given(st.one_of(st.text(max_size=200), PUNCTUATION.map("".join)))
def test_any_text_is_rejected_with_a_place_or_read(text: str) -> None:
    try:
        read_text(text, "environments/prod.yaml")
    except ConfigError as error:
        places = [problem.place for problem in error.problems]
        assert places
        assert all(place.line >= 1 and place.column >= 1 for place in places)

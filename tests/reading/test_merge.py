"""The merge rule, the files that extend others, and ``--set``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway_infra.reading.diagnostics import ConfigError, KeyPath, Place, show_path
from gateway_infra.reading.merge import (
    defaults_node,
    merge,
    read_layers,
    with_overrides,
    without_nulls,
)
from gateway_infra.reading.source import Node, read_text
from tests.faults import faults_of


def applied(node: Node, overrides: list[str]) -> Node:
    """Return a file with ``--set`` laid over it, or raise with all that is wrong there."""
    overridden = with_overrides(node, overrides)
    if overridden.problems:
        raise ConfigError(overridden.problems)
    return overridden.node


def merged(base: str, overlay: str) -> Any:
    return without_nulls(merge(read_text(base, "base"), read_text(overlay, "over"))).plain()


MERGES: dict[str, tuple[str, str, Any]] = {
    "mappings merge": ("{a: 1, b: 2}", "{b: 3, c: 4}", {"a": 1, "b": 3, "c": 4}),
    "at every depth": (
        "{a: {b: {c: 1, d: 2}}}",
        "{a: {b: {d: 3}}}",
        {"a": {"b": {"c": 1, "d": 3}}},
    ),
    "lists replace": ("{a: [1, 2, 3]}", "{a: [4]}", {"a": [4]}),
    "an empty list replaces": ("{a: [1]}", "{a: []}", {"a": []}),
    "mappings in lists do not merge": ("{a: [{b: 1}]}", "{a: [{c: 2}]}", {"a": [{"c": 2}]}),
    "text replaces a mapping": ("{a: {b: 1}}", "{a: text}", {"a": "text"}),
    "a mapping replaces text": ("{a: text}", "{a: {b: 1}}", {"a": {"b": 1}}),
    "a mapping replaces a list": ("{a: [1]}", "{a: {b: 1}}", {"a": {"b": 1}}),
    "an empty mapping keeps": ("{a: {b: 1}}", "{a: {}}", {"a": {"b": 1}}),
    "a short route under a long one": (
        "{api: {routes: {GET /a: web}}}",
        "{api: {routes: {GET /a: {api_key: true}}}}",
        {"api": {"routes": {"GET /a": {"function": "web", "api_key": True}}}},
    ),
    "null removes a value": ("{a: 1, b: 2}", "{a: null}", {"b": 2}),
    "null removes a mapping": ("{a: {b: 1}, c: 2}", "{a: ~}", {"c": 2}),
    "null removes deep down": ("{a: {b: 1, c: 2}}", "{a: {b: null}}", {"a": {"c": 2}}),
    "null of nothing is nothing": ("{a: 1}", "{b: null}", {"a": 1}),
    "null in the base is nothing": ("{a: null}", "{b: 1}", {"b": 1}),
    "null in a list stays": ("{a: [null, {b: null, c: 1}]}", "{}", {"a": [None, {"c": 1}]}),
    "false is no null": ("{a: true}", "{a: false}", {"a": False}),
    "empty text is no null": ("{a: text}", "{a: ''}", {"a": ""}),
    "an open value is one value": (
        "{a: {stack_output: x/Y}, b: 1}",
        "{a: {parameter: Z}}",
        {"a": {"parameter": "Z"}, "b": 1},
    ),
    "a key named as a form merges": (
        "{functions: {import: {memory: 512}, web: {memory: 512}}}",
        "{functions: {web: {timeout: 5}}}",
        {"functions": {"import": {"memory": 512}, "web": {"memory": 512, "timeout": 5}}},
    ),
    "a key named as a form merges, deeper": (
        "{functions: {import: {memory: 512}}}",
        "{functions: {import: {timeout: 5}}}",
        {"functions": {"import": {"memory": 512, "timeout": 5}}},
    ),
    "zero is no null": ("{a: 1}", "{a: 0}", {"a": 0}),
}


@pytest.mark.parametrize("case", MERGES)
def test_the_merge_rule(case: str) -> None:
    base, overlay, expected = MERGES[case]
    assert merged(base, overlay) == expected


def test_each_value_keeps_the_place_of_the_file_that_gave_it() -> None:
    node = merge(read_text("a: 1\nb: {c: 1, d: 2}", "base"), read_text("\n\nb: {d: 3}", "over"))
    places = {
        ("a",): "base:1:1",
        ("b",): "over:3:1",
        ("b", "c"): "base:2:5",
        ("b", "d"): "over:3:5",
    }
    for path, place in places.items():
        assert str(node.find(path).place) == place


def test_neither_side_of_a_merge_is_changed() -> None:
    base, overlay = read_text("a: {b: 1}", "base"), read_text("a: {c: 2}", "over")
    merge(base, overlay)
    assert base.plain() == {"a": {"b": 1}}
    assert overlay.plain() == {"a": {"c": 2}}


def test_defaults_name_their_origin_everywhere() -> None:
    node = defaults_node({"a": {"b": [1, {"c": 2}]}}, "default of tier prod")
    for path in ((), ("a",), ("a", "b"), ("a", "b", 1), ("a", "b", 1, "c")):
        assert str(node.find(path).place) == "default of tier prod"
    assert node.plain() == {"a": {"b": [1, {"c": 2}]}}


def layers(folder: Path, **files: str) -> Any:
    """Write files, read the environment ``prod`` of them and return its data."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return without_nulls(read_layers(folder, "prod", "environments")).plain()


LAYERS: dict[str, tuple[dict[str, str], Any]] = {
    "alone": ({"prod": "a: 1"}, {"a": 1}),
    "over base": ({"base": "a: 1\nb: 1", "prod": "a: 2"}, {"a": 2, "b": 1}),
    "base named": ({"base": "a: 1", "prod": "extends: base.yaml\nb: 2"}, {"a": 1, "b": 2}),
    "chain": (
        {"base": "a: 1\nb: 1\nc: 1", "mid": "b: 2\nc: 2", "prod": "extends: mid.yaml\nc: 3"},
        {"a": 1, "b": 2, "c": 3},
    ),
    "chain that leaves base out": (
        {"base": "a: 1", "mid": "extends: null\nb: 2", "prod": "extends: mid.yaml\nc: 3"},
        {"b": 2, "c": 3},
    ),
    "base extends": (
        {"root": "a: 0\nb: 0", "base": "extends: root.yaml\na: 1", "prod": "c: 3"},
        {"a": 1, "b": 0, "c": 3},
    ),
    "null in the middle removes for good": (
        {"base": "a: {b: 1}", "mid": "a: null", "prod": "extends: mid.yaml\na: {c: 2}"},
        {"a": {"c": 2}},
    ),
    "list in the middle replaces for good": (
        {"base": "a: {b: 1}", "mid": "a: [1]", "prod": "extends: mid.yaml\na: {c: 2}"},
        {"a": {"c": 2}},
    ),
    "null then nothing": (
        {"base": "a: 1\nb: 1", "mid": "a: null", "prod": "extends: mid.yaml\nc: 1"},
        {"b": 1, "c": 1},
    ),
}


@pytest.mark.parametrize("case", LAYERS)
def test_files_lie_over_those_they_extend(case: str, tmp_path: Path) -> None:
    files, expected = LAYERS[case]
    assert layers(tmp_path, **files) == expected


def test_values_of_other_files_keep_their_place(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("a: 1\n")
    (tmp_path / "prod.yaml").write_text("# first\nb: 2\n")
    node = read_layers(tmp_path, "prod", "some/folder")
    assert str(node.find(("a",)).place) == "some/folder/base.yaml:1:1"
    assert str(node.find(("b",)).place) == "some/folder/prod.yaml:2:1"


MUST = "extends: must name a .yaml file of the same folder, as in staging.yaml"
EXTENDS = {
    "leaves the folder": ("extends: ../base.yaml", f"environments/prod.yaml:1:1: {MUST}"),
    "goes down": ("extends: sub/base.yaml", f"environments/prod.yaml:1:1: {MUST}"),
    "absolute": ("extends: /base.yaml", f"environments/prod.yaml:1:1: {MUST}"),
    "backslash": ('extends: "..\\\\base.yaml"', f"environments/prod.yaml:1:1: {MUST}"),
    "hidden": ("extends: .base.yaml", f"environments/prod.yaml:1:1: {MUST}"),
    "no ending": ("extends: base", f"environments/prod.yaml:1:1: {MUST}"),
    "two lines": ('a: 1\nextends: "x.yaml\\n"', f"environments/prod.yaml:2:1: {MUST}"),
    "list": ("extends: [base.yaml]", f"environments/prod.yaml:1:1: {MUST}"),
    "number": ("extends: 5", f"environments/prod.yaml:1:1: {MUST}"),
    "not there": (
        "extends: other.yaml",
        "environments/prod.yaml:1:1: extends: there is no other.yaml beside this file",
    ),
    "itself": (
        "extends: prod.yaml",
        "environments/prod.yaml:1:1: extends: goes round in a circle: prod.yaml → prod.yaml",
    ),
}


@pytest.mark.parametrize("case", EXTENDS)
def test_extends_takes_only_a_file_of_the_same_folder(case: str, tmp_path: Path) -> None:
    text, message = EXTENDS[case]
    (tmp_path / "environments").mkdir()
    for outside in ("base.yaml", "sub/base.yaml"):
        (tmp_path / outside).parent.mkdir(exist_ok=True)
        (tmp_path / outside).write_text("a: 1")
    (tmp_path / "environments/prod.yaml").write_text(text)
    fault = faults_of(read_layers, tmp_path / "environments", "prod", "environments")
    assert fault == [message]


def test_a_circle_is_shown_with_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "prod.yaml").write_text("extends: a.yaml")
    (tmp_path / "a.yaml").write_text("extends: b.yaml")
    (tmp_path / "b.yaml").write_text("x: 1\nextends: a.yaml")
    assert faults_of(read_layers, tmp_path, "prod", "e") == [
        "e/b.yaml:2:1: extends: goes round in a circle: prod.yaml → a.yaml → b.yaml → a.yaml"
    ]


PATHS: dict[str, KeyPath] = {
    "region": ("region",),
    "functions.web.memory": ("functions", "web", "memory"),
    "functions.job-worker.memory": ("functions", "job-worker", "memory"),
    'api.routes["GET /jobs"].function': ("api", "routes", "GET /jobs", "function"),
    'api.routes["GET /jobs/{id}"]': ("api", "routes", "GET /jobs/{id}"),
    '["region"]': ("region",),
    '["GET /jobs"].function': ("GET /jobs", "function"),
    'tags["a.b"]': ("tags", "a.b"),
    'tags["a=b"]': ("tags", "a=b"),
    'tags["200"]': ("tags", "200"),
}


@pytest.mark.parametrize("text", PATHS)
def test_key_paths(text: str) -> None:
    expected: Any = 5
    for part in reversed(PATHS[text]):
        expected = {part: expected}
    assert applied(read_text("{}", "f"), [f"{text}=5"]).plain() == expected


@pytest.mark.parametrize("text", [text for text in PATHS if not text.startswith('["region')])
def test_a_path_is_shown_as_it_is_taken(text: str) -> None:
    assert show_path(PATHS[text]) == text


NO_PATHS = ["", ".", "a.", ".a", "a..b", "a b", "2a", "a[0]", "a['b']", 'a["b', 'a["b"]c', " a"]


@pytest.mark.parametrize("text", NO_PATHS)
def test_what_is_no_key_path_is_refused_and_not_repeated(text: str) -> None:
    (fault,) = faults_of(applied, read_text("{}", "f"), [f"{text}=hunter2"])
    assert fault.startswith("--set: must be a key path, '=' and a value: ")
    assert "hunter2" not in fault


BASE = "{a: 1, b: {c: 2, d: [1, 2]}, e: {stack_output: x/Y}}"
OVERRIDES: dict[str, tuple[list[str], Any]] = {
    "none": ([], {}),
    "number": (["a=2"], {"a": 2}),
    "text": (["a=two words"], {"a": "two words"}),
    "text in quotes": (["a='2'"], {"a": "2"}),
    "switch": (["a=true"], {"a": True}),
    "list": (["b.d=[3, four]"], {"b": {"c": 2, "d": [3, "four"]}}),
    "mapping merges": (["b={x: 1}"], {"b": {"c": 2, "d": [1, 2], "x": 1}}),
    "deep": (["b.c=3"], {"b": {"c": 3, "d": [1, 2]}}),
    "new": (["f.g.h=1"], {"f": {"g": {"h": 1}}}),
    "null": (["a=null"], {"a": None}),
    "through null": (["b=null", "b.c=9"], {"b": {"c": 9}}),
    "in a value, an equals sign": (["a=x=y"], {"a": "x=y"}),
    "quoted key": (['b["GET /x"]=w'], {"b": {"c": 2, "d": [1, 2], "GET /x": "w"}}),
    "the last wins": (["a=2", "a=3"], {"a": 3}),
    "text over a mapping": (["b=text"], {"b": "text"}),
}


@pytest.mark.parametrize("case", OVERRIDES)
def test_overrides_lie_over_everything(case: str) -> None:
    overrides, changes = OVERRIDES[case]
    node = applied(read_text(BASE, "f"), overrides)
    expected = {**read_text(BASE, "f").plain(), **changes}
    assert without_nulls(node).plain() == {k: v for k, v in expected.items() if v is not None}


def test_overridden_values_say_so() -> None:
    node = applied(read_text(BASE, "f"), ["b.c={x: [1]}"])
    for path in (("b", "c"), ("b", "c", "x"), ("b", "c", "x", 0)):
        assert node.find(path).place == Place("--set b.c")
    # What holds it still stands in the file.
    assert node.find(("b",)).place == read_text(BASE, "f").find(("b",)).place
    assert node.find(("b", "d")).place == Place("f", 1, 18)


NO_PATH = "must be a key path, '=' and a value: "
BAD_OVERRIDES = {
    "a": f"--set: {NO_PATH}",
    "=5": f"--set: {NO_PATH}",
    "a[0]=5": f"--set: {NO_PATH}",
    "a b=5": f"--set: {NO_PATH}",
    "a.b:hunter2": f"--set: {NO_PATH}",
    "a=[1": "--set a: the value after '=' is not YAML; quote it",
    "a='1": "--set a: the value after '=' is not YAML; quote it",
    "a=!Ref b": "--set a: the value after '=' is not YAML; quote it",
    "a={b: 1, b: 2}": "--set a: the value after '=' is not YAML; quote it",
    "a=\x07": "--set a: the value after '=' is not YAML; quote it",
}


@pytest.mark.parametrize("override", BAD_OVERRIDES)
def test_an_override_that_cannot_be_read_is_named(override: str) -> None:
    (fault,) = faults_of(applied, read_text(BASE, "f"), [override])
    assert fault.startswith(BAD_OVERRIDES[override])
    assert "hunter2" not in fault


def test_all_bad_overrides_are_told_at_once() -> None:
    assert len(faults_of(applied, read_text(BASE, "f"), ["a", "b=[", "a=5"])) == 2

"""The table of secret shapes and names in its uses: redaction, rules, and masking."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_infra.reading.diagnostics import Diagnostic, Place
from gateway_infra.reading.redaction import HIDDEN, covered, is_hidden, names_secret, shapes_covered
from gateway_infra.reading.secret_shapes import NAMES, SHAPES, SecretName, Shape
from gateway_infra.rules.secret_detection import names_a_secret, shape_of_secret
from gateway_infra.writers.files import stale_files

same_texts = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def texts(pattern: str) -> st.SearchStrategy[str]:
    """Return texts that a pattern matches as a whole."""
    ascii_only = st.characters(min_codepoint=32, max_codepoint=126)
    # Hypothesis does not read what has to follow.
    simple = pattern.replace(r"(?=[^\s&;]{0,60}\d)", "")
    found = st.from_regex(simple, fullmatch=True, alphabet=ascii_only)
    return found.filter(lambda text: re.fullmatch(pattern, text) is not None)


def masked(folder: Path, name: str, value: str) -> str:
    """Return the difference that a check prints of a template with a value."""
    (folder / "a.json").write_text("{}\n")
    return stale_files(folder, {"a.json": f"{json.dumps({name: value})}\n"})["a.json"]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.hints[0])
@given(data=st.data())
@same_texts
def test_each_shape_is_redacted(shape: Shape, data: st.DataObject) -> None:
    text = data.draw(texts(shape.redacted or shape.reported))
    assert any(hint in text.lower() for hint in shape.hints)
    assert HIDDEN in shapes_covered(text)
    assert HIDDEN in covered(text)
    assert HIDDEN in str(Diagnostic((), text, place=Place("x")))
    assert is_hidden(("tags", "Team"), text)


@pytest.mark.parametrize(
    "shape", [shape for shape in SHAPES if shape.reported], ids=lambda shape: shape.hints[0]
)
@given(data=st.data())
@same_texts
def test_what_a_rule_reports_is_redacted_and_masked(
    tmp_path_factory: pytest.TempPathFactory, shape: Shape, data: st.DataObject
) -> None:
    text = data.draw(texts(shape.reported))
    assert shape_of_secret(text) is not None
    for shown in (shapes_covered(text), covered(text), str(Diagnostic((), text, place=Place("x")))):
        assert HIDDEN in shown
        assert text not in shown
    difference = masked(tmp_path_factory.getbasetemp(), "Note", text)
    assert HIDDEN in difference
    assert text not in difference


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name.pattern[:20])
@given(data=st.data())
@same_texts
def test_each_name_is_redacted_and_reported(
    tmp_path_factory: pytest.TempPathFactory, name: SecretName, data: st.DataObject
) -> None:
    word = data.draw(texts(name.pattern))
    for key in (word, word.upper(), f"MY_{word}", f"my-{word}"):
        assert names_secret(key)
        assert covered(f"{key}: hunter2") == f"{key}: {HIDDEN}"
        assert covered(f"{key}=hunter2") == f"{key}={HIDDEN}"
        assert "hunter2" not in masked(tmp_path_factory.getbasetemp(), key, "hunter2")
        assert names_a_secret(key) or not name.reported
        assert names_secret(f"{key}_1") or not name.anywhere

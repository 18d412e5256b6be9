"""Good files with mistakes in them: keys dropped, doubled, renamed, moved; values of any kind."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml
from hypothesis import strategies as st

from tests.fuzz.shapes import ANYTHING, ODD, TEXT
from tests.support import CASES

HERE = (
    "api-settings", "minimal", "open-values", "route-settings", "several-functions", "openapi-full",
)  # fmt: skip
GOOD = {name: yaml.safe_load((CASES / f"{name}.yaml").read_text()) for name in HERE}


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return the text of a good environment with one to three mistakes in its data."""
    data = copy.deepcopy(draw(st.sampled_from(list(GOOD.values()))))
    for _ in range(draw(st.integers(1, 3))):
        way = _way(draw, data)
        if way is not None:
            _mutate(draw, data, *way)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@st.composite
def garbled(draw: st.DrawFn) -> str:
    """Return the text of a good environment with one to three mistakes in its lines."""
    lines = (CASES / f"{draw(st.sampled_from(HERE))}.yaml").read_text().splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        column = draw(st.integers(0, len(lines[at])))
        line = lines[at]
        odd = draw(st.text(alphabet=ODD, min_size=1, max_size=3))
        others = (
            "",
            line * 2,
            f"  {line}",
            line[2:],
            line[:column],
            line.replace(":", "", 1),
            line.replace(": ", ":", 1),
            f"{line[:column]}{odd}{line[column:]}",
            line.rstrip("\n") + line,
        )
        lines[at] = draw(st.sampled_from(others))
        if not lines[at]:
            del lines[at]
        if not lines:
            break
    return "".join(lines)


def _way(draw: st.DrawFn, data: Any) -> tuple[Any, Any] | None:
    """Choose a key somewhere in the data; return what holds it, and the key."""
    container = data
    while isinstance(container, dict | list) and container:
        keys = list(container) if isinstance(container, dict) else list(range(len(container)))
        key = draw(st.sampled_from(keys))
        if not isinstance(container[key], dict | list) or draw(st.integers(0, 2)) == 0:
            return container, key
        container = container[key]
    return None


def _mutate(draw: st.DrawFn, data: Any, container: Any, key: Any) -> None:
    how = draw(
        st.sampled_from(["drop", "replace", "rename", "add", "nest", "lift", "retype", "huge"])
    )
    value = container[key]
    if how == "drop":
        del container[key]
    elif how == "nest":
        container[key] = draw(st.sampled_from([[value], {"value": value}, {str(key): value}]))
    elif how == "retype":
        container[key] = draw(
            st.sampled_from([str(value), [value], json.dumps(value, default=str), None])
        )
    elif how == "huge":
        container[key] = draw(
            st.sampled_from(
                ["x" * 70_000, [value] * 300, 10**18, {f"k{n}": value for n in range(300)}]
            )
        )
    elif how == "replace" or isinstance(container, list):
        container[key] = copy.deepcopy(draw(ANYTHING))
    elif how == "lift":
        data[str(key)] = copy.deepcopy(value)
    elif how == "rename":
        container[
            draw(st.one_of(TEXT, st.sampled_from([f"{key}s", str(key).upper(), f"{key} "])))
        ] = container.pop(key)
    else:
        container[draw(TEXT)] = copy.deepcopy(draw(ANYTHING))

"""One property set in, or taken from, plain data."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from gateway_infra.customizing.change import Change, PathError, changed, in_order, value_at

BODY: dict[str, Any] = {
    "Type": "T",
    "Properties": {
        "Name": "x",
        "Map": {"A": 1, "B": {"C": 2}},
        "List": [{"N": 1}, {"N": 2}, {"N": 3}],
        "Reference": {"Ref": "Api"},
    },
}


def applied(*changes: Change) -> Any:
    body = BODY
    for change in in_order(changes):
        body = changed(body, change)
    return body["Properties"]


@pytest.mark.parametrize(
    ("keys", "value", "found"),
    [
        (("Name",), "y", {**BODY["Properties"], "Name": "y"}),
        (("New",), "y", {**BODY["Properties"], "New": "y"}),
        (("Map",), {"Z": 1}, {**BODY["Properties"], "Map": {"Z": 1}}),
        (("Map", "B", "C"), 3, {**BODY["Properties"], "Map": {"A": 1, "B": {"C": 3}}}),
        (("New", "A", "B"), 3, {**BODY["Properties"], "New": {"A": {"B": 3}}}),
        (("New", 0, "B"), 3, {**BODY["Properties"], "New": [{"B": 3}]}),
        (("List", 1, "N"), 9, {**BODY["Properties"], "List": [{"N": 1}, {"N": 9}, {"N": 3}]}),
        (("List", 3), 9, {**BODY["Properties"], "List": [*BODY["Properties"]["List"], 9]}),
        (("Reference",), 1, {**BODY["Properties"], "Reference": 1}),
    ],
)
def test_what_is_set(keys: tuple[str | int, ...], value: Any, found: Any) -> None:
    assert applied(Change(("Properties", *keys), value)) == found


def test_the_body_itself_stays_as_it_is() -> None:
    before = repr(BODY)
    applied(Change(("Properties", "List", 0, "N"), 7), Change(("Properties", "Name"), remove=True))
    assert repr(BODY) == before


def test_what_is_removed() -> None:
    assert "Name" not in applied(Change(("Properties", "Name"), remove=True))
    assert applied(Change(("Properties", "Map", "B", "C"), remove=True))["Map"] == {"A": 1, "B": {}}


def test_the_order_of_changes_does_not_matter() -> None:
    """Positions are those of the list as it was, and what holds others is set before them."""
    changes = [
        Change(("Properties", "List", 0), remove=True),
        Change(("Properties", "List", 1), remove=True),
        Change(("Properties", "List", 2, "N"), 9),
        Change(("Properties", "List", 3), {"N": 4}),
        Change(("Properties", "Map", "B", "C"), 5),
        Change(("Properties", "Map"), {"Z": 1}),
    ]
    for order in itertools.permutations(changes):
        found = applied(*order)
        assert found["List"] == [{"N": 9}, {"N": 4}]
        assert found["Map"] == {"Z": 1, "B": {"C": 5}}


@pytest.mark.parametrize(
    ("keys", "remove", "message"),
    [
        (("Name", "A"), False, "goes into Properties.Name, which is text; set all of"),
        (("Reference", "A"), False, "goes into Properties.Reference, which is a Ref; set all of"),
        (("List", "N"), False, r"which is a list; say which one, as in Properties.List\[0\]"),
        (("Map", 0), False, "names the position 0 of Properties.Map, which is a mapping"),
        (("List", 4), False, r"names the position 4 of Properties.List, which holds 3; .*\[3\]"),
        (("New", 1), False, "names the position 1 of Properties.New, which holds 0"),
        (("New",), True, "removes Properties.New, which is not there"),
        (("List", 3), True, r"removes Properties.List\[3\], which is not there"),
        (("New", "A"), True, "removes Properties.New, which is not there"),
    ],
)
def test_paths_that_lead_nowhere(keys: tuple[str | int, ...], remove: bool, message: str) -> None:
    with pytest.raises(PathError, match=message):
        applied(Change(("Properties", *keys), 1, remove))


def test_what_stands_at_a_path() -> None:
    assert value_at(BODY, ("Properties", "List", 1, "N")) == 2
    for keys in (("List", 5), ("Reference", "Ref"), ("Name", "A"), ("Nothing",), ("List", "N")):
        assert value_at(BODY, ("Properties", *keys)) is None

"""The hash in logical ids."""

from __future__ import annotations

from gateway_infra.canonical import short_hash


def test_a_hash_follows_content_and_not_its_order() -> None:
    known = short_hash({"a": [1, 2], "b": None})
    assert short_hash({"b": None, "a": [1, 2]}) == known
    assert len(known) == 10
    assert known.isalnum()
    others = [short_hash({"a": [2, 1], "b": None}), short_hash({"a": [1, 2]}), short_hash([])]
    assert len({known, *others}) == 4


def test_a_hash_is_the_same_in_every_release() -> None:
    """It is part of logical ids: another way to hash would replace resources for every user."""
    assert short_hash([{"A": {"x": [1, "\u00fc"]}}, "salt"]) == "d428f77280"

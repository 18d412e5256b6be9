"""Patterns of this program in the words of ECMA-262."""

from __future__ import annotations

import re
from typing import Annotated, get_origin

import pytest

from gateway_infra.reading.patterns import ecma
from gateway_infra.sections.environment import Name
from gateway_infra.sections.route import RouteKey
from gateway_infra.sections.routes import METHODS, ROUTE_PATTERN, route_fault

ALIKE = {
    r"a|b": r"^(?:a|b)$",
    r"[a-z]{2,3}(-[a-z]+)+": r"^(?:[a-z]{2,3}(-[a-z]+)+)$",
    r"\$\{x\}": r"^(?:\$\{x\})$",
    r"a.c": r"^(?:a[^\n]c)$",
    r"[.]": r"^(?:[.])$",
    r"(?s).*": r"^(?:[\s\S]*)$",
    r"(?s)(?:(?!\$\{).)*": r"^(?:(?:(?!\$\{)[\s\S])*)$",
    r"[]a]": r"^(?:[]a])$",
    r"[^@\s]+": r"^(?:[^@\s]+)$",
}


@pytest.mark.parametrize("pattern", ALIKE)
def test_what_both_read(pattern: str) -> None:
    assert ecma(pattern) == ALIKE[pattern]


OTHERWISE = [
    *(r"(?i)a", r"(?P<x>a)", r"(?<=a)b", r"(?<!a)b", r"(?>a)", r"\d", r"[\w-]", r"a\Z", r"\Aa"),
    *(r"a\-b", r"a{,3}", "{", "a}", "]"),
]


@pytest.mark.parametrize("pattern", OTHERWISE)
def test_what_ecma_262_would_read_otherwise_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="which ECMA-262 reads otherwise"):
        ecma(pattern)


PARTS = ["jobs", "{id}", "{id+}", ":id", "a:b", "a b", "", "*", "{a}.json", "v1.0", "ping", "{}"]


def test_routes_are_told_as_they_are_checked() -> None:
    pattern = re.compile(ecma(ROUTE_PATTERN))
    paths = ["/", "jobs", "", "/{id}/{id}", *(f"/{part}" for part in PARTS)]
    paths += [f"/{one}/{two}" for one in PARTS for two in PARTS]
    for path in paths:
        fault = route_fault(f"GET {path}")
        twice = fault is not None and "twice" in fault.message
        assert bool(pattern.search(f"GET {path}")) == (fault is None or twice), path
    for method in (*METHODS, "get", "FETCH", ""):
        key = f"{method} /jobs"
        assert bool(pattern.search(key)) == (route_fault(key) is None), key


def test_annotations_stay_annotations() -> None:
    for alias in (Name, RouteKey):
        assert get_origin(alias) is Annotated

"""Values as YAML: what is written is read as the same again, here and by other readers."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_infra.loading.provenance import Resolved, origin
from gateway_infra.loading.yaml_text import Line, block, entry, joined, scalar
from gateway_infra.reading.diagnostics import Place
from gateway_infra.reading.source import read_text

HERE = Place("prod.yaml", 1, 1)


def node(data: Any, *, is_open: bool = False) -> Resolved:
    """Return plain data as values that a file gives."""
    if isinstance(data, dict):
        return Resolved({key: node(value) for key, value in data.items()}, HERE, open=is_open)
    if isinstance(data, list):
        return Resolved([node(item) for item in data], HERE)
    return Resolved(data, HERE)


def noted(value: Resolved) -> str:
    return origin(value.place)


def other_reader(text: str) -> Any:
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def plain(_value: Resolved) -> str:
    return ""


SCALARS = {
    # What reads as itself stands without quotes.
    "jobs": "jobs",
    "GET /jobs/{id}": "GET /jobs/{id}",
    "arn:aws:sns:us-east-1:123456789012:alarms": "arn:aws:sns:us-east-1:123456789012:alarms",
    "https://a.example:8443/x?y=z#w": "https://a.example:8443/x?y=z#w",
    "$default": "$default",
    "Zürich": "Zürich",
    "12 jobs": "12 jobs",
    "1a2b-image": "1a2b-image",
    # What some reader takes for a switch, nothing or a number.
    **{
        text: f'"{text}"'
        for text in (
            *("yes", "No", "ON", "off", "y", "N", "true", "False", "null", "Null", "~", "", "="),
            *("12", "-3", "+7", "012", "0o17", "0x1F", "0b11", "1_000", "12:30:45", "190:20:30.15"),
            *("1.5", ".5", "5.", "1e3", "1.0e-7", ".inf", "-.INF", ".NaN", "1,000", ".", "<<"),
            *("2026-11-23", "2026-11-23T10:00:00Z", "2026-1-2 3:04:05 +1"),
        )
    },
    # What YAML gives a meaning.
    **{
        text: f'"{text}"'
        for text in (
            *("*", "&a", "!b", "{a}", "[b]", "- c", "-c", "? d", ": e", "%f", "@g", "`h", ",i"),
            *("|", ">", "#j", "k: l", "m #n", "o:", " p", "q ", "---", "...", "... r"),
        )
    },
    "it's": "it's",
    "'it'": "\"'it'\"",
    'say "no"': 'say "no"',
    '"no" it\'s': "'\"no\" it''s'",
    "a: \\d": "'a: \\d'",
    # What a terminal would act on, or nobody could see.
    "a\tb": '"a\\tb"',
    "a\x1b[31mb": '"a\\x1b[31mb"',
    "a\u202eb": '"a\\u202eb"',
    "\U000e0001": '"\\U000e0001"',
    "\\\n": '"\\\\\\n"',
}


@pytest.mark.parametrize("text", SCALARS, ids=ascii)
def test_text_on_one_line(text: str) -> None:
    assert scalar(text) == SCALARS[text]
    assert other_reader(f"- {scalar(text)}\n") == [text]
    if text != "<<":  # which this project refuses as a key
        assert read_text(f"{scalar(text)}: {scalar(text)}\n", "x").plain() == {text: text}


OTHERS = [
    (None, "null"),
    (True, "true"),
    (False, "false"),
    (0, "0"),
    (-12, "-12"),
    (0.5, "0.5"),
    (1e-07, "1.0e-07"),
    (1e16, "1.0e+16"),
    (1.2345678901234e112, "1.2345678901234e112"),
    (float("inf"), "1.0e+999"),
    (float("-inf"), "-1.0e+999"),
]


@pytest.mark.parametrize(("value", "text"), OTHERS, ids=[text for _, text in OTHERS])
def test_what_is_no_text(value: Any, text: str) -> None:
    assert scalar(value) == text
    assert read_text(text, "x").value == value


IN_FLOW = {
    "a, b": '"a, b"',
    "{a}": '"{a}"',
    "a]": '"a]"',
    "https://a.example:3000": "https://a.example:3000",
    "a:": '"a:"',
}


@pytest.mark.parametrize("text", IN_FLOW)
def test_text_between_brackets(text: str) -> None:
    assert scalar(text, in_flow=True) == IN_FLOW[text]
    assert other_reader(f"[{scalar(text, in_flow=True)}]") == [text]


def test_mappings_and_lists_in_lines_of_their_own() -> None:
    data = {"a": {"b": 1, "c": []}, "d": ["x", {"e": 1, "f": 2}, [3, 4]], "g": {}}
    assert joined(block(node(data), plain)) == (
        "a:\n  b: 1\n  c: []\nd:\n  - x\n  - e: 1\n    f: 2\n  - - 3\n    - 4\ng: {}\n"
    )


def test_what_is_unset_is_left_out() -> None:
    default = Place("default")
    tree = {
        "none": Resolved(None, default),
        "empty": Resolved([], default),
        "section": Resolved({"x": Resolved(None, default)}, default),
        "zero": Resolved(0, default),
        "switch": Resolved(False, default),
        "written": Resolved({"x": Resolved(None, default)}, HERE),
        "null": Resolved(None, HERE),
        "list": Resolved([], HERE),
    }
    text = joined(block(Resolved(tree, HERE), plain))
    assert text == 'zero: 0\nswitch: false\nwritten: {}\n"null": null\nlist: []\n'


def test_an_open_value_is_one_line_where_it_fits() -> None:
    short = node({"parameter": "Port", "allowed_values": [1, 2]}, is_open=True)
    assert joined(entry("port:", short, noted, 0)) == (
        "port: {parameter: Port, allowed_values: [1, 2]}  # prod.yaml:1\n"
    )
    long = node({"parameter": "Port", "description": "word " * 20 + "end"}, is_open=True)
    lines = list(entry("port:", long, noted, 2))
    assert [line.text[:15] for line in lines] == ["  port:", "    parameter: ", "    description"]
    assert [line.note for line in lines] == ["", "prod.yaml:1", "prod.yaml:1"]


def test_an_open_value_of_two_files_says_both() -> None:
    entries = {"secret": node("jobs/db"), "key": Resolved("pw", Place("--set a.b"))}
    lines = list(entry("password:", Resolved(entries, Place("--set a.b"), open=True), noted, 0))
    assert lines == [
        Line("password:"),
        Line("  secret: jobs/db", "prod.yaml:1"),
        Line("  key: pw", "--set"),
    ]


def test_a_list_is_one_line_where_that_is_asked_for() -> None:
    assert joined(entry("a:", node(["b", "c, d"]), plain, 2, lists=True)) == '  a: [b, "c, d"]\n'
    assert joined(entry("a:", node([{"b": 1}]), plain, 2, lists=True)) == "  a: [{b: 1}]\n"
    assert len(list(entry("a:", node(["b" * 60, "c" * 60]), plain, 2, lists=True))) == 3


def test_the_short_form_stands_for_its_mapping() -> None:
    entries = {"function": node("web"), "api_key": Resolved(False, Place("default"))}
    assert list(entry("GET /:", Resolved(entries, HERE, "function"), noted, 0)) == [
        Line("GET /: web", "prod.yaml:1")
    ]


TEXTS = {
    "a\nb": "k: |-\n  a\n  b\n",
    "a\nb\n": "k: |\n  a\n  b\n",
    "a\n\nb\n\n\n": "k: |+\n  a\n\n  b\n\n\n",
    "a\n  b": "k: |-\n  a\n    b\n",
    " a\nb": 'k: " a\\nb"\n',
    "\na": 'k: "\\na"\n',
    "a\n\tb": 'k: "a\\n\\tb"\n',
    "a\r\nb": 'k: "a\\r\\nb"\n',
    "\n": 'k: "\\n"\n',
}


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_text_of_several_lines(text: str) -> None:
    written = joined(block(node({"k": text}), plain))
    assert written == TEXTS[text]
    assert other_reader(written) == {"k": text}
    assert read_text(joined(block(node({"k": [text]}), noted)), "x").plain() == {"k": [text]}


def test_notes_stand_below_each_other_but_for_long_lines() -> None:
    lines = [Line("a: 1", "x"), Line("b:"), Line("  cc: 22", "y"), Line("d: " + "e" * 70, "z")]
    assert joined(lines) == (
        "a: 1      # x\n" "b:\n" "  cc: 22  # y\n" f"d: {'e' * 70}  # z\n"
    )  # fmt: skip


def test_a_secret_is_not_written() -> None:
    secret = Resolved("hunter2", HERE, secret=True)
    several = Resolved("hunter2\nhunter3", HERE, secret=True)
    tree = {"a": secret, "b": Resolved([secret], HERE), "c": several}
    tree["d"] = Resolved({"parameter": node("P"), "default": secret}, HERE, open=True)

    def note(value: Resolved) -> str:
        return "hidden" if value.secret else ""

    assert list(block(Resolved(tree, HERE), note)) == [
        Line("a: …", "hidden"),
        Line("b:"),
        Line("  - …", "hidden"),
        Line("c: …", "hidden"),
        Line("d: {parameter: P, default: …}", "hidden"),
    ]


def test_a_key_that_is_too_long_to_stand_alone() -> None:
    data = {"k" * 1100: {"l" * 1100: 1}, "m": [{"n" * 1100: [2], "o": 3}]}
    text = joined(block(node(data), noted))
    assert read_text(text, "x").plain() == data
    assert other_reader(text) == data


# What this project's reader takes for a number with a point.
FLOATS = st.from_regex(r"\A-?(0|[1-9][0-9]{0,6})\.[0-9]{1,4}(e-?[0-9])?\Z").map(float)
KEYS = st.text(max_size=12).filter(lambda key: key != "<<")
PUNCTUATION = st.text(st.sampled_from(list("ab0. :#-,[]{}'\"\\\n\t~é\x85\u2028\U0001f600")))
DATA = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**15), 10**15),
        FLOATS,
        st.text(max_size=30),
        PUNCTUATION,
        st.sampled_from(list(SCALARS)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(KEYS, PUNCTUATION), inner, max_size=4),
    ),
    max_leaves=12,
)


texts = given(st.dictionaries(KEYS, DATA, min_size=1, max_size=4), st.booleans(), st.booleans())


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@texts
def test_what_is_written_is_read_as_the_same(
    data: dict[str, Any], is_open: bool, with_notes: bool
) -> None:
    assert_the_same(data, is_open=is_open, with_notes=with_notes)


@pytest.mark.slow
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@texts
def test_much_that_is_written_is_read_as_the_same(
    data: dict[str, Any], is_open: bool, with_notes: bool
) -> None:
    assert_the_same(data, is_open=is_open, with_notes=with_notes)


def assert_the_same(data: dict[str, Any], *, is_open: bool, with_notes: bool) -> None:
    note = noted if with_notes else plain
    tree = Resolved({key: node(value, is_open=is_open) for key, value in data.items()}, HERE)
    whole = joined(block(tree, note))
    flowing = joined(line for key, value in tree.entries.items()
                     for line in entry(f"{scalar(key)}:", value, note, 0, lists=True))  # fmt: skip
    for text in (whole, flowing):
        assert _same(read_text(text, "x").plain(), data)
        assert _same(other_reader(text), data)
        assert all(character.isprintable() or character == "\n" for character in text)


def _same(one: Any, two: Any) -> bool:
    return json.dumps(one) == json.dumps(two)

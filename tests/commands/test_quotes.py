"""Quotes: what is underlined, what is cut, and what is never shown."""

from __future__ import annotations

import pytest

from gateway_infra.commands.pages import Page
from gateway_infra.commands.quotes import quote
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, KeyPath, Place
from gateway_infra.reading.redaction import HIDDEN
from gateway_infra.reading.source import read_text
from tests.faults import changed, load_faults
from tests.support import load_text


def quotes(text: str, line: int, column: int, path: KeyPath, message: str = "is wrong",
           room: int = 90, rule: str = "") -> list[str]:  # fmt: skip
    """Return the lines of a quote without their numbers."""
    found = quote(
        [Diagnostic(path, message, rule, place=Place("f", line, column))], Page(text), room
    )
    return [part for item in found for part in (item.text, item.carets)]


SPANS: dict[str, tuple[str, KeyPath, str]] = {
    "a value": ("key: value", ("key",), "     ^^^^^"),
    "a value in quotes": ("key: 'a b'", ("key",), "     ^^^^^"),
    "a list in brackets": ("key: [a, b]", ("key",), "     ^^^^^^"),
    "a quoted key": ('"a b": 5', ("a b",), "       ^"),
    "a mapping below its key": ("key:\n  a: b", ("key",), "^^^"),
    "a list below its key": ("key:\n- a", ("key",), "^^^"),
    "a block of text": ("key: |\n  a\n  b", ("key",), "^^^"),
    "text in two lines": ("key: a\n  b", ("key",), "^^^"),
    "nothing": ("key: ''", ("key",), "^^^"),
    "null": ("key: null", ("key",), "^^^"),
    "an alias": ("key: *x", ("key",), "     ^^"),
    "what is missing within": ("key: {a: b}", ("key", "c"), "^^^"),
    "a short form": ("key: iam", ("key", "type"), "     ^^^"),
    "tabs": ("key:\tvalue", ("key",), "      ^^^^^"),
    "an escape": ('key: "\\x41"', ("key",), "     ^^^^^^"),
}


@pytest.mark.parametrize("case", SPANS)
def test_the_caret_is_under_what_is_wrong(case: str) -> None:
    text, path, carets = SPANS[case]
    rule = "GI003" if "missing" in case else ""
    assert quotes(text, 1, 1, path, rule=rule)[1] == carets


ABOUT: dict[str, tuple[str, KeyPath, str, str, str]] = {
    "an unknown key": ("kee: 5", ("kee",), "is not a key here", "GI002", "^^^"),
    "the name of a tag": ("tags: {Environment: x}", ("tags", "Environment"), "is set by …", "",
                          "       ^^^^^^^^^^^"),
    "the value of a tag": ("tags: {Owner: Zoë}", ("tags", "Owner"), "is 'Zoë'; it must …", "",
                           "              ^^^"),
    "a keyword": ("a: {const: 5}", ("a", "const"), "is no keyword of draft 4", "", "    ^^^^^"),
    "an item": ("a: [x, yy]", ("a", 1), "is 'yy'", "", "       ^^"),
    "a part of a route": ("api: {routes: {'GET /{a}': web}}", ("api", "routes", "GET /{a}"),
                          "has {a} where …", "", "               ^^^^^^^^^^"),
    "a function's name": ("api: {routes: {'GET /a': wbe}}", ("api", "routes", "GET /a"),
                          "names the function 'wbe'", "", "                         ^^^"),
}  # fmt: skip


@pytest.mark.parametrize("case", ABOUT)
def test_the_caret_tells_key_from_value(case: str) -> None:
    text, path, message, rule, carets = ABOUT[case]
    place = read_text(text, "f").find(path).place
    assert quotes(text, place.line, place.column, path, message, rule=rule) == [text, carets]


def test_an_item_that_begins_with_a_key_is_underlined_there() -> None:
    assert quotes("a:\n- b: c\n  d: e\n", 2, 3, ("a", 0))[1] == "  ^"


def test_the_whole_file_has_no_quote() -> None:
    assert quotes("# comment\na: 5\n", 2, 1, ("b",), rule="GI003") == []
    assert quotes("\na: 5\n", 1, 1, ()) == []


FAULTY: dict[str, tuple[str, str]] = {
    "a word": ("a: b\nc d\n", "^"),
    "a tag": ("a: !Ref b\n", "   ^^^^"),
    "a mark of git": ("<<<<<<< HEAD\n", "^^^^^^^"),
    "a duplicate": ("abc: 1\nabc: 2\n", "^^^"),
    "a tab": ("a:\n\tb: 1\n", "^^"),
    "a bracket": ("a: [b\n", "   ^"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_faults_of_yaml_are_underlined(case: str) -> None:
    text, carets = FAULTY[case]
    with pytest.raises(ConfigError) as caught:
        read_text(text, "f")
    (problem,) = caught.value.problems
    (item,) = quote([problem], Page(text), 90)
    assert item.carets == carets


WIDE = {
    "wide": ("{\u6ce8\u6587: 1, b: 2}", 13),
    "combining": ("{a\u0308: 1, b: 2}", 10),
    "full width": ("{\uff41: 1, b: 2}", 11),
    "half width": ("{\uff71: 1, b: 2}", 10),
    "beyond the first plane": ("{\U0001f600: 1, b: 2}", 11),
    "no break, escaped": ("{a\u00a0: 1, b: 2}", 14),
    "invisible, escaped": ("{\u200b: 1, b: 2}", 15),
}


@pytest.mark.parametrize("case", WIDE)
def test_the_caret_stays_below_its_place(case: str) -> None:
    text, columns = WIDE[case]
    assert quotes(text, 1, text.index("b:") + 1, ("b",))[1] == " " * columns + "^"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_change_no_quote(ending: str) -> None:
    assert quotes(ending.join(["a: 1", "b: 2", ""]), 2, 1, ("b",)) == ["b: 2", "   ^"]


def test_a_long_line_is_cut_around_the_caret() -> None:
    text = f"a: [{'x' * 100}, wrong, {'y' * 100}]"
    shown, below = quotes(text, 1, 107, ("a", 1), room=40)
    assert len(shown) <= 40
    assert shown[0] == shown[-1] == "…"
    assert shown[below.index("^") : len(below)] == "wrong"


def test_carets_far_apart_get_a_quote_each() -> None:
    text = f"a: [wrong, {'x' * 100}, worse]"
    problems = [
        Diagnostic(("a", position), "m", place=Place("f", 1, column))
        for position, column in ((0, 5), (2, 114))
    ]
    found = quote(problems, Page(text), 40)
    assert [i.text[i.carets.index("^") : len(i.carets)] for i in found] == ["wrong", "worse"]


SECRET = "hunter2"

HIDING: dict[str, tuple[str, int, KeyPath]] = {
    "plain": ("database:\n  password: hunter2\n", 2, ("database", "password")),
    "quoted": ('password: "hunter2"', 1, ("password",)),
    "a number": ("token: 90210hunter2", 1, ("token",)),
    "in braces": ("database: {host: h, password: hunter2}", 1, ("database", "host")),
    "in a list": ("password: [hunter2, hunter2]", 1, ("password",)),
    "below": ("password:\n  - hunter2\n", 2, ("password", 0)),
    "a block": ("password: |\n  hunter2\n", 2, ("password",)),
    "a key": ("password: {hunter2: 1}", 1, ("password",)),
    "a key below": ("password:\n  hunter2: 1\n", 2, ("password", "hunter2")),
    "a key with more": ("a: {password hunter2}", 1, ("a",)),
    "a key without space": ("a: {password:hunter2}", 1, ("a",)),
    "a variable": ("functions: {web: {variables: {GREETING: hunter2}}}", 1,
                   ("functions", "web", "variables", "GREETING")),
    "twice": ("password: a\npassword: hunter2\n", 2, ("password",)),
    "camel case": ("dbPassword: hunter2", 1, ("dbPassword",)),
    "a comment": ("a: 1 # hunter2", 1, ("a",)),
    "a comment below": ("a:\n  b: 1 # hunter2\n", 2, ("a", "b")),
    "an anchor": ("a: &x hunter2\npassword: *x\n", 1, ("a",)),
    "an anchor of a list": ("a: &x [hunter2]\npassword: *x\n", 1, ("a",)),
    "an anchor's name": ("a: &password hunter2\nb: *password\n", 1, ("a",)),
    "a URL": ("host: postgres://app:hunter2@db/jobs", 1, ("host",)),
    "a login of AWS": ("a: AKIAHUNTER2HUNTER2XY hunter2", 1, ("a",)),
    "JSON": ('{"password":\n"hunter2", "a": 1}', 2, ("password",)),
    "tagged": ("password: !x hunter2", 1, ("password",)),
    # Where the file is no YAML, words decide.
    "a fault behind": ("password: hunter2: hunter2", 1, ()),
    "a fault before": ("a: b: c, password: hunter2", 1, ()),
    "a fault below": ("password:\n  hunter2: x: y\n", 2, ()),
    "a fault in a block": ("password: |\n    a\n  hunter2: b: c\n", 3, ()),
    "a fault in braces": ("database: {password:\n   hunter2, host: [}\n", 2, ()),
    "an open quote": ('password: "a\nhunter2\n', 2, ()),
    "an open quote in JSON": ('{"password": "a\nhunter2: [}', 2, ()),
    "an open value in JSON": ('{"password":\n"hunter2" [}', 2, ()),
    "a fault in a comment": ("a: b: c # password hunter2", 1, ()),
    "no colon": ("a: 1\npassword hunter2\n", 2, ()),
    "a tab": ("a:\n\tpassword: hunter2\n", 2, ()),
    "below, after a fault": ("a: b: c\npassword:\nhunter2\n", 3, ()),
    "below a key with an escape": ('"pass\\u0077ord":\n  hunter2: x: y\n', 2, ()),
    "an open quote below such a key": ('"pass\\u0077ord": "a\nhunter2\n', 2, ()),
    "after a fault": ("a: b: c\npassword: hunter2\n", 2, ()),
}  # fmt: skip


@pytest.mark.parametrize("case", HIDING)
def test_no_quote_shows_a_secret(case: str) -> None:
    text, line, path = HIDING[case]
    for column in range(1, len(text) + 2):
        shown = quotes(text, line, column, path)
        assert SECRET not in "".join(shown), shown
        assert "HUNTER2" not in "".join(shown), shown


SHOWN: dict[str, str] = {
    "a switch": "api_key: yes",
    "a function of that name": "functions: {token: {memory: 64}}",
    "a route": "api: {routes: {GET /token: secrets}}",
    "a schema": "api: {models: {A: {properties: {password: {type: objct}}}}}",
    "a number of a variable": "functions: {web: {variables: {RETRIES: 3}}}",
}


@pytest.mark.parametrize("case", SHOWN)
def test_what_only_sounds_like_a_secret_is_shown(case: str) -> None:
    text = SHOWN[case]
    assert quotes(text, 1, 1, (text.split(":")[0],))[0] == text


def test_the_rest_of_a_line_with_a_secret_is_shown() -> None:
    text = "database: {host: h, password: hunter2, user: u}"
    assert quotes(text, 1, 12, ("database", "host")) == [
        f"database: {{host: h, password: {HIDDEN}, user: u}}",
        "                 ^",
    ]


WRITTEN = {
    "in the place of its form": "password: {environment_variable: hunter2}",
    "as a name": "password: {secret: 'hunter2 !'}",
    "in a list": "password: [hunter2]",
    "as a key": "password: {hunter2: 1}",
    "behind a wrong form": "password: {paramter: hunter2}",
    "behind two forms": "password: {parameter: hunter2, ssm: hunter2}",
    "without a space": "password:hunter2",
    "without a colon": "password hunter2",
    "as another key": "db_password: hunter2",
    "in a URL": "host: postgres://app:hunter2@db.example.com/jobs",
}


@pytest.mark.parametrize("case", WRITTEN)
def test_no_message_shows_a_secret(case: str) -> None:
    text = changed("api:", f"database: {{user: u, {WRITTEN[case]}}}\napi:")
    assert not [fault for fault in load_faults(text) if SECRET in fault]


VARIABLES = {
    "a number": "API_TOKEN: 902109021",
    "a list": "API_TOKEN: [hunter2]",
    "a mapping": "API_TOKEN: {hunter2: hunter2}",
    "a key without space": "'API_TOKEN:hunter2': x",
    "a key with a value": "API_TOKEN=hunter2: x",
}


@pytest.mark.parametrize("case", VARIABLES)
def test_no_message_shows_a_secret_variable(case: str) -> None:
    text = changed("jobs:1}", f"jobs:1, variables: {{{VARIABLES[case]}}}}}")
    found = load_faults(text)
    assert found
    assert not [fault for fault in found if SECRET in fault or "902109021" in fault]


@pytest.mark.parametrize("value", ["hunter2", "[hunter2]", "{hunter2: 1}", "{ssm: hunter2}"])
def test_no_message_shows_a_secret_given_with_set(value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_text(overrides=[f"database.password={value}"])
    assert SECRET not in str(caught.value)


def test_an_alias_shows_nothing_elsewhere() -> None:
    text = changed("api:", "tags: {Note: &x 'hunter2 {}'}\ndatabase: {password: *x}\napi:")
    assert not [fault for fault in load_faults(text) if SECRET in fault]

"""What people write who come from elsewhere gets the right form for this place."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.loading import migration_hints
from gateway_infra.loading.translate import field_at
from gateway_infra.schema.models import models_schema
from gateway_infra.sections.environment import Environment
from tests.faults import load_faults, with_function
from tests.support import MINIMAL

NUMBERS: list[tuple[Any, str, str]] = [
    ("30s", "seconds", "; write seconds, without the unit: 30"),
    ("1 m", "seconds", "; write seconds, without the unit: 60"),
    ("1.5 hours", "seconds", "; write seconds, without the unit: 5400"),
    ("3GB", "MB", "; write MB, without the unit: 3072"),
    ("512 MiB", "MB", "; write MB, without the unit: 512"),
    ("0.5GB", "GB", "; write GB, without the unit: 0.5"),
    ("10k", "bytes", "; write bytes, without the unit: 10240"),
    ("2 weeks", "days", "; write days, without the unit: 14"),
    ("5%", "%", "; write 5"),
    ("10,240", "MB", "; write 10240"),
    ("1_024", "", "; write 1024"),
    ("10 240", "", "; write 10240"),
    ("1024", "MB", "; write it without quotes"),
    ("0.5", "GB", "; write it without quotes"),
    ("5 apples", "seconds", "; write seconds, as a number alone"),
    ("5 apples", "", ""),
    ("lots", "MB", ""),
    (30.0, "seconds", "; write 30"),
    (30.5, "seconds", ""),
    ([5], "seconds", ""),
]


@pytest.mark.parametrize(("value", "unit", "hint"), NUMBERS)
def test_numbers_lose_their_units(value: Any, unit: str, hint: str) -> None:
    assert migration_hints.number_hint(value, unit) == hint


SWITCHES = {"yes": "true", "On": "true", "1": "true", "no": "false", "OFF": "false", "0": "false"}


@pytest.mark.parametrize("word", SWITCHES)
def test_switches_have_two_words(word: str) -> None:
    assert migration_hints.switch_hint(word) == f"; write {SWITCHES[word]}"


def test_other_values_are_no_switches() -> None:
    assert migration_hints.switch_hint("maybe") == ""
    assert migration_hints.switch_hint(1) == "; write true"
    assert migration_hints.switch_hint("true") == "; write it without quotes"


LISTS: list[tuple[Any, str]] = [
    ("aws-cli", "; write [aws-cli]"),
    ("aws-cli, sam", "; write [aws-cli, sam]"),
    ({"database": True}, "; write [database]"),
    ({"ssm": "/x"}, "; write [{ssm: /x}]"),
    ({"parameter": "PoolArn"}, "; write [{parameter: PoolArn}]"),
    ({"parameter": "PoolArn", "default": "a"}, "; write [{parameter: PoolArn, …}]"),
    ({"parameter": "hunter 2"}, "; write [{parameter: …}]"),
    ({"ssm": 5}, "; write [{ssm: …}]"),
    (5, "; write [5]"),
    (True, "; write [true]"),
    ("{a}", ""),
    ({}, ""),
    ("password: hunter2", ""),
    ("password: hunter2, b", ""),
]


@pytest.mark.parametrize(("value", "hint"), LISTS)
def test_one_value_as_a_list(value: Any, hint: str) -> None:
    assert migration_hints.list_hint(value) == hint


MAPPINGS: list[tuple[str, Any, str]] = [
    ("request_models", "Order", "; write {application/json: Order}"),
    ("request_parameters", ["page"], "; write {querystring.page: true}"),
    ("request_parameters", [5], "; write {querystring.NAME: true}"),
    ("routes", [{"GET /": "web"}], "; write each without its hyphen, as in 'GET /: web'"),
    ("routes", [{"GET /": {}}], "; write each without its hyphen, as in 'GET /: …'"),
    ("functions", [{"name": "web", "image": 1}], "; write each by its name, as in 'web: …'"),
    ("tags", [{"Key": "Team", "Value": "a"}], "; write each by its name, as in 'Team: …'"),
    ("variables", ["A=b"], "; write NAME: value, each on a line without a hyphen"),
    ("variables", [{"A": "hunter2"}], "; write NAME: value, each on a line without a hyphen"),
    ("tags", [], ""),
    ("tags", "text", ""),
]


@pytest.mark.parametrize(("key", "value", "hint"), MAPPINGS)
def test_lists_and_texts_as_mappings(key: str, value: Any, hint: str) -> None:
    assert migration_hints.mapping_hint(key, value) == hint


KEYS = {
    "memorySize": "memory_size",
    "AWSTemplateFormatVersion": "aws_template_format_version",
    "VpcId": "vpc_id",
    "reserved-concurrency": "reserved_concurrency",
    " memory ": "memory",
}


@pytest.mark.parametrize("word", KEYS)
def test_keys_in_other_spellings(word: str) -> None:
    assert migration_hints.snake_case(word) == KEYS[word]


SAME = {"Functions": "functions", "subnet": "subnets", "Routes": "routes", "memories": None}


@pytest.mark.parametrize("word", SAME)
def test_the_same_key_but_for_capitals_or_an_s(word: str) -> None:
    assert migration_hints.same_key(word, ["functions", "subnets", "routes"]) == SAME[word]


def test_foreign_keys_are_no_keys_here() -> None:
    """Advice on a key that exists would never be seen."""
    for section, advice in migration_hints.FOREIGN_KEYS.items():
        head = (section, "web") if section == "functions" else (section,) if section else ()
        for key in advice:
            assert migration_hints.snake_case(key) == key
            assert field_at(Environment, (*head, key)) is None, key


def test_synonyms_are_for_choices_that_there_are() -> None:
    schema = repr(models_schema())
    assert migration_hints.SYNONYMS
    assert [
        choice for choice in migration_hints.SYNONYMS.values() if f"'{choice}'" not in schema
    ] == []


FORMS: list[tuple[Any, str | None]] = [
    ({"ssm": "/a", "parameter": "A"}, "says `parameter` and `ssm`, and only one"),
    ({"Ref": "A"}, "is CloudFormation's Ref, which is not read here; write {parameter: Name}"),
    ({"Fn::Sub": "A"}, "is CloudFormation's Fn::Sub"),
    ({"ssm": "/a"}, None),
    ({}, None),
    ("text", None),
]


@pytest.mark.parametrize(("value", "message"), FORMS)
def test_forms_of_open_values(value: Any, message: str | None) -> None:
    found = migration_hints.form_message(value)
    assert found is None if message is None else (found or "").startswith(message)


TEXTS = {
    "\u201cquoted\u201d": "typographic",
    "a${AWS::Region}b": "${AWS::…} is read in `statements` alone",
    "${self:custom.x}": "variables in text are not read",
    "$HOME": "variables in text are not read",
    "{{ name }}": "variables in text are not read",
    "C:\\jobs": "write / between folders",
    "schemas\\job.json": "write / between folders",
    "a\u00a0b": "U+00A0",
    "zero\u200bwidth": "U+200B",
    "plain": "",
    "": "",
}


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_other_programs_would_read(text: str) -> None:
    hint = migration_hints.text_hint(text)
    assert TEXTS[text] in hint
    assert bool(hint) == bool(TEXTS[text])


BELONGS = {
    "cors: {origins: ['*']}": "it belongs under `api`",
    "throttling: {rate: 5}": "it belongs under `api` or `api.routes.ROUTE`",
    "memory: 512": "it belongs under `functions.NAME`",
    "cache: {size: 0.5}": "it belongs under `api.stage` or `api.routes.ROUTE`",
    "retention_days: 5": "it belongs under `logs`",
    "port: 5432": "it belongs under `database` or `functions.NAME`",
}


@pytest.mark.parametrize("line", BELONGS)
def test_a_key_of_a_section_at_the_top_is_told_its_home(line: str) -> None:
    (fault,) = load_faults(f"{MINIMAL}{line}\n")
    assert fault.endswith(f"is not a key here; {BELONGS[line]}")


def test_a_key_that_says_too_little_has_no_home() -> None:
    (fault,) = load_faults(with_function("description: jobs"))
    assert "belongs" not in fault


AS_A_LIST = {
    "access: {vpcs: {ssm: /x}}": "write [{ssm: /x}]",
    "waf: {allow: {ssm: /x}}": "write [{ssm: /x}]",
    "authorizers: {u: {type: cognito, pools: {parameter: Pool}}}": "write [{parameter: Pool}]",
}


@pytest.mark.parametrize("line", AS_A_LIST)
def test_one_open_value_as_a_list(line: str) -> None:
    faults = load_faults(f"{MINIMAL}  {line}\n")
    assert any(f"must be a list, not a mapping; {AS_A_LIST[line]}" in fault for fault in faults)


SECTIONS = {
    "api:\n  waf: true": "not true; write {}",
    "api:\n  waf: false": "not false; write null",
    "api:\n  access: true": "cidrs, vpcs, vpc_endpoints, accounts, not true",
    "account: true": "quotas, not true",
    "api:\n  cors: true": "not true; write {origins: [https://app.example.com]}",
    "api:\n  authorizers: {u: {type: cognito, pool: true}}": "not true; write {}",
    "guards: {flow_logs: true}": "not true; write {}",
    "guards: {backup: false}": "not false; write null",
    "encryption: true": "not true; write {key: made}",
    "encryption: false": "not false; remove it",
}


@pytest.mark.parametrize("lines", SECTIONS)
def test_a_switch_where_a_section_belongs(lines: str) -> None:
    head, _, own = lines.partition("\n")
    text = f"{MINIMAL}{own}\n" if own else f"{MINIMAL}{head}\n"
    faults = [fault for fault in load_faults(text) if "must be a mapping" in fault]
    assert len(faults) == 1
    assert faults[0].endswith(SECTIONS[lines])


ELSEWHERE = {
    "Auth: iam": "write `authorization`",
    "WebACLArn: x": "write waf: {acl: arn:…}",
    "EndpointConfiguration: PRIVATE": "write endpoint: regional, or endpoint: private",
    "policy: {}": "write `access`, from which the policy is made",
    "waf: {groups: [AWSManagedRulesCommonRuleSet]}": "did you mean 'core'?",
}


@pytest.mark.parametrize("line", ELSEWHERE)
def test_what_cloudformation_calls_them(line: str) -> None:
    faults = load_faults(f"{MINIMAL}  {line}\n")
    assert [fault for fault in faults if fault.endswith(ELSEWHERE[line])], faults

"""Rules of policies, whose sizes are counted as AWS counts them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.template_checks.catalog import plan_problems
from gateway_infra.template_checks.context import RuleContext
from gateway_infra.template_checks.policies import UNKNOWN, filled, policy_characters
from tests.rules.files import file
from tests.support import generate_text, of_type
from tests.template_checks.templates import found, severities


def statements(count: int, resource: str = "", quotas: str = "") -> str:
    """Return an environment whose role has so many further statements."""
    arn = resource or "'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs-number-%d'"
    lines = ", ".join(
        f"{{actions: ['sqs:SendMessage', 'sqs:ReceiveMessage'], resources: [{arn % n}]}}"
        for n in range(count)
    )
    more = f"account: {{quotas: {{{quotas}}}}}" if quotas else ""
    return file(f"statements: [{lines}]", more=more)


def characters(text: str, unknown: int = 0) -> int:
    """Return the characters of the policies of the one role of an environment."""
    [role] = of_type(generate_text(text), "AWS::IAM::Role").values()
    return policy_characters(role["Properties"]["Policies"], "us-east-1", unknown)


OPEN = "{parameter: Queue%d}"
OFFICE = ", ".join(f"203.0.{number}.0/24" for number in range(256))
FEW, MANY = (f"  access: {{cidrs: [{OFFICE[:cut]}]}}" for cut in (12, None))


def listed(access: str, quotas: str = "") -> str:
    """Return an environment whose API has these allow-lists."""
    more = f"account: {{quotas: {{{quotas}}}}}" if quotas else ""
    return file(more=more).replace("api:\n", f"api:\n{access}\n")


TEN = characters(statements(10))
TEN_OPEN = characters(statements(10, OPEN))
ROLE = "role_policy_characters"
MANAGED = "managed_policy_characters"


def scoped(text: str) -> str:
    """Return the environment with scoped roles."""
    return f"{text}roles: {{network_policy: scoped}}\n"


def own_characters(text: str) -> int:
    """Return the characters of what the one function of an environment may do, without guesses."""
    policies = of_type(generate_text(scoped(text)), "AWS::IAM::ManagedPolicy")
    assert policies.keys() == {"FunctionWebPolicy", "FunctionWebNetworkPolicy"}
    return policy_characters([policies["FunctionWebPolicy"]["Properties"]], "us-east-1", 0)


OWN = own_characters(statements(10))
OWN_OPEN = own_characters(statements(10, OPEN))

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI752",
        statements(10, quotas=f"{ROLE}: {TEN - 1}"),
        f"functions.web.statements: makes a role with {TEN:,} characters of inline policies, "
        "without what is known only at deploy time; IAM takes ",
    ),
    ("GI752", statements(90), "functions.web.statements: makes a role with "),
    ("GI910", scoped(statements(60)), "functions.web.statements: makes a managed policy with "),
    (
        "GI910",
        scoped(statements(10, quotas=f"{MANAGED}: {OWN - 1}")),
        f"functions.web.statements: makes a managed policy with {OWN:,} characters, without what "
        "is known only at deploy time; IAM takes ",
    ),
    (
        "GI911",
        scoped(statements(10, OPEN, f"{MANAGED}: {OWN_OPEN + 10 * UNKNOWN - 1}")),
        "functions.web.statements: makes a managed policy with about "
        f"{OWN_OPEN + 10 * UNKNOWN:,} characters, {10 * UNKNOWN} of them a guess at what is known",
    ),
    (
        "GI752",
        file(more="account: {quotas: {role_policy_characters: 100}}"),
        "functions.web: makes a role with ",
    ),
    (
        "GI753",
        statements(10, OPEN, f"{ROLE}: {TEN_OPEN + 10 * UNKNOWN - 1}"),
        f"functions.web.statements: makes a role with about {TEN_OPEN + 10 * UNKNOWN:,} characters "
        f"of inline policies, {10 * UNKNOWN} of them a guess at what is known only at deploy time",
    ),
    (
        "GI962",
        listed(FEW, "api_policy_characters: 194"),
        "api.access: makes a resource policy of about 195 characters; API Gateway takes 194 "
        "(account.quotas.api_policy_characters)",
    ),
    (
        "GI962",
        listed("  endpoint: private\n  vpc_endpoints: [vpce-0a1b2c3d]", "api_policy_characters: 9"),
        "api.vpc_endpoints: makes a resource policy of about ",
    ),
    (
        "GI754",
        file(more="account: {quotas: {function_policy_bytes: 400}}"),
        "functions.web: has a resource policy of about ",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI752", statements(10, quotas=f"{ROLE}: {TEN}")),
    ("GI752", statements(10, OPEN, f"{ROLE}: {TEN_OPEN}")),
    ("GI753", statements(10, OPEN, f"{ROLE}: {TEN_OPEN + 10 * UNKNOWN}")),
    ("GI753", statements(10, OPEN, f"{ROLE}: {TEN_OPEN - 1}")),
    ("GI753", statements(10)),
    ("GI754", file()),
    ("GI752", scoped(statements(10, quotas=f"{ROLE}: 1"))),
    ("GI910", statements(60)),
    ("GI910", scoped(statements(10, quotas=f"{MANAGED}: {OWN}"))),
    ("GI911", scoped(statements(10, OPEN, f"{MANAGED}: {OWN_OPEN + 10 * UNKNOWN}"))),
    ("GI911", scoped(statements(10, OPEN, f"{MANAGED}: {OWN_OPEN - 1}"))),  # which is GI910's
    ("GI962", listed(MANY)),
    ("GI962", listed(FEW, "api_policy_characters: 195")),
    ("GI962", file(more="account: {quotas: {api_policy_characters: 1}}")),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_each_function_and_alias_has_a_policy_of_its_own() -> None:
    """Forty permissions for one alias are too many; for as many others they are not."""
    permission = (
        "  Permission{n}: {{Type: 'AWS::Lambda::Permission', Properties: {{FunctionName: {name}, "
        "Action: 'lambda:InvokeFunction', Principal: events.amazonaws.com, "
        "SourceArn: 'arn:aws:events:us-east-1:123456789012:rule/job-{n}'}}}}"
    )

    def resources(name: str) -> str:
        lines = [permission.format(n=n, name=name.format(n=n)) for n in range(60)]
        return file(more="\n".join(("resources:", *lines)))

    [line] = found("GI754", resources("{{Ref: FunctionWebAlias}}"))
    assert ", which 61 permissions make; Lambda takes 20,480 (account.quotas." in line
    assert found("GI754", resources("function-{n}")) == []


def test_a_too_large_policy_of_a_function_can_be_accepted() -> None:
    more = "account: {quotas: {function_policy_bytes: 400}}\naccept: {GI754: Lambda said yes to it}"
    generated = generate_text(file(more=more))
    assert [item.rule for item in generated.accepted] == ["GI754"]
    assert json.loads(generated.files["manifest.json"])["accepted"] == {
        "GI754": "Lambda said yes to it"
    }


def test_what_is_too_large_for_certain_is_told_once() -> None:
    generated = generate_text(statements(10, OPEN))
    account = generated.loaded.environment.account
    quotas = account.quotas.model_copy(update={ROLE: TEN_OPEN - 1})
    environment = generated.loaded.environment.model_copy(
        update={"account": account.model_copy(update={"quotas": quotas})}
    )
    loaded = generated.loaded._replace(environment=environment)
    told = plan_problems(RuleContext(loaded, generated.graph, generated.plan))
    assert [item.rule for item in told] == ["GI752"]


FILLED: tuple[tuple[str, Any, Any], ...] = (
    ("text", "s3:GetObject", "s3:GetObject"),
    ("number", 5, 5),
    ("region", {"Ref": "AWS::Region"}, "us-gov-west-1"),
    ("account", {"Ref": "AWS::AccountId"}, "0" * 12),
    ("parameter", {"Ref": "Queue"}, "xxx"),
    ("attribute", {"Fn::GetAtt": ["Queue", "Arn"]}, "xxx"),
    ("import", {"Fn::ImportValue": "Queue"}, "xxx"),
    ("dynamic reference", "{{resolve:ssm:/a:1}}", "xxx"),
    (
        "sub",
        {"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:a"},
        f"arn:aws-us-gov:sqs:us-gov-west-1:{'0' * 12}:a",
    ),
    ("sub of an attribute", {"Fn::Sub": "${Queue.Arn}/*"}, "xxx/*"),
    ("sub with a value", {"Fn::Sub": ["a-${Name}", {"Name": "jobs"}]}, "a-jobs"),
    ("sub with an open value", {"Fn::Sub": ["a-${Name}", {"Name": {"Ref": "A"}}]}, "a-xxx"),
    ("list", ["a", {"Ref": "Queue"}], ["a", "xxx"]),
    ("mapping", {"a": {"Ref": "Queue"}, "b": "c"}, {"a": "xxx", "b": "c"}),
)


@pytest.mark.parametrize("case", FILLED, ids=lambda case: case[0])
def test_template_data_is_filled_in_as_far_as_it_is_known(case: tuple[str, Any, Any]) -> None:
    _, value, expected = case
    assert filled(value, "us-gov-west-1", 3) == expected


def test_white_space_is_not_counted() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"]}]}
    policies = [{"PolicyName": "One", "PolicyDocument": document}]
    text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"]}]}'
    assert policy_characters(policies, "us-east-1", 0) == len(text)
    assert policy_characters(policies * 2, "us-east-1", 0) == 2 * len(text)

"""Rules of what overrides, resources and `customize` weaken."""

from __future__ import annotations

import pytest

from tests.security.weakenings import GOOD, WEAKENINGS
from tests.support import MINIMAL
from tests.template_checks.templates import found, severities

FAILING: tuple[tuple[str, str, str], ...] = tuple(
    (item.id, GOOD.replace(item.old, item.new), item.what)
    for item in WEAKENINGS
    if item.by == "rule" and item.id.startswith("GI90")
)


def override(resource: str, path: str, value: str) -> str:
    return f"overrides: [{{resource: {resource}, path: 'Properties.{path}', value: {value}}}]\n"


def own(kind: str, properties: str) -> str:
    return f"resources: {{Mine: {{Type: '{kind}', Properties: {properties}}}}}\n"


def policy(statement: str) -> str:
    document = f"{{Version: '2012-10-17', Statement: [{statement}]}}"
    return own("AWS::SNS::TopicPolicy", f"{{Topics: [a], PolicyDocument: {document}}}")


PASSING: tuple[tuple[str, str], ...] = (
    ("GI900", override("FunctionWebPermission", "SourceAccount", "'123456789012'")),
    (
        "GI901",
        own(
            "AWS::EC2::SecurityGroupIngress",
            "{GroupId: sg-0a1b2c3d, IpProtocol: tcp, FromPort: 1, ToPort: 1, CidrIp: 10.0.0.0/8}",
        ),
    ),
    (
        "GI902",
        override(
            "FunctionWebSecurityGroup",
            "SecurityGroupEgress",
            "[{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}]",
        ),
    ),
    ("GI903", override("ApiStage", "MethodSettings[0].DataTraceEnabled", "false")),
    ("GI903", f"tier: dev\n{override('ApiStage', 'MethodSettings[0].DataTraceEnabled', 'true')}"),
    ("GI904", override("FunctionWeb", "MemorySize", "512")),
    ("GI905", override("FunctionWeb", "MemorySize", "512")),
    ("GI906", override("FunctionWebRole", "MaxSessionDuration", "3600")),
    ("GI907", policy("{Effect: Deny, Principal: '*', Action: 'sns:Publish', Resource: '*'}")),
    (
        "GI907",
        policy(
            "{Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: '*', "
            "Condition: {StringEquals: {'aws:SourceAccount': '123456789012'}}}"
        ),
    ),
    ("GI908", override("FunctionWeb", "MemorySize", "512")),
    ("GI909", override("ApiStage", "Description", "words")),
)


@pytest.mark.parametrize(("rule", "text", "what"), FAILING, ids=lambda item: item[:40])
def test_what_breaks_a_rule_is_told_at_its_key(rule: str, text: str, what: str) -> None:
    (message,) = found(rule, text)
    assert message.startswith(("overrides[0]", "resources.Mine")), what
    assert severities(rule, text) == {"warning"}


@pytest.mark.parametrize(("rule", "more"), PASSING)
def test_what_breaks_none_is_not(rule: str, more: str) -> None:
    assert found(rule, MINIMAL + more) == []


def test_a_stage_whose_log_the_file_turns_off_is_the_files_own() -> None:
    text = f"{MINIMAL}  stage: {{logging_level: 'OFF'}}\n"
    assert found("GI909", text + override("ApiStage", "Description", "words")) == []

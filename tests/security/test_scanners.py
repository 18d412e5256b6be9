"""checkov and parliament find what the exceptions say, all of it, and nothing else.

Templates are scanned without their exceptions: what is found then is what they must say. That
checkov reads them where they stand is shown on the shipped environments.

Tests that run a scanner are slow: they install its environment and need half a minute. In the fast
suite, golden files record the suppressions of each case, in its own posture and layout only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.security.scanners.meant import is_own, meant
from tests.security.scanners.run import scanned
from tests.support import HARDENED_BUT
from tests.test_invariants import ENVIRONMENTS, in_layout

POSTURES = ("record", "hardened")
LAYOUTS = ("single", "split")


EVERY = tuple(name for _, name in ENVIRONMENTS)
in_every = pytest.mark.parametrize("names", [EVERY], ids=["every"])
"""The names of environments, all of them: checkov takes ten seconds, and reads each text once."""

NOT_HARDENED = {
    # It names the second of the role's own policies, which then are policies by themselves.
    "overrides": ("overrides.may-send=null",),
}
"""What a case says that holds under the record's posture only."""


class Scanned(NamedTuple):
    """A template of an environment."""

    case: str
    posture: str
    layout: str
    stack: str
    template: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.case} ({self.posture}, {self.layout}): {self.stack}"


@cache
def all_templates(names: tuple[str, ...]) -> tuple[Scanned, ...]:
    """Return every template of these environments, in both layouts and both postures."""
    return tuple(
        template
        for posture in POSTURES
        for folder, name in ENVIRONMENTS
        for layout in LAYOUTS
        if name in names
        for template in templates(folder, name, posture, layout)
    )


def in_posture(name: str, posture: str) -> tuple[str, ...]:
    """Return what to ``--set`` for an environment to have a posture, whatever its file says."""
    more = NOT_HARDENED.get(name, ()) if posture == "hardened" else ()
    return (f"posture={posture}", *HARDENED_BUT, *more)


def templates(folder: Path, name: str, posture: str, layout: str) -> Iterator[Scanned]:
    generated = in_layout(folder, name, layout, *in_posture(name, posture))
    for stack in generated.stacks:
        yield Scanned(name, posture, layout, stack.key, dict(stack.template))


def resources(names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return every resource of every template as it is without Metadata, by template and id."""
    return {
        f"{item.name}.{key}": {
            part: value for part, value in body.items() if part not in ("Metadata", "DependsOn")
        }
        for item in all_templates(names)
        for key, body in item.template["Resources"].items()
    }


def suppressed(body: Mapping[str, Any]) -> set[str]:
    """Return what a resource says of checkov's rules."""
    skip = body.get("Metadata", {}).get("checkov", {}).get("skip", [])
    return {entry["id"] for entry in skip}


@pytest.mark.slow
@in_every
def test_checkov_finds_what_the_exceptions_say_and_nothing_else(names: tuple[str, ...]) -> None:
    """Without Metadata it finds each; on the shipped templates as they are, it skips each."""
    shipped = {
        item.name: item.template
        for item in all_templates(names)
        if item.case in ("dev", "staging", "prod") and item.layout == "single"
    }
    found = scanned(resources=resources(names), templates=shipped)
    wrong = []
    for item in all_templates(names):
        for key, body in item.template["Resources"].items():
            name = f"{item.name}.{key}"
            if is_own(item.case, key):
                assert not suppressed(body), name
                continue
            failed = set(found.resources[name]) - meant(item.case, key)
            said = suppressed(body)
            wrong += [f"{name}: finds {rule}" for rule in sorted(failed - said)]
            wrong += [f"{name}: has no {rule}" for rule in sorted(said - failed)]
    assert not wrong, "\n".join(wrong)
    for name, template in shipped.items():
        assert found.templates[name]["failed"] == [], name
        assert {tuple(pair) for pair in found.templates[name]["skipped"]} == {
            (rule, key) for key, body in template["Resources"].items() for rule in suppressed(body)
        }
    least = 7 if names == EVERY else 3
    assert len({rule for rules in found.resources.values() for rule in rules}) >= least


SAMPLES = {
    "kms": "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
    "secretsmanager": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbCdEf",
    "sqs": "arn:aws:sqs:us-east-1:123456789012:x",
    "logs": "arn:aws:logs:us-east-1:123456789012:log-group:x:*",
    "s3": "arn:aws:s3:::x",
    "sns": "arn:aws:sns:us-east-1:123456789012:x",
}
"""What an ARN that is known to CloudFormation only could be, by the service of the action."""
PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
}
_FORMAT = r"'required_format': 'arn:\*:ec2:\*:\*:(network-interface|subnet)/\*'"
ACCEPTED: tuple[tuple[str, str, str], ...] = (
    (
        "UNKNOWN_CONDITION_FOR_ACTION",
        r"Unknown condition lambda:SourceFunctionArn for action ec2:\w+",
        "Lambda adds it to every call that a function's own code makes; its list is of services",
    ),
    (
        "RESOURCE_MISMATCH",
        rf"\[{{'action': 'ec2:CreateNetworkInterface', {_FORMAT}}}\]",
        "one statement has the new interface, and one the subnets, which alone have ec2:Vpc",
    ),
    (
        "RESOURCE_MISMATCH",
        rf"\[({{'action': 'ec2:(\w+IpAddresses|DeleteNetworkInterface)', {_FORMAT}}}(, )?)+\]",
        "Lambda makes no function where this is on network-interface/* (aws provider #20698)",
    ),
)
"""What parliament says that is meant: the issue, its detail, and why."""


OF_LOGINS = ("CREDENTIALS_EXPOSURE", "PERMISSIONS_MANAGEMENT_ACTIONS")
"""What parliament calls ``rds-db:connect``, without naming it: the one case that logs in by IAM is
meant to, as one user of one resource."""


def is_accepted(name: str, issue: str, detail: str) -> bool:
    if name.startswith("database-iam ") and issue in OF_LOGINS:
        return True
    return any(issue == kind and re.fullmatch(text, detail) for kind, text, _ in ACCEPTED)


def policies(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the policies of roles, each with the id of its resource, with nothing open in them."""
    for key, body in template["Resources"].items():
        properties = body.get("Properties", {})
        inline = properties.get("Policies", [])
        # Those of a user pool are about passwords.
        documents = [item["PolicyDocument"] for item in inline if isinstance(inline, list)]
        if body["Type"] in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
            documents.append(properties["PolicyDocument"])
        for document in documents if body["Type"].startswith("AWS::IAM::") else ():
            statements = [_closed(statement) for statement in document["Statement"]]
            yield key, {**document, "Statement": statements}


def _closed(statement: Mapping[str, Any]) -> dict[str, Any]:
    actions = statement.get("Action", [])
    service = (actions if isinstance(actions, str) else actions[0]).partition(":")[0]
    return {key: _filled(value, service) for key, value in statement.items()}


def _filled(value: Any, service: str) -> Any:
    if isinstance(value, list):
        return [_filled(item, service) for item in value]
    if not isinstance(value, dict):
        return value
    (key, content), *more = value.items()
    if key == "Fn::Sub" and not more:
        text = content if isinstance(content, str) else content[0]
        return re.sub(r"\$\{([^}]+)\}", lambda match: PSEUDO.get(match[1], "x"), text)
    if key == "Ref" and content in PSEUDO:
        return PSEUDO[content]
    if key == "Ref" or key.startswith("Fn::"):
        return SAMPLES[service]
    return {name: _filled(item, service) for name, item in value.items()}


@pytest.mark.slow
@in_every
def test_parliament_finds_nothing_but_what_is_accepted(names: tuple[str, ...]) -> None:
    asked = {
        f"{item.name}.{key} {number}": document
        for item in all_templates(names)
        for number, (key, document) in enumerate(policies(item.template))
    }
    assert asked
    found = scanned(policies=asked).policies
    wrong = [
        f"{name}: {issue}: {detail}"
        for name, issues in found.items()
        for issue, detail in issues
        if not is_accepted(name, issue, detail)
    ]
    assert not wrong, "\n".join(wrong)
    everything = [tuple(pair) for issues in found.values() for pair in issues]
    for kind, text, reason in ACCEPTED if names == EVERY else ():
        assert any(kind == issue and re.fullmatch(text, told) for issue, told in everything), reason


@pytest.mark.slow
@pytest.mark.parametrize(
    ("action", "resource", "issue"),
    [
        ("s3:GetObjec", "arn:aws:s3:::x/*", "UNKNOWN_ACTION"),
        ("s3:GetObject", "arn:aws:sqs:us-east-1:123456789012:x", "RESOURCE_MISMATCH"),
    ],
)
def test_parliament_finds_a_fault(action: str, resource: str, issue: str) -> None:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    assert issue in {found for found, _ in scanned(policies={"a": document}).policies["a"]}


@pytest.mark.slow
@in_every
def test_nothing_is_open_in_what_parliament_reads(names: tuple[str, ...]) -> None:
    templates = all_templates(names)
    texts = [json.dumps(found) for item in templates for found in policies(item.template)]
    assert not [text for text in texts if "Fn::" in text or "${" in text]

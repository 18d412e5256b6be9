"""The key of `encryption` in everything that an environment keeps, or in nothing."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.assembly.environment import assemble
from tests.faults import load_faults
from tests.support import MINIMAL, load_text

MAIL = "alarms: {emails: [a@example.com]}\n"
ARN = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
MADE = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
KEYS = ("KmsKeyArn", "KmsKeyId", "KmsMasterKeyId")
ENCRYPTED = {
    "AlarmTopic",
    "ApiAccessLogGroup",
    "ApiExecutionLogGroup",
    "FunctionWeb",
    "FunctionWebLogGroup",
}


def keys_of(more: str) -> dict[str, Any]:
    """Return the key of each resource that has one."""
    resources = assemble(load_text(MINIMAL + MAIL + more)).resources.values()
    found = {}
    for item in resources:
        for name in KEYS:
            if name in item.body.get("Properties", {}):
                found[item.logical_id] = item.body["Properties"][name]
    return found


CASES: dict[str, Any] = {
    "encryption: {key: made}": MADE,
    f"encryption: {{key: '{ARN}'}}": ARN,
    "encryption: {key: {parameter: KeyArn}}": {"Ref": "KeyArn"},
    "encryption: {key: {import: shared-Key}}": {"Fn::ImportValue": "shared-Key"},
    "posture: hardened": MADE,
}


@pytest.mark.parametrize("line", CASES)
def test_one_key_encrypts_all_that_is_kept(line: str) -> None:
    found = keys_of(line + "\n")
    assert found.keys() >= ENCRYPTED
    assert all(key == CASES[line] for key in found.values())


@pytest.mark.parametrize(
    "line",
    ["", "encryption: {}", "encryption: {key: aws}", "posture: hardened\nencryption: {key: aws}"],
)
def test_without_a_key_of_ones_own_nothing_names_one(line: str) -> None:
    assert not keys_of(line + "\n")
    assert "EncryptionKey" not in assemble(load_text(MINIMAL + line + "\n")).resources


def test_alarms_may_use_the_key_only_where_a_topic_is_made() -> None:
    for mail, expected in ((MAIL, {"Account", "Alarms", "Logs"}), ("", {"Account", "Logs"})):
        graph = assemble(load_text(f"{MINIMAL}{mail}encryption: {{key: made}}\n"))
        policy = graph.resources["EncryptionKey"].body["Properties"]["KeyPolicy"]
        assert {item["Sid"] for item in policy["Statement"]} == expected


FAULTS = {
    # what is written, and the end of the message
    "true": "encryption.key: must be aws, made, or a KMS key's ARN, as in arn:aws:kms:us-east-1:"
    "123456789012:key/0a1b…, not a switch",
    "Made": "encryption.key: must be aws, made, or a KMS key's ARN",
    "alias/aws/sns": "encryption.key: must be aws, made, or a KMS key's ARN",
    "arn:aws:kms:us-east-1:123456789012:alias/jobs": "not "
    "'arn:aws:kms:us-east-1:123456789012:alias/jobs'; an alias may be given to another key: write "
    "the ARN of the key itself",
    "{parameter: KeyArn, default: made}": "encryption.key",
    "{secret: jobs/db}": "encryption.key: names a secret, which only the function's code can read",
}


@pytest.mark.parametrize("value", FAULTS)
def test_what_is_no_key(value: str) -> None:
    faults = load_faults(f"{MINIMAL}encryption: {{key: {value}}}\n")
    assert len(faults) == 1
    assert FAULTS[value] in faults[0]

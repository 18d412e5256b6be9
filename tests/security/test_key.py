"""Who may use the key that is made: its own policy and the role's together, as KMS judges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.evaluate import Document, Request, decide
from tests.policies.resolve import known, resolve
from tests.policies.templates import policies
from tests.security import roles
from tests.security.calls import LOGINS

ACCOUNT, OTHER = "123456789012", "210987654321"
LOGS, CLOUDWATCH = "logs.us-east-1.amazonaws.com", "cloudwatch.amazonaws.com"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/FunctionWebRole"
SOMEBODY = f"arn:aws:iam::{ACCOUNT}:role/somebody"
FOREIGN = f"arn:aws:iam::{OTHER}:role/FunctionWebRole"
KEY = roles.NAMES["encryption_key"]
VIA_SECRETS = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}


def of_group(account: str = ACCOUNT, region: str = "us-east-1") -> dict[str, str]:
    arn = f"arn:aws:logs:{region}:{account}:log-group:/aws/lambda/jobs-hardened-web"
    return {"kms:EncryptionContext:aws:logs:arn": arn}


@pytest.mark.parametrize(
    ("principal", "action", "context", "allowed"),
    [
        (LOGS, "kms:Encrypt", of_group(), True),
        (LOGS, "kms:Decrypt", of_group(), True),
        (LOGS, "kms:GenerateDataKey", of_group(), True),
        (LOGS, "kms:Decrypt", of_group(OTHER), False),
        (LOGS, "kms:Decrypt", of_group(region="eu-west-1"), False),
        (LOGS, "kms:Decrypt", {}, False),
        (LOGS, "kms:ScheduleKeyDeletion", of_group(), False),
        (LOGS, "kms:CreateGrant", of_group(), False),
        ("logs.eu-west-1.amazonaws.com", "kms:Decrypt", of_group(), False),
        (CLOUDWATCH, "kms:GenerateDataKey", {"aws:SourceAccount": ACCOUNT}, True),
        (CLOUDWATCH, "kms:Decrypt", {"aws:SourceAccount": OTHER}, False),
        (CLOUDWATCH, "kms:Decrypt", {}, False),
        (CLOUDWATCH, "kms:Encrypt", {"aws:SourceAccount": ACCOUNT}, False),
        ("s3.amazonaws.com", "kms:Decrypt", {"aws:SourceAccount": ACCOUNT}, False),
        (ROLE, "kms:Decrypt", VIA_SECRETS, True),
        (ROLE, "kms:Decrypt", {}, False),
        (ROLE, "kms:PutKeyPolicy", VIA_SECRETS, False),
        (SOMEBODY, "kms:Decrypt", VIA_SECRETS, False),
        (FOREIGN, "kms:Decrypt", VIA_SECRETS, False),
    ],
)
def test_the_key_is_used_by_whom_it_is_for(
    principal: str, action: str, context: dict[str, str], allowed: bool
) -> None:
    overrides, _ = LOGINS["a secret that is made"]
    resources = roles.resources("hardened", *overrides, "alarms.emails=[a@example.com]")
    look = known(roles.values("hardened"))
    policy: Any = resolve(resources["EncryptionKey"]["Properties"]["KeyPolicy"], look)
    # Another account's role is given every permission of its own, and the key still says no.
    own: list[Document] = []
    if principal == FOREIGN:
        own = [{"Version": "2012-10-17", "Statement": [EVERYTHING]}]
    if principal == ROLE:
        own = policies(resources, "FunctionWebRole", look)
    request = Request(action, KEY, principal, context, ACCOUNT)
    decision = decide(request, identity=own, resource=[policy], resource_must_allow=True)
    assert decision.allowed == allowed


EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}

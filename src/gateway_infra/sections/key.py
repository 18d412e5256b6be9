"""The section on the key that what is kept is encrypted with."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from gateway_infra.values.section import Section
from gateway_infra.values.values import KEY_ARN, Value

OF_AWS = "aws"
MADE = "made"
_KEY = KEY_ARN._replace(
    words=(OF_AWS, MADE),
    what="aws, made, or a KMS key's ARN, as in arn:aws:kms:us-east-1:123456789012:key/0a1b…",
)
EncryptionKey: TypeAlias = Annotated[Value, _KEY]


class EncryptionConfig(Section):
    """Whose key encrypts what AWS keeps of an environment.

    All of it is encrypted in any case. A key of one's own adds who may decrypt (its policy), a
    trace of each use (CloudTrail), and an end to all of it at once (disabling the key). The key is
    for the log groups, the functions' variables, the topic of the alarms, and the database's
    secret; ``made`` makes one that stays when its stack is deleted, as what it has encrypted
    cannot be read without it.
    """

    key: EncryptionKey = Field(
        default=OF_AWS,
        description="aws: keys that AWS owns; made: one key made here, for logs, variables, topic "
        "and secret; or the ARN of a symmetric key of this region, whose policy must let "
        "CloudWatch Logs and CloudWatch use it (docs/security.md)",
        examples=["made", {"parameter": "KeyArn"}],
    )

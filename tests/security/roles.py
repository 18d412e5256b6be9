"""The environment that the calls are for, generated, and what its names are."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway_infra.pipeline import Generated, generate
from tests.policies.resolve import PSEUDO
from tests.security.calls import Posture
from tests.support import HARDENED_BUT, resources_of

FILE = Path(__file__).parent / "privileges.yaml"
KEY = f"arn:aws:kms:us-east-1:{PSEUDO['AWS::AccountId']}:key/"
SECRET = f"arn:aws:secretsmanager:us-east-1:{PSEUDO['AWS::AccountId']}:secret:"

NAMES = {
    "account": PSEUDO["AWS::AccountId"],
    "bucket": "uploads",
    "other_bucket": "uploads-of-others",
    "other_group": "/aws/lambda/other",
    "other_role": "other",
    "role": "FunctionWebRole",
    "key": f"{KEY}0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
    "other_key": f"{KEY}00000000-4e5f-6071-8293-a4b5c6d7e8f9",
    "secret": f"{SECRET}jobs/token-AbCdEf",
    "other_secret": f"{SECRET}other/token-AbCdEf",
    "longer_secret": f"{SECRET}jobs/token-of-others-AbCdEf",
    "database_secret": f"{SECRET}DatabaseSecret-AbCdEf",
    "encryption_key": f"{KEY}11111111-4e5f-6071-8293-a4b5c6d7e8f9",
    "vpc": "vpc-0a1b2c3d4e5f60718",
    "subnet": "subnet-0a1b2c3d4e5f60718",
    "other_subnet": "subnet-11111111111111111",
    "security_group": "sg-0a1b2c3d4e5f60718",
    "queues": "https://sqs.us-east-1.amazonaws.com/123456789012",
    "other_group_id": "sg-11111111111111111",
}
"""Names of the calls, as they could be."""


@lru_cache(maxsize=8)
def resources(posture: Posture, *overrides: str) -> Mapping[str, Mapping[str, Any]]:
    """Generate the environment in one stack, under the posture's name."""
    return resources_of(generated(posture, "single", *overrides))


def generated(posture: Posture, layout: str, *further: str) -> Generated:
    """Generate the environment."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(FILE, Path(folder) / f"{posture}.yaml")
        overrides = [f"posture={posture}", *HARDENED_BUT, *further]
        return generate(
            Path(folder), posture, layout=layout, overrides=overrides, shown="environments"
        )


def names(posture: Posture) -> dict[str, str]:
    """Fill in what the posture's environment is called."""
    function = f"jobs-{posture}-web"
    return {**NAMES, "function": function, "group": f"/aws/lambda/{function}"}


def values(posture: Posture) -> dict[str, str]:
    """Give the values of the template's parameters and resources that its policies refer to."""
    named = names(posture)
    return {
        "DatabaseSecret": named["database_secret"],
        "EncryptionKey.Arn": named["encryption_key"],
        "FunctionWebRole": named["role"],
        "NetworkVpcId": named["vpc"],
        "NetworkPrivateSubnetA": named["subnet"],
        "NetworkPrivateSubnetB": "subnet-22222222222222222",
        "StorageUploadBucket": named["bucket"],
        "TokenKeyArn": named["key"],
        "FunctionWebSecurityGroup": named["security_group"],
        "FunctionWebSecurityGroup.GroupId": named["security_group"],
    }

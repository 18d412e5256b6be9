"""The rule on drift, and what its role may read."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import DriftConfig, drift
from gateway_infra.builders.drift import DATA
from tests.builders.support import TAGS, arn, properties
from tests.support import plain


def bundle(frequency: Any = 24, depends_on: tuple[str, ...] = ()) -> Any:
    config = DriftConfig(frequency=frequency)
    return drift(config, service="jobs", depends_on=depends_on, tags=TAGS)


@pytest.mark.parametrize(
    ("hours", "word"),
    [
        (1, "One_Hour"),
        (3, "Three_Hours"),
        (6, "Six_Hours"),
        (12, "Twelve_Hours"),
        (24, "TwentyFour_Hours"),
    ],
)
def test_stacks_of_the_service_are_compared_every_so_often(hours: int, word: str) -> None:
    rule = properties(bundle(hours), "DriftRule")
    assert rule["MaximumExecutionFrequency"] == word
    assert rule["Scope"] == {"TagKey": "Service", "TagValue": "jobs"}
    identifier = "CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK"
    assert rule["Source"] == {"Owner": "AWS", "SourceIdentifier": identifier}
    role = {"Fn::GetAtt": ["DriftRole", "Arn"]}
    assert rule["InputParameters"] == {"cloudformationRoleArn": role}


def test_it_waits_for_a_recorder_that_is_made_beside_it() -> None:
    waits = bundle(depends_on=("ConfigRecorder",))
    assert plain(waits)["DriftRule"]["DependsOn"] == ["ConfigRecorder"]
    assert "DependsOn" not in plain(bundle())["DriftRule"]


def test_the_role_reads_settings_and_no_data() -> None:
    role = properties(bundle(), "DriftRole")
    managed = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"}
    assert role["ManagedPolicyArns"] == [managed]
    statements = {
        item["Sid"]: item for item in role["Policies"][0]["PolicyDocument"]["Statement"]
    }  # fmt: skip
    denied = statements["NoData"]
    assert (denied["Effect"], denied["Resource"]) == ("Deny", ["*"])
    assert denied["Action"] == list(DATA) == sorted(DATA)
    assert {"s3:GetObject", "secretsmanager:GetSecretValue", "logs:GetLogEvents"} <= set(DATA)
    assert statements["Stacks"]["Resource"] == [arn("cloudformation", "stack/*")]
    assert statements.keys() == {"Stacks", "Detections", "NoData"}


def test_the_role_is_for_aws_config() -> None:
    (trust,) = properties(bundle(), "DriftRole")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["config.amazonaws.com"]}

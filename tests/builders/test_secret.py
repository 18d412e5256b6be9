"""The secret that is made for the database, and its rotation."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from troposphere import ImportValue, Ref, Split

from gateway_infra import DatabaseSecretConfig
from gateway_infra.builders.secret import EXCLUDED
from tests.builders.calls import ALL
from tests.builders.support import TAG_LIST, properties
from tests.support import plain

SECRET, ROTATION = ALL["database_secret"], ALL["secret_rotation"]


def secret(**changed: Any) -> dict[str, Any]:
    return properties(SECRET.make(**changed), "DatabaseSecret")


def rotation(logical_id: str, **changed: Any) -> dict[str, Any]:
    return properties(ROTATION.make(**changed), logical_id)


def test_secrets_manager_generates_the_password() -> None:
    """No value stands in the template: a ``SecretString`` would."""
    generated = secret()["GenerateSecretString"]
    assert generated["GenerateStringKey"] == "password"
    assert generated["PasswordLength"] == 40
    assert "SecretString" not in secret()
    assert "password" not in json.loads(generated["SecretStringTemplate"])


def test_the_length_is_a_setting() -> None:
    built = SECRET.builder(DatabaseSecretConfig(length=64), **SECRET.keywords)
    made = properties(built, "DatabaseSecret")["GenerateSecretString"]
    assert made["PasswordLength"] == 64


def test_the_json_is_what_rotation_reads() -> None:
    """As AWS's page on the JSON structure of RDS credentials has it."""
    assert json.loads(secret()["GenerateSecretString"]["SecretStringTemplate"]) == {
        "engine": "postgres",
        "host": "literal-host",
        "port": 5432,
        "dbname": "literal_database",
        "username": "literal_user",
    }


def test_what_is_known_later_is_filled_in() -> None:
    text = secret(host=Ref("Host"), port=Ref("Port"), user=ImportValue("user"))
    template = text["GenerateSecretString"]["SecretStringTemplate"]["Fn::Sub"]
    assert template == [
        '{"engine": "postgres", "host": "${Host}", "port": ${Port}, '
        '"dbname": "literal_database", "username": "${User}"}',
        {"User": {"Fn::ImportValue": "user"}},
    ]


def test_the_password_stands_in_a_url_as_it_is() -> None:
    """All that is left is unreserved (RFC 3986), and there is punctuation among it."""
    left = set(string.punctuation) - set(EXCLUDED)
    assert left == set("-._~")
    assert secret()["GenerateSecretString"]["ExcludeCharacters"] == EXCLUDED


def test_it_outlives_its_stack_but_not_a_first_deploy_that_failed() -> None:
    body = plain(SECRET.make())["DatabaseSecret"]
    assert body["DeletionPolicy"] == "RetainExceptOnCreate"
    assert body["UpdateReplacePolicy"] == "Retain"


def test_it_has_no_fixed_name() -> None:
    """A name is taken for days after a secret is deleted, and one cannot be replaced under it."""
    assert "Name" not in secret()
    assert secret()["Tags"] == TAG_LIST


@pytest.mark.parametrize("key", [None, "a-key"])
def test_a_key_of_ones_own_encrypts_it(key: str | None) -> None:
    assert secret(kms_key_arn=key).get("KmsKeyId") == key
    hosted = rotation("DatabaseSecretRotation", kms_key_arn=key)["HostedRotationLambda"]
    assert hosted.get("KmsKeyArn") == key


def test_the_first_rotation_waits_for_its_day() -> None:
    """Before somebody gives the database the password, the rotation function cannot log in."""
    schedule = rotation("DatabaseSecretRotation")
    assert schedule["RotateImmediatelyOnUpdate"] is False
    assert schedule["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert schedule["SecretId"] == "literal-secret"


def test_awss_own_function_rotates_with_the_same_characters() -> None:
    hosted = rotation("DatabaseSecretRotation")["HostedRotationLambda"]
    assert hosted["RotationType"] == "PostgreSQLSingleUser"
    assert hosted["ExcludeCharacters"] == EXCLUDED


@pytest.mark.parametrize(
    ("subnets", "joined"),
    [
        (["a", "b"], ["a", "b"]),
        (Ref("Subnets"), {"Ref": "Subnets"}),
        (Split(",", ImportValue("s")), {"Fn::Split": [",", {"Fn::ImportValue": "s"}]}),
    ],
)
def test_it_runs_in_the_subnets_with_a_group_of_its_own(subnets: Any, joined: Any) -> None:
    hosted = rotation("DatabaseSecretRotation", subnet_ids=subnets)["HostedRotationLambda"]
    assert hosted["VpcSubnetIds"] == {"Fn::Join": [",", joined]}
    group = {"Fn::GetAtt": ["DatabaseRotationSecurityGroup", "GroupId"]}
    assert hosted["VpcSecurityGroupIds"] == group


def test_it_reaches_the_databases_group_and_secrets_manager_alone() -> None:
    out = rotation("DatabaseRotationSecurityGroup", https_security_group_ids=None)
    out = out["SecurityGroupEgress"]
    ports = {rule["FromPort"]: rule for rule in out}
    assert ports.keys() == {443, 5432}
    assert all(rule["FromPort"] == rule["ToPort"] and rule["Description"] for rule in out)
    assert ports[5432]["DestinationSecurityGroupId"] == "sg-literal"
    assert "CidrIp" not in ports[5432]


def test_scoped_it_reaches_groups_and_prefix_lists_by_https() -> None:
    out = rotation("DatabaseRotationSecurityGroup")["SecurityGroupEgress"]
    https = [rule for rule in out if rule["FromPort"] == 443]
    assert [rule.get("DestinationSecurityGroupId") for rule in https] == ["sg-literal2", None]
    assert [rule.get("DestinationPrefixListId") for rule in https] == [None, "pl-literal"]
    assert not [rule for rule in out if "CidrIp" in rule]


@pytest.mark.parametrize("scoped", [True, False])
def test_endpoints_let_it_in(scoped: bool) -> None:
    made = plain(ALL["rotation_endpoint_access"].make(scoped=scoped))
    assert made["DatabaseRotationEndpointIngress"]["Properties"]["GroupId"] == "sg-literal2"
    out = made.get("DatabaseRotationEndpointEgress")
    assert (out is not None) is scoped
    assert out is None or out["Properties"]["DestinationSecurityGroupId"] == "sg-literal2"
    for body in made.values():
        ports = [body["Properties"][key] for key in ("FromPort", "ToPort", "IpProtocol")]
        assert ports == [443, 443, "tcp"]


def test_the_database_lets_it_in_before_it_rotates() -> None:
    rule = rotation("DatabaseRotationIngress")
    assert rule["GroupId"] == "sg-literal"
    source = {"Fn::GetAtt": ["DatabaseRotationSecurityGroup", "GroupId"]}
    assert rule["SourceSecurityGroupId"] == source
    assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (5432, 5432, "tcp")
    schedule = plain(ROTATION.make())["DatabaseSecretRotation"]
    assert schedule["DependsOn"] == ["DatabaseRotationIngress"]

"""The key and the logins: what the services' own APIs say of them, and what the function reads."""

import hashlib
import json
import string
from typing import Any

import pytest

from .service import LAYOUTS, Cloud, Service

PLAIN = set(string.ascii_letters + string.digits + "-._~")


def secret_of(service: Service) -> dict[str, Any]:
    """Return what is in the secret, as an administrator of the database reads it."""
    client = service.deployer.client("secretsmanager")
    value = client.get_secret_value(SecretId=service.outputs["DatabaseSecretArn"])
    read: dict[str, Any] = json.loads(value["SecretString"])
    return read


def fingerprint(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:12]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_made_secret_is_read_by_the_function_and_stands_nowhere(
    cloud: Cloud, layout: str
) -> None:
    with cloud.case("logins", layout) as service:
        service.set("functions.web.variables.EMULATOR", service.emulator.endpoint)
        service.deploy()
        secret = secret_of(service)
        password = secret.pop("password")
        assert secret == {
            "engine": "postgres",
            "host": "database.internal",
            "port": 5432,
            "dbname": "jobs",
            "username": "jobs_app",
        }
        assert len(password) == 40
        assert set(password) <= PLAIN

        told = service.ask("/login")
        arn = service.outputs["DatabaseSecretArn"]
        assert told["given"]["DB_PASSWORD_SECRET_ARN"] == arn
        assert told["given"]["DB_PASSWORD_SECRET_KEY"] == "password"
        assert told["secret_sha256"] == fingerprint(password)
        assert "DB_PASSWORD" not in told["variables"]

        client = service.deployer.client("cloudformation")
        for stack in service.stacks().values():
            assert password not in str(client.get_template(StackName=stack)["TemplateBody"])
            assert password not in str(client.describe_stacks(StackName=stack))
        assert password not in "".join(path.read_text() for path in service.folder.rglob("*.json"))
        assert set(service.deploy().values()) == {"unchanged"}
        assert secret_of(service)["password"] == password


def test_one_key_encrypts_what_is_kept(cloud: Cloud) -> None:
    with cloud.case("logins") as service:
        service.deploy()
        client, outputs = service.deployer.client, service.outputs
        key = outputs["EncryptionKeyArn"]
        assert client("kms").get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
        policy = json.loads(client("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        principals = {item["Sid"]: item["Principal"] for item in policy["Statement"]}
        assert principals["Account"] == {"AWS": "arn:aws:iam::000000000000:root"}
        # The emulator's domain stands in for AWS's.
        assert principals["Logs"]["Service"].startswith("logs.us-east-1.")
        assert principals["Alarms"] == {"Service": "cloudwatch.amazonaws.com"}

        secret = client("secretsmanager").describe_secret(SecretId=outputs["DatabaseSecretArn"])
        assert secret["KmsKeyId"] == key
        topic = client("sns").get_topic_attributes(TopicArn=outputs["AlarmTopicArn"])
        assert topic["Attributes"]["KmsMasterKeyId"] == key
        groups = {
            group["logGroupName"]: group.get("kmsKeyId")
            for group in client("logs").describe_log_groups()["logGroups"]
        }
        execution = f"API-Gateway-Execution-Logs_{outputs['ApiId']}/v1"
        for name in (
            outputs["FunctionWebLogGroupName"],
            outputs["ApiAccessLogGroupName"],
            execution,
        ):
            assert groups[name] == key, name


def test_key_and_secret_stay_when_the_stacks_are_deleted(cloud: Cloud) -> None:
    with cloud.case("logins") as service:
        service.deploy()
        arn, key = service.outputs["DatabaseSecretArn"], service.outputs["EncryptionKeyArn"]
        before = secret_of(service)
        service.delete()
        secrets, keys = service.deployer.client("secretsmanager"), service.deployer.client("kms")
        value = secrets.get_secret_value(SecretId=arn)["SecretString"]
        assert json.loads(value) == before
        assert keys.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
        secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


def test_a_key_is_taken_up_and_put_down_in_place(cloud: Cloud) -> None:
    """From AWS's keys to one made here and back: the same groups, topic and function."""
    with cloud.case("logins") as service:
        service.set("encryption.key", "aws")
        service.deploy()
        places = service.resources()
        service.set("encryption.key", "made")
        service.deploy()
        changed = service.resources()
        kept = ("AlarmTopic", "ApiAccessLogGroup", "FunctionWeb", "FunctionWebLogGroup")
        assert [changed[name] for name in kept] == [places[name] for name in kept]
        assert service.ask()["version"] == "2"
        service.set("encryption.key", "aws")
        service.deploy()
        groups = service.deployer.client("logs").describe_log_groups()["logGroups"]
        ours = [group for group in groups if group["logGroupName"] == places["FunctionWebLogGroup"]]
        assert [group.get("kmsKeyId") for group in ours] == [None]


def test_from_a_password_to_a_secret_and_to_iam(cloud: Cloud) -> None:
    """Each publishes a version, with other variables and another permission."""
    with cloud.case("data") as service:
        service.values |= {
            "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1",
            "DatabaseHost": "database.internal",
        }
        service.deploy()
        assert service.ask()["database_password_sha256"] == fingerprint("first")
        service.set("database.password", None)
        service.set("database.secret", {"length": 20})
        service.deploy()
        told = service.ask()
        assert (told["version"], told["database_password_sha256"]) == ("2", None)
        assert told["given"]["DB_PASSWORD_SECRET_ARN"] == service.outputs["DatabaseSecretArn"]
        assert len(secret_of(service)["password"]) == 20

        service.set("database.secret", None)
        service.set("database.iam", {"resource_id": "db-ABCDEFGHIJKL01234"})
        service.deploy()
        told = service.ask()
        assert (told["version"], told["given"]["DB_IAM_AUTH"]) == ("3", "true")
        assert not [name for name in told["variables"] if "PASSWORD" in name]
        roles = service.deployer.client("iam")
        policy = roles.get_role_policy(
            RoleName=service.resources()["FunctionWebRole"], PolicyName="Function"
        )["PolicyDocument"]
        login = next(item for item in policy["Statement"] if item["Sid"] == "DatabaseLogin")
        assert login["Action"] == ["rds-db:connect"]
        assert login["Resource"] == [
            "arn:aws:rds-db:us-east-1:000000000000:dbuser:db-ABCDEFGHIJKL01234/jobs_app"
        ]

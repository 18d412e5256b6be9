"""The secret that is made for the database, and its rotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import AWSHelperFn, Join, Retain, RetainExceptOnCreate, ec2, secretsmanager

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.values import TagMap, Value, attribute, ref, sub, tag_list
from gateway_infra.config.login import PASSWORD_KEY, DatabaseSecretConfig

EXCLUDED = "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}"
"""All punctuation but ``-``, ``.``, ``_`` and ``~``, which stand in a URL as they are
(https://datatracker.ietf.org/doc/html/rfc3986#section-2.3): many drivers take a URL, and RDS takes
neither ``/`` nor ``@``, quotes or spaces in a password."""


@dataclass(frozen=True)
class DatabaseSecret(Bundle):
    """A secret with the address of the database and a login to it."""

    secret: secretsmanager.Secret

    @property
    def arn(self) -> Any:
        """The secret's ARN, as ``Ref``."""
        return ref(self.secret)


@dataclass(frozen=True)
class SecretRotation(Bundle):
    """The schedule, and what lets AWS's rotation function reach the database."""

    group: ec2.SecurityGroup
    ingress: ec2.SecurityGroupIngress
    schedule: secretsmanager.RotationSchedule


def database_secret(
    config: DatabaseSecretConfig,
    *,
    host: Value,
    port: Value,
    database: Value,
    user: Value,
    description: str,
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> DatabaseSecret:
    """Build the secret of the login `user`; Secrets Manager generates the password into it.

    Its JSON is what AWS's rotation function for PostgreSQL reads. Any change of it, as of the host,
    makes CloudFormation generate another password ("When you make a change to this property, a new
    secret version is created"). The secret stays when its stack is deleted, as the database keeps
    the password; one of a first deploy that failed is known to no database, and goes with it. It
    has no resource policy: only IAM policies of this account let anybody in.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html

    `kms_key_arn` encrypts it; without, Secrets Manager's own key does.
    """
    encrypted = {} if kms_key_arn is None else {"KmsKeyId": kms_key_arn}
    secret = secretsmanager.Secret(
        "DatabaseSecret",
        Description=description,
        GenerateSecretString=secretsmanager.GenerateSecretString(
            SecretStringTemplate=_json(host, port, database, user),
            GenerateStringKey=PASSWORD_KEY,
            PasswordLength=config.length,
            ExcludeCharacters=EXCLUDED,
        ),
        Tags=tag_list(tags),
        DeletionPolicy=RetainExceptOnCreate,
        UpdateReplacePolicy=Retain,
        **encrypted,
    )
    return DatabaseSecret(secret)


def secret_rotation(
    days: int,
    *,
    secret_arn: Value,
    vpc_id: Value,
    subnet_ids: Sequence[Value] | AWSHelperFn,
    database_port: Value,
    database_security_group_id: Value,
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> SecretRotation:
    """Build the rotation of `secret_arn` every `days`, by the function that AWS hosts.

    CloudFormation makes that function, with its role, in a nested stack, by the transform that
    `TRANSFORM` in `gateway_infra.layouts` names. It runs in `subnet_ids` with a group of its own
    (`VpcSecurityGroupIds` are the function's, whatever the page says), which reaches the database's
    group, and Secrets Manager by 443. The first rotation waits for its day: until somebody has
    given the database the generated password, the function could not log in.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-function-network-access.html
    """
    group = _group(vpc_id, database_port, database_security_group_id, tags)
    ingress = ec2.SecurityGroupIngress(
        "DatabaseRotationIngress",
        GroupId=database_security_group_id,
        SourceSecurityGroupId=attribute(group, "GroupId"),
        IpProtocol="tcp",
        FromPort=database_port,
        ToPort=database_port,
        Description="PostgreSQL from the function that rotates the password",
    )
    encrypted = {} if kms_key_arn is None else {"KmsKeyArn": kms_key_arn}
    schedule = secretsmanager.RotationSchedule(
        "DatabaseSecretRotation",
        SecretId=secret_arn,
        RotateImmediatelyOnUpdate=False,
        RotationRules=secretsmanager.RotationRules(AutomaticallyAfterDays=days),
        HostedRotationLambda=secretsmanager.HostedRotationLambda(
            RotationType="PostgreSQLSingleUser",
            ExcludeCharacters=EXCLUDED,
            VpcSecurityGroupIds=attribute(group, "GroupId"),
            VpcSubnetIds=Join(",", subnet_ids),
            **encrypted,
        ),
        DependsOn=[ingress.title],
    )
    return SecretRotation(group, ingress, schedule)


def _group(vpc_id: Value, port: Value, database: Value, tags: TagMap) -> ec2.SecurityGroup:
    return ec2.SecurityGroup(
        "DatabaseRotationSecurityGroup",
        GroupDescription="Network interfaces of the function that rotates the password",
        VpcId=vpc_id,
        SecurityGroupEgress=[
            ec2.SecurityGroupRule(
                IpProtocol="tcp",
                FromPort=443,
                ToPort=443,
                CidrIp="0.0.0.0/0",
                Description="Secrets Manager, through NAT or an endpoint",
            ),
            ec2.SecurityGroupRule(
                IpProtocol="tcp",
                FromPort=port,
                ToPort=port,
                DestinationSecurityGroupId=database,
                Description="PostgreSQL",
            ),
        ],
        Tags=tag_list(tags),
    )


def _json(host: Value, port: Value, database: Value, user: Value) -> Any:
    """Return the JSON that the password is put into."""
    given = {"Host": host, "Port": port, "Database": database, "User": user}
    text = '{"engine": "postgres", "host": "${Host}", "port": ${Port}, '
    text += '"dbname": "${Database}", "username": "${User}"}'
    filled = sub(text, given)
    # cfn-lint W1020: nothing is left to fill in.
    return filled if "${" in str(filled.data) else filled.data["Fn::Sub"]

"""The secret that is made for the database, and its rotation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import AWSHelperFn, Join, ec2, secretsmanager

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.properties import KEPT, without_none
from gateway_infra.builders.shared.security_groups import egress_rule, ingress_rule
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, sub, tag_list
from gateway_infra.sections.database_auth import PASSWORD_KEY
from gateway_infra.sections.secret import DatabaseSecretConfig

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

    @property
    def group_id(self) -> Any:
        """The id of the rotation function's group, as ``GetAtt``."""
        return attribute(self.group, "GroupId")


@dataclass(frozen=True)
class RotationEndpointAccess(Bundle):
    """The rules between the rotation function and interface endpoints, by HTTPS alone."""

    egress: ec2.SecurityGroupEgress | None
    ingress: ec2.SecurityGroupIngress


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
        **KEPT,
        **without_none(KmsKeyId=kms_key_arn),
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
    https_security_group_ids: Sequence[Value] | None = None,
    https_prefix_lists: Sequence[Value] = (),
    kms_key_arn: Value | None = None,
    tags: TagMap,
) -> SecretRotation:
    """Build the rotation of `secret_arn` every `days`, by the function that AWS hosts.

    CloudFormation makes that function, with its role, in a nested stack, by the transform that
    `TRANSFORM` in `gateway_infra.layouts` names. It runs in `subnet_ids` with a group of its own
    (`VpcSecurityGroupIds` are the function's, whatever the page says), which reaches the database's
    group, and Secrets Manager by 443: at any address, or, with `https_security_group_ids`, at those
    groups and `https_prefix_lists` alone. The first rotation waits for its day: until somebody has
    given the database the generated password, the function could not log in.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-function-network-access.html
    """
    egress = [
        *_https(https_security_group_ids, https_prefix_lists),
        egress_rule(
            database_port, "PostgreSQL", DestinationSecurityGroupId=database_security_group_id
        ),
    ]
    group = ec2.SecurityGroup(
        "DatabaseRotationSecurityGroup",
        GroupDescription="Network interfaces of the function that rotates the password",
        VpcId=vpc_id,
        SecurityGroupEgress=egress,
        Tags=tag_list(tags),
    )
    ingress = ingress_rule(
        "DatabaseRotationIngress",
        "PostgreSQL from the function that rotates the password",
        group_id=database_security_group_id,
        source_id=attribute(group, "GroupId"),
        port=database_port,
    )
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
            **without_none(KmsKeyArn=kms_key_arn),
        ),
        DependsOn=[ingress.title],
    )
    return SecretRotation(group, ingress, schedule)


def rotation_endpoint_access(
    *, rotation_security_group_id: Value, endpoint_security_group_id: Value, scoped: bool
) -> RotationEndpointAccess:
    """Build the rule that lets the rotation function reach interface endpoints.

    With `scoped`, its own group has no rule that leads there, and gets one. Both are resources of
    their own, as the endpoints may be made after the rotation.
    """
    egress = ec2.SecurityGroupEgress(
        "DatabaseRotationEndpointEgress",
        GroupId=rotation_security_group_id,
        DestinationSecurityGroupId=endpoint_security_group_id,
        IpProtocol="tcp",
        FromPort=443,
        ToPort=443,
        Description="HTTPS to VPC endpoints",
    )
    ingress = ingress_rule(
        "DatabaseRotationEndpointIngress",
        "HTTPS from the function that rotates the password",
        group_id=endpoint_security_group_id,
        source_id=rotation_security_group_id,
        port=443,
    )
    return RotationEndpointAccess(egress if scoped else None, ingress)


def _https(
    groups: Sequence[Value] | None, prefix_lists: Sequence[Value]
) -> list[ec2.SecurityGroupRule]:
    """Return the rules that lead to Secrets Manager."""
    if groups is None:
        return [egress_rule(443, "Secrets Manager, through NAT or an endpoint")]
    to_groups = [
        egress_rule(443, "HTTPS to a security group", DestinationSecurityGroupId=group)
        for group in groups
    ]
    to_lists = [
        egress_rule(443, "HTTPS to a prefix list", DestinationPrefixListId=item)
        for item in prefix_lists
    ]
    return to_groups + to_lists


def _json(host: Value, port: Value, database: Value, user: Value) -> Any:
    """Return the JSON that the password is put into."""
    given = {"Host": host, "Port": port, "Database": database, "User": user}
    text = '{"engine": "postgres", "host": "${Host}", "port": ${Port}, '
    text += '"dbname": "${Database}", "username": "${User}"}'
    filled = sub(text, given)
    # cfn-lint W1020: nothing is left to fill in.
    return filled if "${" in str(filled.data) else filled.data["Fn::Sub"]

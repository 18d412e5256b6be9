"""The execution role of a function: what its code may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from awacs import kms, logs, rds, s3, secretsmanager, xray
from awacs.aws import Action, Allow, Condition, PolicyDocument, StringEquals
from awacs.aws import Statement as PolicyStatement
from awacs.helpers.trust import make_simple_assume_policy
from troposphere import Sub, iam

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import function_id
from gateway_infra.builders.values import TagMap, Value, attribute, sub, tag_list


class Grant(NamedTuple):
    """Actions, as in ``sqs:SendMessage``, and the ARNs that they are allowed on.

    ``${AWS::Partition}`` and its like may stand in an ARN that is text.
    """

    actions: Sequence[str]
    resources: Sequence[Value]


@dataclass(frozen=True)
class ExecutionRole(Bundle):
    """A function's role; its policies stand on it, so that they exist before the function does."""

    role: iam.Role

    @property
    def arn(self) -> Any:
        """The role's ARN, as ``GetAtt``."""
        return attribute(self.role, "Arn")


def execution_role(
    name: str,
    *,
    log_group_name: str,
    bucket_name: Value | None = None,
    database_instance: Value | None = None,
    database_cluster: Value | None = None,
    describe_databases: bool = False,
    secret_arns: Sequence[Value] = (),
    secret_key_arns: Sequence[Value] = (),
    grants: Sequence[Grant] = (),
    tags: TagMap,
) -> ExecutionRole:
    """Build the role of the function `name`.

    It may write to the log group `log_group_name`; put, get and delete objects in `bucket_name` and
    list it; with `describe_databases` read the metadata of instances and clusters, of the one that
    is named or else of all in the account and region; read the secrets `secret_arns`, and decrypt
    them with the customer managed keys `secret_key_arns`; do what `grants` say; send traces to
    X-Ray, without which Lambda refuses active tracing. Network interfaces come from AWS's managed
    policy for functions in a VPC, which also grants logs:CreateLogGroup, CreateLogStream and
    PutLogEvents on every log group.

    Secrets: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    Keys of secrets: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    Resource types of each action: https://docs.aws.amazon.com/service-authorization/latest/reference/
    Tracing: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    Managed policy: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
    """
    allowed = [_logs(log_group_name), _traces()]
    if bucket_name is not None:
        allowed += _bucket(bucket_name)
    if describe_databases:
        allowed += _databases(database_instance, database_cluster)
    if secret_arns:
        allowed.append(_allow("Secrets", [secretsmanager.GetSecretValue], secret_arns))
    if secret_key_arns:
        allowed.append(_secret_keys(secret_key_arns))
    allowed += [_extra(number, grant) for number, grant in enumerate(grants, 1)]
    role = iam.Role(
        f"{function_id(name)}Role",
        AssumeRolePolicyDocument=make_simple_assume_policy("lambda.amazonaws.com"),
        ManagedPolicyArns=[
            Sub(
                "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
            )
        ],
        Policies=[
            iam.Policy(
                PolicyName="Function",
                PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=allowed),
            )
        ],
        Tags=tag_list(tags),
    )
    return ExecutionRole(role)


def _allow(sid: str, actions: Sequence[Any], resources: Sequence[Any]) -> PolicyStatement:
    return PolicyStatement(Sid=sid, Effect=Allow, Action=list(actions), Resource=list(resources))


def _logs(log_group_name: str) -> PolicyStatement:
    arn = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
    return _allow(
        "OwnLogGroup",
        [logs.CreateLogGroup, logs.CreateLogStream, logs.PutLogEvents],
        [Sub(f"{arn}{log_group_name}"), Sub(f"{arn}{log_group_name}:*")],
    )


def _traces() -> PolicyStatement:
    # Neither action has a resource type, so IAM takes nothing but "*".
    return _allow("Traces", [xray.PutTelemetryRecords, xray.PutTraceSegments], ["*"])


def _bucket(name: Value) -> list[PolicyStatement]:
    return [
        _allow(
            "BucketObjects",
            [s3.DeleteObject, s3.GetObject, s3.PutObject],
            [sub("arn:${AWS::Partition}:s3:::${Name}/*", {"Name": name})],
        ),
        _allow(
            "BucketList",
            [s3.ListBucket],
            [sub("arn:${AWS::Partition}:s3:::${Name}", {"Name": name})],
        ),
    ]


def _databases(instance: Value | None, cluster: Value | None) -> list[PolicyStatement]:
    arn = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:"
    instances = sub(f"{arn}db:${{Name}}", {"Name": "*" if instance is None else instance})
    clusters = sub(f"{arn}cluster:${{Name}}", {"Name": "*" if cluster is None else cluster})
    return [
        _allow("DatabaseClusters", [rds.DescribeDBClusters], [clusters]),
        _allow("DatabaseInstances", [rds.DescribeDBInstances], [instances]),
    ]


def _secret_keys(arns: Sequence[Value]) -> PolicyStatement:
    # Only through Secrets Manager: the key may protect other things too.
    service = Sub("secretsmanager.${AWS::Region}.amazonaws.com")
    return PolicyStatement(
        Sid="SecretKeys",
        Effect=Allow,
        Action=[kms.Decrypt],
        Resource=list(arns),
        Condition=Condition(StringEquals("kms:ViaService", service)),
    )


def _extra(number: int, grant: Grant) -> PolicyStatement:
    actions = [Action(*action.split(":", 1)) for action in grant.actions]
    resources = [
        Sub(arn) if isinstance(arn, str) and "${" in arn else arn for arn in grant.resources
    ]
    return _allow(f"Extra{number}", actions, resources)

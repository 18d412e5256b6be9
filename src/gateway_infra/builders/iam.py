"""The execution role of a function: what its code may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from awacs import logs, rds, s3, xray
from awacs.aws import Action, Allow, PolicyDocument
from awacs.aws import Statement as PolicyStatement
from awacs.helpers.trust import make_simple_assume_policy
from troposphere import Sub, iam

from gateway_infra.builders.bundle import Bundle
from gateway_infra.builders.naming import function_id
from gateway_infra.builders.values import TagMap, Value, attribute, sub, tag_list
from gateway_infra.config.function import Statement


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
    statements: Sequence[Statement] = (),
    tags: TagMap,
) -> ExecutionRole:
    """Build the role of the function `name`.

    It may write to the log group `log_group_name`; put, get and delete objects in `bucket_name` and
    list it; with `describe_databases` read the metadata of instances and clusters, of the one that
    is named or else of all in the account and region; send traces to X-Ray, without which Lambda
    refuses active tracing. Network interfaces come from AWS's managed policy for functions in a
    VPC, which also grants logs:CreateLogGroup, CreateLogStream and PutLogEvents on every log group.

    Resource types of each action: https://docs.aws.amazon.com/service-authorization/latest/reference/
    Tracing: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    Managed policy: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
    """
    grants = [_logs(log_group_name), _traces()]
    if bucket_name is not None:
        grants += _bucket(bucket_name)
    if describe_databases:
        grants += _databases(database_instance, database_cluster)
    grants += [_extra(number, statement) for number, statement in enumerate(statements, 1)]
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
                PolicyDocument=PolicyDocument(Version="2012-10-17", Statement=grants),
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


def _extra(number: int, statement: Statement) -> PolicyStatement:
    actions = [Action(*action.split(":", 1)) for action in statement.actions]
    resources = [Sub(arn) if "${" in arn else arn for arn in statement.resources]
    return _allow(f"Extra{number}", actions, resources)

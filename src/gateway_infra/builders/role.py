"""The execution role of a function: what its code may do, and what Lambda may do for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from awacs import ec2, kms, logs, rds, rds_db, s3, secretsmanager, xray
from awacs.aws import Allow, ArnEquals, Condition, Deny, Statement, StringEquals
from awacs.helpers.trust import make_simple_assume_policy
from troposphere import AWSHelperFn, Sub, iam

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import function_id
from gateway_infra.builders.shared.policies import (
    allow,
    document,
    inline_policy,
    named_actions,
    named_resources,
)
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, sub, tag_list


class Grant(NamedTuple):
    """Actions, as in ``sqs:SendMessage``, and the ARNs that they are allowed on.

    ``${AWS::Partition}`` and its like may stand in an ARN that is text.
    """

    actions: Sequence[str]
    resources: Sequence[Value]


class DatabaseLogin(NamedTuple):
    """The resource id of an instance, cluster or proxy, and the user to log in to it as."""

    resource_id: Value
    user: Value


@dataclass(frozen=True)
class ExecutionRole(Bundle):
    """A function's role; its policies stand on it, so that they exist before the function does.

    `policy` holds what a scoped role may do, which otherwise stands in the role itself.
    """

    policy: iam.ManagedPolicy | None
    role: iam.Role

    @property
    def arn(self) -> Any:
        """The role's ARN, as ``GetAtt``."""
        return attribute(self.role, "Arn")

    @property
    def name(self) -> Any:
        """The role's name, as ``Ref``."""
        return ref(self.role)


@dataclass(frozen=True)
class NetworkPolicy(Bundle):
    """What a scoped role lets Lambda do to connect its function to the VPC."""

    policy: iam.ManagedPolicy


def execution_role(
    name: str,
    *,
    log_group_name: str,
    bucket_name: Value | None = None,
    database_instance: Value | None = None,
    database_cluster: Value | None = None,
    describe_databases: bool = False,
    database_login: DatabaseLogin | None = None,
    secret_arns: Sequence[Value] = (),
    secret_key_arns: Sequence[Value] = (),
    grants: Sequence[Grant] = (),
    scoped: bool = False,
    tags: TagMap,
) -> ExecutionRole:
    """Build the role of the function `name`.

    It may write to the log group `log_group_name`; put, get and delete objects in `bucket_name` and
    list it; with `describe_databases` read the metadata of instances and clusters, of the one that
    is named or else of all in the account and region; log in with a token of IAM, as
    `database_login` says; read the secrets `secret_arns`, and decrypt them with the customer
    managed keys `secret_key_arns`; do what `grants` say; send traces to
    X-Ray, without which Lambda refuses active tracing. Network interfaces come from AWS's managed
    policy for functions in a VPC, which also grants logs:CreateLogGroup, CreateLogStream and
    PutLogEvents on every log group.

    A `scoped` role has neither that policy nor an inline one: what it may do is a customer managed
    policy of 6,144 characters at most, without CreateLogGroup, as the group is made first; the
    interfaces are `network_policy`'s.

    Logging in: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
    Secrets: https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
    Keys of secrets: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    Resource types of each action: https://docs.aws.amazon.com/service-authorization/latest/reference/
    Tracing: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    Managed policy: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
    Sizes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    allowed = [
        _logs(log_group_name, create=not scoped),
        # Neither action has a resource type, so IAM takes nothing but "*".
        allow("Traces", [xray.PutTelemetryRecords, xray.PutTraceSegments], ["*"]),
    ]
    if bucket_name is not None:
        allowed += _bucket(bucket_name)
    if describe_databases:
        allowed += _databases(database_instance, database_cluster)
    if database_login is not None:
        allowed.append(_login(database_login))
    if secret_arns:
        allowed.append(allow("Secrets", [secretsmanager.GetSecretValue], secret_arns))
    if secret_key_arns:
        allowed.append(_secret_keys(secret_key_arns))
    allowed += [
        allow(f"Extra{number}", named_actions(grant.actions), named_resources(grant.resources))
        for number, grant in enumerate(grants, 1)
    ]
    base = function_id(name)
    policy = _managed(f"{base}Policy", f"The Lambda function {name}", allowed) if scoped else None
    granted = _inline(allowed) if policy is None else {"ManagedPolicyArns": [ref(policy)]}
    role = iam.Role(
        f"{base}Role",
        AssumeRolePolicyDocument=make_simple_assume_policy("lambda.amazonaws.com"),
        Tags=tag_list(tags),
        **granted,
    )
    return ExecutionRole(policy, role)


def network_policy(
    name: str,
    *,
    function_name: str,
    role_name: Value,
    vpc_id: Value,
    subnet_ids: Sequence[Value] | AWSHelperFn,
    security_group_id: Value,
) -> NetworkPolicy:
    """Build what lets Lambda connect the function `name`, and its code do nothing of the kind.

    It goes beside the function, as it names the security group, and on the role `role_name`; the
    function must wait for it. Interfaces are made in `subnet_ids`, with `security_group_id`, in
    `vpc_id`. Of subnets that are one value for all, ARNs cannot be made: then any of that VPC.

    Creating an interface is asked of the interface, the subnet and the group, each of which must be
    allowed; of the interface, which is new, EC2 tells no VPC, so the condition stands on the others
    alone. Deleting one must be allowed on all resource ids, or Lambda refuses the function:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    (with network-interface/* alone creating failed: hashicorp/terraform-provider-aws #20698).
    The Describe actions have no resource type:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

    Lambda makes these calls with the role outside of the function, without the function's ARN as
    their source; calls of its code carry it, and are denied. The ARN, without a version, is made of
    `function_name`, as the function itself waits for this policy.
    https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    allowed = [
        allow("NewInterfaces", [ec2.CreateNetworkInterface], [_ec2("network-interface/*")]),
        _placed(vpc_id, subnet_ids, security_group_id),
        allow("Interfaces", _CHANGES, [_ec2("*/*")]),
        allow("NetworkLookup", [ec2.DescribeNetworkInterfaces, ec2.DescribeSubnets], ["*"]),
        _not_from_code(function_name),
    ]
    policy = _managed(
        f"{function_id(name)}NetworkPolicy",
        f"Network interfaces of the Lambda function {name}",
        allowed,
        Roles=[role_name],
    )
    return NetworkPolicy(policy)


_CHANGES = (
    ec2.AssignPrivateIpAddresses,
    ec2.DeleteNetworkInterface,
    ec2.UnassignPrivateIpAddresses,
)


def _ec2(resource: str, **values: Value) -> Sub:
    arn = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:"
    return sub(f"{arn}{resource}", values)


def _placed(
    vpc_id: Value, subnet_ids: Sequence[Value] | AWSHelperFn, security_group_id: Value
) -> Statement:
    """Return the permission to use the subnets and the group for new interfaces."""
    subnets = (
        [_ec2("subnet/*")]
        if isinstance(subnet_ids, AWSHelperFn)
        else [_ec2("subnet/${Subnet}", Subnet=subnet) for subnet in subnet_ids]
    )
    group = _ec2("security-group/${Group}", Group=security_group_id)
    return Statement(
        Sid="InterfacesInOwnNetwork",
        Effect=Allow,
        Action=[ec2.CreateNetworkInterface],
        Resource=[*subnets, group],
        Condition=Condition(ArnEquals("ec2:Vpc", _ec2("vpc/${Vpc}", Vpc=vpc_id))),
    )


def _not_from_code(function_name: str) -> Statement:
    """Return the denial of all that has to do with interfaces, to the function's code alone."""
    function = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
    return Statement(
        Sid="NotFromFunctionCode",
        Effect=Deny,
        Action=[
            ec2.AssignPrivateIpAddresses,
            ec2.CreateNetworkInterface,
            ec2.DeleteNetworkInterface,
            ec2.DescribeNetworkInterfaces,
            ec2.DescribeSubnets,
            ec2.DetachNetworkInterface,
            ec2.UnassignPrivateIpAddresses,
        ],
        Resource=["*"],
        Condition=Condition(
            ArnEquals("lambda:SourceFunctionArn", Sub(f"{function}{function_name}"))
        ),
    )


def _managed(
    logical_id: str, description: str, statements: Sequence[Statement], **settings: Any
) -> iam.ManagedPolicy:
    """Return a customer managed policy; a new description would replace it, so none changes."""
    return iam.ManagedPolicy(
        logical_id, Description=description, PolicyDocument=document(*statements), **settings
    )


def _inline(statements: Sequence[Statement]) -> dict[str, Any]:
    """Return the properties of a role with one inline policy and AWS's own for the network."""
    own = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    return {"ManagedPolicyArns": [Sub(own)], "Policies": [inline_policy("Function", *statements)]}


def _logs(log_group_name: str, *, create: bool) -> Statement:
    """Return the permission to write to the group; making it is asked of its bare ARN alone.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """
    place = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:"
    arn = f"{place}{log_group_name}"
    return allow(
        "OwnLogGroup",
        [*([logs.CreateLogGroup] if create else []), logs.CreateLogStream, logs.PutLogEvents],
        [*([Sub(arn)] if create else []), Sub(f"{arn}:*")],
    )


def _bucket(name: Value) -> list[Statement]:
    return [
        allow(
            "BucketObjects",
            [s3.DeleteObject, s3.GetObject, s3.PutObject],
            [sub("arn:${AWS::Partition}:s3:::${Name}/*", {"Name": name})],
        ),
        allow(
            "BucketList",
            [s3.ListBucket],
            [sub("arn:${AWS::Partition}:s3:::${Name}", {"Name": name})],
        ),
    ]


def _databases(instance: Value | None, cluster: Value | None) -> list[Statement]:
    arn = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:"
    instances = sub(f"{arn}db:${{Name}}", {"Name": "*" if instance is None else instance})
    clusters = sub(f"{arn}cluster:${{Name}}", {"Name": "*" if cluster is None else cluster})
    return [
        allow("DatabaseClusters", [rds.DescribeDBClusters], [clusters]),
        allow("DatabaseInstances", [rds.DescribeDBInstances], [instances]),
    ]


def _login(login: DatabaseLogin) -> Statement:
    arn = "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:${Id}/${User}"
    return allow(
        "DatabaseLogin", [rds_db.connect], [sub(arn, {"Id": login.resource_id, "User": login.user})]
    )


def _secret_keys(arns: Sequence[Value]) -> Statement:
    # Only through Secrets Manager: the key may protect other things too.
    service = Sub("secretsmanager.${AWS::Region}.amazonaws.com")
    return Statement(
        Sid="SecretKeys",
        Effect=Allow,
        Action=[kms.Decrypt],
        Resource=list(arns),
        Condition=Condition(StringEquals("kms:ViaService", service)),
    )

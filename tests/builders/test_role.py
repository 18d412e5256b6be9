"""The execution role: what it grants, on what, and what it does not; what a scoped one has."""

from __future__ import annotations

from typing import Any

import pytest
from troposphere import Ref

from gateway_infra import Grant, execution_role, network_policy
from tests.builders.support import TAG_LIST, TAGS, arn, properties
from tests.support import plain

GROUP = "/aws/lambda/jobs-test-web"


def role(**settings: Any) -> dict[str, Any]:
    built = execution_role("web", log_group_name=GROUP, tags=TAGS, **settings)
    return properties(built, "FunctionWebRole")


def grants(**settings: Any) -> dict[str, dict[str, Any]]:
    """Return the statements of the role's only inline policy by their id."""
    [policy] = role(**settings)["Policies"]
    assert policy["PolicyDocument"]["Version"] == "2012-10-17"
    return {item.pop("Sid"): item for item in policy["PolicyDocument"]["Statement"]}


def allow(actions: list[str], *resources: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def test_the_least_a_role_grants() -> None:
    """Its own log group and traces, nothing else."""
    assert grants() == {
        "OwnLogGroup": allow(
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            arn("logs", f"log-group:{GROUP}"),
            arn("logs", f"log-group:{GROUP}:*"),
        ),
        "Traces": allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
    }


def test_a_bucket_grants_objects_and_listing_each_on_its_right_resource() -> None:
    found = grants(bucket_name="uploads")
    objects = {"Fn::Sub": "arn:${AWS::Partition}:s3:::uploads/*"}
    bucket = {"Fn::Sub": "arn:${AWS::Partition}:s3:::uploads"}
    assert found["BucketObjects"] == allow(
        ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], objects
    )
    assert found["BucketList"] == allow(["s3:ListBucket"], bucket)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (
            {"database_instance": "one"},
            {"DatabaseInstances": "db:one", "DatabaseClusters": "cluster:*"},
        ),
        (
            {"database_cluster": "many"},
            {"DatabaseInstances": "db:*", "DatabaseClusters": "cluster:many"},
        ),
        ({}, {"DatabaseInstances": "db:*", "DatabaseClusters": "cluster:*"}),
        (
            {"database_instance": "one", "database_cluster": "many"},
            {"DatabaseInstances": "db:one", "DatabaseClusters": "cluster:many"},
        ),
    ],
)
def test_databases_are_described_by_name_where_one_is_given(
    settings: dict[str, Any], expected: dict[str, str]
) -> None:
    """Metadata only; without a name, those of this account and region."""
    actions = {
        "DatabaseInstances": "rds:DescribeDBInstances",
        "DatabaseClusters": "rds:DescribeDBClusters",
    }
    found = grants(describe_databases=True, **settings)
    databases = {sid: item for sid, item in found.items() if sid.startswith("Database")}
    assert databases == {
        sid: allow([actions[sid]], arn("rds", resource)) for sid, resource in expected.items()
    }


def test_identifiers_alone_grant_nothing() -> None:
    """A function that is not given the database may not look it up either."""
    assert set(grants(database_instance="one")) == {"OwnLogGroup", "Traces"}


def test_extra_statements_keep_their_order() -> None:
    """A pseudo parameter makes an ARN ``Fn::Sub``; without one it stays as it is written."""
    open_arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs"
    plain_arn = "arn:aws:sns:us-east-1:123456789012:jobs"
    found = grants(
        grants=[
            Grant(["sqs:SendMessage", "sqs:Get*"], [open_arn]),
            Grant(["sns:Publish"], [plain_arn, Ref("TopicArn"), "*"]),
        ]
    )
    assert found["Extra1"] == allow(["sqs:SendMessage", "sqs:Get*"], {"Fn::Sub": open_arn})
    assert found["Extra2"] == allow(["sns:Publish"], plain_arn, {"Ref": "TopicArn"}, "*")


def test_secrets_and_their_keys() -> None:
    """Reading on the secrets' ARNs alone, decrypting through Secrets Manager alone."""
    found = grants(secret_arns=["arn:s", Ref("SecretArn")], secret_key_arns=["arn:k"])
    assert found["Secrets"] == allow(
        ["secretsmanager:GetSecretValue"], "arn:s", {"Ref": "SecretArn"}
    )
    service = {"Fn::Sub": "secretsmanager.${AWS::Region}.amazonaws.com"}
    assert found["SecretKeys"] == {
        **allow(["kms:Decrypt"], "arn:k"),
        "Condition": {"StringEquals": {"kms:ViaService": service}},
    }
    assert "SecretKeys" not in grants(secret_arns=["arn:s"])


def test_lambda_alone_takes_the_role_and_network_interfaces_come_from_aws_policy() -> None:
    built = role()
    [trust] = built["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}
    assert trust["Action"] == ["sts:AssumeRole"]
    policy = "iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
    assert built["ManagedPolicyArns"] == [{"Fn::Sub": f"arn:${{AWS::Partition}}:{policy}"}]


def test_the_role_has_tags_and_no_fixed_name() -> None:
    """A fixed name would clash in a second region."""
    built = role()
    assert built["Tags"] == TAG_LIST
    assert "RoleName" not in built


def test_the_arn_is_an_attribute_of_the_role() -> None:
    built = execution_role("web", log_group_name=GROUP, tags=TAGS)
    assert built.arn.to_dict() == {"Fn::GetAtt": ["FunctionWebRole", "Arn"]}


def scoped(**settings: Any) -> dict[str, dict[str, Any]]:
    """Return the resources of a scoped role by logical id."""
    return plain(execution_role("web", log_group_name=GROUP, scoped=True, tags=TAGS, **settings))


def by_sid(policy: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the statements of a managed policy by their id."""
    document = policy["Properties"]["PolicyDocument"]
    assert document["Version"] == "2012-10-17"
    return {item.pop("Sid"): item for item in document["Statement"]}


def test_a_scoped_role_has_one_policy_which_is_its_own() -> None:
    """Neither an inline policy nor one of AWS; the role refers to it, so that it is there first."""
    built = scoped()
    role, policy = built["FunctionWebRole"], built["FunctionWebPolicy"]
    assert policy["Type"] == "AWS::IAM::ManagedPolicy"
    assert role["Properties"]["ManagedPolicyArns"] == [{"Ref": "FunctionWebPolicy"}]
    assert "Policies" not in role["Properties"]
    assert policy["Properties"].keys() == {"Description", "PolicyDocument"}
    assert role["Properties"]["Tags"] == TAG_LIST


ALL_OF_IT: dict[str, Any] = {
    "bucket_name": "uploads",
    "database_instance": "one",
    "describe_databases": True,
    "secret_arns": ["arn:s"],
    "secret_key_arns": ["arn:k"],
    "grants": [Grant(["sqs:SendMessage"], ["arn:q"])],
}


def test_a_scoped_role_grants_the_same_but_for_making_log_groups() -> None:
    own, inline = by_sid(scoped(**ALL_OF_IT)["FunctionWebPolicy"]), grants(**ALL_OF_IT)
    writing = ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert own.pop("OwnLogGroup") == allow(writing, arn("logs", f"log-group:{GROUP}:*"))
    inline.pop("OwnLogGroup")
    assert own == inline
    assert own.keys() > {"BucketList", "Secrets", "SecretKeys", "DatabaseInstances", "Extra1"}


def connecting(subnets: Any = ("subnet-1", "subnet-2")) -> dict[str, Any]:
    built = network_policy(
        "web",
        function_name="jobs-test-web",
        role_name=Ref("Role"),
        vpc_id="vpc-1",
        subnet_ids=subnets,
        security_group_id=Ref("Group"),
    )
    return plain(built)["FunctionWebNetworkPolicy"]


def test_interfaces_are_made_in_the_functions_own_network_alone() -> None:
    """The interface is new, and EC2 tells no VPC of it: the condition stands on the others."""
    found = by_sid(connecting())
    create = ["ec2:CreateNetworkInterface"]
    assert found["NewInterfaces"] == allow(create, arn("ec2", "network-interface/*"))
    assert found["InterfacesInOwnNetwork"] == {
        **allow(
            create,
            arn("ec2", "subnet/subnet-1"),
            arn("ec2", "subnet/subnet-2"),
            arn("ec2", "security-group/${Group}"),
        ),
        "Condition": {"ArnEquals": {"ec2:Vpc": arn("ec2", "vpc/vpc-1")}},
    }


def test_subnets_that_are_one_value_are_any_of_the_vpc() -> None:
    found = by_sid(connecting(Ref("SubnetIds")))["InterfacesInOwnNetwork"]
    assert found["Resource"][0] == arn("ec2", "subnet/*")
    assert found["Condition"] == {"ArnEquals": {"ec2:Vpc": arn("ec2", "vpc/vpc-1")}}


def test_the_rest_of_what_lambda_does_with_interfaces() -> None:
    """Deleting is allowed on all resource ids, as Lambda refuses a function otherwise."""
    found = by_sid(connecting())
    changes = ["AssignPrivateIpAddresses", "DeleteNetworkInterface", "UnassignPrivateIpAddresses"]
    assert found["Interfaces"] == allow([f"ec2:{verb}" for verb in changes], arn("ec2", "*/*"))
    looks = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
    assert found["NetworkLookup"] == allow(looks, "*")


def test_the_functions_code_is_denied_all_that_lambda_is_allowed() -> None:
    found = by_sid(connecting())
    denied = found.pop("NotFromFunctionCode")
    allowed = {action for item in found.values() for action in item["Action"]}
    assert allowed < set(denied["Action"])
    assert (denied["Effect"], denied["Resource"]) == ("Deny", ["*"])
    function = arn("lambda", "function:jobs-test-web")
    assert denied["Condition"] == {"ArnEquals": {"lambda:SourceFunctionArn": function}}
    assert {item["Effect"] for item in found.values()} == {"Allow"}


def test_the_network_policy_stands_on_the_role() -> None:
    built = connecting()
    assert built["Type"] == "AWS::IAM::ManagedPolicy"
    assert built["Properties"]["Roles"] == [{"Ref": "Role"}]
    assert "ManagedPolicyName" not in built["Properties"]  # which would want CAPABILITY_NAMED_IAM


def test_descriptions_of_policies_never_change() -> None:
    """A new one would replace the policy."""
    built = {**scoped(), "FunctionWebNetworkPolicy": connecting()}
    assert {
        key: body["Properties"]["Description"]
        for key, body in built.items()
        if body["Type"] == "AWS::IAM::ManagedPolicy"
    } == {
        "FunctionWebPolicy": "The Lambda function web",
        "FunctionWebNetworkPolicy": "Network interfaces of the Lambda function web",
    }


def test_the_name_is_a_reference_to_the_role() -> None:
    built = execution_role("web", log_group_name=GROUP, tags=TAGS)
    assert built.name.to_dict() == {"Ref": "FunctionWebRole"}

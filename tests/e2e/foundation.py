"""Stacks that stand for what exists before the project's own: network, database and storage.

``account`` sets the role that API Gateway writes its logs with, once per account and region.
"""

from collections.abc import Mapping
from typing import Any

from .deployer import DeployedStack, Deployer

Template = dict[str, Any]


def _template(resources: dict[str, Any], outputs: dict[str, Any]) -> Template:
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": resources,
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }


def _subnet(number: int) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": f"10.0.{number}.0/24"},
    }


def network() -> Template:
    """Describe a VPC with two private subnets."""
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    outputs = {
        "VpcId": {"Ref": "Vpc"},
        "PrivateSubnetA": {"Ref": "SubnetA"},
        "PrivateSubnetB": {"Ref": "SubnetB"},
        "PrivateSubnetIds": {"Fn::Join": [",", [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}]]},
    }
    return _template({"Vpc": vpc, "SubnetA": _subnet(1), "SubnetB": _subnet(2)}, outputs)


def database() -> Template:
    """Describe the name and the security group of a database; there is no database."""
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"GroupDescription": "Database", "VpcId": {"Ref": "VpcId"}},
    }
    outputs = {
        "Host": "database.internal",
        "SecurityGroupId": {"Fn::GetAtt": ["Group", "GroupId"]},
    }
    return _template({"Group": group}, outputs) | {"Parameters": {"VpcId": {"Type": "String"}}}


def storage() -> Template:
    """Describe a bucket for uploads, whose name is exported too."""
    made = _template({"Uploads": {"Type": "AWS::S3::Bucket"}}, {"UploadBucket": {"Ref": "Uploads"}})
    made["Outputs"]["UploadBucket"]["Export"] = {"Name": "storage-Uploads"}
    return made


def shared() -> Template:
    """Describe what the account keeps in Parameter Store and in Secrets Manager."""
    parameters = {
        "Group": ("/shared/database-group", {"Ref": "GroupId"}),
        "Name": ("/shared/database-name", "jobs"),
    }
    resources: dict[str, Any] = {
        key: {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Name": name, "Type": "String", "Value": value},
        }
        for key, (name, value) in parameters.items()
    }
    resources["Token"] = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"Name": "forms/token", "SecretString": '{"token": "not-a-secret"}'},
    }
    return _template(resources, {}) | {"Parameters": {"GroupId": {"Type": "String"}}}


def account() -> Template:
    """Set the account's role for the logs of API Gateway, without which a stage cannot log."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "apigateway.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    setting = {
        "Type": "AWS::ApiGateway::Account",
        "Properties": {"CloudWatchRoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
    }
    return _template({"Role": role, "Setting": setting}, {})


def deploy_foundation(
    deployer: Deployer, names: Mapping[str, str] | None = None
) -> dict[str, DeployedStack]:
    """Deploy the stacks; ``names`` gives them other names than their kinds."""
    kinds = ("network", "database", "storage", "shared", "account")
    named = {kind: kind for kind in kinds} | dict(names or {})
    deployed = {"network": deployer.deploy_stack(named["network"], network())}
    vpc = deployed["network"].outputs["VpcId"]
    deployed["database"] = deployer.deploy_stack(
        named["database"], database(), parameters={"VpcId": vpc}
    )
    deployed["storage"] = deployer.deploy_stack(named["storage"], storage())
    group = deployed["database"].outputs["SecurityGroupId"]
    deployed["shared"] = deployer.deploy_stack(
        named["shared"], shared(), parameters={"GroupId": group}
    )
    deployed["account"] = deployer.deploy_stack(
        named["account"], account(), capabilities=("CAPABILITY_IAM",)
    )
    return deployed

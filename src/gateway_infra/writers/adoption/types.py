"""What CloudFormation must be told of each type to import a resource of it.

Identifiers and required properties are the ``primaryIdentifier`` and ``required`` of the types'
schemas, which a test compares. A type can be imported where its schema has a ``read`` handler, as
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
lists; of the types that are made here only ``AWS::SNS::TopicPolicy`` has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Importable(NamedTuple):
    """How a type is imported.

    `identifiers` are the properties that tell CloudFormation which resource is meant, in the
    schema's order; `required` are those that a template must have. `lookup` is a command of the
    AWS CLI that lists what there is. `unread` are properties that CloudFormation cannot read
    (write-only), so that it takes what the import says of them for what there is.
    """

    identifiers: tuple[str, ...]
    required: frozenset[str]
    lookup: str
    unread: frozenset[str]


class Replaced(NamedTuple):
    """A required property that would refer to what is not imported, and what stands for it."""

    type: str
    key: str
    value: str


def _type(identifiers: str, required: str, lookup: str, unread: str = "") -> Importable:
    return Importable(
        tuple(identifiers.split()), frozenset(required.split()), lookup, frozenset(unread.split())
    )


_GATEWAY = "aws apigateway"
_CONTROL = "aws cloudcontrol list-resources --type-name AWS::ApiGateway"
_OF_API = '--resource-model \'{"RestApiId":"…"}\''

IMPORTABLE: Mapping[str, Importable] = {
    "AWS::ApiGateway::ApiKey": _type("APIKeyId", "", f"{_GATEWAY} get-api-keys"),
    "AWS::ApiGateway::Authorizer": _type(
        "RestApiId AuthorizerId",
        "RestApiId Type Name",
        f"{_GATEWAY} get-authorizers --rest-api-id …",
    ),
    "AWS::ApiGateway::DocumentationPart": _type(
        "DocumentationPartId RestApiId",
        "Location Properties RestApiId",
        f"{_GATEWAY} get-documentation-parts --rest-api-id …",
    ),
    "AWS::ApiGateway::GatewayResponse": _type(
        "Id", "ResponseType RestApiId", f"{_CONTROL}::GatewayResponse {_OF_API}"
    ),
    "AWS::ApiGateway::Method": _type(
        "RestApiId ResourceId HttpMethod",
        "RestApiId ResourceId HttpMethod",
        f"{_GATEWAY} get-resources --rest-api-id …",
    ),
    "AWS::ApiGateway::Model": _type(
        "RestApiId Name", "RestApiId", f"{_GATEWAY} get-models --rest-api-id …"
    ),
    "AWS::ApiGateway::RequestValidator": _type(
        "RestApiId RequestValidatorId",
        "RestApiId",
        f"{_GATEWAY} get-request-validators --rest-api-id …",
    ),
    "AWS::ApiGateway::Resource": _type(
        "RestApiId ResourceId",
        "ParentId PathPart RestApiId",
        f"{_GATEWAY} get-resources --rest-api-id …",
    ),
    "AWS::ApiGateway::RestApi": _type(
        "RestApiId",
        "",
        f"{_GATEWAY} get-rest-apis",
        "Body BodyS3Location CloneFrom FailOnWarnings Mode Parameters",
    ),
    "AWS::ApiGateway::Stage": _type(
        "RestApiId StageName", "RestApiId", f"{_GATEWAY} get-stages --rest-api-id …"
    ),
    "AWS::ApiGateway::UsagePlan": _type("Id", "", f"{_GATEWAY} get-usage-plans"),
    "AWS::ApiGateway::UsagePlanKey": _type(
        "Id",
        "KeyType UsagePlanId KeyId",
        f'{_CONTROL}::UsagePlanKey --resource-model \'{{"UsagePlanId":"…"}}\'',
    ),
    "AWS::Cognito::UserPool": _type(
        "UserPoolId", "", "aws cognito-idp list-user-pools --max-results 60", "EnabledMfas"
    ),
    "AWS::Cognito::UserPoolClient": _type(
        "UserPoolId ClientId",
        "UserPoolId",
        "aws cognito-idp list-user-pool-clients --user-pool-id …",
    ),
    "AWS::Cognito::UserPoolDomain": _type(
        "UserPoolId Domain",
        "UserPoolId Domain",
        "aws cognito-idp describe-user-pool --user-pool-id …",
        "ManagedLoginVersion",
    ),
    "AWS::Cognito::UserPoolResourceServer": _type(
        "UserPoolId Identifier",
        "UserPoolId Identifier Name",
        "aws cognito-idp list-resource-servers --user-pool-id … --max-results 50",
    ),
    "AWS::EC2::SecurityGroup": _type(
        "Id", "GroupDescription", "aws ec2 describe-security-groups (its GroupId)"
    ),
    "AWS::EC2::SecurityGroupEgress": _type(
        "Id",
        "IpProtocol GroupId",
        "aws ec2 describe-security-group-rules (its SecurityGroupRuleId)",
    ),
    "AWS::EC2::SecurityGroupIngress": _type(
        "Id", "IpProtocol", "aws ec2 describe-security-group-rules (its SecurityGroupRuleId)"
    ),
    "AWS::EC2::VPCEndpoint": _type("Id", "VpcId", "aws ec2 describe-vpc-endpoints"),
    "AWS::IAM::Role": _type("RoleName", "AssumeRolePolicyDocument", "aws iam list-roles"),
    "AWS::KMS::Key": _type(
        "KeyId",
        "",
        "aws kms list-keys",
        "BypassPolicyLockoutSafetyCheck PendingWindowInDays RotationPeriodInDays",
    ),
    "AWS::Lambda::Alias": _type(
        "AliasArn", "FunctionName FunctionVersion Name", "aws lambda list-aliases --function-name …"
    ),
    "AWS::Lambda::Function": _type(
        "FunctionName",
        "Code Role",
        "aws lambda list-functions",
        "PublishToLatestPublished SnapStart",
    ),
    "AWS::Logs::LogGroup": _type("LogGroupName", "", "aws logs describe-log-groups"),
    "AWS::SecretsManager::Secret": _type(
        "Id",
        "",
        "aws secretsmanager list-secrets (its ARN)",
        "GenerateSecretString SecretString",
    ),
    "AWS::SNS::Topic": _type("TopicArn", "", "aws sns list-topics"),
}
"""What is imported: all that callers, other resources or logs hold on to, and all whose name would
be taken otherwise."""

MADE_ANEW: Mapping[str, str] = {
    "AWS::ApiGateway::Account": "it is one setting of the account, which the deploy writes over",
    "AWS::ApiGateway::Deployment": "it is a copy of the API, and a new one is to be served",
    "AWS::Backup::BackupPlan": "it has no fixed name; delete the one that it replaces",
    "AWS::Backup::BackupSelection": "it belongs to the plan, which is made anew",
    "AWS::Backup::BackupVault": "it has a name of its own; the vault before it keeps its backups",
    "AWS::CloudTrail::Trail": "an account may have several; delete the one that it replaces",
    "AWS::CloudWatch::Alarm": "it has no fixed name; delete those that it replaces",
    "AWS::CloudWatch::Dashboard": "it has no fixed name; delete the one that it replaces",
    "AWS::Config::ConfigRule": "it has no fixed name; delete the one that it replaces",
    "AWS::Config::ConfigurationRecorder": "an account has one; leave it where there is one",
    "AWS::Config::DeliveryChannel": "it belongs to the recorder, which an account has once",
    "AWS::EC2::FlowLog": "a VPC may have several; delete the one that it replaces",
    "AWS::IAM::ManagedPolicy": "it has no fixed name; delete the one that it replaces",
    "AWS::Lambda::Permission": "it has no fixed name; remove those that it replaces",
    "AWS::Lambda::Version": "it is a copy of the function, and a new one is to be called",
    "AWS::Logs::MetricFilter": "it has no fixed name; delete those that it replaces",
    "AWS::S3::Bucket": "what comes from now on is there; the bucket before it keeps the rest",
    "AWS::S3::BucketPolicy": "it belongs to the bucket, which is made anew",
    "AWS::SecretsManager::RotationSchedule": "it is a setting of the secret, which the deploy sets",
    "AWS::SNS::TopicPolicy": "CloudFormation cannot import this type",
    "AWS::WAFv2::IPSet": "it has no fixed name; delete the one that it replaces",
    "AWS::WAFv2::LoggingConfiguration": "it is a setting of the web ACL that is made anew",
    "AWS::WAFv2::WebACL": "it has no fixed name; delete the one that it replaces",
    "AWS::WAFv2::WebACLAssociation": "it is a setting of the stage, which the deploy writes over",
}
"""What the ordinary deploy makes anew beside what there is, and why nothing is lost by that."""

STAND_INS = (Replaced("AWS::Lambda::Alias", "FunctionVersion", "$LATEST"),)
"""An import neither reads nor changes properties; the ordinary deploy then points the alias at the
version that it publishes."""

"""Facts about CloudFormation types, one row per type.

Other modules derive their tables from these rows. A type without a row is one that an environment
file adds by `resources`, or a hook by `customize`: each table then has no entry for it. `_row` has
no defaults, so that a new row decides every column. `tests/test_facts.py` compares the rows with
AWS's own schemas and with the generated templates.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

_DEPLOYMENT, _VERSION = "AWS::ApiGateway::Deployment", "AWS::Lambda::Version"

Move: TypeAlias = Literal["blocked", "interrupted", "renewed", "unnoticed"]


class Import(NamedTuple):
    """How CloudFormation imports a resource of a type. A test compares it with AWS's schema.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html
    """

    identifiers: tuple[str, ...]
    """Properties that identify the resource (`primaryIdentifier`), in the schema's order."""
    required: frozenset[str]
    """Properties that a template must contain (`required`)."""
    unread: frozenset[str]
    """Write-only properties: CloudFormation takes their values from the import, unread."""
    stand_in: tuple[str, str] | None
    """A required property that refers to a type that is not imported, and its value meanwhile."""
    lookup: str
    """Command of the AWS CLI that lists existing resources."""


class Origin(NamedTuple):
    """The YAML keys that a property comes from.

    `property` is a path below `Properties`; `*` matches any one step. `keys` are paths in the
    environment file, the most likely one first. They start at the key that the resource comes
    from, or with a slash at the top. Their `*` is what the property's `*` matched. `below` limits
    the origin to resources that come from a key below it.
    """

    property: str
    keys: tuple[str, ...]
    below: str = ""


class TypeFacts(NamedTuple):
    """What the project knows about one CloudFormation type."""

    type: str
    ref: Literal["Arn", "Id", "Name"] | None
    """What `Ref` returns, as part of the name of an output. `None` names the output `…Ref`.

    Source: "Return values" on the page of each type,
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
    """
    copied_by: str | None
    """Type of the copy that a change must re-create before callers see the change.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/updating-api.html and
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    name: str | None
    """Property that fixes a name, path or place that only one resource can have at a time.

    IAM types have it even where the builders leave the name to CloudFormation, because a name
    in an environment file then requires `CAPABILITY_NAMED_IAM`. `None` for other types without one.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
    """
    moves: Move
    """What callers notice when a resource moves to another stack.

    `blocked`: the new stack cannot create it while the old one exists. `renewed`: AWS creates it
    with another address or value. `unnoticed`: callers notice nothing. `interrupted`: any other.
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
    """
    create_only: tuple[str, ...]
    """Properties whose change replaces the resource.

    Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
    """
    imported: Import | str | None
    """How to import the type, or why a deploy creates it instead. `None` if it is never built."""
    origins: tuple[Origin, ...]
    """Properties that come from a finer key than their resource."""


def _by(identifiers: str, required: str, unread: str, stand_in: str, lookup: str) -> Import:
    name, _, value = stand_in.partition("=")
    return Import(
        tuple(identifiers.split()),
        frozenset(required.split()),
        frozenset(unread.split()),
        (name, value) if name else None,
        f"aws {lookup}",
    )


def _row(
    kind: str,
    ref: Literal["Arn", "Id", "Name"] | None,
    copied_by: str | None,
    name: str | None,
    *,
    moves: Move,
    create_only: str,
    imported: Import | str | None,
    keys: dict[str, str],
) -> TypeFacts:
    """Return a row. Lists are words separated by spaces; ` in ` precedes `Origin.below`."""
    parts = [(path, *text.partition(" in ")) for path, text in keys.items()]
    origins = tuple(Origin(path, tuple(text.split()), below) for path, text, _, below in parts)
    fixed = tuple(create_only.split())
    return TypeFacts(kind, ref, copied_by, name, moves, fixed, imported, origins)


_NAMELESS = "it has no fixed name; delete the one that it replaces"
_LIST = """\
cloudcontrol list-resources --type-name AWS::ApiGateway::{} --resource-model '{{"{}":"…"}}'"""

# fmt: off
TYPES: tuple[TypeFacts, ...] = (
    # type, ref, copied_by, name, then each column by its name
    _row("AWS::ApiGateway::Account", None, None, None, moves="interrupted", create_only="",
         imported="it is one setting of the account, which the deploy writes over", keys={}),
    _row("AWS::ApiGateway::ApiKey", "Id", _DEPLOYMENT, None, moves="renewed",
         create_only="GenerateDistinctId Name Value",
         imported=_by("APIKeyId", "", "", "", "apigateway get-api-keys"), keys={}),
    _row("AWS::ApiGateway::Authorizer", "Id", _DEPLOYMENT, None, moves="interrupted",
         create_only="RestApiId",
         imported=_by("RestApiId AuthorizerId", "RestApiId Type Name", "", "",
                      "apigateway get-authorizers --rest-api-id …"),
         keys={"ProviderARNs": "pools pool", "ProviderARNs.*": "pools.* pool",
               "AuthorizerUri": "function arn", "AuthorizerCredentials": "role",
               "AuthorizerResultTtlInSeconds": "ttl", "IdentitySource": "identity_sources header",
               "IdentityValidationExpression": "pattern"}),
    _row("AWS::ApiGateway::Deployment", None, None, None, moves="unnoticed",
         create_only="DeploymentCanarySettings RestApiId",
         imported="it is a copy of the API, and a new one is to be served", keys={}),
    _row("AWS::ApiGateway::DocumentationPart", None, _DEPLOYMENT, None, moves="interrupted",
         create_only="Location RestApiId",
         imported=_by("DocumentationPartId RestApiId", "Location Properties RestApiId", "", "",
                      "apigateway get-documentation-parts --rest-api-id …"), keys={}),
    _row("AWS::ApiGateway::DocumentationVersion", None, _DEPLOYMENT, None, moves="interrupted",
         create_only="DocumentationVersion RestApiId", imported=None, keys={}),
    _row("AWS::ApiGateway::GatewayResponse", None, _DEPLOYMENT, "ResponseType", moves="blocked",
         create_only="ResponseType RestApiId",
         imported=_by("Id", "ResponseType RestApiId", "", "",
                      _LIST.format("GatewayResponse", "RestApiId")), keys={}),
    _row("AWS::ApiGateway::Method", None, _DEPLOYMENT, "HttpMethod", moves="blocked",
         create_only="RestApiId ResourceId HttpMethod",
         imported=_by("RestApiId ResourceId HttpMethod", "RestApiId ResourceId HttpMethod", "", "",
                      "apigateway get-resources --rest-api-id …"),
         keys={"AuthorizationType": "authorization /api.authorization in api.routes",
               "AuthorizerId": "authorization /api.authorization in api.routes",
               "AuthorizationScopes": "authorization.scopes /api.authorization.scopes "
                                      "in api.routes",
               "ApiKeyRequired": "api_key in api.routes",
               "RequestParameters": "request_parameters in api.routes",
               "RequestModels": "request_models in api.routes",
               "RequestModels.*": "request_models.* in api.routes",
               "RequestValidatorId": "validate in api.routes",
               "Integration.Uri": "function in api.routes",
               "Integration.TimeoutInMillis": "timeout /api.integration_timeout in api.routes",
               "Integration.CacheKeyParameters": "cache.keys in api.routes"}),
    _row("AWS::ApiGateway::Model", "Name", _DEPLOYMENT, "Name", moves="blocked",
         create_only="ContentType Name RestApiId",
         imported=_by("RestApiId Name", "RestApiId", "", "",
                      "apigateway get-models --rest-api-id …"), keys={}),
    _row("AWS::ApiGateway::RequestValidator", "Id", _DEPLOYMENT, None, moves="interrupted",
         create_only="Name RestApiId",
         imported=_by("RestApiId RequestValidatorId", "RestApiId", "", "",
                      "apigateway get-request-validators --rest-api-id …"), keys={}),
    _row("AWS::ApiGateway::Resource", "Id", _DEPLOYMENT, "PathPart", moves="blocked",
         create_only="PathPart ParentId RestApiId",
         imported=_by("RestApiId ResourceId", "ParentId PathPart RestApiId", "", "",
                      "apigateway get-resources --rest-api-id …"), keys={}),
    _row("AWS::ApiGateway::RestApi", "Id", _DEPLOYMENT, None, moves="renewed", create_only="",
         imported=_by("RestApiId", "",
                      "Body BodyS3Location CloneFrom FailOnWarnings Mode Parameters",
                      "", "apigateway get-rest-apis"),
         keys={"Name": "/service", "MinimumCompressionSize": "minimum_compression_size",
               "BinaryMediaTypes": "binary_media_types", "Body": "routes"}),
    _row("AWS::ApiGateway::Stage", "Name", None, "StageName", moves="blocked",
         create_only="RestApiId StageName",
         imported=_by("RestApiId StageName", "RestApiId", "", "",
                      "apigateway get-stages --rest-api-id …"),
         keys={"Variables": "variables", "Variables.*": "variables.*",
               "CacheClusterEnabled": "cache", "CacheClusterSize": "cache.size",
               "MethodSettings": "/api.routes", "MethodSettings.*.LoggingLevel": "logging_level",
               "MethodSettings.*.DataTraceEnabled": "data_trace",
               "MethodSettings.*.CacheDataEncrypted": "cache.encrypted",
               "MethodSettings.*.CacheTtlInSeconds": "cache.ttl",
               "MethodSettings.0.ThrottlingRateLimit": "/api.throttling.rate",
               "MethodSettings.0.ThrottlingBurstLimit": "/api.throttling.burst"}),
    _row("AWS::ApiGateway::UsagePlan", "Id", None, None, moves="interrupted", create_only="",
         imported=_by("Id", "", "", "", "apigateway get-usage-plans"),
         keys={"Throttle.RateLimit": "/api.throttling.rate",
               "Throttle.BurstLimit": "/api.throttling.burst", "Quota": "quota",
               "Quota.Limit": "quota.limit", "Quota.Period": "quota.period"}),
    _row("AWS::ApiGateway::UsagePlanKey", None, None, None, moves="interrupted",
         create_only="KeyId UsagePlanId KeyType",
         imported=_by("Id", "KeyType UsagePlanId KeyId", "", "",
                      _LIST.format("UsagePlanKey", "UsagePlanId")), keys={}),
    _row("AWS::ApiGateway::VpcLink", None, _DEPLOYMENT, None, moves="interrupted",
         create_only="TargetArns", imported=None, keys={}),
    _row("AWS::Backup::BackupPlan", None, None, None, moves="interrupted", create_only="",
         imported=_NAMELESS, keys={}),
    _row("AWS::Backup::BackupSelection", None, None, None, moves="interrupted",
         create_only="BackupSelection BackupPlanId",
         imported="it belongs to the plan, which is made anew", keys={}),
    _row("AWS::Backup::BackupVault", None, None, "BackupVaultName", moves="blocked",
         create_only="BackupVaultName EncryptionKeyArn",
         imported="it has a name of its own; the vault before it keeps its backups", keys={}),
    _row("AWS::CloudTrail::Trail", None, None, "TrailName", moves="blocked",
         create_only="TrailName",
         imported="an account may have several; delete the one that it replaces", keys={}),
    _row("AWS::CloudWatch::Alarm", None, None, None, moves="unnoticed", create_only="AlarmName",
         imported="it has no fixed name; delete those that it replaces",
         keys={"AlarmActions": "/alarms.topic /alarms.emails",
               "OKActions": "/alarms.topic /alarms.emails",
               "Dimensions": "/database.instance_identifier /database.cluster_identifier "
                             "in alarms.database_cpu_percent"}),
    _row("AWS::CloudWatch::Dashboard", None, None, None, moves="unnoticed",
         create_only="DashboardName", imported=_NAMELESS, keys={}),
    _row("AWS::Cognito::UserPool", "Id", None, None, moves="interrupted", create_only="",
         imported=_by("UserPoolId", "", "EnabledMfas", "",
                      "cognito-idp list-user-pools --max-results 60"), keys={}),
    _row("AWS::Cognito::UserPoolClient", "Id", None, None, moves="interrupted",
         create_only="GenerateSecret UserPoolId",
         imported=_by("UserPoolId ClientId", "UserPoolId", "", "",
                      "cognito-idp list-user-pool-clients --user-pool-id …"), keys={}),
    _row("AWS::Cognito::UserPoolDomain", None, None, "Domain", moves="blocked",
         create_only="UserPoolId Domain",
         imported=_by("UserPoolId Domain", "UserPoolId Domain", "ManagedLoginVersion", "",
                      "cognito-idp describe-user-pool --user-pool-id …"), keys={}),
    _row("AWS::Cognito::UserPoolResourceServer", None, None, "Identifier", moves="blocked",
         create_only="UserPoolId Identifier",
         imported=_by("UserPoolId Identifier", "UserPoolId Identifier Name", "", "",
                      "cognito-idp list-resource-servers --user-pool-id … --max-results 50"),
         keys={}),
    _row("AWS::Config::ConfigRule", None, None, None, moves="interrupted",
         create_only="ConfigRuleName", imported=_NAMELESS, keys={}),
    _row("AWS::Config::ConfigurationRecorder", None, None, None, moves="interrupted",
         create_only="Name StartedOnCreate",
         imported="an account has one; leave it where there is one", keys={}),
    _row("AWS::Config::DeliveryChannel", None, None, None, moves="interrupted", create_only="Name",
         imported="it belongs to the recorder, which an account has once", keys={}),
    _row("AWS::EC2::FlowLog", None, None, None, moves="interrupted",
         create_only="DeliverCrossAccountRole DeliverLogsPermissionArn LogGroupName "
                     "LogDestination ResourceId TrafficType LogDestinationType ResourceType "
                     "LogFormat MaxAggregationInterval DestinationOptions TagFieldSpecifications",
         imported="a VPC may have several; delete the one that it replaces", keys={}),
    _row("AWS::EC2::SecurityGroup", None, None, None, moves="interrupted",
         create_only="GroupDescription GroupName VpcId",
         imported=_by("Id", "GroupDescription", "", "",
                      "ec2 describe-security-groups (its GroupId)"),
         keys={"VpcId": "/network.vpc", "SecurityGroupEgress": "/database.port"}),
    _row("AWS::EC2::SecurityGroupEgress", None, None, None, moves="interrupted",
         create_only="IpProtocol DestinationSecurityGroupId ToPort CidrIp FromPort GroupId "
                     "CidrIpv6 DestinationPrefixListId",
         imported=_by("Id", "IpProtocol GroupId", "", "",
                      "ec2 describe-security-group-rules (its SecurityGroupRuleId)"), keys={}),
    _row("AWS::EC2::SecurityGroupIngress", None, None, None, moves="interrupted",
         create_only="GroupName IpProtocol SourceSecurityGroupId SourcePrefixListId ToPort CidrIp "
                     "SourceSecurityGroupName SourceSecurityGroupOwnerId FromPort GroupId CidrIpv6",
         imported=_by("Id", "IpProtocol", "", "",
                      "ec2 describe-security-group-rules (its SecurityGroupRuleId)"),
         keys={"GroupId": "security_group", "FromPort": "port", "ToPort": "port"}),
    _row("AWS::EC2::VPCEndpoint", "Id", None, None, moves="interrupted",
         create_only="ServiceName VpcEndpointType VpcId ServiceNetworkArn "
                     "ResourceConfigurationArn ServiceRegion DnsOptions/PrivateDnsPreference "
                     "DnsOptions/PrivateDnsSpecifiedDomains",
         imported=_by("Id", "VpcId", "", "", "ec2 describe-vpc-endpoints"),
         keys={"VpcId": "/network.vpc", "SubnetIds": "/network.endpoints.subnets /network.subnets",
               "RouteTableIds": "/network.endpoints.route_tables",
               "RouteTableIds.*": "/network.endpoints.route_tables.*"}),
    _row("AWS::IAM::Group", None, None, "GroupName", moves="interrupted", create_only="GroupName",
         imported=None, keys={}),
    _row("AWS::IAM::InstanceProfile", None, None, "InstanceProfileName", moves="interrupted",
         create_only="InstanceProfileName Path", imported=None, keys={}),
    _row("AWS::IAM::ManagedPolicy", "Arn", None, "ManagedPolicyName", moves="interrupted",
         create_only="ManagedPolicyName Description Path", imported=_NAMELESS,
         keys={"PolicyDocument": "statements in functions"}),
    _row("AWS::IAM::Role", "Name", None, "RoleName", moves="interrupted",
         create_only="Path RoleName",
         imported=_by("RoleName", "AssumeRolePolicyDocument", "", "", "iam list-roles"),
         keys={"Policies": "statements in functions"}),
    _row("AWS::IAM::User", None, None, "UserName", moves="interrupted", create_only="UserName",
         imported=None, keys={}),
    _row("AWS::KMS::Key", "Id", None, None, moves="interrupted", create_only="",
         imported=_by("KeyId", "",
                      "BypassPolicyLockoutSafetyCheck PendingWindowInDays RotationPeriodInDays",
                      "", "kms list-keys"), keys={}),
    _row("AWS::Lambda::Alias", "Arn", None, "Name", moves="blocked",
         create_only="Name FunctionName",
         imported=_by("AliasArn", "FunctionName FunctionVersion Name",
                      "", "FunctionVersion=$LATEST", "lambda list-aliases --function-name …"),
         keys={}),
    _row("AWS::Lambda::Function", "Name", _VERSION, "FunctionName", moves="blocked",
         create_only="FunctionName PackageType TenancyConfig",
         imported=_by("FunctionName", "Code Role", "PublishToLatestPublished SnapStart", "",
                      "lambda list-functions"),
         keys={"MemorySize": "memory", "Timeout": "timeout", "Architectures": "architecture",
               "EphemeralStorage": "ephemeral_storage",
               "ReservedConcurrentExecutions": "reserved_concurrency", "Code": "image",
               "Environment": "variables", "Environment.Variables.AWS_LWA_PORT": "port",
               "Environment.Variables.AWS_LWA_READINESS_CHECK_PATH": "readiness_path",
               "Environment.Variables.*": "variables.*", "VpcConfig.SubnetIds": "/network.subnets",
               "VpcConfig.SubnetIds.*": "/network.subnets.*", "FunctionName": "/service",
               "KmsKeyArn": "/encryption.key"}),
    _row("AWS::Lambda::Permission", None, None, None, moves="unnoticed",
         create_only="FunctionName FunctionUrlAuthType InvokedViaFunctionUrl SourceAccount "
                     "SourceArn Principal PrincipalOrgID Action EventSourceToken",
         imported="it has no fixed name; remove those that it replaces", keys={}),
    _row("AWS::Lambda::Version", None, None, None, moves="unnoticed",
         create_only="FunctionName Description CodeSha256 ProvisionedConcurrencyConfig "
                     "RuntimePolicy",
         imported="it is a copy of the function, and a new one is to be called",
         keys={"Description": "image"}),
    _row("AWS::Logs::LogGroup", "Name", None, "LogGroupName", moves="blocked",
         create_only="LogGroupName",
         imported=_by("LogGroupName", "", "", "", "logs describe-log-groups"),
         keys={"RetentionInDays": "/logs.retention_days", "KmsKeyId": "/encryption.key"}),
    _row("AWS::Logs::MetricFilter", None, None, None, moves="unnoticed",
         create_only="FilterName LogGroupName",
         imported="it has no fixed name; delete those that it replaces", keys={}),
    _row("AWS::S3::Bucket", None, None, None, moves="interrupted",
         create_only="BucketName BucketNamePrefix BucketNamespace",
         imported="what comes from now on is there; the bucket before it keeps the rest", keys={}),
    _row("AWS::S3::BucketPolicy", None, None, None, moves="interrupted", create_only="Bucket",
         imported="it belongs to the bucket, which is made anew", keys={}),
    _row("AWS::SNS::Topic", "Arn", None, None, moves="interrupted",
         create_only="TopicName FifoTopic", imported=_by("TopicArn", "", "", "", "sns list-topics"),
         keys={"Subscription.*": "*", "KmsMasterKeyId": "/encryption.key"}),
    _row("AWS::SNS::TopicPolicy", None, None, None, moves="unnoticed", create_only="",
         imported="CloudFormation cannot import this type", keys={}),
    _row("AWS::SecretsManager::RotationSchedule", None, None, None, moves="interrupted",
         create_only="SecretId", imported="it is a setting of the secret, which the deploy sets",
         keys={"HostedRotationLambda.KmsKeyArn": "/encryption.key",
               "HostedRotationLambda.VpcSubnetIds": "/network.subnets"}),
    _row("AWS::SecretsManager::Secret", "Arn", None, None, moves="interrupted", create_only="Name",
         imported=_by("Id", "", "GenerateSecretString SecretString", "",
                      "secretsmanager list-secrets (its ARN)"),
         keys={"KmsKeyId": "/encryption.key",
               "GenerateSecretString.PasswordLength": "/database.secret.length"}),
    _row("AWS::WAFv2::IPSet", None, None, None, moves="interrupted", create_only="Name Scope",
         imported=_NAMELESS, keys={}),
    _row("AWS::WAFv2::LoggingConfiguration", None, None, None, moves="interrupted",
         create_only="ResourceArn", imported="it is a setting of the web ACL that is made anew",
         keys={}),
    _row("AWS::WAFv2::WebACL", None, None, None, moves="interrupted", create_only="Name Scope",
         imported=_NAMELESS, keys={}),
    _row("AWS::WAFv2::WebACLAssociation", None, None, None, moves="interrupted",
         create_only="ResourceArn WebACLArn",
         imported="it is a setting of the stage, which the deploy writes over", keys={}),
)
# fmt: on

API_DEFINITION = frozenset(row.type for row in TYPES if row.copied_by == _DEPLOYMENT)
"""Types that a deployment copies."""

COPIES = frozenset(row.copied_by for row in TYPES if row.copied_by)
"""Types of copies: only a new logical ID creates a new copy, so theirs contains a content hash."""

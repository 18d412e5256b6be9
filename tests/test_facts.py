"""Rows of CloudFormation types, compared with AWS's schemas and with what the cases generate.

Each check yields one line per wrong cell, `TYPE: COLUMN: what is wrong`. The last test removes each
cell in turn, and expects such a line.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from gateway_infra.facts import API_DEFINITION, COPIES, TYPES, Import, Move, TypeFacts
from gateway_infra.graph import references
from tests.support import CASES, ROOT, generated_case
from tests.test_cases import NAMES
from tests.test_families import built

Rows = Sequence[TypeFacts]

NOT_BUILT = {
    "AWS::ApiGateway::DocumentationVersion",
    "AWS::ApiGateway::VpcLink",
    "AWS::IAM::Group",
    "AWS::IAM::InstanceProfile",
    "AWS::IAM::User",
}
"""Types that only an environment file adds, and that a table needs all the same."""

OF_DEPLOYER = {"AWS::CloudFormation::StackSet"}
"""Types in templates of a deployer, which deploy the stacks and contain no resource of a graph."""

REFERRED = {"AWS::KMS::Key"}
"""Types that only a resource of the environment file refers to by `Ref`."""

NAMED_REF = {
    "AWS::ApiGateway::Deployment",
    "AWS::Backup::BackupPlan",
    "AWS::Backup::BackupVault",
    "AWS::Cognito::UserPoolDomain",
    "AWS::S3::Bucket",
}
"""Types whose `Ref` crosses no stacks in a layout with a name; another name renames outputs."""

ARNS = {"AWS::SecretsManager::Secret"}
"""Types whose identifier is an ARN that the schema calls `Id`."""

PLACES = {
    "AWS::ApiGateway::GatewayResponse": "ResponseType",
    "AWS::ApiGateway::Resource": "PathPart",
    "AWS::Lambda::Alias": "Name",
}
"""Properties that are unique below their parent, although AWS identifies the type otherwise."""

UNNOTICED = {"AWS::Lambda::Permission", "AWS::Logs::MetricFilter", "AWS::SNS::TopicPolicy"}
"""Types that no request passes, next to `AWS::CloudWatch` and copies."""

RENEWED = {"AWS::ApiGateway::ApiKey", "AWS::ApiGateway::RestApi"}
"""Types that callers know by a value that AWS creates."""

GENERATED = {"AWS::IAM::Role"}
"""Types whose name the builders leave to CloudFormation, so that a move cannot clash."""

BELOW = {
    "AWS::ApiGateway::Method": "api.routes",
    "AWS::CloudWatch::Alarm Dimensions": "alarms.database_cpu_percent",
    "AWS::IAM::ManagedPolicy": "functions",
    "AWS::IAM::Role": "functions",
}
"""Types, or single properties, whose origins hold only below a key."""

UNREFINED = {
    "AWS::ApiGateway::Account": "CloudWatchRoleArn",
    "AWS::ApiGateway::ApiKey": "Description Enabled",
    "AWS::ApiGateway::Authorizer": "Name RestApiId Type",
    "AWS::ApiGateway::Deployment": "Description RestApiId",
    "AWS::ApiGateway::DocumentationPart": "Location Properties RestApiId",
    "AWS::ApiGateway::GatewayResponse": "ResponseParameters ResponseType RestApiId",
    "AWS::ApiGateway::Method": "HttpMethod Integration MethodResponses ResourceId RestApiId",
    "AWS::ApiGateway::Model": "ContentType Name RestApiId Schema",
    "AWS::ApiGateway::RequestValidator": (
        "Name RestApiId ValidateRequestBody ValidateRequestParameters"
    ),
    "AWS::ApiGateway::Resource": "ParentId PathPart RestApiId",
    "AWS::ApiGateway::RestApi": (
        "DisableExecuteApiEndpoint EndpointConfiguration FailOnWarnings Mode Parameters Policy"
    ),
    "AWS::ApiGateway::Stage": "AccessLogSetting DeploymentId RestApiId StageName TracingEnabled",
    "AWS::ApiGateway::UsagePlan": "ApiStages Throttle",
    "AWS::ApiGateway::UsagePlanKey": "KeyId KeyType UsagePlanId",
    "AWS::Backup::BackupPlan": "BackupPlan BackupPlanTags",
    "AWS::Backup::BackupSelection": "BackupPlanId BackupSelection",
    "AWS::Backup::BackupVault": "BackupVaultName BackupVaultTags EncryptionKeyArn",
    "AWS::CloudTrail::Trail": (
        "CloudWatchLogsLogGroupArn CloudWatchLogsRoleArn EnableLogFileValidation EventSelectors "
        "IncludeGlobalServiceEvents IsLogging IsMultiRegionTrail KMSKeyId S3BucketName TrailName"
    ),
    "AWS::CloudWatch::Alarm": (
        "ActionsEnabled AlarmDescription ComparisonOperator EvaluationPeriods ExtendedStatistic "
        "MetricName Namespace Period Statistic Threshold TreatMissingData"
    ),
    "AWS::CloudWatch::Dashboard": "DashboardBody",
    "AWS::Cognito::UserPool": (
        "AccountRecoverySetting AdminCreateUserConfig AutoVerifiedAttributes DeletionProtection "
        "EnabledMfas MfaConfiguration Policies UserAttributeUpdateSettings UserPoolName "
        "UserPoolTags UsernameAttributes UsernameConfiguration"
    ),
    "AWS::Cognito::UserPoolClient": (
        "AccessTokenValidity AllowedOAuthFlows AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes "
        "CallbackURLs EnableTokenRevocation ExplicitAuthFlows GenerateSecret IdTokenValidity "
        "PreventUserExistenceErrors RefreshTokenValidity SupportedIdentityProviders "
        "TokenValidityUnits UserPoolId"
    ),
    "AWS::Cognito::UserPoolDomain": "Domain UserPoolId",
    "AWS::Cognito::UserPoolResourceServer": "Identifier Name Scopes UserPoolId",
    "AWS::Config::ConfigRule": "Description InputParameters MaximumExecutionFrequency Scope Source",
    "AWS::Config::ConfigurationRecorder": "RecordingGroup RoleARN",
    "AWS::Config::DeliveryChannel": "S3BucketName",
    "AWS::EC2::FlowLog": (
        "DeliverLogsPermissionArn LogDestinationType LogGroupName ResourceId ResourceType "
        "TrafficType"
    ),
    "AWS::EC2::SecurityGroup": "GroupDescription",
    "AWS::EC2::SecurityGroupEgress": (
        "Description DestinationSecurityGroupId FromPort GroupId IpProtocol ToPort"
    ),
    "AWS::EC2::SecurityGroupIngress": "Description IpProtocol SourceSecurityGroupId",
    "AWS::EC2::VPCEndpoint": (
        "PolicyDocument PrivateDnsEnabled SecurityGroupIds ServiceName VpcEndpointType"
    ),
    "AWS::IAM::ManagedPolicy": "Description Roles",
    "AWS::IAM::Role": "AssumeRolePolicyDocument ManagedPolicyArns RoleName",
    "AWS::KMS::Key": "Description EnableKeyRotation KeyPolicy",
    "AWS::Lambda::Alias": "Description FunctionName FunctionVersion Name",
    "AWS::Lambda::Function": "Description PackageType Role SnapStart TracingConfig VpcConfig",
    "AWS::Lambda::Permission": "Action FunctionName Principal SourceAccount SourceArn",
    "AWS::Lambda::Version": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Logs::MetricFilter": "FilterPattern LogGroupName MetricTransformations",
    "AWS::S3::Bucket": (
        "BucketEncryption LifecycleConfiguration OwnershipControls PublicAccessBlockConfiguration "
        "VersioningConfiguration"
    ),
    "AWS::S3::BucketPolicy": "Bucket PolicyDocument",
    "AWS::SNS::Topic": "Subscription",
    "AWS::SNS::TopicPolicy": "PolicyDocument Topics",
    "AWS::SecretsManager::RotationSchedule": (
        "HostedRotationLambda RotateImmediatelyOnUpdate RotationRules SecretId"
    ),
    "AWS::SecretsManager::Secret": "Description GenerateSecretString",
    "AWS::WAFv2::IPSet": "Addresses IPAddressVersion Scope",
    "AWS::WAFv2::LoggingConfiguration": "LogDestinationConfigs RedactedFields ResourceArn",
    "AWS::WAFv2::WebACL": "DefaultAction Rules Scope VisibilityConfig",
    "AWS::WAFv2::WebACLAssociation": "ResourceArn WebACLArn",
}
"""Properties that come from the key of their resource; so do tags, or from `tags`."""

NESTED = {
    "AWS::ApiGateway::Authorizer": "ProviderARNs.*",
    "AWS::ApiGateway::Method": (
        "RequestModels.* Integration.Uri Integration.TimeoutInMillis Integration.CacheKeyParameters"
    ),
    "AWS::ApiGateway::Stage": (
        "Variables.* MethodSettings.*.LoggingLevel MethodSettings.*.DataTraceEnabled "
        "MethodSettings.*.CacheDataEncrypted MethodSettings.*.CacheTtlInSeconds "
        "MethodSettings.0.ThrottlingRateLimit MethodSettings.0.ThrottlingBurstLimit"
    ),
    "AWS::ApiGateway::UsagePlan": "Throttle.RateLimit Throttle.BurstLimit Quota.Limit Quota.Period",
    "AWS::EC2::VPCEndpoint": "RouteTableIds.*",
    "AWS::Lambda::Function": (
        "Environment.Variables.AWS_LWA_PORT Environment.Variables.AWS_LWA_READINESS_CHECK_PATH "
        "Environment.Variables.* VpcConfig.SubnetIds VpcConfig.SubnetIds.*"
    ),
    "AWS::SNS::Topic": "Subscription.*",
    "AWS::SecretsManager::RotationSchedule": (
        "HostedRotationLambda.KmsKeyArn HostedRotationLambda.VpcSubnetIds"
    ),
    "AWS::SecretsManager::Secret": "GenerateSecretString.PasswordLength",
}
"""Parts of properties that come from keys of their own."""


class Seen(NamedTuple):
    """What the cases generate of one type."""

    properties: set[str]
    named: set[str]
    """Properties whose value is not that of another resource."""
    linked: dict[str, set[str]]
    """Properties that refer to other resources, with their types."""


@functools.cache
def seen() -> dict[str, Seen]:
    """Return what builders make in the cases, by type."""
    found: dict[str, Seen] = {}
    for name in NAMES:
        resources = generated_case(name).graph.resources
        for item in filter(built, resources.values()):
            entry = found.setdefault(item.body["Type"], Seen(set(), set(), {}))
            for key, value in item.body.get("Properties", {}).items():
                targets = [one.target for one in references(value)]
                types = {resources[one].body["Type"] for one in targets if one in resources}
                entry.properties.add(key)
                entry.linked.setdefault(key, set()).update(types)
                if not types:
                    entry.named.add(key)
    return found


@functools.cache
def referred() -> frozenset[str]:
    """Return the types that a resource or an output of a case refers to by `Ref`."""
    found = set(REFERRED)
    for name in NAMES:
        graph = generated_case(name).graph
        values = [item.body for item in graph.resources.values() if built(item)]
        for value in [*values, *(output.value for output in graph.outputs.values())]:
            for one in references(value):
                item = graph.resources.get(one.target)
                if item is not None and not one.attribute and built(item):
                    found.add(item.body["Type"])
    return frozenset(found)


@functools.cache
def written() -> frozenset[str]:
    """Return the types in all generated templates, without those that a file adds by itself."""
    added = {
        (name, key)
        for name in NAMES
        for key, item in generated_case(name).graph.resources.items()
        if not built(item)
    }
    found: set[str] = set()
    for folder in (CASES, ROOT / "output"):
        for path in folder.rglob("*.json"):
            data = json.loads(path.read_text())
            case = path.relative_to(folder).parts[0]
            for key, body in data.get("Resources", {}).items() if isinstance(data, dict) else ():
                if (case, key) not in added:
                    found.add(body["Type"])
    return frozenset(found)


@functools.cache
def schema(kind: str) -> dict[str, Any]:
    """Return AWS's schema of a type, as cfn-lint ships it."""
    data: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    return data


def pointers(kind: str, keyword: str) -> list[str]:
    """Return the properties that a keyword of a schema lists."""
    return [one.removeprefix("/properties/") for one in schema(kind).get(keyword, ())]


def rows(table: Rows) -> Iterator[str]:
    """Yield the types without exactly one row, and those out of order."""
    names = [row.type for row in table]
    expected = written() - OF_DEPLOYER | seen().keys() | NOT_BUILT
    for name in sorted(expected | {*names}):
        if names.count(name) != 1 or name not in expected:
            count, why = names.count(name), "is" if name in expected else "is not"
            yield f"{name}: row: the type {why} generated and has {count} rows."
    for name, following in itertools.pairwise(names):
        if name > following:
            yield f"{name}: row: must follow {following}."


def ref(table: Rows) -> Iterator[str]:
    for row in table:
        last = pointers(row.type, "primaryIdentifier")[-1]
        ends = [end for end in ("Arn", "Name") if last.endswith(end)]
        returned = "Arn" if row.type in ARNS else (*ends, "Id")[0]
        expected = returned if row.type in referred() - NAMED_REF else None
        if row.ref != expected:
            yield f"{row.type}: ref: is {row.ref}; the schema and the cases have {expected}."


def copied_by(table: Rows) -> Iterator[str]:
    deployment, version = "AWS::ApiGateway::Deployment", "AWS::Lambda::Version"
    copied = seen()[version].linked["FunctionName"]
    for row in table:
        _, service, name = row.type.split("::")
        of_api = "RestApiId" in schema(row.type).get("required", ())
        of_api = of_api or (row.type in seen() and row.type == "AWS::ApiGateway::RestApi")
        of_api = of_api and name not in ("Deployment", "Stage")
        expected = version if row.type in copied else None
        if service == "ApiGateway" and (of_api or name in ("ApiKey", "VpcLink")):
            expected = deployment
        if row.copied_by != expected:
            yield f"{row.type}: copied_by: is {row.copied_by}; the schema has {expected}."


def name(table: Rows) -> Iterator[str]:
    for row in table:
        last = row.type.rpartition("::")[2]
        identifiers = pointers(row.type, "primaryIdentifier")
        expected = PLACES.get(row.type)
        if row.type.startswith("AWS::IAM::"):
            expected = f"{last}Name"
        elif row.type in seen() and not {*identifiers} & {
            *pointers(row.type, "readOnlyProperties")
        }:
            given = [one for one in identifiers if one in seen()[row.type].named]
            given = [one for one in given[-1:] if not one.endswith("Arn")]
            expected = given[0] if given else expected
        if expected is not None and expected not in pointers(row.type, "createOnlyProperties"):
            yield f"{row.type}: name: {expected} can change, so it fixes no name."
        if row.name != expected:
            yield f"{row.type}: name: is {row.name}; the schema and the cases have {expected}."


def moves(table: Rows) -> Iterator[str]:
    for row in table:
        fixed = row.type in seen() and row.name in seen()[row.type].properties
        expected = "blocked" if fixed and row.type not in GENERATED else "interrupted"
        if row.type in UNNOTICED | COPIES or row.type.startswith("AWS::CloudWatch::"):
            expected = "unnoticed"
        elif row.type in RENEWED:
            expected = "renewed"
        if row.moves != expected:
            yield f"{row.type}: moves: is {row.moves}, not {expected}."


def create_only(table: Rows) -> Iterator[str]:
    for row in table:
        expected = pointers(row.type, "createOnlyProperties")
        if list(row.create_only) != expected:
            yield f"{row.type}: create_only: is not '{' '.join(expected)}', as in the schema."


def imported(table: Rows) -> Iterator[str]:
    kinds = {row.type: row.imported for row in table}
    for row in table:
        how = row.imported
        if isinstance(how, Import):
            yield from _imported(row.type, how, kinds)
        elif (how is None) != (row.type in NOT_BUILT) or (how is not None and not how.strip()):
            yield f"{row.type}: imported: needs a way to import it, or a reason."


def _imported(kind: str, how: Import, kinds: dict[str, Any]) -> Iterator[str]:
    """Compare how a type is imported with its schema, and with what its properties refer to."""
    required = {*schema(kind).get("required", ())}
    unread = {one.partition("/")[0] for one in pointers(kind, "writeOnlyProperties")}
    whole = {one for one in unread if one in pointers(kind, "writeOnlyProperties")}
    fixed = {*pointers(kind, "createOnlyProperties")}
    away = {
        key
        for key, types in seen()[kind].linked.items()
        if key in required and any(not isinstance(kinds.get(one), Import) for one in types)
    }
    if list(how.identifiers) != pointers(kind, "primaryIdentifier"):
        yield f"{kind}: imported: identifiers are not those of the schema."
    if how.required != required:
        yield f"{kind}: imported: required is not that of the schema."
    if how.unread != whole - fixed - required:
        yield f"{kind}: imported: unread is not writeOnlyProperties of the schema."
    if ({how.stand_in[0]} if how.stand_in else set()) != away or (
        how.stand_in and not how.stand_in[1]
    ):
        yield f"{kind}: imported: stand_in must be for {sorted(away)}."
    if not re.match(r"aws [a-z0-9-]+ (describe|get|list)-[a-z-]+", how.lookup):
        yield f"{kind}: imported: lookup is no command that lists resources."
    if "read" not in schema(kind)["handlers"]:
        yield f"{kind}: imported: CloudFormation cannot read, so cannot import it."


def origins(table: Rows) -> Iterator[str]:
    for row in table:
        paths = {origin.property for origin in row.origins}
        made = seen()[row.type].properties if row.type in seen() else set()
        own = {*UNREFINED.get(row.type, "").split(), "Tags"}
        nested = {*NESTED.get(row.type, "").split()}
        for path in sorted(made - own - paths):
            yield f"{row.type}: origins: {path} has none. Add one, or list it in UNREFINED."
        for path in sorted(nested ^ {one for one in paths if "." in one}):
            yield f"{row.type}: origins: {path} has an origin or needs one, see NESTED."
        for origin in row.origins:
            below = BELOW.get(row.type, BELOW.get(f"{row.type} {origin.property}", ""))
            if not origin.keys or origin.below != below:
                yield f"{row.type}: origins: {origin.property} needs keys, below '{below}'."


CHECKS = {
    check.__name__: check
    for check in (rows, ref, copied_by, name, moves, create_only, imported, origins)
}


@pytest.mark.parametrize("column", CHECKS)
def test_every_type_has_a_value_in_every_column(column: str) -> None:
    assert list(CHECKS[column](TYPES)) == []


def test_every_column_has_a_check() -> None:
    assert {*CHECKS} == {*TypeFacts._fields[1:], "rows"}


def test_the_lists_of_these_tests_name_nothing_that_is_gone() -> None:
    known = {row.type for row in TYPES}
    listed = NOT_BUILT | REFERRED | NAMED_REF | ARNS | UNNOTICED | RENEWED | GENERATED
    listed |= {*PLACES, *UNREFINED, *NESTED, *(key.partition(" ")[0] for key in BELOW)}
    assert listed <= known
    assert not NOT_BUILT & written()
    for kind, names in UNREFINED.items():
        assert {*names.split()} <= seen()[kind].properties, kind


def test_a_new_type_fails_by_its_name() -> None:
    """A type that the cases generate has no row: each test that looks for it says so."""
    table = [row for row in TYPES if row.type != "AWS::SNS::Topic"]
    assert list(rows(table)) == ["AWS::SNS::Topic: row: the type is generated and has 0 rows."]


def test_derived_sets_follow_the_rows() -> None:
    assert {row.type for row in TYPES if row.copied_by == "AWS::ApiGateway::Deployment"} == (
        API_DEFINITION
    )
    assert {"AWS::ApiGateway::Deployment", "AWS::Lambda::Version"} == COPIES


def _without(row: TypeFacts) -> Iterator[tuple[str, TypeFacts]]:
    """Yield a row with one cell removed, or one entry of it, and the name of the column."""
    for column in ("ref", "copied_by", "name", "imported"):
        if getattr(row, column) is not None:
            yield column, row._replace(**{column: None})
    yield "moves", row._replace(moves=cast("Move", ""))
    if row.moves != "interrupted":
        yield "moves", row._replace(moves="interrupted")
    for gone in row.create_only:
        rest = tuple(one for one in row.create_only if one != gone)
        yield "create_only", row._replace(create_only=rest)
    if isinstance(row.imported, str):
        yield "imported", row._replace(imported="")
    elif row.imported is not None:
        for field in Import._fields:
            if value := getattr(row.imported, field):
                blank = None if field == "stand_in" else type(value)()
                yield "imported", row._replace(imported=row.imported._replace(**{field: blank}))
    for origin in row.origins:
        rest_ = [one for one in row.origins if one != origin]
        blanks = [[], [origin._replace(keys=())]]
        if origin.below:
            blanks.append([origin._replace(below="")])
        for blanked in blanks:
            yield "origins", row._replace(origins=(*rest_, *blanked))


def test_no_cell_can_be_removed_unnoticed() -> None:
    unnoticed, cells = [], 0
    for position, row in enumerate(TYPES):
        before, after = TYPES[:position], TYPES[position + 1 :]
        changes: list[tuple[str, list[TypeFacts]]] = [("row", [*before, *after])]
        changes += [(column, [*before, one, *after]) for column, one in _without(row)]
        for column, table in changes:
            check = CHECKS["rows" if column == "row" else column]
            if not any(line.startswith(f"{row.type}: {column}: ") for line in check(table)):
                unnoticed.append((row.type, column))
        cells += len(changes)
    assert unnoticed == [], "A golden case must create each property that has an origin."
    assert cells > 600

"""Guards of the account: made, changed, and gone, but for what must outlive its stack.

The emulator stores flow logs, trails and what AWS Config has; none of it watches anything here. AWS
Backup it does not have: what that stack holds is compared with AWS's schemas in the fast tests.
"""

import json

import pytest

from .service import LAYOUTS, Cloud, Service

BUCKET = {"name": "guarded-uploads"}


def _statements(policy: str) -> dict[str, dict[str, object]]:
    return {item["Sid"]: item for item in json.loads(policy)["Statement"]}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_flow_logs_of_the_vpc(cloud: Cloud, layout: str) -> None:
    with cloud.case("plain", layout, {"guards.flow_logs": {"retention_days": 90}}) as service:
        service.deploy()
        ec2, logs = service.deployer.client("ec2"), service.deployer.client("logs")
        group = service.outputs["FlowLogGroupName"]
        wanted = [{"Name": "log-group-name", "Values": [group]}]
        (flow_log,) = ec2.describe_flow_logs(Filters=wanted)["FlowLogs"]
        assert flow_log["ResourceId"].startswith("vpc-")
        assert (flow_log["TrafficType"], flow_log["FlowLogStatus"]) == ("ALL", "ACTIVE")
        role = flow_log["DeliverLogsPermissionArn"].rsplit("/", 1)[1]
        assert role == service.resources()["FlowLogRole"]
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        assert [item["retentionInDays"] for item in found] == [90]

        service.set("guards.flow_logs", {"retention_days": 30})
        service.set("tags", {"Team": "platform"})
        assert service.deploy()["flow-logs"] == "updated"
        (changed,) = ec2.describe_flow_logs(Filters=wanted)["FlowLogs"]
        assert changed["FlowLogId"] == flow_log["FlowLogId"]
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        assert [item["retentionInDays"] for item in found] == [30]

        stack = service.stacks()["flow-logs"]
        service.deployer.delete_stack(stack)
        assert ec2.describe_flow_logs(Filters=wanted)["FlowLogs"] == []
        assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"] == []
        assert service.ask()["route"] == "jobs"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_trail_and_what_outlives_it(cloud: Cloud, layout: str) -> None:
    settings = {"bucket": BUCKET, "guards.trail": {"data_events": True}}
    with cloud.case("plain", layout, settings) as service:
        service.deploy()
        trails = service.deployer.client("cloudtrail")
        name = f"plain-{service.environment}"
        trail = trails.get_trail(Name=name)["Trail"]
        assert trail["IsMultiRegionTrail"] is trail["LogFileValidationEnabled"] is True
        assert trails.get_trail_status(Name=name)["IsLogging"] is True
        assert trail["S3BucketName"] == service.outputs["TrailBucketName"]
        (selector,) = trails.get_event_selectors(TrailName=name)["EventSelectors"]
        assert selector["DataResources"][0]["Values"] == ["arn:aws:s3:::guarded-uploads/"]

        s3, kms = service.deployer.client("s3"), service.deployer.client("kms")
        bucket = trail["S3BucketName"]
        policy = _statements(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        only = {"aws:SourceArn": trail["TrailARN"]}
        assert policy["TrailAsks"]["Condition"] == {"StringEquals": only}
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert set(block.values()) == {True}
        key = trail["KmsKeyId"].rsplit("/", 1)[1]
        use = _statements(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
        assert use["TrailEncrypts"]["Condition"]["StringEquals"] == only

        service.set("guards.trail", {"data_events": False})
        assert service.deploy()["trail"] == "updated"
        (selector,) = trails.get_event_selectors(TrailName=name)["EventSelectors"]
        assert selector["DataResources"] == []

        service.deployer.delete_stack(service.stacks()["trail"])
        assert name not in [item["Name"] for item in trails.list_trails()["Trails"]]
        assert s3.head_bucket(Bucket=bucket)
        assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"
        s3.delete_bucket(Bucket=bucket)


def _rules(service: Service) -> dict[str, dict[str, object]]:
    """Give the rules of the service's stacks, by AWS's identifier."""
    config = service.deployer.client("config")
    mine = set(service.resources().values())
    return {
        rule["Source"]["SourceIdentifier"]: rule
        for rule in config.describe_config_rules()["ConfigRules"]
        if rule["ConfigRuleName"] in mine
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_rules_and_their_recorder_which_stays(cloud: Cloud, layout: str) -> None:
    guards = {"recorder": True, "config_rules": {}, "drift": {"frequency": 12}}
    with cloud.case("plain", layout, {"guards": guards}) as service:
        service.deploy()
        config = service.deployer.client("config")
        (recorder,) = config.describe_configuration_recorders()["ConfigurationRecorders"]
        assert recorder["recordingGroup"]["allSupported"] is True
        role = recorder["roleARN"].rsplit("/", 1)[1]
        assert role == service.resources()["ConfigRole"]
        (channel,) = config.describe_delivery_channels()["DeliveryChannels"]
        assert channel["s3BucketName"] == service.outputs["ConfigBucketName"]

        rules = _rules(service)
        assert len(rules) == 6
        drift = rules["CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK"]
        assert drift["MaximumExecutionFrequency"] == "Twelve_Hours"
        given = json.loads(str(drift["InputParameters"]))["cloudformationRoleArn"]
        assert given.rsplit("/", 1)[1] == service.resources()["DriftRole"]

        service.set("guards.config_rules", {"rules": ["lambda-inside-vpc"]})
        assert service.deploy()["config-rules"] == "updated"
        assert set(_rules(service)) == {
            "LAMBDA_INSIDE_VPC",
            "CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK",
        }

        service.delete()
        assert config.describe_config_rules()["ConfigRules"] == []
        assert config.describe_configuration_recorders()["ConfigurationRecorders"] == [recorder]
        config.delete_delivery_channel(DeliveryChannelName=channel["name"])
        config.delete_configuration_recorder(ConfigurationRecorderName=recorder["name"])
        service.deployer.client("s3").delete_bucket(Bucket=channel["s3BucketName"])

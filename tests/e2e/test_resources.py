"""What stands in the account once production is deployed, as the services' own APIs list it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .deployer import DeployedStack
from .service import SHIPPED, Cloud, Service

NAME = "jobs-prod"
ACCOUNT_ARN = "us-east-1:000000000000"


@pytest.fixture(scope="module")
def service(cloud: Cloud) -> Iterator[Service]:
    with cloud.environment(SHIPPED, "prod") as service:
        service.deploy()
        yield service


def _function(service: Service) -> dict[str, Any]:
    client = service.deployer.client("lambda")
    found: dict[str, Any] = client.get_function_configuration(FunctionName=f"{NAME}-web")
    return found


def test_function_is_set_up_as_the_record_says(service: Service) -> None:
    function = _function(service)

    assert (function["PackageType"], function["Architectures"]) == ("Image", ["x86_64"])
    assert (function["MemorySize"], function["Timeout"]) == (3008, 60)
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["Role"] == service.outputs["FunctionWebRoleArn"]


def test_function_runs_in_the_private_subnets(
    service: Service, foundation: dict[str, DeployedStack]
) -> None:
    network = foundation["network"].outputs
    place = _function(service)["VpcConfig"]

    assert set(place["SubnetIds"]) == {network["PrivateSubnetA"], network["PrivateSubnetB"]}
    assert place["SecurityGroupIds"] == [service.outputs["FunctionWebSecurityGroupId"]]
    assert place["VpcId"] == network["VpcId"]


def test_function_reaches_https_and_the_database_and_nothing_reaches_it(
    service: Service, foundation: dict[str, DeployedStack]
) -> None:
    group = service.outputs["FunctionWebSecurityGroupId"]
    database = foundation["database"].outputs["SecurityGroupId"]
    found = service.deployer.client("ec2").describe_security_groups(GroupIds=[group, database])
    groups = {entry["GroupId"]: entry for entry in found["SecurityGroups"]}
    egress = {
        (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], rule["IpRanges"][0]["CidrIp"])
        for rule in groups[group]["IpPermissionsEgress"]
    }
    ingress = [
        (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], pair["GroupId"])
        for rule in groups[database]["IpPermissions"]
        for pair in rule["UserIdGroupPairs"]
    ]

    assert egress == {("tcp", 443, 443, "0.0.0.0/0"), ("tcp", 5432, 5432, "0.0.0.0/0")}
    assert groups[group]["IpPermissions"] == []
    assert ingress == [("tcp", 5432, 5432, group)]


def test_role_may_do_what_the_record_lists(
    service: Service, foundation: dict[str, DeployedStack]
) -> None:
    bucket = foundation["storage"].outputs["UploadBucket"]
    logs = f"arn:aws:logs:{ACCOUNT_ARN}:log-group:/aws/lambda/{NAME}-web"
    role = service.outputs["FunctionWebRoleArn"].rsplit("/", 1)[1]
    client = service.deployer.client("iam")
    policy = client.get_role_policy(RoleName=role, PolicyName="Function")["PolicyDocument"]
    granted = {
        (action, resource)
        for statement in policy["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }
    attached = client.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    (trust,) = client.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]["Statement"]

    assert granted == {
        *((f"s3:{verb}Object", f"arn:aws:s3:::{bucket}/*") for verb in ("Get", "Put", "Delete")),
        ("s3:ListBucket", f"arn:aws:s3:::{bucket}"),
        ("rds:DescribeDBInstances", f"arn:aws:rds:{ACCOUNT_ARN}:db:{NAME}"),
        ("rds:DescribeDBClusters", f"arn:aws:rds:{ACCOUNT_ARN}:cluster:*"),
        *(
            (f"logs:{action}", resource)
            for action in ("CreateLogGroup", "CreateLogStream", "PutLogEvents")
            for resource in (logs, f"{logs}:*")
        ),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }
    assert {statement["Effect"] for statement in policy["Statement"]} == {"Allow"}
    assert [entry["PolicyName"] for entry in attached] == ["AWSLambdaVPCAccessExecutionRole"]
    assert trust["Principal"] == {"Service": ["lambda.amazonaws.com"]}
    assert client.list_role_policies(RoleName=role)["PolicyNames"] == ["Function"]


def test_one_stage_of_one_api_may_call_the_alias_only(service: Service) -> None:
    client = service.deployer.client("lambda")
    answer = client.get_policy(FunctionName=f"{NAME}-web", Qualifier="live")
    (statement,) = json.loads(answer["Policy"])["Statement"]
    source = f"arn:aws:execute-api:{ACCOUNT_ARN}:{service.outputs['ApiId']}/v1/*"

    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"] == service.outputs["FunctionWebAliasArn"]
    assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": source}
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName=f"{NAME}-web")


def test_what_is_needed_is_made_first(service: Service) -> None:
    """Log groups before what writes to them, and the stage before the plan that names it."""
    for key, first, then in (
        ("function", "FunctionWebLogGroup", "FunctionWeb"),
        ("deployment", "ApiExecutionLogGroup", "ApiStage"),
        ("deployment", "ApiAccessLogGroup", "ApiStage"),
        ("deployment", "ApiStage", "ApiUsagePlan"),
    ):
        events = service.deployer.events(service.stacks()[key])[::-1]
        steps = [(event["LogicalResourceId"], event["ResourceStatus"]) for event in events]
        made = steps.index((first, "CREATE_COMPLETE"))
        assert made < steps.index((then, "CREATE_IN_PROGRESS")), first


def test_retention_outlives_the_first_call(service: Service) -> None:
    service.ask()
    groups = service.deployer.client("logs").describe_log_groups()["logGroups"]
    found = {
        group["logGroupName"]: group.get("retentionInDays")
        for group in groups
        if NAME in group["logGroupName"] or service.outputs["ApiId"] in group["logGroupName"]
    }

    assert found == {
        f"/aws/lambda/{NAME}-web": 30,
        service.outputs["ApiAccessLogGroupName"]: 30,
        f"API-Gateway-Execution-Logs_{service.outputs['ApiId']}/v1": 30,
    }


def test_stage_writes_a_json_access_log(service: Service) -> None:
    gateway = service.deployer.client("apigateway")
    stage = gateway.get_stage(restApiId=service.outputs["ApiId"], stageName="v1")
    access_log = stage["accessLogSettings"]
    group = service.outputs["ApiAccessLogGroupName"]
    fields = json.loads(access_log["format"])

    assert access_log["destinationArn"] == f"arn:aws:logs:{ACCOUNT_ARN}:log-group:{group}"
    assert {"requestId", "caller", "responseLatency", "integrationError"} <= fields.keys()
    assert all(value.startswith("$context.") for value in fields.values())


def test_alarms_ring_where_the_record_says(service: Service) -> None:
    found = service.deployer.client("cloudwatch").describe_alarms()["MetricAlarms"]
    alarms = {
        (
            alarm["Namespace"],
            alarm["MetricName"],
            alarm.get("Statistic") or alarm["ExtendedStatistic"],
            alarm["Threshold"],
            tuple(sorted(entry["Value"] for entry in alarm["Dimensions"])),
        )
        for alarm in found
    }
    topic = service.outputs["AlarmTopicArn"]
    subscribed = service.deployer.client("sns").list_subscriptions_by_topic(TopicArn=topic)

    assert alarms == {
        ("AWS/Lambda", "Errors", "Sum", 10, (f"{NAME}-web",)),
        ("AWS/Lambda", "Duration", "Maximum", 50_000, (f"{NAME}-web",)),
        ("AWS/Lambda", "Throttles", "Sum", 0, (f"{NAME}-web",)),
        ("AWS/ApiGateway", "5XXError", "Average", 0.05, (NAME, "v1")),
        ("AWS/ApiGateway", "Latency", "p99", 2000, (NAME, "v1")),
        (f"GatewayInfra/{NAME}", "ThrottledRequests", "Sum", 0, ()),
        ("AWS/RDS", "CPUUtilization", "Average", 80, (NAME,)),
    }
    assert all(alarm["TreatMissingData"] == "notBreaching" for alarm in found)
    assert all(alarm["AlarmActions"] == [topic] for alarm in found)
    assert [entry["Endpoint"] for entry in subscribed["Subscriptions"]] == ["oncall@example.com"]


def test_dashboard_shows_function_api_and_database(service: Service) -> None:
    client = service.deployer.client("cloudwatch")
    (name,) = [entry["DashboardName"] for entry in client.list_dashboards()["DashboardEntries"]]
    body = client.get_dashboard(DashboardName=name)["DashboardBody"]
    widgets = json.loads(body)["widgets"]

    assert len(widgets) > 3
    for shown in ("AWS/Lambda", "AWS/ApiGateway", "AWS/RDS", f"{NAME}-web", "us-east-1"):
        assert shown in body
    assert "${" not in body


def test_resources_carry_the_tags(service: Service) -> None:
    """Log groups are not among them: the emulator loses their tags, even when set by hand."""
    client, outputs = service.deployer.client, service.outputs
    group = outputs["FunctionWebSecurityGroupId"]
    groups = client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
    role = outputs["FunctionWebRoleArn"].rsplit("/", 1)[1]
    gateway = client("apigateway")
    api = gateway.get_rest_api(restApiId=outputs["ApiId"])
    stage = gateway.get_stage(restApiId=outputs["ApiId"], stageName="v1")
    plan = gateway.get_usage_plan(usagePlanId=outputs["ApiUsagePlanId"])
    alarm = client("cloudwatch").describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    topic = outputs["AlarmTopicArn"]
    found = {
        "function": client("lambda").list_tags(Resource=outputs["FunctionWebArn"])["Tags"],
        "security group": _pairs(groups[0]["Tags"]),
        "role": _pairs(client("iam").list_role_tags(RoleName=role)["Tags"]),
        "API": api["tags"],
        "stage": stage["tags"],
        "usage plan": plan["tags"],
        "alarm": _pairs(client("cloudwatch").list_tags_for_resource(ResourceARN=alarm)["Tags"]),
        "topic": _pairs(client("sns").list_tags_for_resource(ResourceArn=topic)["Tags"]),
    }

    for kind, tags in found.items():
        ours = {name: tags.get(name) for name in ("Environment", "Service", "Team")}
        assert ours == {"Environment": "prod", "Service": "jobs", "Team": "platform"}, kind
        assert tags.get("Component"), kind


def _pairs(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}

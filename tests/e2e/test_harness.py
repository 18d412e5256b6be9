"""The harness itself, proved on a small hand-written folder of two stacks."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from . import environments, inventory
from .deployer import DeployedStack, Deployer, DeploymentError
from .manifest import ParameterError
from .server import EmulatorServer, Image, ServerError

HERE = Path(__file__).parent
SAMPLE = HERE / "sample"
ORIGIN = "https://app.example"
FIRST_IMAGE = "registry.example/sample:1"
SECOND_IMAGE = "registry.example/sample:2"


@dataclass
class Sample:
    """The sample folder, its deployed API, and how to call it."""

    deployer: Deployer
    emulator: EmulatorServer
    folder: Path
    subnets: str
    secret: str = "first"
    values: dict[str, str] = field(default_factory=dict)

    def deploy(self, **values: str) -> dict[str, DeployedStack]:
        """Deploy the folder with these parameter values from now on."""
        self.values.update(values)
        return self.deployer.deploy(
            self.folder,
            environment={"SAMPLE_PASSWORD": self.secret},
            values={"Subnets": self.subnets, **self.values},
        )

    def edit(self, name: str, *path: str, value: Any) -> None:
        """Set one value in a template of the folder."""
        template = json.loads((self.folder / name).read_text())
        place = template["Resources"]
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        (self.folder / name).write_text(json.dumps(template))

    def call(self, method: str, path: str, **headers: str) -> requests.Response:
        """Call the deployed API."""
        url = self.emulator.api_url(self.output("api", "ApiId"), path)
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, url, headers=headers, timeout=30)

    def output(self, key: str, name: str) -> str:
        return self.deployer.outputs(f"sample-{key}")[name]


@pytest.fixture
def sample(
    deployer: Deployer,
    emulator: EmulatorServer,
    foundation: dict[str, DeployedStack],
    tmp_path: Path,
) -> Iterator[Sample]:
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    outputs = foundation["network"].outputs
    subnets = f"{outputs['PrivateSubnetA']},{outputs['PrivateSubnetB']}"
    sample = Sample(deployer, emulator, folder, subnets)
    sample.deploy()
    yield sample
    deployer.delete(folder)


def test_deploys_in_order_and_is_idempotent(sample: Sample) -> None:
    answer = sample.call("GET", "jobs?page=2").json()

    assert answer["route"] == "jobs"
    assert answer["query"] == {"page": "2"}
    assert answer["image"] == FIRST_IMAGE
    assert (answer["function"], answer["version"]) == ("sample", "1")
    assert answer["database_host"] == "database.internal"
    assert {stack.outcome for stack in sample.deploy().values()} == {"unchanged"}


def test_new_image_answers_through_the_alias_and_the_old_version_stays(sample: Sample) -> None:
    outcome = {key: stack.outcome for key, stack in sample.deploy(Image=SECOND_IMAGE).items()}
    answer = sample.call("GET", "jobs").json()

    assert outcome == {"service": "updated", "api": "unchanged"}
    assert (answer["image"], answer["version"]) == (SECOND_IMAGE, "2")
    versions = sample.deployer.client("lambda").list_versions_by_function(FunctionName="sample")
    assert [version["Version"] for version in versions["Versions"]] == ["$LATEST", "1", "2"]


def test_changed_secret_reaches_the_alias_only_with_a_new_version(sample: Sample) -> None:
    before = sample.call("GET", "jobs").json()
    sample.secret = "second"
    sample.deploy()
    assert sample.call("GET", "jobs").json() == before

    sample.deploy(Revision="2")
    after = sample.call("GET", "jobs").json()
    assert after["version"] == "2"
    assert after["database_password_sha256"] != before["database_password_sha256"]


def test_new_version_of_an_unchanged_function_is_refused(sample: Sample) -> None:
    with pytest.raises(DeploymentError, match=r"A version for this Lambda function exists \( 1 \)"):
        sample.deploy(Revision="2")


def test_preflight_answers_a_listed_origin_only(sample: Sample) -> None:
    allowed = sample.call("OPTIONS", "jobs", origin=ORIGIN)
    refused = sample.call("OPTIONS", "jobs", Origin=ORIGIN + ".evil")

    assert (allowed.status_code, refused.status_code) == (204, 204)
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_gateway_response_has_headers_and_body(sample: Sample) -> None:
    answer = sample.call("GET", "nowhere", origin="https://other.example")

    assert answer.status_code == 403
    assert answer.json() == {"error": "Missing Authentication Token"}
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["X-Kind"] == "MISSING_AUTHENTICATION_TOKEN"
    assert answer.headers["X-Origin"] == "https://other.example"
    assert "X-Absent" not in answer.headers


def test_method_with_a_key_answers_its_holder_only(sample: Sample) -> None:
    gateway = sample.deployer.client("apigateway")
    key = gateway.get_api_key(apiKey=sample.output("api", "KeyId"), includeValue=True)

    assert sample.call("POST", "jobs").status_code == 403
    assert sample.call("POST", "jobs", **{"x-api-key": "wrong" * 5}).status_code == 403
    assert sample.call("POST", "jobs", **{"x-api-key": key["value"]}).status_code == 200


def test_call_without_a_permission_is_an_error(sample: Sample) -> None:
    sample.edit("api.json", "Permission", "Properties", "FunctionName", value="sample")
    sample.deploy()

    assert sample.call("GET", "jobs").status_code == 500


def test_route_is_served_after_a_new_deployment_only(sample: Sample) -> None:
    template = json.loads((sample.folder / "api.json").read_text())
    resources = template["Resources"]
    resources["PutJobs"] = json.loads(json.dumps(resources["GetJobs"]))
    resources["PutJobs"]["Properties"]["HttpMethod"] = "PUT"
    (sample.folder / "api.json").write_text(json.dumps(template))
    sample.deploy()
    assert sample.call("PUT", "jobs").status_code == 403

    resources["Deployment2"] = resources.pop("Deployment1")
    resources["Deployment2"]["DependsOn"].append("PutJobs")
    resources["Stage"]["Properties"]["DeploymentId"] = {"Ref": "Deployment2"}
    (sample.folder / "api.json").write_text(json.dumps(template))
    sample.deploy()
    assert sample.call("PUT", "jobs").status_code == 200
    api = sample.output("api", "ApiId")
    assert len(sample.deployer.client("apigateway").get_deployments(restApiId=api)["items"]) == 1


def test_updates_reach_the_services(sample: Sample) -> None:
    tags = [{"Key": "part", "Value": "new"}]
    edits: list[tuple[str, tuple[str, ...], Any]] = [
        ("service.json", ("Alarm", "Properties", "Threshold"), 7),
        ("service.json", ("Dashboard", "Properties", "DashboardBody"), '{"widgets": []}'),
        ("service.json", ("Errors", "Properties", "FilterPattern"), "FATAL"),
        ("service.json", ("Function", "Properties", "Description"), "Changed"),
        ("service.json", ("Function", "Properties", "ReservedConcurrentExecutions"), 5),
        ("service.json", ("Function", "Properties", "Tags"), tags),
        ("service.json", ("Group", "Properties", "SecurityGroupEgress"), []),
        ("service.json", ("LogGroup", "Properties", "RetentionInDays"), 30),
        ("service.json", ("Role", "Properties", "Policies"), []),
        ("service.json", ("Role", "Properties", "Tags"), tags),
        ("service.json", ("Topic", "Properties"), {"DisplayName": "Sample"}),
        ("api.json", ("Api", "Properties", "Description"), "Changed"),
        ("api.json", ("Api", "Properties", "BinaryMediaTypes"), ["image/png"]),
        ("api.json", ("Api", "Properties", "Tags"), tags),
        ("api.json", ("ClientErrors", "Properties", "StatusCode"), "418"),
        ("api.json", ("GetJobs", "Properties", "OperationName"), "ListJobs"),
        ("api.json", ("Key", "Properties", "Enabled"), False),
        ("api.json", ("Plan", "Properties", "Throttle"), {"RateLimit": 5, "BurstLimit": 6}),
        ("api.json", ("Stage", "Properties", "Tags"), tags),
        ("api.json", ("Stage", "Properties", "Variables"), {"shape": "round"}),
        ("api.json", ("Stage", "Properties", "MethodSettings"), []),
    ]
    service = sample.deployer.resources("sample-service")
    api = sample.deployer.resources("sample-api")
    for name, path, value in edits:
        sample.edit(name, *path, value=value)
    sample.deploy(Revision="2")

    client = sample.deployer.client
    assert sample.deployer.resources("sample-service")["Topic"] == service["Topic"]
    assert sample.deployer.resources("sample-api") == api
    alarm = client("cloudwatch").describe_alarms(AlarmNames=[service["Alarm"]])["MetricAlarms"][0]
    assert alarm["Threshold"] == 7
    dashboard = client("cloudwatch").get_dashboard(DashboardName=service["Dashboard"])
    assert dashboard["DashboardBody"] == '{"widgets": []}'
    filters = client("logs").describe_metric_filters(logGroupName=service["LogGroup"])
    assert filters["metricFilters"][0]["filterPattern"] == "FATAL"
    groups = client("logs").describe_log_groups(logGroupNamePrefix=service["LogGroup"])
    assert groups["logGroups"][0]["retentionInDays"] == 30
    alias = client("lambda").get_alias(FunctionName="sample", Name="live")
    assert alias["FunctionVersion"] == "2"
    function = client("lambda").get_function_configuration(FunctionName="sample")
    assert function["Description"] == "Changed"
    concurrency = client("lambda").get_function_concurrency(FunctionName="sample")
    assert concurrency["ReservedConcurrentExecutions"] == 5
    found = client("lambda").list_tags(Resource=function["FunctionArn"])["Tags"]
    assert found["part"] == "new"
    group = client("ec2").describe_security_groups(GroupIds=[service["Group"]])
    (egress,) = group["SecurityGroups"][0]["IpPermissionsEgress"]
    assert egress["IpProtocol"] == "-1"
    assert client("iam").list_role_policies(RoleName=service["Role"])["PolicyNames"] == []
    assert client("iam").list_role_tags(RoleName=service["Role"])["Tags"][0]["Value"] == "new"
    gateway = client("apigateway")
    rest_api = gateway.get_rest_api(restApiId=api["Api"])
    assert (rest_api["description"], rest_api["binaryMediaTypes"]) == ("Changed", ["image/png"])
    assert rest_api["tags"]["part"] == "new"
    response = gateway.get_gateway_response(restApiId=api["Api"], responseType="DEFAULT_4XX")
    assert response["statusCode"] == "418"
    method = gateway.get_method(restApiId=api["Api"], resourceId=api["Jobs"], httpMethod="GET")
    assert method["operationName"] == "ListJobs"
    assert gateway.get_api_key(apiKey=api["Key"])["enabled"] is False
    plan = gateway.get_usage_plan(usagePlanId=api["Plan"])
    assert plan["throttle"] == {"rateLimit": 5.0, "burstLimit": 6}
    assert plan["quota"]["limit"] == 1000
    stage = gateway.get_stage(restApiId=api["Api"], stageName="v1")
    assert (stage["variables"], stage["tags"]) == ({"shape": "round"}, {"part": "new"})
    assert stage.get("methodSettings", {}) == {}
    assert stage["accessLogSettings"]["format"] == "$context.requestId"


def test_replaced_resource_is_another_one(sample: Sample) -> None:
    before = sample.deployer.resources("sample-api")
    sample.edit("api.json", "Key", "Properties", "Name", value="renamed")
    sample.deploy()
    after = sample.deployer.resources("sample-api")

    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} == {"Key", "PlanKey"}
    keys = sample.deployer.client("apigateway").get_api_keys()["items"]
    assert [key["id"] for key in keys] == [after["Key"]]


def test_function_output_reaches_its_log_group(sample: Sample) -> None:
    sample.call("GET", "jobs")
    logs = sample.deployer.client("logs")
    deadline = time.monotonic() + 10
    events: list[Any] = []
    while not events and time.monotonic() < deadline:
        events = logs.filter_log_events(logGroupName="/aws/lambda/sample")["events"]

    assert any("START RequestId" in event["message"] for event in events)


def test_delete_leaves_nothing(deployer: Deployer, sample: Sample) -> None:
    none = ("buckets", "vpc endpoints")  # the sample has neither
    with_sample = inventory.take(deployer)
    deployer.delete(sample.folder)
    without = inventory.take(deployer)

    assert deployer.status("sample-api") is None
    assert without["functions"] == without["apis"] == without["usage plans"] == set()
    assert without["roles"] == {deployer.resources("account")["Role"]}
    assert all(with_sample[kind] > without[kind] for kind in with_sample if kind not in none)


def test_unknown_type_fails_with_its_name(deployer: Deployer) -> None:
    template = {"Resources": {"Acl": {"Type": "AWS::WAFv2::RuleGroup", "Properties": {}}}}
    with pytest.raises(DeploymentError, match=r"no create for AWS::WAFv2::RuleGroup"):
        deployer.deploy_stack("unknown", template)
    deployer.delete_stack("unknown")


@pytest.mark.usefixtures("foundation")
def test_missing_value_is_named(deployer: Deployer) -> None:
    with pytest.raises(ParameterError, match="DatabasePassword wants the variable SAMPLE_PASS"):
        deployer.deploy(SAMPLE)
    with pytest.raises(ParameterError, match="Subnets must be given a value"):
        deployer.deploy(SAMPLE, environment={"SAMPLE_PASSWORD": "x"})


def test_large_template_goes_through_a_bucket(deployer: Deployer) -> None:
    topics = {f"Topic{number}": {"Type": "AWS::SNS::Topic"} for number in range(2)}
    template = {"Metadata": {"filler": "x" * 60_000}, "Resources": topics}

    buckets = inventory.take(deployer)["buckets"]
    assert deployer.deploy_stack("large", template).outcome == "created"
    assert inventory.take(deployer)["buckets"] == buckets
    deployer.delete_stack("large")


def test_environment_is_made_once() -> None:
    started = time.monotonic()

    assert environments.build(environments.SERVER) == environments.build(environments.SERVER)
    assert time.monotonic() - started < 1


def test_failed_start_shows_the_log(tmp_path: Path) -> None:
    image = Image(Path(sys.executable), tmp_path)
    server = EmulatorServer(Path(sys.executable), image, tmp_path)

    with pytest.raises(ServerError, match="localstack"):
        server.start()


def test_server_ends_with_a_killed_parent(tmp_path: Path) -> None:
    program = (
        "import pathlib, os, signal\n"
        f"from {__package__} import environments, server\n"
        "image = server.Image(environments.build(environments.IMAGE), environments.HERE / 'app')\n"
        "python = environments.build(environments.SERVER)\n"
        f"emulator = server.EmulatorServer(python, image, pathlib.Path({str(tmp_path)!r}))\n"
        "emulator.start()\n"
        "print(emulator._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = HERE.parents[len(__package__.split(".")) - 1]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    process = int(done.stdout)

    deadline = time.monotonic() + 10
    while _exists(process) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _exists(process)


def _exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True

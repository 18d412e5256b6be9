"""Several functions behind one API: ``tests/cases/several-functions.yaml``, in its region."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .deployer import Deployer
from .foundation import deploy_foundation
from .server import REGION as HOME
from .server import EmulatorServer
from .service import LAYOUTS, REPOSITORY, ROOT, Cloud, Service

REGION = "eu-west-1"
IMAGES = REPOSITORY.replace(HOME, REGION)
CASE = ROOT / "tests" / "cases"
WEB, THUMBS = "jobs-several-functions-web", "jobs-several-functions-thumb-maker"
in_split = pytest.mark.parametrize("service", ["split"], indirect=True)
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=any"}


@pytest.fixture(scope="module")
def values(emulator: EmulatorServer) -> Iterator[dict[str, str]]:
    """Deploy what the case expects to find, and give its parameters."""
    deployer = Deployer(emulator.endpoint, REGION)
    deployed = deploy_foundation(deployer)
    network = deployed["network"].outputs
    queue = {"Name": "/jobs/queue-url", "Type": "String", "Value": "https://queue.example/thumbs"}
    deployer.client("ssm").put_parameter(**queue)
    yield {
        "VpcId": network["VpcId"],
        "SubnetA": network["PrivateSubnetA"],
        "SubnetB": network["PrivateSubnetB"],
        "ThumbImage": f"{IMAGES}:thumbs-1",
    }
    for stack in reversed(deployed.values()):
        deployer.delete_stack(stack.name)


@pytest.fixture(params=LAYOUTS)
def service(
    request: pytest.FixtureRequest,
    emulator: EmulatorServer,
    values: dict[str, str],
    tmp_path: Path,
) -> Iterator[Service]:
    cloud = Cloud(Deployer(emulator.endpoint, REGION), emulator, tmp_path)
    with cloud.environment(CASE, "several-functions", request.param) as service:
        service.variables["THUMB_KEY"] = "thumb key"
        service.values = dict(values)
        service.deploy()
        yield service


def _image_route(service: Service) -> dict[str, Any]:
    answer = service.call("PUT", "/jobs/7/image", SIGNED)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_each_route_answers_from_its_own_function(service: Service) -> None:
    web = service.ask("/jobs/7")
    results = service.ask("/v2/job-results", "POST")
    thumbs = _image_route(service)

    assert (web["function"], results["function"], thumbs["function"]) == (WEB, WEB, THUMBS)
    assert thumbs["image"] == f"{IMAGES}:thumbs-1"
    assert (web["memory"], thumbs["memory"]) == ("1769", "3008")
    # Each is given what it uses.
    assert {"PG_HOST", "PG_PASSWORD"} <= set(web["variables"])
    assert "UPLOADS" not in web["variables"]
    assert {"UPLOADS", "LOG_LEVEL", "QUEUE", "KEY"} <= set(thumbs["variables"])
    assert "PG_HOST" not in thumbs["variables"]
    # Only the route that says so wants a signature.
    assert service.call("PUT", "/jobs/7/image").status_code == 403


def test_each_has_its_own_role_log_group_and_security_group(service: Service) -> None:
    client = service.deployer.client
    found = {}
    for name in (WEB, THUMBS):
        configuration = client("lambda").get_function_configuration(FunctionName=name)
        role = configuration["Role"].rsplit("/", 1)[1]
        (group,) = configuration["VpcConfig"]["SecurityGroupIds"]
        logs = client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{name}")
        policy = client("iam").get_role_policy(RoleName=role, PolicyName="Function")
        described = client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
        found[name] = (
            role,
            group,
            [entry["logGroupName"] for entry in logs["logGroups"]],
            json.dumps(policy["PolicyDocument"]),
            sorted(rule["FromPort"] for rule in described[0]["IpPermissionsEgress"]),
        )
    web, thumbs = found[WEB], found[THUMBS]

    assert web[0] != thumbs[0]
    assert web[1] != thumbs[1]
    assert (web[2], thumbs[2]) == ([f"/aws/lambda/{WEB}"], [f"/aws/lambda/{THUMBS}"])
    assert "sqs:SendMessage" in thumbs[3]
    assert "sqs:SendMessage" not in web[3]
    assert WEB in web[3]
    assert WEB not in thumbs[3]
    assert (web[4], thumbs[4]) == ([443, 5433], [443])


@in_split
def test_one_function_changes_and_the_other_stays(service: Service) -> None:
    service.values["ThumbImage"] = f"{IMAGES}:thumbs-2"
    service.deploy()

    thumbs = _image_route(service)
    assert (thumbs["image"], thumbs["version"]) == (f"{IMAGES}:thumbs-2", "2")
    assert service.ask("/jobs/7")["version"] == "1"
    assert service.versions("Web") == ["1"]
    assert service.versions("ThumbMaker") == ["1", "2"]


@in_split
def test_route_moves_to_another_function(service: Service) -> None:
    service.set('api.routes["GET /jobs/{jobId}"]', "thumb-maker")
    service.deploy()

    assert service.ask("/jobs/7")["function"] == THUMBS
    assert service.ask("/v2/job-results", "POST")["function"] == WEB


def test_function_is_removed_in_two_steps(service: Service) -> None:
    """Routes first, so that no caller meets a route whose function is gone.

    In ``single`` the removed route stays live, and its permission is gone.
    """
    service.set('api.routes["PUT /jobs/{jobId}/image"]', None)
    service.deploy()
    gone = 403 if service.layout == "split" else 500
    assert service.call("PUT", "/jobs/7/image", SIGNED).status_code == gone
    assert service.ask("/jobs/7")["function"] == WEB

    service.set("functions.thumb-maker", None)
    service.deploy()
    functions = service.deployer.client("lambda").list_functions()["Functions"]
    assert [function["FunctionName"] for function in functions] == [WEB]
    assert [name for name in service.resources() if name.startswith("FunctionThumb")] == []
    assert service.ask("/jobs/7")["function"] == WEB


def test_function_is_removed_in_one_step(service: Service) -> None:
    """It can be; callers meet errors for as long as the deploy takes, in ``single`` for longer."""
    service.set('api.routes["PUT /jobs/{jobId}/image"]', None)
    service.set("functions.thumb-maker", None)
    service.deploy()

    gone = 403 if service.layout == "split" else 500
    assert service.call("PUT", "/jobs/7/image", SIGNED).status_code == gone
    assert service.ask("/jobs/7")["function"] == WEB
    assert [name for name in service.resources() if name.startswith("FunctionThumb")] == []


@in_split
def test_function_is_added(service: Service) -> None:
    service.set("functions.report", {"image": f"{IMAGES}:report", "uses": []})
    service.set('api.routes["GET /reports"]', "report")
    service.deploy()

    answer = service.ask("/reports")
    assert (answer["function"], answer["version"]) == ("jobs-several-functions-report", "1")
    assert service.ask("/jobs/7")["version"] == "1"

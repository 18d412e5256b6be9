"""What ``--deployer stack-sets`` writes, with the AWS CLI 1 from PyPI.

The stack set is the emulator's own resource type: an organizational unit stands for the account.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import environments
from .deployer import DeployedStack, Deployer
from .foundation import database, network
from .server import ACCOUNT, EmulatorServer
from .service import Cloud, Service

REGIONS = ("us-east-1", "eu-west-1")
BUCKET = "templates-of-ours"
SECRET = 'pass"word\\ , =\t€ file:///etc/hostname'
GIVEN = (
    "--parameter",
    "OrganizationalUnitIds=ou-ab12-11111111",
    "--parameter",
    f"Regions={','.join(REGIONS)}",
    "--parameter",
    "DatabaseName=jobs, of = all",
)


@pytest.fixture(scope="module")
def regions(emulator: EmulatorServer) -> Iterator[dict[str, Deployer]]:
    """Prepare each region: its own network, database and image, under names that are the same."""
    deployers = {region: Deployer(emulator.endpoint, region) for region in REGIONS}
    deployers["us-east-1"].client("s3").create_bucket(Bucket=BUCKET)
    for region, deployer in deployers.items():
        vpc: DeployedStack = deployer.deploy_stack("sets-network", network())
        group = deployer.deploy_stack(
            "sets-database", database(), parameters={"VpcId": vpc.outputs["VpcId"]}
        )
        values = {
            "vpc": vpc.outputs["VpcId"],
            "subnet-a": vpc.outputs["PrivateSubnetA"],
            "subnet-b": vpc.outputs["PrivateSubnetB"],
            "host": f"database.{region}.internal",
            "group": group.outputs["SecurityGroupId"],
            "image": f"123456789012.dkr.ecr.{region}.amazonaws.com/sets:1",
        }
        for name, value in values.items():
            deployer.client("ssm").put_parameter(Name=f"/sets/{name}", Value=value, Type="String")
    yield deployers
    for deployer in deployers.values():
        deployer.delete_stack("sets-database")
        deployer.delete_stack("sets-network")


@pytest.fixture
def service(cloud: Cloud) -> Iterator[Service]:
    with cloud.case("stack-sets", "single") as service:
        service.generate()
        yield service


def run(service: Service, home: Path, *options: str) -> tuple[int, str]:
    """Run the script; give its exit code and what it says."""
    programs = environments.build(environments.AWS_CLI).parent
    done = subprocess.run(
        [str(service.folder / "stack-sets" / "deploy.sh"), *options],
        cwd=home,
        env={
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": service.emulator.endpoint,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "DB_PASSWORD": SECRET,
            "HOME": str(home),
            "PATH": os.pathsep.join((str(programs), "/usr/bin", "/bin")),
            "PYTHONPYCACHEPREFIX": str(environments.BYTECODE),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def stacks(deployer: Deployer, name: str) -> list[dict[str, Any]]:
    """List the stacks that a stack set has made in a region."""
    found = deployer.client("cloudformation").describe_stacks()["Stacks"]
    beginning = f"StackSet-{name}-"
    return [
        stack
        for stack in found
        if stack["StackName"].startswith(beginning)
        and len(stack["StackName"]) == len(beginning) + 36
        and stack["StackStatus"] != "DELETE_COMPLETE"
    ]


def ask(service: Service, stack: dict[str, Any], path: str = "/jobs") -> int:
    service.outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
    return service.call("GET", path).status_code


def test_two_regions_from_nothing_to_nothing(
    service: Service, regions: dict[str, Deployer], tmp_path: Path
) -> None:
    """Deploy, again, change, delete; each region has its own values."""
    ((_, account), (_, name)) = service.stacks().items()
    outer = f"{name}-stack-set"
    code, said = run(service, tmp_path, "--template-bucket", BUCKET, *GIVEN)
    assert code == 0, said
    assert f"{outer}: created" in said
    for region, deployer in regions.items():
        (stack,) = stacks(deployer, name)
        assert len(stacks(deployer, account)) == 1
        assert ask(service, stack) == 200
        function = deployer.client("lambda").get_function(
            FunctionName=service.outputs["FunctionWebName"]
        )
        variables = function["Configuration"]["Environment"]["Variables"]
        assert variables["DB_HOST"] == f"database.{region}.internal"
        assert variables["DB_PASSWORD"] == SECRET
        assert variables["DB_NAME"] == "jobs, of = all"
        assert variables["GREETING"] == 'good day, "world" & all'
        assert function["Code"]["ImageUri"].split("@")[0].split(":")[0] == (
            f"123456789012.dkr.ecr.{region}.amazonaws.com/sets"
        )
        parameters = {item["ParameterKey"]: item for item in stack["Parameters"]}
        assert parameters["DbPassword"]["ParameterValue"] == "****"
        assert {"Key": "Service", "Value": "sets"} in stack["Tags"]

    code, said = run(service, tmp_path, "--template-bucket", BUCKET)
    assert code == 0, said
    assert f"{outer}: unchanged" in said

    for region, deployer in regions.items():
        deployer.client("ssm").put_parameter(
            Name="/sets/host", Value=f"other.{region}.internal", Overwrite=True
        )
    options = ("--parameter", "Redeploy=2")
    code, said = run(service, tmp_path, "--template-bucket", BUCKET, *options)
    assert code == 0, said
    assert f"{outer}: updated" in said
    for region, deployer in regions.items():
        function = deployer.client("lambda").get_function_configuration(
            FunctionName=service.outputs["FunctionWebName"]
        )
        assert function["Environment"]["Variables"]["DB_HOST"] == f"other.{region}.internal"

    service.set("api.routes", {"GET /jobs": "web", "GET /jobs/results": "web"})
    service.generate()
    code, said = run(service, tmp_path, "--template-bucket", BUCKET)
    assert code == 0, said
    assert f"{outer}: updated" in said
    for deployer in regions.values():
        (stack,) = stacks(deployer, name)
        assert ask(service, stack, "/jobs/results") == 200

    home = regions["us-east-1"]
    code, said = run(service, tmp_path, "--delete", service.environment)
    assert code == 1
    assert f"{outer} is protected" in said
    home.client("cloudformation").update_termination_protection(
        StackName=outer, EnableTerminationProtection=False
    )
    code, said = run(service, tmp_path, "--delete", service.environment)
    assert code == 0, said
    for deployer in regions.values():
        assert stacks(deployer, name) == []
        assert stacks(deployer, account) == []
    assert home.status(outer) is None


def test_a_dry_run_makes_nothing(
    service: Service, regions: dict[str, Deployer], tmp_path: Path
) -> None:
    """Neither a stack nor an object in the bucket."""
    code, said = run(service, tmp_path, "--dry-run", "--template-bucket", BUCKET, *GIVEN)
    assert code == 0, said
    assert "Add" in said
    assert "AWS::CloudFormation::StackSet" in said
    listed = (
        regions["us-east-1"]
        .client("s3")
        .list_objects_v2(Bucket=BUCKET, Prefix=f"sets-{service.environment}/")
    )
    assert listed["KeyCount"] == 0

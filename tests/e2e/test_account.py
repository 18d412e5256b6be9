"""The stack ``account``: the role with which API Gateway writes logs, once an account and region.

It has a region of its own here, as it overwrites what the account has there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .deployer import Deployer, DeploymentError
from .foundation import network
from .server import REGION as HOME
from .server import EmulatorServer
from .service import LAYOUTS, REPOSITORY, Cloud, Service

REGION = "eu-central-1"


@pytest.fixture
def deployer_there(emulator: EmulatorServer) -> Iterator[Deployer]:
    """Give an account and region with a network and without a role for logs."""
    deployer = Deployer(emulator.endpoint, REGION)
    deployer.deploy_stack("network", network())
    yield deployer
    deployer.delete_stack("network")
    gateway, iam = deployer.client("apigateway"), deployer.client("iam")
    if role := gateway.get_account().get("cloudwatchRoleArn"):
        name = role.rsplit("/", 1)[1]
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=name)
        patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}
        gateway.update_account(patchOperations=[patch])


@pytest.fixture(params=LAYOUTS)
def service(
    request: pytest.FixtureRequest,
    deployer_there: Deployer,
    emulator: EmulatorServer,
    tmp_path: Path,
) -> Iterator[Service]:
    settings = {
        "region": REGION,
        "functions.web.image": REPOSITORY.replace(HOME, REGION) + ":1",
        "account.api_gateway_log_role": True,
    }
    with Cloud(deployer_there, emulator, tmp_path).case("plain", request.param, settings) as made:
        yield made


def test_comes_first_and_stays_when_the_service_goes(service: Service) -> None:
    assert set(service.deploy().values()) == {"created"}
    assert next(iter(service.stacks())) == "account"
    assert service.ask()["route"] == "jobs"
    gateway, iam = service.deployer.client("apigateway"), service.deployer.client("iam")
    role = gateway.get_account()["cloudwatchRoleArn"]
    assert role.rsplit("/", 1)[1] == service.resources()["ApiGatewayLogRole"]

    stacks = service.stacks()
    service.delete()
    assert {service.deployer.status(stack) for stack in stacks.values()} == {None}
    assert gateway.get_account()["cloudwatchRoleArn"] == role
    name = role.rsplit("/", 1)[1]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == ["AmazonAPIGatewayPushToCloudWatchLogs"]
    trusted = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert [statement["Principal"] for statement in trusted] == [
        {"Service": ["apigateway.amazonaws.com"]}
    ]


@pytest.mark.parametrize("service", ["split"], indirect=True)
def test_stays_when_it_is_taken_out_of_the_file(service: Service) -> None:
    """The stack is no longer in the manifest; whoever deletes it keeps its resources."""
    service.deploy()
    account = service.stacks()["account"]
    role = service.deployer.client("apigateway").get_account()["cloudwatchRoleArn"]
    service.set("account.api_gateway_log_role", False)
    service.deploy()
    service.deployer.delete_stack(account)

    assert "account" not in service.stacks()
    assert service.deployer.client("apigateway").get_account()["cloudwatchRoleArn"] == role
    assert service.ask()["route"] == "jobs"


@pytest.mark.parametrize("service", ["split"], indirect=True)
def test_without_the_role_a_stage_that_logs_is_refused(service: Service) -> None:
    service.set("account.api_gateway_log_role", False)
    message = r"ApiStage .* CloudWatch Logs role ARN must be set in account settings"
    with pytest.raises(DeploymentError, match=message):
        service.deploy()

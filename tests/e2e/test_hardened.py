"""A service of posture hardened: its scoped role, what it may reach, its VPC endpoints."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from . import inventory
from .deployer import DeployedStack
from .service import LAYOUTS, Cloud, Service

SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=any"}
NETWORK = "FunctionWebNetworkPolicy"


@pytest.fixture(scope="module")
def values(cloud: Cloud, foundation: dict[str, DeployedStack]) -> Iterator[dict[str, str]]:
    """Give a route table of the VPC, and a list that stands for the addresses of S3."""
    ec2 = cloud.deployer.client("ec2")
    vpc = foundation["network"].outputs["VpcId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    made = ec2.create_managed_prefix_list(PrefixListName="s3", MaxEntries=1, AddressFamily="IPv4")
    prefixes = made["PrefixList"]["PrefixListId"]
    yield {"RouteTable": table, "PrefixList": prefixes}
    ec2.delete_route_table(RouteTableId=table)
    ec2.delete_managed_prefix_list(PrefixListId=prefixes)


def ask(service: Service) -> dict[str, Any]:
    """Call the API and give what the function says of itself."""
    answer = service.call("GET", "/jobs", SIGNED)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def attached(service: Service) -> dict[str, Any]:
    """Give the documents of the policies on the function's role, by the ids of the statements."""
    iam = service.deployer.client("iam")
    role = service.outputs["FunctionWebRoleArn"].rpartition("/")[2]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == []
    found: dict[str, Any] = {}
    for item in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        version = iam.get_policy(PolicyArn=item["PolicyArn"])["Policy"]["DefaultVersionId"]
        got = iam.get_policy_version(PolicyArn=item["PolicyArn"], VersionId=version)
        document = got["PolicyVersion"]["Document"]
        document = json.loads(document) if isinstance(document, str) else document
        found |= {statement["Sid"]: statement for statement in document["Statement"]}
    return found


def local_policies(service_or_cloud: Service | Cloud) -> list[str]:
    """Name the customer managed policies of the account."""
    found = service_or_cloud.deployer.client("iam").list_policies(Scope="Local")["Policies"]
    return sorted(item["PolicyName"] for item in found)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_deploys_answers_changes_and_goes(
    cloud: Cloud, values: dict[str, str], layout: str
) -> None:
    before, policies = inventory.take(cloud.deployer), local_policies(cloud)
    with cloud.case("hardened", layout) as service:
        service.values |= values
        service.deploy()
        first = ask(service)
        assert (first["message"], first["version"]) == ("hello", "1")

        service.set("functions.web.variables.MESSAGE", "again")
        queue = {"actions": ["sqs:SendMessage"], "resources": ["arn:aws:sqs:us-east-1:1:jobs"]}
        service.set("functions.web.statements", [queue])
        service.set("network.endpoints.services", ["s3", "secretsmanager", "sqs"])
        service.deploy()
        assert (ask(service)["message"], ask(service)["version"]) == ("again", "2")
        assert attached(service)["Extra1"]["Action"] == ["sqs:SendMessage"]
        assert "EndpointSqs" in service.resources()

        service.set("network.endpoints.services", ["s3", "secretsmanager"])
        service.deploy()
        assert "EndpointSqs" not in service.resources()
        service.delete()
    assert inventory.take(cloud.deployer) == before
    assert local_policies(cloud) == policies


@pytest.mark.parametrize("layout", LAYOUTS)
def test_posture_is_turned_there_and_back(
    cloud: Cloud, values: dict[str, str], layout: str
) -> None:
    """The role stays; neither a version nor a deployment is made for it."""
    with cloud.case("hardened", layout) as service:
        service.values |= values
        service.set("roles", {"network_policy": "managed"})
        service.set("network.egress", "anywhere")
        service.set("network.https_to", None)
        service.deploy()
        role, version = service.outputs["FunctionWebRoleArn"], ask(service)["version"]
        iam = service.deployer.client("iam")
        name = role.rpartition("/")[2]
        assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["Function"]

        for key in ("roles", "network.egress", "network.https_to"):
            del service.settings[key]
        service.deploy()
        assert {"OwnLogGroup", "NotFromFunctionCode"} <= attached(service).keys()
        assert (service.outputs["FunctionWebRoleArn"], ask(service)["version"]) == (role, version)

        service.set("roles", {"network_policy": "managed"})
        service.deploy()
        assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["Function"]
        [policy] = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        assert policy["PolicyName"] == "AWSLambdaVPCAccessExecutionRole"
        assert ask(service)["version"] == version


def test_what_is_deployed_is_what_the_file_says(
    cloud: Cloud, foundation: dict[str, DeployedStack], values: dict[str, str]
) -> None:
    network = foundation["network"].outputs
    with cloud.case("hardened") as service:
        service.values |= values
        service.deploy()
        ec2 = service.deployer.client("ec2")
        groups = {
            entry["GroupId"]: entry for entry in ec2.describe_security_groups()["SecurityGroups"]
        }
        own = groups[service.outputs["FunctionWebSecurityGroupId"]]
        shared = groups[service.outputs["EndpointSecurityGroupId"]]
        ids = [service.outputs["EndpointS3Id"], service.outputs["EndpointSecretsmanagerId"]]
        listed = ec2.describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"]
        endpoints = {entry["ServiceName"]: entry for entry in listed}

        found = {
            (port, target) for rule in own["IpPermissionsEgress"] for port, target in _to(rule)
        }
        assert found == {
            (5432, foundation["database"].outputs["SecurityGroupId"]),
            (443, shared["GroupId"]),
            (443, values["PrefixList"]),
        }
        assert [t for rule in shared["IpPermissionsEgress"] for t in _to(rule)] == [
            (443, "127.0.0.1/32")
        ]
        assert [t for rule in shared["IpPermissions"] for t in _to(rule)] == [(443, own["GroupId"])]

        s3 = endpoints["com.amazonaws.us-east-1.s3"]
        assert (s3["VpcEndpointType"], s3["RouteTableIds"]) == ("Gateway", [values["RouteTable"]])
        secrets = endpoints["com.amazonaws.us-east-1.secretsmanager"]
        assert secrets["VpcEndpointType"] == "Interface"
        assert set(secrets["SubnetIds"]) == {network["PrivateSubnetA"], network["PrivateSubnetB"]}

        statements = attached(service)
        place = statements["InterfacesInOwnNetwork"]
        assert {arn.rpartition("/")[2] for arn in place["Resource"]} == {
            network["PrivateSubnetA"],
            network["PrivateSubnetB"],
            own["GroupId"],
        }
        [vpc] = place["Condition"]["ArnEquals"].values()
        assert vpc.endswith(f":vpc/{network['VpcId']}")
        [code] = statements["NotFromFunctionCode"]["Condition"]["ArnEquals"].values()
        assert code.endswith(f":function:{service.outputs['FunctionWebName']}")


def _to(rule: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Yield where a rule leads to or comes from, with its port."""
    for key, name in (
        ("IpRanges", "CidrIp"),
        ("UserIdGroupPairs", "GroupId"),
        ("PrefixListIds", "PrefixListId"),
    ):
        for target in rule.get(key, []):
            yield rule["FromPort"], target[name]

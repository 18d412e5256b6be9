"""Decision 3: functions run in a VPC, in private subnets."""

from __future__ import annotations

import pytest

from gateway_infra.reading.diagnostics import ConfigError
from tests.decisions.shipped import changed, every_environment, shipped, the, types


@every_environment
def test_the_function_runs_in_two_subnets_of_the_network_stack(name: str) -> None:
    """Decision 3: the subnets are another stack's; the deployer reads them."""
    subnets = the(name, "AWS::Lambda::Function")["VpcConfig"]["SubnetIds"]
    assert subnets == [{"Ref": "NetworkPrivateSubnetA"}, {"Ref": "NetworkPrivateSubnetB"}]
    [stack] = shipped(name, "single").stacks
    for subnet in ("PrivateSubnetA", "PrivateSubnetB"):
        source = {"from": {"stack": "network", "output": subnet}}
        assert stack.parameters[f"Network{subnet}"] == source


def test_one_subnet_is_too_few() -> None:
    """Decision 3: two zones or more; the error names the key."""
    with pytest.raises(ConfigError, match=r"network\.subnets"):
        changed("prod", "network.subnets=[subnet-0a1b2c3d]")


@every_environment
def test_the_network_itself_is_not_made(name: str) -> None:
    """Decision 3: VPC, NAT gateway and endpoints belong to who runs the network."""
    made = {item for item in types(shipped(name)) if item.startswith("AWS::EC2::")}
    assert made == {"AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"}

"""VPC endpoints: AWS's services without a way out of the VPC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from awacs.aws import Allow, Condition, PolicyDocument, Principal, StringEquals
from awacs.aws import Statement as PolicyStatement
from troposphere import AWSHelperFn, Ref, Sub, ec2

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import endpoint_id
from gateway_infra.builders.shared.policies import document, named_actions, named_resources
from gateway_infra.builders.shared.values import TagMap, Value, ref, tag_list


class EndpointAccess(NamedTuple):
    """Actions that may pass a gateway endpoint, and the ARNs that they may be asked of."""

    actions: Sequence[str]
    resources: Sequence[Value]


@dataclass(frozen=True)
class VpcEndpoint(Bundle):
    """An endpoint of one service."""

    endpoint: ec2.VPCEndpoint

    @property
    def id(self) -> Any:
        """The endpoint's id, as ``Ref``."""
        return ref(self.endpoint)


def interface_endpoint(
    service: str,
    *,
    service_prefix: str = "com.amazonaws",
    vpc_id: Value,
    subnet_ids: Sequence[Value] | AWSHelperFn,
    security_group_ids: Sequence[Value],
    tags: TagMap,
) -> VpcEndpoint:
    """Build the interface endpoint of a `service`, as in ``secretsmanager`` or ``ecr.api``.

    It has an address in each of `subnet_ids`, of which EC2 takes one of each zone. With private
    DNS, everything in the VPC reaches it by the service's ordinary name. Principals of the account
    alone may use it; what they may do is for their own policies to say.

    Names: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    Policies: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    endpoint = ec2.VPCEndpoint(
        endpoint_id(service),
        ServiceName=Sub(f"{service_prefix}.${{AWS::Region}}.{service}"),
        VpcEndpointType="Interface",
        VpcId=vpc_id,
        SubnetIds=subnet_ids if isinstance(subnet_ids, AWSHelperFn) else list(subnet_ids),
        SecurityGroupIds=list(security_group_ids),
        PrivateDnsEnabled=True,
        PolicyDocument=_policy([EndpointAccess([f"{_IAM_NAMES.get(service, service)}:*"], ["*"])]),
        Tags=tag_list(tags),
    )
    return VpcEndpoint(endpoint)


def gateway_endpoint(
    service: str,
    *,
    vpc_id: Value,
    route_table_ids: Sequence[Value],
    passages: Sequence[EndpointAccess] = (),
    tags: TagMap,
) -> VpcEndpoint:
    """Build the gateway endpoint of a `service`, ``s3`` or ``dynamodb``.

    Whatever is behind `route_table_ids` reaches the service of this region through it, and no other
    way. Principals of the account alone may use it, for `passages` where there are any, and else
    for anything. The policy of a gateway endpoint must name all principals, and narrow them by a
    condition.
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    endpoint = ec2.VPCEndpoint(
        endpoint_id(service),
        ServiceName=Sub(f"com.amazonaws.${{AWS::Region}}.{service}"),
        VpcEndpointType="Gateway",
        VpcId=vpc_id,
        RouteTableIds=list(route_table_ids),
        PolicyDocument=_policy(passages or [EndpointAccess([f"{service}:*"], ["*"])]),
        Tags=tag_list(tags),
    )
    return VpcEndpoint(endpoint)


_IAM_NAMES = {"ecr.api": "ecr", "ecr.dkr": "ecr", "monitoring": "cloudwatch"}


def _policy(passages: Sequence[EndpointAccess]) -> PolicyDocument:
    own = Condition(StringEquals("aws:PrincipalAccount", Ref("AWS::AccountId")))
    statements = [
        PolicyStatement(
            Effect=Allow,
            Principal=Principal("*"),
            Action=named_actions(passage.actions),
            Resource=named_resources(passage.resources),
            Condition=own,
        )
        for passage in passages
    ]
    return document(*statements)

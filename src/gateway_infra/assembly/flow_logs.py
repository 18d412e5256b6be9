"""Add the flow logs of the VPC."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.builders.flow_logs import flow_logs
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded


def add_flow_logs(loaded: Loaded, builder: GraphBuilder) -> None:
    """Build the flow logs of the VPC, if the file asks for them."""
    environment = loaded.environment
    config = environment.guards.flow_logs
    if config is None:
        return
    made = flow_logs(
        config,
        vpc_id=in_template(environment.network.vpc),
        retention_days=environment.logs.retention_days,
        kms_key_arn=encryption_key(loaded),
        tags=tags_of(loaded, "flow-logs"),
    )
    builder.add("flow-logs", made, ("guards", "flow_logs"))
    builder.output("FlowLogGroupName", "Log group of the VPC's flow logs", made.log_group_name)

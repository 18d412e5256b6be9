"""Add the CloudTrail trail."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, bucket_name, tags_of
from gateway_infra.builders.shared import naming
from gateway_infra.builders.trail import trail
from gateway_infra.loading.load import Loaded


def add_trail(loaded: Loaded, builder: GraphBuilder) -> None:
    """Build the CloudTrail trail, if the file asks for it."""
    environment = loaded.environment
    config = environment.guards.trail
    if config is None:
        return
    made = trail(
        config,
        trail_name=naming.service_name(environment.service, loaded.name),
        retention_days=environment.logs.retention_days,
        recorded_bucket=bucket_name(environment) if config.data_events else None,
        tags=tags_of(loaded, "trail"),
    )
    builder.add("trail", made, ("guards", "trail"))
    builder.output("TrailBucketName", "Bucket that the trail is delivered to", made.bucket_name)
    builder.output("TrailLogGroupName", "Log group of the trail", made.log_group_name)

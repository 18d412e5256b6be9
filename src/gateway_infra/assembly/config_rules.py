"""Add the rules of AWS Config and their recorder."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, bucket_name, tags_of
from gateway_infra.builders.config_rules import config_recorder, config_rules
from gateway_infra.loading.load import Loaded


def add_config_recorder(loaded: Loaded, builder: GraphBuilder) -> tuple[str, ...]:
    """Return the logical ids that rules must wait for."""
    if not loaded.environment.guards.recorder:
        return ()
    made = config_recorder(tags=tags_of(loaded, "config-rules"))
    builder.add("config-rules", made, ("guards", "recorder"))
    builder.output("ConfigBucketName", "Bucket that AWS Config delivers to", made.bucket_name)
    return made.ids


def add_config_rules(loaded: Loaded, recorder: tuple[str, ...], builder: GraphBuilder) -> None:
    """Build the rules of AWS Config, if the file asks for them."""
    environment = loaded.environment
    guards = environment.guards
    if guards.config_rules is not None:
        made = config_rules(
            guards.config_rules,
            service=environment.service,
            bucket_name=bucket_name(environment),
            has_database=environment.database is not None,
            has_flow_logs=guards.flow_logs is not None,
            has_trail=guards.trail is not None,
            has_backup=guards.backup is not None,
            has_web_acl=environment.api.waf is not None,
            depends_on=recorder,
        )
        builder.add("config-rules", made, ("guards", "config_rules"))

"""Guards of the account, each where the file asks for it."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import Parts, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.builders.backup import backup_plan
from gateway_infra.builders.config_rules import config_recorder, config_rules
from gateway_infra.builders.drift import drift
from gateway_infra.builders.flow_logs import flow_logs
from gateway_infra.builders.shared import naming
from gateway_infra.builders.trail import trail
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.environment import Environment


def add_guards(loaded: Loaded, parts: Parts) -> None:
    """Build the guards that the file has."""
    _add_flow_logs(loaded, parts)
    _add_trail(loaded, parts)
    recorder = _add_recorder(loaded, parts)
    _add_rules(loaded, recorder, parts)
    _add_backup(loaded, parts)


def _add_flow_logs(loaded: Loaded, parts: Parts) -> None:
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
    parts.add("flow-logs", made, ("guards", "flow_logs"))
    parts.output("FlowLogGroupName", "Log group of the VPC's flow logs", made.log_group_name)


def _add_trail(loaded: Loaded, parts: Parts) -> None:
    environment = loaded.environment
    config = environment.guards.trail
    if config is None:
        return
    made = trail(
        config,
        trail_name=naming.service_name(environment.service, loaded.name),
        retention_days=environment.logs.retention_days,
        recorded_bucket=_bucket_name(environment) if config.data_events else None,
        tags=tags_of(loaded, "trail"),
    )
    parts.add("trail", made, ("guards", "trail"))
    parts.output("TrailBucketName", "Bucket that the trail is delivered to", made.bucket_name)
    parts.output("TrailLogGroupName", "Log group of the trail", made.log_group_name)


def _add_recorder(loaded: Loaded, parts: Parts) -> tuple[str, ...]:
    """Return the logical ids that rules must wait for."""
    if not loaded.environment.guards.recorder:
        return ()
    made = config_recorder(tags=tags_of(loaded, "config-rules"))
    parts.add("config-rules", made, ("guards", "recorder"))
    parts.output("ConfigBucketName", "Bucket that AWS Config delivers to", made.bucket_name)
    return made.ids


def _add_rules(loaded: Loaded, recorder: tuple[str, ...], parts: Parts) -> None:
    environment = loaded.environment
    guards = environment.guards
    if guards.config_rules is not None:
        made = config_rules(
            guards.config_rules,
            service=environment.service,
            bucket_name=_bucket_name(environment),
            has_database=environment.database is not None,
            has_flow_logs=guards.flow_logs is not None,
            has_trail=guards.trail is not None,
            has_backup=guards.backup is not None,
            has_web_acl=environment.api.waf is not None,
            depends_on=recorder,
        )
        parts.add("config-rules", made, ("guards", "config_rules"))
    if guards.drift is not None:
        rule = drift(
            guards.drift,
            service=environment.service,
            depends_on=recorder,
            tags=tags_of(loaded, "drift"),
        )
        parts.add("drift", rule, ("guards", "drift"))


def _add_backup(loaded: Loaded, parts: Parts) -> None:
    environment = loaded.environment
    config, database = environment.guards.backup, environment.database
    if config is None:
        return
    made = backup_plan(
        naming.service_name(environment.service, loaded.name),
        config,
        database_instance=in_template(database.instance_identifier) if database else None,
        database_cluster=in_template(database.cluster_identifier) if database else None,
        bucket_name=_bucket_name(environment),
        copy_to=in_template(config.copy_to),
        tags=tags_of(loaded, "backup"),
    )
    parts.add("backup", made, ("guards", "backup"))
    parts.output("BackupVaultName", "Vault that backups are kept in", made.vault_name)


def _bucket_name(environment: Environment) -> Any:
    return in_template(environment.bucket.name) if environment.bucket else None

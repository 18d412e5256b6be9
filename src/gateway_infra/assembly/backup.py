"""Add the backup plan."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, bucket_name, tags_of
from gateway_infra.builders.backup import backup_plan
from gateway_infra.builders.shared import naming
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded


def add_backup(loaded: Loaded, builder: GraphBuilder) -> None:
    """Build the backup plan, if the file asks for it."""
    environment = loaded.environment
    config, database = environment.guards.backup, environment.database
    if config is None:
        return
    made = backup_plan(
        naming.service_name(environment.service, loaded.name),
        config,
        database_instance=in_template(database.instance_identifier) if database else None,
        database_cluster=in_template(database.cluster_identifier) if database else None,
        bucket_name=bucket_name(environment),
        copy_to=in_template(config.copy_to),
        tags=tags_of(loaded, "backup"),
    )
    builder.add("backup", made, ("guards", "backup"))
    builder.output("BackupVaultName", "Vault that backups are kept in", made.vault_name)

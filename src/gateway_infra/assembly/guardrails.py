"""Guards of the account, each where the file asks for it."""

from __future__ import annotations

from gateway_infra.assembly.backup import add_backup
from gateway_infra.assembly.config_rules import add_config_recorder, add_config_rules
from gateway_infra.assembly.drift import add_drift
from gateway_infra.assembly.flow_logs import add_flow_logs
from gateway_infra.assembly.graph_builder import GraphBuilder
from gateway_infra.assembly.trail import add_trail
from gateway_infra.loading.load import Loaded


def add_guards(loaded: Loaded, builder: GraphBuilder) -> None:
    """Build the guards that the file has."""
    add_flow_logs(loaded, builder)
    add_trail(loaded, builder)
    recorder = add_config_recorder(loaded, builder)
    add_config_rules(loaded, recorder, builder)
    add_drift(loaded, recorder, builder)
    add_backup(loaded, builder)

"""Guards of the account, each where the file asks for it."""

from __future__ import annotations

from gateway_infra.assembly.backup import add_backup
from gateway_infra.assembly.config_rules import add_config_recorder, add_config_rules
from gateway_infra.assembly.drift import add_drift
from gateway_infra.assembly.flow_logs import add_flow_logs
from gateway_infra.assembly.graph_builder import Parts
from gateway_infra.assembly.trail import add_trail
from gateway_infra.loading.load import Loaded


def add_guards(loaded: Loaded, parts: Parts) -> None:
    """Build the guards that the file has."""
    add_flow_logs(loaded, parts)
    add_trail(loaded, parts)
    recorder = add_config_recorder(loaded, parts)
    add_config_rules(loaded, recorder, parts)
    add_drift(loaded, recorder, parts)
    add_backup(loaded, parts)

"""Add the role with which API Gateway writes logs, one per account and region."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.builders.account import account_log_role
from gateway_infra.loading.load import Loaded


def add_account(loaded: Loaded, builder: GraphBuilder) -> None:
    """Build the log role of the account, if the file asks for it."""
    if loaded.environment.account.api_gateway_log_role:
        role = account_log_role(tags=tags_of(loaded, "account"))
        builder.add("account", role, ("account", "api_gateway_log_role"))

"""Add drift detection."""

from __future__ import annotations

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.builders.drift import drift
from gateway_infra.loading.load import Loaded


def add_drift(loaded: Loaded, recorder: tuple[str, ...], builder: GraphBuilder) -> None:
    """Build drift detection, if the file asks for it."""
    config = loaded.environment.guards.drift
    if config is None:
        return
    rule = drift(
        config,
        service=loaded.environment.service,
        depends_on=recorder,
        tags=tags_of(loaded, "drift"),
    )
    builder.add("drift", rule, ("guards", "drift"))

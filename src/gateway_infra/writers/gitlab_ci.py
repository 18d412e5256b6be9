"""To be written."""

from __future__ import annotations

from gateway_infra.writers.plan import Plan


def gitlab_ci_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder."""
    raise NotImplementedError

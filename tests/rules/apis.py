"""What the tests of rules about the API share: environments, and what a rule finds in them."""

from __future__ import annotations

from functools import lru_cache

from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, show_path
from tests.support import load_text

IMAGE = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs@sha256:{'a' * 64}"
OPEN = "{type: none, reason: a public price list}"


def environment(
    routes: str = "{GET /jobs: web}",
    api: str = "",
    *,
    authorization: str = "iam",
    tier: str = "prod",
    timeout: int = 29,
    region: str = "us-east-1",
    more: str = "",
) -> str:
    """Return an environment: `api` holds further lines of that section, `more` further sections."""
    lines = (
        "service: jobs",
        f"region: {region}",
        f"tier: {tier}",
        "network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}",
        "functions:",
        f"  web: {{image: {{parameter: Web}}, timeout: {timeout}}}",
        f"  thumbs: {{image: {{parameter: Thumbs}}, timeout: {timeout}}}",
        "api:",
        f"  authorization: {authorization}",
        f"  routes: {routes}",
        *(f"  {line}" for line in api.splitlines()),
        *more.splitlines(),
    )
    return "\n".join(lines) + "\n"


@lru_cache(maxsize=4)  # a test asks for one, then for how severe it is
def problems_in(text: str) -> tuple[Diagnostic, ...]:
    """Return all that is told of an environment, whether it is refused or not."""
    try:
        return load_text(text).findings
    except ConfigError as error:
        return error.problems


def found(rule: str, text: str) -> list[str]:
    """Return what a rule finds in an environment, each as ``key.path: message``."""
    return [
        f"{show_path(problem.path)}: {problem.message}"
        for problem in problems_in(text)
        if problem.rule == rule
    ]


def severities(rule: str, text: str) -> set[str]:
    """Return how severe what a rule finds in an environment is."""
    return {problem.severity for problem in problems_in(text) if problem.rule == rule}

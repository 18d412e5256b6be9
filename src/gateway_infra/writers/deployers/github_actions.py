"""A workflow for GitHub Actions: checks, what a pull request would change, and the deployment.

What comes from outside reaches a shell through its environment only, so that no text of a pull
request or an input is read as a command.
https://docs.github.com/en/actions/concepts/security/script-injections
A fork's pull request gets neither secrets nor a token that may write, and so no credentials.
https://docs.github.com/en/actions/reference/github_token-reference
"""

from __future__ import annotations

from gateway_infra.writers.deployers import pipeline_text
from gateway_infra.writers.plan import Plan

_INSTALL = (
    'python3 -m venv "$RUNNER_TEMP/gateway-infra"',
    f'"$RUNNER_TEMP/gateway-infra/bin/pip" install --quiet -r {pipeline_text.REQUIREMENTS}',
    'echo "$RUNNER_TEMP/gateway-infra/bin" >>"$GITHUB_PATH"',
)
_TAKEN = ("GITHUB_", "RUNNER_")
"""Names that no secret may have, and that GitHub sets whatever a step says.
https://docs.github.com/en/actions/reference/security/secrets#naming-your-secrets
https://docs.github.com/en/actions/reference/variables-reference"""


def github_actions_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder.

    Raise `UnsupportedError` for an environment variable whose name the workflow or GitHub has for
    itself.
    """
    lines = {
        "install": _INSTALL,
        "bucket_env": _env(_bucket(plan)),
        "generate": pipeline_text.generate_lines(plan),
        "deploy_env": _env(_given(plan)),
        "deploy": pipeline_text.deploy_lines(plan),
    }
    text = pipeline_text.fill("github_actions.yaml", pipeline_text.names(plan), lines)
    return {f"{plan.environment}.yaml": text}


def _bucket(plan: Plan) -> dict[str, str]:
    if not pipeline_text.needs_bucket(plan):
        return {}
    return {"TEMPLATE_BUCKET": "vars.TEMPLATE_BUCKET"}


def _given(plan: Plan) -> dict[str, str]:
    """Return what a deploy reads from its environment, and where GitHub keeps it."""
    parameters = (f"PARAMETER_{name}" for name in pipeline_text.open_parameters(plan))
    images = {"IMAGES": "inputs.images"} if pipeline_text.takes_images(plan) else {}
    return {
        **{name: f"secrets.{name}" for name in pipeline_text.secrets(plan, _TAKEN)},
        **{name: f"vars.{name}" for name in parameters},
        **_bucket(plan),
        **images,
    }


def _env(given: dict[str, str]) -> list[str]:
    """Return the ``env:`` of a step, nothing where nothing is given."""
    lines = [f"  {name}: ${{{{ {where} }}}}" for name, where in given.items()]
    return ["env:", *lines] if lines else []

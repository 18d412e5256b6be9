"""Which module writes the files of which deployer."""

from __future__ import annotations

from collections.abc import Sequence

from gateway_infra.writers.plan import Plan

PIPELINES = frozenset(("github-actions", "gitlab-ci"))
"""Deployers that run another's files, and generate before they do."""


def with_needed(names: Sequence[str]) -> tuple[str, ...]:
    """Return the named deployers and those whose files they run: pipelines run ``aws-cli``'s."""
    needed = ("aws-cli",) if PIPELINES.intersection(names) else ()
    return tuple(sorted({*names, *needed}))


def deployer_files(names: Sequence[str], plan: Plan) -> dict[str, str]:
    """Return the text of each file that the named deployers need, by path below the environment.

    A path begins with the deployer's name: ``aws-cli/deploy.sh``. Raise `UnsupportedError` where a
    deployer cannot do what the plan asks for.
    """
    if not names:
        return {}
    # Most runs need none of these.
    from gateway_infra.writers.deployers import (
        aws_cli,
        cdk,
        github_actions,
        gitlab_ci,
        sam,
        sceptre,
        stack_sets,
        terraform,
    )

    write = {
        "aws-cli": aws_cli.aws_cli_files,
        "cdk": cdk.cdk_files,
        "github-actions": github_actions.github_actions_files,
        "gitlab-ci": gitlab_ci.gitlab_ci_files,
        "sam": sam.sam_files,
        "sceptre": sceptre.sceptre_files,
        "stack-sets": stack_sets.stack_set_files,
        "terraform": terraform.terraform_files,
    }
    files: dict[str, str] = {}
    for name in names:
        files |= {f"{name}/{path}": text for path, text in write[name](plan).items()}
    return dict(sorted(files.items()))

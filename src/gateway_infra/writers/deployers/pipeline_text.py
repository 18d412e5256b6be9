"""What the pipelines of GitHub and GitLab have in common: a text with places, and shell lines.

A pipeline is ``github_actions.yaml`` or ``gitlab_ci.yaml`` beside this module. In it ``<place>``
stands for a name, and ``<<place>>`` alone on a line for lines, or for none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from textwrap import indent

from gateway_infra.writers.plan import Plan, UnsupportedError, function_image
from gateway_infra.writers.shell_variables import environment_variables

REQUIREMENTS = "environments/requirements.txt"
"""The file of the repository that tells pip which gateway-infra to install."""

_PLACE = re.compile(r"<([a-z_]+)>")
_LINES = re.compile(r"^( *)<<([a-z_]+)>>\n", re.MULTILINE)


def fill(resource: str, names: Mapping[str, str], lines: Mapping[str, Sequence[str]]) -> str:
    """Return the text of a file beside this module with its places filled in.

    Lines are indented as their place is. A place that nothing fills is an error.
    """
    text = files("gateway_infra.writers.deployers").joinpath(resource).read_text(encoding="utf-8")
    text = _LINES.sub(lambda m: indent("".join(f"{line}\n" for line in lines[m[2]]), m[1]), text)
    return _PLACE.sub(lambda m: names[m[1]], text)


def names(plan: Plan) -> dict[str, str]:
    """Return what stands in a line: names, the region, and the option for a bucket."""
    environment = re.sub(r"[^A-Z0-9]", "_", plan.environment.upper())
    return {
        "name": f"{plan.service}-{plan.environment}",
        "environment": plan.environment,
        "region": plan.region,
        "functions": ", ".join(functions(plan)),
        "dry_run_role": f"AWS_DRY_RUN_ROLE_{environment}",
        "bucket": ' --s3-bucket "$TEMPLATE_BUCKET"' if needs_bucket(plan) else "",
    }


def functions(plan: Plan) -> dict[str, str | None]:
    """Return the functions by their names in the file, in which their names in AWS end.

    To each its image's parameter, ``None`` where the file has the image. Functions of the file's
    own `resources` have neither.
    """
    prefix = f"{plan.service}-{plan.environment}-"
    found: dict[str, str | None] = {}
    for stack in plan.stacks:
        for resource in stack.template["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                properties = resource.get("Properties", {})
                image = function_image(resource)
                if image is None or not isinstance(properties.get("FunctionName"), str):
                    continue
                parameter = str(image.get("Ref")) if isinstance(image, dict) else ""
                given = "required" in stack.parameters.get(parameter, {})
                name = str(properties["FunctionName"]).removeprefix(prefix)
                found[name] = parameter if given else None
    return dict(sorted(found.items()))


def needs_bucket(plan: Plan) -> bool:
    """Whether a template must be uploaded to S3."""
    return any(stack.needs_bucket for stack in plan.stacks)


def secrets(plan: Plan, taken: Sequence[str]) -> list[str]:
    """Return the environment variables that parameters are filled from.

    Raise `UnsupportedError` for one that the pipeline itself, or who runs it, has a use for: of
    these or `taken`, where what ends in ``_`` stands for all that begin with it.
    """
    found = environment_variables(plan)
    known = {"IMAGES", "TEMPLATE_BUCKET", "PARAMETER_", *taken}
    prefixes = tuple(name for name in known if name.endswith("_"))
    for name in found:
        if name in known or name.startswith(prefixes):
            raise UnsupportedError(
                f"has a pipeline, which cannot read the environment variable {name}: that name has "
                "a meaning of its own there; rename the variable"
            )
    return found


def open_parameters(plan: Plan) -> list[str]:
    """Return the parameters that whoever deploys must or may give."""
    return sorted(
        {
            name
            for stack in plan.stacks
            for name, how in stack.parameters.items()
            if "required" in how
        }
    )


def takes_images(plan: Plan) -> bool:
    """Whether a deploy is given an image as a parameter."""
    return any(functions(plan).values())


def generate_lines(plan: Plan) -> list[str]:
    """Return the shell lines that generate with the images of ``$IMAGES``.

    Any POSIX shell takes them. Each image must have a digest, as only that says what will run. One
    that the file leaves to a parameter is that of `deploy_lines`.
    """
    known = "|".join(functions(plan))
    later = "|".join(f"{name}=*" for name, how in functions(plan).items() if how)
    skipped = [f"  case $image in {later}) continue ;; esac # a parameter"] if later else []
    return [
        "set -f -- # the options for --set; images are words, and no patterns",
        "for image in ${IMAGES-}; do",
        f"  printf '%s\\n' \"$image\" | grep -Eq '^({known})=[^@]+@sha256:[0-9a-f]{{64}}$' || {{",
        f"    echo 'IMAGES takes FUNCTION=IMAGE@sha256:..., of: {known}' >&2",
        "    exit 1",
        "  }",
        *skipped,
        '  set -- "$@" --set "functions.${image%%=*}.image=${image#*=}"',
        "done",
        f"gateway-infra generate --env '{plan.environment}' --lint --quiet \"$@\"",
    ]


def deploy_lines(plan: Plan) -> list[str]:
    """Return the shell lines that run ``deploy.sh`` with what is given: of two values the last."""
    script = f"bash output/{plan.environment}/aws-cli/deploy.sh"
    lines = ["set -f --"]
    if needs_bucket(plan):
        lines.append('set -- "$@" --s3-bucket "$TEMPLATE_BUCKET"')
    lines += (
        f'[ -z "${{PARAMETER_{name}-}}" ] || set -- "$@" --parameter "{name}=$PARAMETER_{name}"'
        for name in open_parameters(plan)
    )
    if takes_images(plan):
        lines += ["for image in ${IMAGES-}; do", "  case $image in"]
        lines += (
            f'    {name}=*) set -- "$@" --parameter "{how}=${{image#*=}}" ;;'
            for name, how in functions(plan).items()
            if how
        )
        lines += ["  esac", "done"]
    return [*lines, f'{script} "$@"'] if len(lines) > 1 else [script]

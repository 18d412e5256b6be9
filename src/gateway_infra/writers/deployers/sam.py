"""``samconfig.toml`` for SAM CLI, and a ``deploy.sh`` around it.

SAM deploys one stack at a time and reads nobody's outputs, so the script does what is left: it goes
through the stacks in order, and gives each the values that are known by then.
https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html

What SAM's own source says (1.170, package ``samcli``), where its pages say less:

- A template with an image function wants ``image_repository`` (`lib/cli_validation`), where SAM
  pushes local images to. It pushes nothing for an image that is in ECR already, nor for one that a
  parameter names (`lib/package/packageable_resources.py`).
- It writes the template anew before it deploys it, with the id of each resource in its metadata
  (`lib/samlib/resource_metadata_normalizer.py`), and wants a bucket where that is over 51,200 bytes
  (`commands/package/package_context.py`, `commands/deploy/deploy_context.py`).
- ``sam delete`` deletes the image that the template names from ECR (`lib/package/ecr_uploader.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from gateway_infra.writers.deployers.generated import GENERATED
from gateway_infra.writers.deployers.wrapper import wrapper_script
from gateway_infra.writers.plan import Plan, PlannedStack, function_image
from gateway_infra.writers.templates import INLINE_BYTES

_OBEYED = ("SAM_",)
"""What SAM takes for its options, as ``SAM_TEMPLATE_FILE`` (`commands/_utils/options.py`)."""


def sam_files(plan: Plan) -> dict[str, str]:
    """Return the files of this deployer by path below its folder.

    Raise `UnsupportedError` for an environment variable that means something else to the script, or
    to what it runs.
    """
    default = _default(plan)
    settings = {"default_stack": default, "protect": "yes" if plan.protect else "no"}
    sections = [_head(plan), *(_section(plan, stack, default) for stack in plan.stacks)]
    return {
        "deploy.sh": wrapper_script(plan, "sam", settings, _OBEYED),
        "samconfig.toml": "\n\n".join("\n".join(lines) for lines in sections) + "\n",
    }


def _default(plan: Plan) -> str:
    """Return the key of the stack that a plain ``sam deploy`` takes: the one that holds the API."""
    keys = {stack.key for stack in plan.stacks}
    return "template" if "template" in keys and "default" not in keys else ""


def _head(plan: Plan) -> Iterator[str]:
    yield f"# The stacks of {plan.service}-{plan.environment} for SAM CLI, in deploy order. What is"
    yield "# known later, as outputs of other stacks, reaches it through deploy.sh."
    yield f"# {GENERATED}"
    yield "version = 0.1"


def _section(plan: Plan, stack: PlannedStack, default: str) -> Iterator[str]:
    """Yield the options of ``sam deploy`` and ``sam validate`` for one stack."""
    name = "default" if stack.key == default else stack.key
    yield f"[{name}.global.parameters]"
    yield f"region = {_text(plan.region)}"
    yield f"template_file = {_text(f'../{stack.file}')}"
    yield ""
    yield f"[{name}.validate.parameters]"
    yield "lint = true"
    yield ""
    yield f"[{name}.deploy.parameters]"
    yield f"stack_name = {_text(stack.name)}"
    if stack.capabilities:
        yield f"capabilities = {_text(' '.join(stack.capabilities))}"
    yield "confirm_changeset = false"
    yield "fail_on_empty_changeset = false"
    yield "use_json = true"
    if packaged_bytes(stack) > INLINE_BYTES:
        yield "resolve_s3 = true # over 51,200 bytes as SAM writes it: SAM makes a bucket, once"
    repository = _image_repository(plan, stack)
    if repository:
        yield "# Where SAM would push images that it had built. It pushes none that are in ECR."
        yield f"image_repository = {_text(repository)}"
    if stack.tags:
        yield "tags = ["
        yield from (f"  {_text(_tag(*tag))}," for tag in stack.tags.items())
        yield "]"
    known = {key: how["value"] for key, how in stack.parameters.items() if "value" in how}
    if stack.parameters:
        yield ""
        yield f"[{name}.deploy.parameters.parameter_overrides]"
        yield from (f"{key} = {_text(_kept(value))}" for key, value in sorted(known.items()))


def packaged_bytes(stack: PlannedStack) -> int:
    """Return the bytes of the template as SAM writes it: indented, each resource with its id."""
    marked = {
        name: {**body, "Metadata": {**body.get("Metadata", {}), "SamResourceId": name}}
        for name, body in stack.template["Resources"].items()
    }
    template = {**stack.template, "Resources": marked}
    return len(json.dumps(template, indent=4, ensure_ascii=False).encode())


def _image_repository(plan: Plan, stack: PlannedStack) -> str | None:
    """Return the repository of the stack's first literal image; ``None`` without a function."""
    images = [
        function_image(body)
        for _, body in sorted(stack.template["Resources"].items())
        if body["Type"] == "AWS::Lambda::Function"
    ]
    if not images:
        return None
    unused = f"123456789012.dkr.ecr.{plan.region}.amazonaws.com/not-used"
    literal = next((image for image in images if isinstance(image, str)), unused)
    return re.split("[@:]", literal)[0]


def _tag(name: str, value: str) -> str:
    """Return a tag in the form that SAM reads it from (`CfnTags` in ``samcli/cli/types.py``).

    With one ``=`` in all, SAM takes the text as it is. With more, it looks for pairs between spaces
    first, which the space in front defeats, and then for names and values in quotes.
    """
    plain = f"{name}={value}"
    return plain if plain.count("=") == 1 else f' "{name}"="{value}"'


def _kept(value: str) -> str:
    """Return a parameter's value so that it is the same after SAM has taken quotes off it.

    SAM removes quotes around a value, and a backslash before a quote or a space, also from values
    that stand in a file (`_unquote_wrapped_quotes` in ``samcli/cli/types.py``).
    """
    if value[:1] in ("'", '"') or "\\" in value:
        return '"' + re.sub(r"""(?=\\[ "'])""", r"\\", value) + '"'
    return value


def _text(value: str) -> str:
    """Return a TOML basic string, which JSON's strings are."""
    return json.dumps(value, ensure_ascii=False)

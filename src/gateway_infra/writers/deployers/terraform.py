"""Terraform and OpenTofu: a configuration that keeps each stack as an ``aws_cloudformation_stack``.

The templates stay as they are; Terraform makes, updates and deletes the stacks, and hands outputs
to parameters. The file is in Terraform's JSON syntax, where text in resources is a string template:
https://developer.hashicorp.com/terraform/language/syntax/json
The resource: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudformation_stack
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway_infra.writers.deployers.generated import GENERATED
from gateway_infra.writers.plan import Plan, PlannedStack
from gateway_infra.writers.templates import to_json

_RESERVED = ("count", "for_each", "lifecycle", "locals", "providers", "source", "version")
"""Names that a variable cannot have, with ``depends_on``, which no parameter is called either.
https://developer.hashicorp.com/terraform/language/values/variables"""

_BUCKET = "template_bucket"
"""The variable for the bucket of large templates. No parameter has an underscore in its name, and
no environment variable of the file has a small letter."""

_TIMEOUT = "90m"
"""Lambda may need 20 minutes and more to let go of a function's network interfaces; the provider
waits 30 minutes unless told."""


def terraform_files(plan: Plan) -> dict[str, str]:
    """Return ``main.tf.json``, which deploys the plan's stacks in their order.

    A parameter that nobody has filled yet is a variable of its name, and a secret one is a
    sensitive variable with the name of its environment variable. A template over 51,200 bytes goes
    through the bucket that the variable ``template_bucket`` names.
    """
    main: dict[str, Any] = {
        "//": _header(plan),
        "terraform": {
            "required_version": ">= 1.1",
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}},
        },
        "provider": {"aws": {"region": plan.region}},
        "resource": _resources(plan),
        "output": {
            stack.key: {
                "description": f"Outputs of the stack {stack.name}",
                "value": f"${{{_address(stack)}.outputs}}",
            }
            for stack in plan.stacks
            if stack.outputs
        },
    }
    variables, data = _variables(plan), _data(plan)
    if variables:
        main["variable"] = variables
    if data:
        main["data"] = data
    return {"main.tf.json": to_json(main)}


def literal(text: str) -> str:
    """Return `text` as a string template that stands for itself.

    ``${`` and ``%{`` begin an interpolation and a directive; doubling their first character takes
    that away: https://developer.hashicorp.com/terraform/language/expressions/strings
    """
    return text.replace("${", "$${").replace("%{", "%%{")


def _header(plan: Plan) -> str:
    return (
        f"{GENERATED} Deploys the stacks of {plan.service} ({plan.environment}). "
        "A backend and further settings go in a file of your own beside this one."
    )


def _address(stack: PlannedStack) -> str:
    return f"aws_cloudformation_stack.{stack.key}"


def _resources(plan: Plan) -> dict[str, Any]:
    names = _variable_names(plan)
    stacks: dict[str, Any] = {}
    objects: dict[str, Any] = {}
    before: PlannedStack | None = None
    for stack in plan.stacks:
        body = _stack(plan, stack, names)
        if before:
            # References alone do not give the order: nothing ties the permission to the deployment.
            body["depends_on"] = [_address(before)]
        stacks[stack.key] = body
        if stack.needs_bucket:
            objects[stack.key] = _object(plan, stack)
        before = stack
    resources = {"aws_cloudformation_stack": stacks}
    if objects:
        resources["aws_s3_object"] = objects
    return resources


def _stack(plan: Plan, stack: PlannedStack, names: Mapping[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": literal(stack.name),
        "tags": {literal(key): literal(value) for key, value in stack.tags.items()},
        "timeouts": {"create": _TIMEOUT, "update": _TIMEOUT, "delete": _TIMEOUT},
    }
    if stack.needs_bucket:
        host = f"data.aws_s3_bucket.{_BUCKET}.bucket_regional_domain_name"
        body["template_url"] = f"https://${{{host}}}/${{aws_s3_object.{stack.key}.key}}"
    else:
        body["template_body"] = f'${{file("{_path(stack)}")}}'
    if stack.parameters:
        body["parameters"] = {
            name: _value(plan, name, filled, names) for name, filled in stack.parameters.items()
        }
    if stack.capabilities:
        body["capabilities"] = list(stack.capabilities)
    if plan.protect:
        body["lifecycle"] = {"prevent_destroy": True}
    return body


def _path(stack: PlannedStack) -> str:
    return f"${{path.module}}/../{stack.file}"


def _object(plan: Plan, stack: PlannedStack) -> dict[str, Any]:
    """Return the upload of a template.

    Its content is in its key: CloudFormation reads a template again only where the URL changes.
    """
    path = _path(stack)
    prefix = literal(f"{plan.service}-{plan.environment}/{stack.key}")
    return {
        "bucket": f"${{data.aws_s3_bucket.{_BUCKET}.id}}",
        "key": f'{prefix}-${{filesha256("{path}")}}.json',
        "source": path,
        "content_type": "application/json",
    }


def _value(plan: Plan, name: str, filled: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return the expression that fills a parameter."""
    if "value" in filled:
        return literal(filled["value"])
    if "from" in filled:
        name = filled["from"]["stack"]
        producer = plan.stack_named(name)
        address = _address(producer) if producer else f"data.aws_cloudformation_stack.{name}"
        return f'${{{address}.outputs["{filled["from"]["output"]}"]}}'
    return f"${{var.{names[name]}}}"


def _data(plan: Plan) -> dict[str, Any]:
    """Return what is read from the account: stacks of other projects, and the bucket."""
    sources = {
        filled["from"]["stack"]
        for _, filled, _ in plan.parameters()
        if "from" in filled and not plan.stack_named(filled["from"]["stack"])
    }
    data: dict[str, Any] = {}
    if sources:
        data["aws_cloudformation_stack"] = {name: {"name": name} for name in sorted(sources)}
    if any(stack.needs_bucket for stack in plan.stacks):
        data["aws_s3_bucket"] = {_BUCKET: {"bucket": f"${{var.{_BUCKET}}}"}}
    return data


def _variable_names(plan: Plan) -> dict[str, str]:
    """Return the variable of each parameter that whoever deploys fills.

    A variable has the name of its parameter, or of its environment variable. Where Terraform keeps
    that name for itself, or two variables would share it, the parameter's gets a prefix.
    """
    secrets = {
        name: str(filled["environment_variable"])
        for name, filled, _ in plan.parameters()
        if "environment_variable" in filled
    }
    taken = {*_RESERVED, *secrets.values()}
    given = {name for name, filled, _ in plan.parameters() if "required" in filled}
    return secrets | {name: f"parameter_{name}" if name in taken else name for name in given}


def _variables(plan: Plan) -> dict[str, Any]:
    names = _variable_names(plan)
    variables = {
        names[name]: _variable(filled, body)
        for name, filled, body in plan.parameters()
        if name in names
    }
    if any(stack.needs_bucket for stack in plan.stacks):
        variables[_BUCKET] = {
            "type": "string",
            "description": f"A bucket in {plan.region} for templates over 51,200 bytes",
            "nullable": False,
        }
    return variables


def _variable(filled: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variable; text in it is literal, other than in resources.

    A variable has the template's own default, so that leaving it out means the same to both.
    """
    variable: dict[str, Any] = {"type": "string", "nullable": False}
    if "environment_variable" in filled:
        name = filled["environment_variable"]
        variable["description"] = f"Set TF_VAR_{name} to the value of {name}"
    elif "Description" in body:
        variable["description"] = body["Description"]
    if body.get("NoEcho"):
        variable["sensitive"] = True
    elif filled.get("required") is False:
        variable["default"] = str(body["Default"])
    return variable

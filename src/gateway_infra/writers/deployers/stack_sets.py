"""CloudFormation StackSets: the templates in every account of organizational units, by region.

``stack-set.json`` is a template that makes a service-managed stack set of each stack. It is
deployed to the organization's management account, or to a delegated administrator's, as a stack of
its own: by ``deploy.sh`` or any other way. Order is kept as far as stack sets have one: the
template makes, and automatic deployment serves, one stack set after the other. Outputs cannot pass
from one to another.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from shlex import quote
from typing import Any

from gateway_infra.writers.deployers.aws_cli import aws_cli_files
from gateway_infra.writers.deployers.generated import GENERATED
from gateway_infra.writers.plan import Plan, PlannedStack, UnsupportedError
from gateway_infra.writers.templates import to_json

KEY = "stack-set"

OWN_PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "OrganizationalUnitIds": {
        "Type": "CommaDelimitedList",
        "Description": "Organizational units, or the root, whose accounts get the stacks",
    },
    "TemplateBucket": {
        "Type": "String",
        "Description": "The bucket in this region that holds the templates",
    },
    "Regions": {
        "Type": "CommaDelimitedList",
        "Description": "Regions of the stacks, in the order in which they are deployed",
    },
    "MaxConcurrentCount": {
        "Type": "Number",
        "Default": 1,
        "MinValue": 1,
        "Description": "Accounts of a region that are deployed at a time",
    },
    "FailureToleranceCount": {
        "Type": "Number",
        "Default": 0,
        "MinValue": 0,
        "Description": "Accounts of a region that may fail before the rest is left as it is",
    },
    "Redeploy": {
        "Type": "String",
        "Default": "1",
        "Description": "Any other text updates every stack, as for a new value in Parameter Store",
    },
    "CallAs": {
        "Type": "String",
        "Default": "SELF",
        "AllowedValues": ["SELF", "DELEGATED_ADMIN"],
        "Description": "DELEGATED_ADMIN in the account of a delegated administrator",
    },
}
"""What ``stack-set.json`` asks for itself; ``Regions`` gets the plan's region as its default."""

_CONSTRAINTS = (
    "AllowedPattern",
    "AllowedValues",
    "ConstraintDescription",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
)
_BUCKET_URL = "https://${TemplateBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"


def stack_set_files(plan: Plan) -> dict[str, str]:
    """Return ``stack-set.json``, ``deploy.sh``, and what that runs, in ``aws-cli``.

    A parameter that whoever deploys fills is one of ``stack-set.json``, and has the same value in
    all accounts and regions. What an SSM parameter or an export gives differs by account and
    region. Raise `UnsupportedError` where a stack needs an output of another stack, a parameter
    has the name of one of `OWN_PARAMETERS`, or where `aws_cli_files` does.
    """
    _refuse(plan)
    template = _template(plan)
    inner = aws_cli_files(_outer(plan, template))
    return {
        "stack-set.json": to_json(template),
        "deploy.sh": _script(plan),
        **{f"aws-cli/{file}": text for file, text in inner.items()},
    }


def _refuse(plan: Plan) -> None:
    """Raise `UnsupportedError` for what stack sets, or the program that makes them, cannot do.

    "StackSets with service-managed permissions don't currently support the use of macros":
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
    """
    for tag in sorted({tag for stack in plan.stacks for tag in stack.tags if "=" in tag}):
        raise UnsupportedError(
            f"lists stack-sets, which are made with the AWS CLI, and that cannot pass the tag "
            f"'{tag}': to it a tag's name ends at the first '='; rename the tag"
        )
    if any("Transform" in stack.template for stack in plan.stacks):
        raise UnsupportedError(
            "lists stack-sets, which take no transform with the permissions that the organization "
            "gives them, and database.secret.rotation_days needs one; leave it out, and turn "
            "rotation on in each account"
        )
    for name, filled, _ in plan.parameters():
        if name in OWN_PARAMETERS:
            raise UnsupportedError(
                f"lists stack-sets, whose own template has a parameter {name}; rename yours"
            )
        if "from" not in filled:
            continue
        stack, output = filled["from"]["stack"], filled["from"]["output"]
        if plan.stack_named(stack):
            raise UnsupportedError(
                "lists stack-sets, which pass no output from one stack to another; write "
                "layout: single"
            )
        raise UnsupportedError(
            f"lists stack-sets, which cannot read the output {output} of the stack '{stack}' in "
            "each account; write {ssm: …} or {import: …} for that value, which every account and "
            "region answers for itself"
        )


def _template(plan: Plan) -> dict[str, Any]:
    own = {name: dict(body) for name, body in OWN_PARAMETERS.items()}
    own["Regions"]["Default"] = plan.region
    passed = {name: _passed(body) for name, how, body in plan.parameters() if "value" not in how}
    resources: dict[str, Any] = {}
    before: str | None = None
    for stack in plan.stacks:
        logical_id = "".join(word.capitalize() for word in stack.key.split("-")) + "StackSet"
        resources[logical_id] = _stack_set(plan, stack, before)
        before = logical_id
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": (
            f"{plan.service}-{plan.environment}: stack sets, to be deployed by whoever "
            "administers the organization's (gateway-infra)"
        ),
        "Parameters": own | passed,
        "Resources": resources,
    }
    if len(resources) > 1:
        template["Conditions"] = {
            "InManagementAccount": {"Fn::Equals": [{"Ref": "CallAs"}, "SELF"]}
        }
    return template


def _passed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameter of ``stack-set.json`` that hands its value to the stacks.

    It is text, also where the stacks' own is an id of AWS: CloudFormation looks for such an id in
    the account that the parameter is in, and a stack set takes text alone.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
    """
    kind = body["Type"] if body["Type"] in ("String", "Number") else "String"
    kept = {"Default", "Description", "NoEcho"}
    if kind == body["Type"]:
        kept.update(_CONSTRAINTS)
    return {"Type": kind, **{key: body[key] for key in sorted(kept) if key in body}}


def _stack_set(plan: Plan, stack: PlannedStack, before: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "StackSetName": stack.name,
        # Nothing here changes with a value in Parameter Store, and an update is what reads it.
        "Description": {
            "Fn::Join": [", redeploy ", [stack.template["Description"], {"Ref": "Redeploy"}]]
        },
        "PermissionModel": "SERVICE_MANAGED",
        "CallAs": {"Ref": "CallAs"},
        "TemplateURL": {"Fn::Sub": f"{_BUCKET_URL}/{_object_key(plan, stack)}"},
        "AutoDeployment": _auto_deployment(plan, before),
        "ManagedExecution": {"Active": True},
        "OperationPreferences": {
            "RegionConcurrencyType": "SEQUENTIAL",
            "RegionOrder": {"Ref": "Regions"},
            "MaxConcurrentCount": {"Ref": "MaxConcurrentCount"},
            "FailureToleranceCount": {"Ref": "FailureToleranceCount"},
        },
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {"OrganizationalUnitIds": {"Ref": "OrganizationalUnitIds"}},
                "Regions": {"Ref": "Regions"},
            }
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in sorted(stack.tags.items())],
    }
    if stack.parameters:
        properties["Parameters"] = [
            {"ParameterKey": name, "ParameterValue": filled.get("value", {"Ref": name})}
            for name, filled in stack.parameters.items()
        ]
    if stack.capabilities:
        properties["Capabilities"] = list(stack.capabilities)
    body: dict[str, Any] = {"Type": "AWS::CloudFormation::StackSet", "Properties": properties}
    if before:
        body["DependsOn"] = [before]
        # The reference that implies it is in one branch of a condition only.
        body["Metadata"] = {"cfn-lint": {"config": {"ignore_checks": ["W3005"]}}}
    return body


def _auto_deployment(plan: Plan, before: str | None) -> dict[str, Any]:
    """Return what happens in accounts that join an organizational unit, or leave it.

    The order is by ARN, and holds the account. Whether that of a delegated administrator's stack
    set names his account or the management account, no page says, so it is left out there.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cloudformation-stackset-autodeployment.html
    """
    body: dict[str, Any] = {"Enabled": True, "RetainStacksOnAccountRemoval": plan.protect}
    if before:
        arn = "arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stackset/"
        after = [{"Fn::Sub": f"{arn}${{{before}.StackSetId}}"}]
        body["DependsOn"] = {"Fn::If": ["InManagementAccount", after, {"Ref": "AWS::NoValue"}]}
    return body


def _object_key(plan: Plan, stack: PlannedStack) -> str:
    """Return the template's key in the bucket.

    Its content is in the key: CloudFormation updates a stack set only where the URL changes.
    """
    digest = hashlib.sha256(stack.text.encode()).hexdigest()
    return f"{plan.service}-{plan.environment}/{stack.key}-{digest}.json"


def _outer(plan: Plan, template: dict[str, Any]) -> Plan:
    """Return the plan of the one stack that makes the stack sets."""
    last = plan.stacks[-1]
    filled: dict[str, dict[str, Any]] = {
        name: {"required": "Default" not in body} for name, body in template["Parameters"].items()
    }
    filled |= {
        name: {"environment_variable": how["environment_variable"]}
        for name, how, _ in plan.parameters()
        if "environment_variable" in how
    }
    stack = PlannedStack(
        key=KEY,
        name=f"{last.name}-{KEY}",
        file=f"{KEY}.json",
        template=template,
        text=to_json(template),
        parameters=dict(sorted(filled.items())),
        depends_on=(),
        capabilities=(),
        outputs=(),
        tags=last.tags,
    )
    return plan._replace(stacks=(stack,))


def _script(plan: Plan) -> str:
    """Return ``deploy.sh``, which uploads the templates and deploys ``stack-set.json``."""
    common = (
        files("gateway_infra.writers.deployers")
        .joinpath("stack_sets.sh")
        .read_text(encoding="utf-8")
    )
    lines = [
        "#!/usr/bin/env bash",
        f"# Deploys the stack sets of {plan.service}-{plan.environment} with the AWS CLI.",
        "# deploy.sh --help tells how.",
        f"# {GENERATED}",
        "set -euo pipefail",
        "",
        f"readonly region={quote(plan.region)}",
        "readonly templates=( # each file, and its key in the bucket",
        *(f"  {quote(stack.file)} {quote(_object_key(plan, stack))}" for stack in plan.stacks),
        ")",
    ]
    return "\n".join(lines) + "\n\n" + common

"""The manifest: what a deployer needs to know of each stack, in deploy order.

``manifest.schema.json`` beside this module is its JSON Schema.

===================  ==========================================================================
key                  what it holds
===================  ==========================================================================
``schema``           version of this format: 1
``environment`` …    as do ``service``, ``region`` and ``layout``, what was generated
``deployers``        for which programs files were written beside the templates
``files``            what was written beside the templates and the manifest
``protect``          whether a deployer should keep the stacks from being deleted
``accepted``         rules that are broken on purpose, by id, each with its reason
``stacks``           in deploy order, each with
``key``              short name within the layout: ``role``
``name``             the CloudFormation stack's name: ``jobs-prod-role``
``template``         file beside the manifest
``depends_on``       keys of the stacks whose outputs or existence it needs
``capabilities``     what ``CreateStack`` must be told
``parameters``       by name, one of ``{"value": …}``, ``{"from": {"stack", "output"}}``,
                     ``{"environment_variable": …}``, ``{"required": true}``, and
                     ``{"required": false}`` where the template has a default
``outputs``          names
``tags``             for the stack, and through it for what takes tags
``resources``        count; CloudFormation takes 500
``bytes``            of the template; 51,200 in a request, 1,000,000 from S3
``sha256``           of the template's bytes
===================  ==========================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from gateway_infra.writers.plan import Plan, PlannedStack
from gateway_infra.writers.templates import to_json

MANIFEST = "manifest.json"
SCHEMA = 1


def environment_files(
    plan: Plan, deployers: Sequence[str], further: Mapping[str, str], accepted: Mapping[str, str]
) -> dict[str, str]:
    """Return the text of every file of an environment by path, the manifest last.

    `further` are the files beside the templates, those of `deployers` among them; `accepted` has
    the reasons why rules may be broken, by the rules' ids.
    """
    files = {stack.file: stack.text for stack in plan.stacks}
    manifest = {
        "schema": SCHEMA,
        "environment": plan.environment,
        "service": plan.service,
        "region": plan.region,
        "layout": plan.layout,
        "protect": plan.protect,
        "accepted": dict(accepted),
        "deployers": list(deployers),
        "files": sorted(further),
        "stacks": [_entry(stack) for stack in plan.stacks],
    }
    return {**files, **further, MANIFEST: to_json(manifest)}


def _entry(stack: PlannedStack) -> dict[str, Any]:
    return {
        "key": stack.key,
        "name": stack.name,
        "template": stack.file,
        "depends_on": list(stack.depends_on),
        "capabilities": list(stack.capabilities),
        "parameters": dict(stack.parameters),
        "outputs": list(stack.outputs),
        "tags": dict(stack.tags),
        "resources": len(stack.template["Resources"]),
        "bytes": stack.size,
        "sha256": hashlib.sha256(stack.text.encode()).hexdigest(),
    }

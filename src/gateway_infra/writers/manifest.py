"""The manifest: what a deployer needs to know of each stack, in deploy order.

===================  ==========================================================================
key                  what it holds
===================  ==========================================================================
``schema``           version of this format: 1
``environment`` …    as do ``service``, ``region`` and ``layout``, what was generated
``stacks``           in deploy order, each with
``key``              short name within the layout: ``role``
``name``             the CloudFormation stack's name: ``jobs-prod-role``
``template``         file beside the manifest
``depends_on``       keys of the stacks whose outputs or existence it needs
``capabilities``     what ``CreateStack`` must be told
``parameters``       by name, one of ``{"value": …}``, ``{"from": {"stack", "output"}}``,
                     ``{"environment_variable": …}``, ``{"required": true}``
``outputs``          names
``tags``             for the stack, and through it for what takes tags
``resources``        count; CloudFormation takes 500
``bytes``            of the template; 51,200 in a request, 1,000,000 from S3
``sha256``           of the template's bytes
===================  ==========================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from gateway_infra.layouts import Stack
from gateway_infra.writers.templates import template_text, to_json

MANIFEST = "manifest.json"
SCHEMA = 1


def environment_files(
    stacks: Iterable[Stack],
    *,
    environment: str,
    service: str,
    region: str,
    layout: str,
    tags: Mapping[str, str],
) -> dict[str, str]:
    """Return the text of every file of an environment by file name, the manifest last."""
    files: dict[str, str] = {}
    entries = []
    for stack in stacks:
        file = f"{stack.key}.json"
        files[file] = template_text(stack.template)
        entries.append(_entry(stack, file, files[file].encode(), tags))
    manifest = {
        "schema": SCHEMA,
        "environment": environment,
        "service": service,
        "region": region,
        "layout": layout,
        "stacks": entries,
    }
    files[MANIFEST] = to_json(manifest)
    return files


def _entry(stack: Stack, file: str, content: bytes, tags: Mapping[str, str]) -> dict[str, Any]:
    resources = stack.template["Resources"]
    makes_roles = any(body["Type"] == "AWS::IAM::Role" for body in resources.values())
    return {
        "key": stack.key,
        "name": stack.name,
        "template": file,
        "depends_on": list(stack.depends_on),
        "capabilities": ["CAPABILITY_IAM"] if makes_roles else [],
        "parameters": dict(stack.parameters),
        "outputs": sorted(stack.template.get("Outputs", {})),
        "tags": dict(tags),
        "resources": len(resources),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }

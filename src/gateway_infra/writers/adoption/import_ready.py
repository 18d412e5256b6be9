"""Files to adopt existing resources: what is imported, a script that does it, and a guide.

``import/README.md`` is for the person who does it; docs/adopting.md tells more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from gateway_infra.writers.adoption.guide import guide
from gateway_infra.writers.adoption.identifiers import placeholders
from gateway_infra.writers.adoption.script import script
from gateway_infra.writers.adoption.stacks import adoption
from gateway_infra.writers.plan import Plan, UnsupportedError
from gateway_infra.writers.templates import template_text, to_json


def import_files(plan: Plan, leave_out: Collection[str] = ()) -> dict[str, str]:
    """Return what imports existing resources to the plan's stacks, by path.

    `leave_out` are logical ids of what is not there yet, which the ordinary deploy then makes.
    Identifiers that only AWS knows stand as ``FILL-IN:…``, the same text for the same value; AWS
    finds no resource by such a name. Raise `UnsupportedError` where `leave_out` names nothing.
    """
    known = {name for stack in plan.stacks for name in stack.template["Resources"]}
    if unknown := sorted(set(leave_out) - known):
        raise UnsupportedError(f"leaves out {unknown[0]}, which is no resource of these stacks")
    adoptions = [adoption(plan, stack, frozenset(leave_out)) for stack in plan.stacks]
    files = {
        "import/README.md": guide(plan, adoptions),
        "import/import.sh": script(plan, adoptions),
    }
    for item in adoptions:
        for batch in item.batches:
            files[f"import/{batch.name}.template.json"] = template_text(batch.template)
            files[f"import/{batch.name}.resources-to-import.json"] = to_json(batch.resources)
    return dict(sorted(files.items()))


def import_note(files: Mapping[str, str]) -> str:
    """Return what a person is told of the files: how much is left to fill in, and what to read."""
    texts = [text for path, text in files.items() if path.endswith(".resources-to-import.json")]
    values = [
        value
        for text in texts
        for resource in json.loads(text)
        for value in resource["ResourceIdentifier"].values()
    ]
    found = {name for value in values for name in placeholders(value)}
    return f"{len(found)} identifiers to fill in before an import; import/README.md tells how"

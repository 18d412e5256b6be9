"""How CloudFormation imports the types that are built, from the rows of their facts."""

from __future__ import annotations

from collections.abc import Mapping

from gateway_infra.facts import TYPES, Import

IMPORTABLE: Mapping[str, Import] = {
    row.type: row.imported for row in TYPES if isinstance(row.imported, Import)
}
"""Types to import: those that callers, other resources or logs depend on, and those whose name
would be taken."""

MADE_ANEW: Mapping[str, str] = {
    row.type: row.imported for row in TYPES if isinstance(row.imported, str)
}
"""Types that the next deploy creates next to the existing resources, and why nothing is lost."""

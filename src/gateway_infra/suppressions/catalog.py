"""The table of exceptions: every rule of a public scanner that these templates break, with why.

Rules and what they look at: checkov's and cdk-nag's own source; cfn_nag's and the Guard registry's
repositories; Control Tower's proactive controls
(https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html).
Nothing is here that a setting turned off without giving a reason: a scanner finds that.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from gateway_infra.families import ROWS
from gateway_infra.suppressions.suppression import Scanner, Suppression

SCANNERS: dict[Scanner, str] = {
    "checkov": "checkov",
    "guard": "Guard",
    "cfn_nag": "cfn_nag",
    "cdk_nag": "cdk-nag",
    "control_tower": "Control Tower",
}
"""What people call the scanners whose rules are named."""

_SHARED = ("log_bucket",)
"""Modules with suppressions of resources that several families create."""


def _rows() -> Iterator[Suppression]:
    """Yield the rows of each module that is named after a family, then the shared ones."""
    there = {module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])}
    for name in dict.fromkeys((*(row.module for row in ROWS), *_SHARED)):
        if name in there:
            yield from import_module(f"{__package__}.{name}").ROWS


TABLE: tuple[Suppression, ...] = tuple(_rows())
"""Every suppression, in the order of the docs."""

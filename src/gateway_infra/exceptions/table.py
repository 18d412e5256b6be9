"""The table of exceptions: every rule of a public scanner that these templates break, with why.

Rules and what they look at: checkov's and cdk-nag's own source; cfn_nag's and the Guard registry's
repositories; Control Tower's proactive controls
(https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html).
Nothing is here that a setting turned off without giving a reason: a scanner finds that.
"""

from __future__ import annotations

from gateway_infra.exceptions import api, functions, guards, keys, monitoring, secrets, users
from gateway_infra.exceptions.row import Row, Scanner

SCANNERS: dict[Scanner, str] = {
    "checkov": "checkov",
    "guard": "Guard",
    "cfn_nag": "cfn_nag",
    "cdk_nag": "cdk-nag",
    "control_tower": "Control Tower",
}
"""What people call the scanners whose rules are named."""

TABLE: tuple[Row, ...] = (
    *api.ROWS,
    *functions.ROWS,
    *monitoring.ROWS,
    *keys.ROWS,
    *guards.ROWS,
    *secrets.ROWS,
    *users.ROWS,
)
"""Every exception, in the order of the docs."""

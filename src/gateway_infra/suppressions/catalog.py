"""The table of exceptions: every rule of a public scanner that these templates break, with why.

Rules and what they look at: checkov's and cdk-nag's own source; cfn_nag's and the Guard registry's
repositories; Control Tower's proactive controls
(https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html).
Nothing is here that a setting turned off without giving a reason: a scanner finds that.
"""

from __future__ import annotations

from gateway_infra.suppressions import (
    alarms,
    api,
    function,
    key,
    log_bucket,
    logs,
    network,
    permission,
    role,
    secret,
    stage,
    topic,
    user_pool,
)
from gateway_infra.suppressions.suppression import Scanner, Suppression

SCANNERS: dict[Scanner, str] = {
    "checkov": "checkov",
    "guard": "Guard",
    "cfn_nag": "cfn_nag",
    "cdk_nag": "cdk-nag",
    "control_tower": "Control Tower",
}
"""What people call the scanners whose rules are named."""

TABLE: tuple[Suppression, ...] = (
    *api.ROWS,
    *stage.ROWS,
    *function.ROWS,
    *network.ROWS,
    *role.ROWS,
    *permission.ROWS,
    *logs.ROWS,
    *alarms.ROWS,
    *topic.ROWS,
    *key.ROWS,
    *log_bucket.ROWS,
    *secret.ROWS,
    *user_pool.ROWS,
)
"""Every exception, in the order of the docs."""

"""The forms of deploy-time values, and the options that each form takes."""

from __future__ import annotations

import re

FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "parameter": (re.compile(r"[A-Za-z][A-Za-z0-9]{0,200}"), "letters and digits, as in VpcId"),
    "stack_output": (
        re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}/[A-Za-z0-9]{1,200}"),
        "a stack's name, a slash and the output's key, as in network/VpcId",
    ),
    "ssm": (
        re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*|(/[A-Za-z0-9_.-]+)+"),
        "a parameter's name, as in /shared/vpc-id (with slashes, it begins with one)",
    ),
    "import": (re.compile(r"[A-Za-z0-9:-]{1,255}"), "an export's name, as in network-VpcId"),
    "environment_variable": (re.compile(r"[A-Z][A-Z0-9_]*"), "capitals, as in DB_PASSWORD"),
}

OPTIONS: dict[str, tuple[str, ...]] = {
    "parameter": ("type", "default", "description", "allowed_values", "pattern"),
    "ssm": ("version",),
    "secret": ("key", "kms_key"),
}
"""The keys beside a form's own; forms that are not here take none."""

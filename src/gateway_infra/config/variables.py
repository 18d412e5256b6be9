"""Names of environment variables.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from gateway_infra.config.section import InSchema, like, wrong

RESERVED_VARIABLES = frozenset(
    (
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SECURITY_TOKEN",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    )
)
"""Lambda sets these itself and refuses a function that sets them."""

_SECRET = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|(^|_)PWD|SECRET|TOKEN|CREDENTIALS?"
    r"|(API|PRIVATE|ACCESS|SECRET|SIGNING|ENCRYPTION)_?KEY)$",
    re.IGNORECASE,
)


def names_a_secret(name: str) -> bool:
    """Tell whether a variable's name says that its value is a secret."""
    return bool(_SECRET.search(name))


def _variable_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", name):
        message = "is no variable name: a letter, then one or more letters, digits, underscores"
        raise wrong(message, "GI222")
    if name in RESERVED_VARIABLES:
        message = "is set by Lambda itself, which refuses a function that sets it; rename it"
        raise wrong(message, "GI221")
    return name


VariableName: TypeAlias = Annotated[
    str,
    AfterValidator(_variable_name),
    InSchema(
        like(
            rf"(?!({'|'.join(sorted(RESERVED_VARIABLES))})$)[A-Za-z][A-Za-z0-9_]+",
            "a variable's name that Lambda does not set itself, as in LOG_LEVEL",
        )
    ),
]

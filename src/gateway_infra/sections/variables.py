"""Names of environment variables.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import InSchema, like, wrong

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

CREDENTIALS = frozenset(
    (
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_SECURITY_TOKEN",
        "AWS_SESSION_TOKEN",
    )
)
"""Those of them with which the function signs its calls of AWS: its role's."""


def _variable_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]+", name):
        message = "is no variable name: a letter, then one or more letters, digits, underscores"
        raise wrong(message, "GI222")
    if name in CREDENTIALS:
        message = "is set by Lambda itself, from the function's role; remove it, give the role "
        message += (
            "the function may do (functions.NAME.statements), and make the key invalid if it "
        )
        raise wrong(f"{message}what is a real one", "GI221")
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

RULES = (
    Rule.error(
        "GI222",
        "What is no variable's name",
        "Lambda takes names of two or more letters, digits and underscores that begin with a "
        "letter.",
        "Rename it.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    ),
)

"""The section on the stage: logs, cache, throttling, variables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import InSchema, Number, Section, matches, wrong

_STAGE_VARIABLE = matches(r"[A-Za-z0-9_]{1,64}", "1 to 64 letters, digits and underscores", "GI520")
_STAGE_VALUE = matches(
    r"[A-Za-z0-9._~:/?#&=,-]{1,512}",
    "1 to 512 letters, digits and any of . _ ~ : / ? # & = , -",
    "GI520",
)
_LOG_FIELD = matches(
    r"[A-Za-z][A-Za-z0-9_]{0,63}",
    "a name of letters, digits and underscores, as in userAgent",
    "GI513",
)
_LOG_VARIABLE = matches(
    r"\$context\.[A-Za-z][A-Za-z0-9_.-]{0,127}",
    "one variable, as in $context.identity.userAgent",
    "GI513",
)
CACHE_SIZES = (0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118.0, 237.0)
"""GB: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html"""


def _cache_size(value: Any) -> Any:
    if isinstance(value, bool) or value not in CACHE_SIZES:
        raise wrong(f"must be one of {', '.join(f'{size:g}' for size in CACHE_SIZES)} (GB)")
    return float(value)


class ThrottlingConfig(Section):
    """Limits on all callers together, on the stage and in the usage plan.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    rate: Number = Field(default=1000, gt=0, description="requests a second, sustained")
    burst: int = Field(default=2000, ge=1, description="requests at once")


class CacheConfig(Section):
    """The cache of the stage, which AWS bills by the hour; routes with `cache` use it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
    """

    size: Annotated[float, BeforeValidator(_cache_size), InSchema({"enum": list(CACHE_SIZES)})] = (
        Field(default=0.5, description="GB; 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237")
    )
    ttl: int = Field(default=300, ge=1, le=3600, description="seconds that an answer is kept")
    encrypted: bool = Field(default=True, description="whether kept answers are encrypted")


class StageConfig(Section):
    """Logs, variables and cache of the stage ``v1``.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """

    logging_level: Literal["OFF", "ERROR", "INFO"] = Field(
        default="ERROR", description="what the execution log holds"
    )
    data_trace: bool = Field(
        default=False,
        description="whether whole requests and answers are logged; may show personal data",
    )
    access_log_fields: dict[Annotated[str, _LOG_FIELD], Annotated[str, _LOG_VARIABLE]] = Field(
        default={},
        description="what each line of the access log holds beside its own fields, as in "
        "{userAgent: $context.identity.userAgent}",
        examples=[{"userAgent": "$context.identity.userAgent"}],
    )
    variables: dict[Annotated[str, _STAGE_VARIABLE], Annotated[str, _STAGE_VALUE]] = Field(
        default={}, max_length=100, description="stage variables", examples=[{"COLOR": "green"}]
    )
    cache: CacheConfig | None = Field(
        default=None, description="the cache that routes may use; unset: none"
    )


RULES = (
    Rule.error(
        "GI513",
        "A field of the access log that is no name and one variable",
        "A line of the log is one JSON object: each field is a name and one $context variable, "
        "which is put into quotes.",
        "Write it as in userAgent: $context.identity.userAgent.",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html",
    ),
    Rule.error(
        "GI520",
        "A stage variable that API Gateway refuses",
        "Names hold up to 64 letters, digits and underscores; values up to 512 characters, which "
        "are those of an address.",
        "Shorten it, or give it to the function as an environment variable.",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html",
    ),
)

"""Rules of the stage: its logs and its variables."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, near_miss
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.access_log import ACCESS_LOG_FIELDS, CONTEXT_VARIABLES, OPEN_VARIABLES

_LOGGING = f"{GUIDE}set-up-logging.html"
_VARIABLES = f"{GUIDE}api-gateway-variables-for-access-logging.html"
_FIELDS = ("api", "stage", "access_log_fields")
_QUOTED = ("error.messageString",)
"""Variables whose value comes in quotes of its own."""


def _whole_requests(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    if environment.tier == "prod" and environment.api.stage.data_trace:
        message = "writes whole requests and answers of production to the log, with all personal "
        yield Diagnostic(
            ("api", "stage", "data_trace"), f"{message}data and logins in them; remove it"
        )


def _every_step(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    if environment.tier == "prod" and environment.api.stage.logging_level == "INFO":
        message = "is INFO, which writes a dozen lines a request, each billed; ERROR tells what "
        yield Diagnostic(("api", "stage", "logging_level"), f"{message}failed")


def _role_for_logs(subject: Subject) -> Iterator[Diagnostic]:
    account = subject.environment.account
    if not account.api_gateway_log_role:
        message = "is false: API Gateway writes logs with a role set once for the account and "
        message += "region, without which the stage is not made; where none is set, write true in "
        yield Diagnostic(
            ("account", "api_gateway_log_role"), f"{message}one service of the account"
        )


def _fields(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield the further fields of the access log with their variables' names."""
    for field, value in subject.environment.api.stage.access_log_fields.items():
        yield field, value.removeprefix("$context.")


def _unknown_variables(subject: Subject) -> Iterator[Diagnostic]:
    for field, name in _fields(subject):
        known = name in CONTEXT_VARIABLES
        if not known and not (name.startswith(OPEN_VARIABLES) and name[-1] != "."):
            hint = near_miss(name, CONTEXT_VARIABLES) or "; the log would hold '-'"
            message = f"is $context.{name}, which is none of the variables that AWS lists"
            yield Diagnostic((*_FIELDS, field), message + hint)


def _own_fields(subject: Subject) -> Iterator[Diagnostic]:
    for field, name in _fields(subject):
        if ACCESS_LOG_FIELDS.get(field, f"$context.{name}") != f"$context.{name}":
            message = f"is {ACCESS_LOG_FIELDS[field]} in every line already, which alarms and "
            yield Diagnostic((*_FIELDS, field), f"{message}readers of the log count on; rename it")


def _broken_lines(subject: Subject) -> Iterator[Diagnostic]:
    for field, name in _fields(subject):
        if name in _QUOTED:
            message = f"is $context.{name}, which comes in quotes of its own and would break the "
            message += "JSON of the line; write "
            yield Diagnostic((*_FIELDS, field), f"{message}$context.{name.removesuffix('String')}")


def _keys_in_logs(subject: Subject) -> Iterator[Diagnostic]:
    for field, name in _fields(subject):
        if name == "identity.apiKey":
            message = "writes callers' API keys themselves to the log; apiKeyId, which is there, "
            yield Diagnostic((*_FIELDS, field), f"{message}tells callers apart as well")


RULES = (
    Rule.warning(
        "GI510",
        "Whole requests of production in the log",
        'AWS of data tracing: "This can be useful to troubleshoot APIs, but can result in logging '
        "sensitive data. We recommend that you don't use this feature for production APIs.\"",
        "Remove it; turn it on in staging.",
        _LOGGING,
        check=_whole_requests,
    ),
    Rule.advice(
        "GI511",
        "The execution log of production holds every step",
        "At INFO, API Gateway writes the steps of each request, whether it failed or not; "
        "CloudWatch bills what is written.",
        "Write ERROR.",
        "https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html",
        check=_every_step,
    ),
    Rule.advice(
        "GI512",
        "The role for logs is set elsewhere",
        "The role is one for an account and region. Where none is set, a stage with logs is "
        "refused ('CloudWatch Logs role ARN must be set in account settings'); where two stacks "
        "set it, the one that is deleted takes it from all.",
        "Write account.api_gateway_log_role: true in one service of the account, or set it by "
        "hand.",
        _LOGGING,
        check=_role_for_logs,
    ),
    Rule.error(
        "GI514",
        "A field of the access log that is another already",
        "The alarm on throttled requests counts the log's `status`, and readers of logs count on "
        "the other fields in the same way.",
        "Give the field another name.",
        _VARIABLES,
        check=_own_fields,
    ),
    Rule.warning(
        "GI515",
        "A variable of the access log that AWS does not list",
        "Names count with their case, and only $context variables of REST APIs are filled in. The "
        "list grows: a new one may be right.",
        "Correct it, or accept it where AWS's page has it.",
        _VARIABLES,
        check=_unknown_variables,
    ),
    Rule.error(
        "GI516",
        "A variable that breaks the line's JSON",
        "$context.error.messageString is the message in quotes; inside of the field's own quotes, "
        "the line is no JSON any more, and no metric or query finds it.",
        "Write $context.error.message.",
        _VARIABLES,
        check=_broken_lines,
    ),
    Rule.warning(
        "GI517",
        "API keys in the log",
        "$context.identity.apiKey is the key itself: whoever may read the log may call with it.",
        "Use apiKeyId, which the log has already.",
        _VARIABLES,
        check=_keys_in_logs,
    ),
)

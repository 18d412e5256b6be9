"""What people write who come from elsewhere, and what to write here: data, and how it is found.

Keys and values of the Serverless Framework, SAM, CloudFormation and Sceptre, units behind numbers,
words for switches, lists where mappings belong, and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from gateway_infra.reading.diagnostics import near_miss
from gateway_infra.reading.foreign import FOREIGN_FORMS, LONGEST_NUMBER
from gateway_infra.reading.forms import FORMS
from gateway_infra.reading.redaction import covered
from gateway_infra.sections.waf import GROUPS

_IMAGE = "the image itself says what runs; remove it"
_TEMPLATE = "it belongs to a template, and this file is what templates are made from"
_SERVERLESS = "it is one of the Serverless Framework; remove it"
_IAM = "did you mean 'iam'? It takes {resource_id: db-…}"
_MADE = "it is made here; further permissions go under `statements`"

FOREIGN_KEYS: dict[str, dict[str, str]] = {
    "": {
        "aws_template_format_version": _TEMPLATE,
        "account_id": "the account is the one that you deploy to; remove it",
        "conditions": _TEMPLATE,
        "custom": _SERVERLESS,
        "env": "the environment's name is that of its file; remove it",
        "environment": "the environment's name is that of its file; remove it",
        "framework_version": _SERVERLESS,
        "globals": "write what environments share in base.yaml",
        "image": "write it as `image` of a function, under `functions`",
        "name": "write `service`",
        "outputs": _TEMPLATE,
        "parameters": "write {parameter: NAME} where the value belongs",
        "plugins": _SERVERLESS,
        "provider": "write `region` at the top level, the rest under `functions`",
        "stack_name": "stacks are named after `service` and the environment; remove it",
        "stage": "the environment's name is that of its file; the stage goes under `api`",
        "subnet_ids": "write network: {subnets: [subnet-…, subnet-…]}",
        "transform": _TEMPLATE,
        "vpc_id": "write network: {vpc: vpc-…}",
    },
    "api": {
        "auth": "write `authorization`",
        "authorizer_credentials": "write `role`",
        "authorizer_result_ttl_in_seconds": "write `ttl`",
        "authorizer_uri": "write `function`, or `arn` for one elsewhere",
        "endpoint_configuration": "write endpoint: regional, or endpoint: private",
        "endpoint_type": "write endpoint: regional, or endpoint: private",
        "function_arn": "write `function`, or `arn` for one elsewhere",
        "identity_validation_expression": "write `pattern`",
        "policy": "write `access`, from which the policy is made",
        "provider_arns": "write `pools`",
        "resource_policy": "write `access`, from which the policy is made",
        "result_ttl_in_seconds": "write `ttl`",
        "user_pool": "write `pool`, or `pools` for those that are there",
        "user_pool_arn": "write `pools`, a list",
        "web_acl_arn": "write waf: {acl: arn:…}",
        "web_acl_id": "write waf: {acl: arn:…}",
    },
    "functions": {
        "code_uri": "write `image`",
        "concurrency": "write `reserved_concurrency`",
        "env": "write `variables`",
        "environment": "write `variables`",
        "environment_variables": "write `variables`",
        "events": "write routes under `api.routes`, as in 'GET /jobs: web'",
        "handler": _IMAGE,
        "iam_role_statements": "write `statements`",
        "image_uri": "write `image`",
        "layers": "an image has no layers; build them into it",
        "log_retention": "write logs: {retention_days: 30} at the top level",
        "log_retention_in_days": "write logs: {retention_days: 30} at the top level",
        "memory_size": "write `memory`",
        "package_type": _IMAGE,
        "permissions": "write `statements`",
        "policies": "write `statements`",
        "reserved_concurrent_executions": "write `reserved_concurrency`",
        "role": _MADE,
        "role_arn": _MADE,
        "runtime": _IMAGE,
        "security_group_ids": "each function gets a security group of its own; remove it",
        "security_groups": "each function gets a security group of its own; remove it",
        "storage": "write `ephemeral_storage`",
        "type": _TEMPLATE,
        "properties": _TEMPLATE,
        "vpc": "write `network` at the top level, for all functions",
        "vpc_config": "write `network` at the top level, for all functions",
    },
    "network": {
        "security_group": "each function gets a security group of its own; remove it",
        "security_group_ids": "each function gets a security group of its own; remove it",
        "security_groups": "each function gets a security group of its own; remove it",
    },
    "database": {
        "database": "write `name`",
        "db_name": "write `name`",
        "enable_iam_database_authentication": _IAM,
        "endpoint": "write `host`, without scheme and port",
        "engine": "PostgreSQL is the only one; remove it",
        "iam_auth": _IAM,
        "iam_authentication": _IAM,
        "iam_database_authentication": _IAM,
        "url": "write `host`, `port`, `name` and `user`, each by itself",
    },
    "logs": {"retention": "write `retention_days`", "retention_in_days": "write `retention_days`"},
}
"""Keys in small letters with underscores, by section, and what to do about them here."""

SYNONYMS = {
    **{group.name.lower(): key for key, group in GROUPS.items()},
    "aarch64": "arm64",
    "amd64": "x86_64",
    "aws_iam": "iam",
    "cognito_user_pools": "cognito",
    "custom": "lambda",
    "daily": "DAY",
    "development": "dev",
    "jwt": "lambda",
    "monthly": "MONTH",
    "oidc": "lambda",
    "production": "prod",
    "request": "lambda",
    "token": "lambda",
    "weekly": "WEEK",
    "x64": "x86_64",
    "x86": "x86_64",
}
"""Other words for what a list of choices offers."""

_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
}
_MEGABYTES = {**dict.fromkeys(("m", "mb", "mib"), 1), **dict.fromkeys(("g", "gb", "gib"), 1024)}
_UNITS: dict[str, Mapping[str, int]] = {
    "seconds": _SECONDS,
    "days": {"d": 1, "day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30},
    "MB": _MEGABYTES,
    "GB": {"g": 1, "gb": 1, "gib": 1},
    "bytes": {"b": 1, "k": 1024, "kb": 1024, "kib": 1024, "mb": 1048576, "mib": 1048576},
    "%": {"%": 1, "percent": 1},
}
_AMOUNT = re.compile(r"(-?[0-9]+(?:[ ,_'][0-9]{3})*(?:\.[0-9]+)?)\s*([A-Za-z]*|%)")
_YES = ("1", "enable", "enabled", "on", "y", "yes")
_NO = ("0", "disable", "disabled", "n", "no", "off")
_ONLY_ENTRY = {"bucket": "name", "logs": "retention_days", "openapi": "file"}
_ENTRIES = {
    "cache": "{size: 0.5}",
    "cors": "{origins: [https://app.example.com]}",
    "throttling": "{rate: 100, burst: 200}",
    "quota": "{limit: 1000, period: DAY}",
}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9/_][A-Za-z0-9/:._-]{0,60}")
_WHEN_TRUE = {**_ENTRIES, "encryption": "{key: made}"}
_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u201e\u00ab"
_NAMES = ("name", "Name", "key", "Key")
_SIMPLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /:._+@-]{0,40}")
_HOLDS_COLON = re.compile(r"([a-z_]+):(\S+)")


def snake_case(word: str) -> str:
    """Return ``memorySize``, ``Memory-Size`` and the like as ``memory_size``."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", word.strip())
    return re.sub(r"[^A-Za-z0-9]+", "_", parts).strip("_").lower()


def same_key(word: str, known: Iterable[str]) -> str | None:
    """Return the known key that is `word` but for capitals, hyphens, or an s at its end."""
    plain = snake_case(word)
    forms = (plain, f"{plain}s", plain.removesuffix("s"))
    return next((form for form in forms if form in set(known) and form != word), None)


def unit_of(description: str) -> str:
    """Return the unit with which a description begins: ``MB``, ``seconds``; else nothing."""
    word = re.match(r"[A-Za-z]+|%", description)
    return word.group() if word and word.group() in _UNITS else ""


def choice_hint(value: str, known: list[str]) -> str:
    """Return ``; did you mean 'X'?`` for the choice that is meant, else nothing."""
    meant = SYNONYMS.get(value.lower())
    if meant not in known:
        meant = next((word for word in known if word.lower() == value.lower()), None)
    if meant:
        return f"; did you mean '{meant}'?"
    return near_miss(value, known)


def number_hint(value: object, unit: str) -> str:
    """Return what number to write for text such as ``30s``, ``3 GB`` or ``10,240``."""
    if isinstance(value, float) and value == int(value):
        return f"; write {int(value)}"
    if not isinstance(value, str):
        return ""
    if value.replace(".", "", 1).isdecimal():
        # The reader takes such a number for text, with and without quotes.
        if len(value) >= LONGEST_NUMBER:
            return "; it is too long for a number"
        if len(value) > 1 and value[0] == "0" and value[1] != ".":
            return f"; write {value.lstrip('0') or '0'}, without the zero before it"
        return "; write it without quotes"
    match = _AMOUNT.fullmatch(value.strip())
    if match is None:
        return ""
    figure = float(re.sub(r"[ ,_']", "", match[1]))
    factor = _UNITS.get(unit, {}).get(match[2].lower()) if match[2] else 1
    if factor is None:
        return f"; write {unit}, as a number alone" if unit else ""
    words = f"{unit}, without the unit: " if match[2] and unit != "%" else ""
    return f"; write {words}{figure * factor:.10g}"


def switch_hint(value: object) -> str:
    """Return which switch is meant by ``yes``, ``on`` or ``1``."""
    word = str(value).lower()
    if isinstance(value, str) and word in ("true", "false"):
        return "; write it without quotes"
    return "; write true" if word in _YES else "; write false" if word in _NO else ""


def list_hint(value: object) -> str:
    """Return one value, or the keys of a mapping, as a list."""
    if isinstance(value, Mapping):
        form = next((form for form in FORMS if form in value), None)
        if form is not None:
            shown = value[form]
            plain = isinstance(shown, str) and _PLAIN_NAME.fullmatch(shown)
            more = ", …" if len(value) > 1 else ""
            hidden = not plain or covered(shown) != shown
            return f"; write [{{{form}: {'…' if hidden else shown}{more}}}]"
        names = [str(key) for key in value]
        fit = names and len(names) < 4 and all(map(_SIMPLE.fullmatch, names))
        return f"; write [{', '.join(names)}]" if fit else ""
    if isinstance(value, str) and "," in value:
        value = ", ".join(part.strip() for part in value.split(","))
        return f"; write [{value}]" if len(value) <= 60 and covered(value) == value else ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    fits = _SIMPLE.fullmatch(text) and covered(text) == text
    return f"; write [{text}]" if fits else ""


def mapping_hint(key: str, value: object) -> str:
    """Return how a list or a text is written as a mapping."""
    if key == "request_models" and isinstance(value, str) and value.isalnum():
        return f"; write {{application/json: {value}}}"
    if key == "request_parameters" and value:
        first = value[0] if isinstance(value, list) else value
        fits = isinstance(first, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", first)
        return f"; write {{querystring.{first if fits else 'NAME'}: true}}"
    if not isinstance(value, list) or not value:
        return ""
    first = value[0]
    named = next((first[k] for k in _NAMES if isinstance(first, dict) and k in first), None)
    if isinstance(named, str) and re.fullmatch(r"[\w-]{1,40}", named):
        return f"; write each by its name, as in '{named}: …'"
    if isinstance(first, dict) and len(first) == 1 and key != "variables":
        (name, below), *_ = first.items()
        shown = below if isinstance(below, str) and _SIMPLE.fullmatch(below) else "…"
        return f"; write each without its hyphen, as in '{name}: {shown}'"
    return "; write NAME: value, each on a line without a hyphen"


def section_hint(key: str, value: object, keys: Iterable[str]) -> str:
    """Return how a section is written, for one value where a mapping belongs."""
    match = _HOLDS_COLON.fullmatch(value) if isinstance(value, str) else None
    if match and match[1] in keys:
        return f"; put a space behind the colon of {match[1]}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "; write its keys without a hyphen"
    if key in _ENTRIES:
        return f"; write {_ENTRIES[key]}"
    only = _ONLY_ENTRY.get(key) or ("image" if "image" in keys else None)
    if only and isinstance(value, str | int) and not isinstance(value, bool):
        shown = value if len(str(value)) <= 40 else "…"
        return f"; write {{{only}: {shown}}}"
    return ""


def section_switch_hint(key: str, value: bool, *, empty: bool, nullable: bool) -> str:
    """Return what is meant by true or false where a section belongs.

    `empty` tells whether it takes an empty mapping, `nullable` whether it takes a null.
    """
    if value and key in _WHEN_TRUE:
        return f"; write {_WHEN_TRUE[key]}"
    if value:
        return "; write {}" if empty and nullable else ""
    return "; write null" if nullable else "; remove it"


def form_message(value: object) -> str | None:
    """Return what is wrong with a mapping that leaves no value open; ``None`` where it may."""
    if not isinstance(value, dict):
        return None
    forms = [form for form in FORMS if form in value]
    if len(forms) > 1:
        named = " and ".join(f"`{form}`" for form in forms)
        return f"says {named}, and only one can fill it in; keep one"
    for name, instead in FOREIGN_FORMS.items():
        if name in value:
            return f"is CloudFormation's {name}, which is not read here; write {instead}"
    return None


def text_hint(value: object) -> str:
    """Return what to do about text that other programs would read, or that was pasted."""
    if not isinstance(value, str):
        return ""
    if value[:1] in _TYPOGRAPHIC and value:
        return "; its quotes are typographic, and part of the text: write ' or none"
    if re.search(r"\$\{AWS::", value):
        return "; ${AWS::…} is read in `statements` alone: write what it stands for"
    if re.search(r"\$\{[a-zA-Z]|\$\([a-zA-Z]|\{\{|^\$[A-Z]", value):
        return "; variables in text are not read: write the value, or {parameter: Name}"
    if re.match(r"[.\w-]*\\[\w.\\-]+$|[A-Za-z]:\\", value):
        return "; write / between folders, not \\"
    hidden = next((c for c in value if c in "\u00a0\u200b\u200c\u200d\u2060\ufeff"), None)
    return f"; it holds the invisible character U+{ord(hidden):04X}" if hidden else ""


def region_hint(value: object) -> str:
    """Return the region of what is one of its zones: ``us-east-1a``."""
    is_zone = isinstance(value, str) and re.fullmatch(r"[a-z]{2}(-[a-z]+)+-[0-9][a-z]", value)
    return f"; write {str(value)[:-1]}, without the zone" if is_zone else ""


def key_hint(section: str, word: str) -> str | None:
    """Return what to do about a key that other programs read, in a section; ``None`` for others."""
    advice = FOREIGN_KEYS.get(section, {}).get(snake_case(word))
    return f"; {advice}" if advice else None

"""Secrets that rules report: by shape, by name, or because the text looks random.

The shapes and names are those of `reading.secret_shapes`. Random text is recognized by how its
letters change, which differs from words.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

from gateway_infra.reading.secret_shapes import PASSWORDS, REPORTED_NAME, SHAPES, VALUE

_PASSWORD_OF_PAIRS = rf"(?i)(?:^|[\s,\"'])(?:password|passwd|pwd){VALUE}"
_BESIDE = (
    r"(?i)\b(?:abortConnect|address|data source|database|dbname|driver|endpoint|host|hostaddr"
    r"|initial catalog|port|server|ssl|sslmode|uid|user|user id|userid|username)\s{0,2}="
)
"""A password among the pairs of a connection string, and those that make it one:
https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING."""

_SAMPLES = (
    r"(?i)(?:(?<=:)|(?<==))(?:pass(?:word|wd)?|pwd?|secret|x+)(?=[@&;\s]|$)"
    r"|eyJ[\w-]{8,200}\.eyJzdWIiOiIxMjM0NTY3ODkwI[\w-]{2,300}\.[\w-]{16,400}"
)
"""Passwords that stand for one in texts about an API, and the token that https://jwt.io shows."""

_WORD = r"[A-Za-z0-9+/_=-]{24,200}"
_PUBLIC = r"sha\d{3}[-:]|MIIBI|MFkwEwYHKoZIzj|MCowBQYDK2Vw|AAAAB3NzaC1|AAAAC3NzaC1|AAAAE2VjZHNh|pk_"
"""How digests, public keys (in DER and of SSH) and publishable keys begin."""

_OTHERWISE = (
    r"(?i)(^|_)(ARN|CHECKSUM|COMMIT|DIGEST|ETAG|HASH|ID|IDS|PUBLIC_?KEY|REVISION|SHA\d*|VERSION)$"
)
"""Ends of variables' names that call random text something else than a secret."""


_PLACES = (
    r"(|true|false|yes|no|none|null|on|off|enabled|disabled|required|optional"
    r"|seconds|minutes|hours|days|arn:\S+|alias/\S+|https?://\S+|file:\S+|(/[A-Za-z0-9._-]+)+/?"
    r"|\{\{resolve:[^{}]+\}\}|\$\{[^{}]+\}|<[^<>]+>"
    r"|(method|integration)\.(request|response)\.\S+|\$?(context|stageVariables)\.\S+|\$\.\S+)"
)
"""Where a secret is, or that there is none; how long one holds, too."""

_WAYS_TO_LOG_IN = (
    r"\d|api_?key|basic|bearer|cognito|cram-md5|digest|iam|jwt|kerberos|ldap|login|ntlm|oauth2?"
    r"|oidc|plain|saml|scram-sha-(256|512)|sigv4|ssl|tls"
)
"""Values of ``SMTP_AUTH`` and its like that say how to log in, and not with what."""


@lru_cache(maxsize=4096)
def shape_of_secret(text: str) -> str | None:
    """Return what text holds that is a secret by its shape (``a private key``), or ``None``.

    Other words may stand around it.
    """
    lowered = text.lower()
    for shape in SHAPES:
        hinted = shape.reported and any(hint in lowered for hint in shape.hints)
        if hinted and re.search(shape.reported, text):
            return shape.what
    of_pairs = "=" in text and any(word in lowered for word in PASSWORDS)
    if not of_pairs or not re.search(_PASSWORD_OF_PAIRS, text):
        return None
    # Among other words, it may be what a sentence speaks of.
    in_a_sentence = re.search(r"\s", text.strip()) and not re.search(_BESIDE, text)
    return None if in_a_sentence else "a connection string with a password"


def without_samples(text: str) -> str:
    """Return text about an API without what stands in it for a secret."""
    return re.sub(_SAMPLES, "", text)


def names_a_secret(name: str) -> bool:
    """Return whether the name of a variable or a property says that its value is a secret.

    The end of the name decides: a ``TOKEN_URL`` and a ``SECRET_ARN`` are not secrets.
    """
    return bool(REPORTED_NAME.search(name))


def is_literal_secret(name: str, text: str) -> bool:
    """Tell whether what is called `name` is a secret by that, and `text` the secret itself."""
    if not names_a_secret(name) or is_reference(text):
        return False
    return not (name.lower().endswith("auth") and re.fullmatch(_WAYS_TO_LOG_IN, text, re.I))


def looks_random(name: str, text: str) -> bool:
    """Tell whether a variable's value looks like a key that a program made.

    It is one word of 24 to 200 characters with small letters, capitals and digits in disorder.
    Digests and ids in hexadecimal, UUIDs, ARNs, URLs, paths, hosts, and what is text in base64 are
    none.
    """
    if not 24 <= len(text) <= 200 or not re.fullmatch(_WORD, text):
        return False
    if re.match(_PUBLIC, text) or re.search(_OTHERWISE, name):
        return False
    kinds = [_kind(character) for character in text if character.isalnum()]
    if len(set(kinds)) < 3 or _is_text_in_base64(text):
        return False
    # A small letter after a capital is how a word begins.
    switches = sum(
        one != two and (one, two) != ("capital", "small") for one, two in pairwise(kinds)
    )
    return switches / len(kinds) > 0.3 and _entropy(text) > 3.7


def name_below(key: str, name: str, entries: Mapping[str, Any]) -> str:
    """Return what template data under `key` is called, in a mapping that is called `name`.

    A function's literal text has the name of what it makes, and the value of a pair of Name and
    Value that of the pair; empty for what no literal can be under.
    """
    if key == "Fn::Base64" or (key == "Fn::Sub" and "${" not in str(entries[key])):
        return name
    if key == "Value" and isinstance(entries.get("Name"), str):
        # https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
        elsewhere = entries.get("Type") in ("PARAMETER_STORE", "SECRETS_MANAGER")
        return "" if elsewhere else str(entries["Name"])
    return key


def is_reference(text: str) -> bool:
    """Tell whether a value says where a secret is, or that there is none, rather than being one.

    An ARN, a path, a URL, what CloudFormation or API Gateway fills in, a switch, or nothing.
    """
    is_place = re.fullmatch(_PLACES, text, re.IGNORECASE)
    return is_place is not None and shape_of_secret(text) is None


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "capital" if character.isupper() else "small"


def _entropy(text: str) -> float:
    """Return Shannon's entropy in bits a character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


def _is_text_in_base64(text: str) -> bool:
    try:
        decoded = base64.b64decode(text, validate=True)
        return decoded.decode().isprintable()
    except (binascii.Error, UnicodeDecodeError):
        return False

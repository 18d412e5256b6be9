"""What text looks like a secret: by the shape of keys that services give out, or by chance alone.

The shapes are those that the services document, as secret scanners know them:
https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns.
What only looks random is told by how its letters change, as in random text and not in words.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from itertools import pairwise

_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
        ("an access key of AWS", r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
        ("a private key", r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----"),
        ("a token of GitHub", r"\b(gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})"),
        ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20}"),
        ("a token of Slack", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
        ("a webhook of Slack", r"\bhooks\.slack\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]{16}"),
        ("a key of Stripe", r"\b([rs]k_(live|test)|whsec)_[A-Za-z0-9]{16}"),
        ("an API key of Google", r"\bAIza[A-Za-z0-9_-]{35}"),
        ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}"),
        ("a token of PyPI", r"\bpypi-AgE[A-Za-z0-9_-]{40}"),
        ("a key of SendGrid", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
        ("an API key", r"\bsk-(ant-|proj-)?[A-Za-z0-9_-]{32}"),
        ("a JSON Web Token", r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16}"),
        # A password that is a placeholder, such as ${PASSWORD}, is filled in later.
        ("a URL with a password", r"\b[a-z][a-z0-9+.-]*://[^\s/:@?#]*:(?![${<%*])[^\s/:@?#]+@"),
    )
)

_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{24,200}")
_PUBLIC = re.compile(
    r"sha\d{3}[-:]|MIIBI|MFkwEwYHKoZIzj|MCowBQYDK2Vw|AAAAB3NzaC1|AAAAC3NzaC1|AAAAE2VjZHNh|pk_"
)
"""How digests, public keys (in DER and of SSH) and publishable keys begin."""

_NO_SECRET = re.compile(
    r"(^|_)(ARN|CHECKSUM|COMMIT|DIGEST|ETAG|HASH|ID|IDS|PUBLIC_?KEY|REVISION|SHA\d*|VERSION)$",
    re.IGNORECASE,
)
"""Ends of variables' names that call random text something else than a secret."""


def shape_of_secret(text: str) -> str | None:
    """Return what text holds that is a secret by its shape (``a private key``), or ``None``."""
    return next((what for what, pattern in _SHAPES if pattern.search(text)), None)


def looks_random(name: str, text: str) -> bool:
    """Tell whether a variable's value looks like a key that a program made.

    It is one word of 24 to 200 characters with small letters, capitals and digits in disorder.
    Digests and ids in hexadecimal, UUIDs, ARNs, URLs, paths, hosts, and what is text in base64 are
    none.
    """
    if not _TOKEN.fullmatch(text) or _PUBLIC.match(text) or _NO_SECRET.search(name):
        return False
    kinds = [_kind(character) for character in text if character.isalnum()]
    if len(set(kinds)) < 3 or _is_text_in_base64(text):
        return False
    # A small letter after a capital is how a word begins.
    switches = sum(
        one != two and (one, two) != ("capital", "small") for one, two in pairwise(kinds)
    )
    return switches / len(kinds) > 0.3 and _entropy(text) > 3.7


def is_reference(text: str) -> bool:
    """Tell whether a value says where a secret is, or that there is none, rather than being one.

    An ARN, a path, a URL, a switch, or nothing.
    """
    places = r"|true|false|yes|no|none|null|arn:\S+|https?://\S+|file:\S+|(/[A-Za-z0-9._-]+)+/?"
    is_place = re.fullmatch(f"({places})", text, re.IGNORECASE)
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

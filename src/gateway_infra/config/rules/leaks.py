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

_SHAPES = (
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    ("an access key of AWS", r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", ("AKIA", "ASIA")),
    ("a private key", r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----", ("PRIVATE KEY",)),
    ("a token of GitHub", r"\bgh[opsur]_[A-Za-z0-9]{36}", ("gh",)),
    ("a token of GitHub", r"\bgithub_pat_[A-Za-z0-9_]{40,}", ("github_pat_",)),
    ("a token of GitLab", r"\bglpat-[A-Za-z0-9_-]{20}", ("glpat-",)),
    ("a token of Slack", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", ("xox",)),
    (
        "a webhook of Slack",
        r"\bhooks\.slack\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]{16}",
        ("hooks.slack.com",),
    ),
    ("a key of Stripe", r"\b[rs]k_(live|test)_[A-Za-z0-9]{16}", ("k_live_", "k_test_")),
    ("a key of Stripe", r"\bwhsec_[A-Za-z0-9]{16}", ("whsec_",)),
    ("an API key of Google", r"\bAIza[A-Za-z0-9_-]{35}", ("AIza",)),
    ("a token of npm", r"\bnpm_[A-Za-z0-9]{36}", ("npm_",)),
    ("a token of PyPI", r"\bpypi-AgE[A-Za-z0-9_-]{40}", ("pypi-AgE",)),
    ("a key of SendGrid", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}", ("SG.",)),
    ("an API key", r"\bsk-(ant-|proj-)?[A-Za-z0-9_-]{32}", ("sk-",)),
    (
        "a JSON Web Token",
        r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16}",
        ("eyJ",),
    ),
    # A password that is a placeholder, such as ${PASSWORD}, is filled in later.
    (
        "a URL with a password",
        r"\b[a-z][a-z0-9+.-]*://[^\s/:@?#]*:(?![${<%*])[^\s/:@?#]+@",
        ("://",),
    ),
)
"""What it is, the pattern, and texts of which one stands in all that match: few files have any, and
then no pattern is compiled."""

_WORD = r"[A-Za-z0-9+/_=-]{24,200}"
_PUBLIC = r"sha\d{3}[-:]|MIIBI|MFkwEwYHKoZIzj|MCowBQYDK2Vw|AAAAB3NzaC1|AAAAC3NzaC1|AAAAE2VjZHNh|pk_"
"""How digests, public keys (in DER and of SSH) and publishable keys begin."""

_OTHERWISE = (
    r"(?i)(^|_)(ARN|CHECKSUM|COMMIT|DIGEST|ETAG|HASH|ID|IDS|PUBLIC_?KEY|REVISION|SHA\d*|VERSION)$"
)
"""Ends of variables' names that call random text something else than a secret."""


def shape_of_secret(text: str) -> str | None:
    """Return what text holds that is a secret by its shape (``a private key``), or ``None``."""
    for what, pattern, hints in _SHAPES:
        if any(hint in text for hint in hints) and re.search(pattern, text):
            return what
    return None


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

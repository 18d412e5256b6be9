"""Shapes and names of secrets: the one table for redaction, rules and masking.

Redaction hides all possible secrets, so its patterns are wide. A rule reports only certain ones,
so its patterns require full lengths and exclude placeholders. Redaction covers every reported text.

Source: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Shape(NamedTuple):
    """Text that is a secret wherever it is.

    Every match contains one of `hints`, in any case, so that few patterns are compiled. Without
    `redacted`, another row redacts the text. Without `reported`, no rule reports it. Redaction
    hides the group of its pattern, or the whole match. Each pattern runs in linear time.
    """

    what: str
    hints: tuple[str, ...]
    redacted: str = ""
    reported: str = ""


FILLED_IN = r"[${<*\[…]|%[({s]|\.\.\.|x{3}"
"""Start of a placeholder such as ``${PASSWORD}``, which is filled in later."""

VALUE = (
    rf"\s{{0,2}}=\s{{0,2}}[\"']?(?![\"']?(?:{FILLED_IN}|:|"
    r"(?:true|false|yes|no|null|none|required|optional|string)(?![\w-])))[^\s&;\"'<>]"
)
"""Value of a password in the query of a URL or in a connection string."""

_KEY_ID = r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"
PASSWORDS = ("password", "passwd", "passphrase", "pwd")


def _token(what: str, start: str, characters: str, redacted: int, reported: int) -> Shape:
    """Return the shape of a token with a fixed start and a least number of characters."""
    pattern = rf"\b{start}{characters}"
    (hint,) = re.findall(r"^[\w-]+", start.lower())
    return Shape(what, (hint,), f"{pattern}{{{redacted},}}", f"{pattern}{{{reported},}}")


SHAPES = (
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    Shape("an access key of AWS", ("akia", "asia"), _KEY_ID, _KEY_ID),
    Shape(
        "a private key",
        ("-----begin",),
        r"(?s)-----BEGIN [A-Z0-9 ]*KEY(?: BLOCK)?-----.*",
        r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----",
    ),
    _token("a token of GitHub", "gh[opsur]_", "[A-Za-z0-9]", 20, 36),
    _token("a token of GitHub", "github_pat_", r"\w", 20, 40),
    _token("a token of GitLab", "glpat-", r"[\w-]", 16, 20),
    _token("a token of Slack", "xox[abeoprs]-", r"[\w-]", 8, 10),
    Shape(
        "a webhook of Slack",
        ("hooks.slack.com",),
        r"hooks\.slack\.com/services/([\w/]{8,})",
        r"\bhooks\.slack\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]{16}",
    ),
    Shape(
        "a key of Stripe",
        ("k_live_", "k_test_"),
        r"\b[rs]k_(?:live|test)_\w{8,}",
        r"\b[rs]k_(live|test)_[A-Za-z0-9]{16}",
    ),
    _token("a key of Stripe", "whsec_", r"\w", 8, 16),
    _token("an API key of Google", "AIza", r"[\w-]", 35, 35),
    _token("a token of npm", "npm_", r"\w", 36, 36),
    _token("a token of PyPI", "pypi-AgE", r"[\w-]", 40, 40),
    _token("a key of SendGrid", r"SG\.[\w-]{22}\.", r"[\w-]", 43, 43),
    _token("an API key", "sk-(?:ant-|proj-)?", r"[\w-]", 32, 32),
    Shape(
        "a JSON Web Token",
        ("eyj",),
        r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
        r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16}",
    ),
    Shape(
        "a URL with a password",
        ("://",),
        r"://([^\s/:@'\"]{0,100}:[^\s@'\"]{0,200}|[^\s/:@?#]*:[^\s/@?#]+)@",
        rf"(?i)[a-z0-9]://[^\s/:@?#]*:(?!{FILLED_IN})[^\s/@?#]+@",
    ),
    Shape(
        "a URL with a password",
        ("pass", "pwd"),
        reported=rf"(?i)[?&](?:\w{{1,20}}[_-])?(?:password|passwd|passphrase|pwd|pass){VALUE}",
    ),
    Shape(
        "a URL with a token",
        ("secret=", "token=", "key="),
        reported=r"(?i)[?&](?:\w{1,20}[_-])?(?:secret|token|api_?key)="
        rf"(?!{FILLED_IN})(?=[^\s&;]{{0,60}}\d)[\w.~+/%-]{{16}}",
    ),
    Shape(
        "a connection string with a password",
        PASSWORDS,
        reported=rf"(?i);\s?(?:password|pwd){VALUE}",
    ),
    Shape(
        "a connection string with a key",
        ("accesskey", "accountkey", "sharedsecretvalue"),
        reported=rf"(?i)\b(?:AccountKey|SharedAccessKey|SharedSecretValue){VALUE}",
    ),
    Shape(
        "a value of a URL or a connection string",
        ("=",),
        r"(?i)(?:pass(?:word|wd|phrase)?|pwd|secret|token|(?:api|account|access)_?key|secretvalue)"
        r"\s{0,2}=\s{0,2}"
        r"(\"[^\"\n]{1,500}\"|'[^'\n]{1,500}'|[^\s&;\"'<>]+|[\"'][^\s&;\"'<>]+)",
    ),
)


class SecretName(NamedTuple):
    """Part of a key or a variable's name that makes its value a secret.

    Redaction looks for it anywhere in a name if `anywhere`, and else at the end. Rules report a
    literal under a name that ends in it, if `reported`.
    """

    pattern: str
    anywhere: bool = False
    reported: bool = True


NAMES = (
    SecretName(r"passw(?:or)?d|passphrase|passcode|secret|token|credentials?", anywhere=True),
    SecretName(
        r"(?:access|account|api|client|encryption|master|private|shared|signing)[_-]?key",
        anywhere=True,
    ),
    # A DSN or a connection string is a secret only with a password, which has a shape of its own.
    SecretName(r"pwd|jwt|dsn|connection[_-]?string", anywhere=True, reported=False),
    SecretName(r"(?<![A-Za-z0-9])(?:auth|pass|pwd?)|creds|secret_?string|api_?key_?value"),
    SecretName(r"(?:app|auth|cipher|decryption|hmac|jwt|secret|session|ssh|webhook)[_-]?key"),
)

ANYWHERE = "|".join(name.pattern for name in NAMES if name.anywhere)
AT_END = "|".join(name.pattern for name in NAMES if not name.anywhere)
REDACTED_NAME = re.compile(rf"{ANYWHERE}|(?:{AT_END})$", re.IGNORECASE)
REPORTED_NAME = re.compile(
    rf"(?:{'|'.join(name.pattern for name in NAMES if name.reported)})$", re.IGNORECASE
)

"""Rules of the bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject
from gateway_infra.values.values import known

_BUCKETS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
_KEPT = ("xn--", "sthree-", "amzn-s3-demo-")
_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def _bucket_name(subject: Subject) -> Iterator[Diagnostic]:
    bucket = subject.environment.bucket
    name = known(bucket.name) if bucket else None
    if not isinstance(name, str):
        return
    fault = None
    if ".." in name:
        fault = "has two dots in a row, which no bucket's name has"
    elif re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", name):
        fault = "is an IP address, which no bucket's name may be"
    elif name.startswith(_KEPT):
        fault = "begins as no bucket's name may (xn--, sthree- and amzn-s3-demo- are kept)"
    elif name.endswith(_ENDS):
        fault = "ends as names of access points and of other kinds of buckets do, which IAM does "
        fault += "not take for a bucket's"
    if fault:
        yield Diagnostic(
            ("bucket", "name"), f"is '{name}', and {fault}; write the bucket's own name"
        )


def _dots(subject: Subject) -> Iterator[Diagnostic]:
    bucket = subject.environment.bucket
    name = known(bucket.name) if bucket else None
    if isinstance(name, str) and "." in name and not list(_bucket_name(subject)):
        message = f"is '{name}', and the certificate of *.s3.amazonaws.com fits no name with dots: "
        message += "HTTPS by bucket's host name fails; take a bucket without dots, or let the code "
        message += "ask by path"
        yield Diagnostic(("bucket", "name"), message)


RULES = (
    Rule.error(
        "GI131",
        "What is no bucket's name",
        "S3 has no bucket of that name, and the role's permission would name nothing.",
        "Write the bucket's name alone, without s3:// and without the parts of an ARN.",
        _BUCKETS,
        check=_bucket_name,
    ),
    Rule.warning(
        "GI132",
        "A bucket's name with dots",
        "SDKs put the bucket's name in front of the host, and the wildcard of S3's certificate "
        "stands for one label only, so HTTPS fails unless the client asks by path.",
        "Take a bucket without dots; accept it where the code asks by path.",
        _BUCKETS,
        check=_dots,
    ),
)

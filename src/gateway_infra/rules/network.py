"""Rules of the network, the database and the bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject
from gateway_infra.values.values import DeployTimeValue, known

_VPC = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
LOWEST_PORT = 1150
"""Of RDS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

_ZONE = r"(?<![a-z0-9])([a-z]{2}(?:-[a-z]+)+-[0-9][a-f]|[a-z]{3,5}[0-9]-az[0-9])(?![0-9])"
"""A zone's name or id, as in us-east-1a and use1-az1."""

_ENDPOINT = (
    r"(?P<first>[a-z0-9-]+)\.(?:endpoint\.(?=proxy-))?"
    r"(?P<kind>cluster-ro-|cluster-custom-|cluster-|proxy-)?[a-z0-9]+"
    r"\.(?P<region>[a-z0-9-]+)\.rds\.amazonaws\.com(\.cn)?"
)


class Endpoint(NamedTuple):
    """A host name that RDS gives: of an instance, a cluster (its writer or reader) or a proxy."""

    first: str
    kind: str
    region: str


def endpoint_of(host: object) -> Endpoint | None:
    """Read the host name of an RDS endpoint; ``None`` for any other.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
    """
    match = re.fullmatch(_ENDPOINT, host.lower()) if isinstance(host, str) else None
    return Endpoint(match["first"], match["kind"] or "", match["region"]) if match else None


def _subnets(subject: Subject) -> Iterator[tuple[KeyPath, str]]:
    """Yield the open subnets with the names that the file knows them by."""
    subnets = subject.environment.network.subnets
    path: KeyPath = ("network", "subnets")
    if isinstance(subnets, DeployTimeValue):
        yield path, subnets.name
        return
    for position, subnet in enumerate(subnets):
        if isinstance(subnet, DeployTimeValue):
            yield (*path, position), subnet.name


def _default_subnets(subject: Subject) -> list[object]:
    """Return the subnets that are known: ids, and the defaults of parameters."""
    subnets = subject.environment.network.subnets
    values = [subnets] if isinstance(subnets, DeployTimeValue) else subnets
    defaults = [str(known(subnet) or "") for subnet in values]
    return [subnet for default in defaults for subnet in default.split(",") if subnet]


def _one_default(subject: Subject) -> Iterator[Diagnostic]:
    if (
        isinstance(subject.environment.network.subnets, DeployTimeValue)
        and len(_default_subnets(subject)) == 1
    ):
        message = "has one subnet as its `default`; name two or more, in different zones"
        yield Diagnostic(("network", "subnets"), message)


def _default_twice(subject: Subject) -> Iterator[Diagnostic]:
    given = _default_subnets(subject)
    doubles = sorted({str(subnet) for subnet in given if given.count(subnet) > 1})
    if doubles:
        message = f"has {doubles[0]} twice, with the defaults of parameters; name another"
        yield Diagnostic(("network", "subnets"), message)


def _public(subject: Subject) -> Iterator[Diagnostic]:
    for path, name in _subnets(subject):
        if re.search(r"public(?!ation|ish)", name, re.IGNORECASE):
            message = f"is '{name}', a public subnet by its name: a function has no public address "
            message += "there, and reaches nothing outside of the VPC; take a private subnet"
            yield Diagnostic(path, message)


def _one_zone(subject: Subject) -> Iterator[Diagnostic]:
    subnets = subject.environment.network.subnets
    if isinstance(subnets, DeployTimeValue):
        return
    zones = [re.findall(_ZONE, name.lower()) for _, name in _subnets(subject)]
    named = {found[-1] for found in zones if found}
    if len(named) == 1 and len(zones) == len(subnets) and all(zones):
        message = f"are all in {named.pop()} by their names: when that zone is down, so is the API;"
        yield Diagnostic(("network", "subnets"), f"{message} name subnets of two zones")


RULES = (
    Rule.error(
        "GI111",
        "One subnet alone",
        "A subnet is in one zone, and a function in one zone is gone with it.",
        "List subnets of two zones or more.",
        _VPC,
        check=_one_default,
    ),
    Rule.error(
        "GI112",
        "A subnet twice",
        "It looks like two zones and is one.",
        "List another subnet, of another zone.",
        _VPC,
        check=_default_twice,
    ),
    Rule.warning(
        "GI113",
        "A public subnet, by its name",
        "Connecting a function to a public subnet gives it neither a public address nor access to "
        "the internet, so calls to AWS and beyond time out.",
        "Name private subnets, with a NAT gateway or VPC endpoints.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html",
        check=_public,
    ),
    Rule.warning(
        "GI114",
        "Subnets of one zone, by their names",
        "A function in one zone is gone when that zone is; which zone a subnet with an id alone is "
        "in, no file shows.",
        "Name subnets of two zones.",
        _VPC,
        check=_one_zone,
    ),
)
"""Rules of the network, the database and the bucket."""

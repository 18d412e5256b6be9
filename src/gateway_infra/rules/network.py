"""Rules of the network, the database and the bucket."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gateway_infra.reading.problems import KeyPath
from gateway_infra.rules.environment_queries import or_default
from gateway_infra.rules.rule import Found, Rule, Subject
from gateway_infra.values.values import Open, known

_VPC = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
_INTERNET = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html"
_AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
_RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
_BUCKETS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
_CREATE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"

LOWEST_PORT = 1150
"""Of RDS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""

_ZONE = r"(?<![a-z0-9])([a-z]{2}(?:-[a-z]+)+-[0-9][a-f]|[a-z]{3,5}[0-9]-az[0-9])(?![0-9])"
"""A zone's name or id, as in us-east-1a and use1-az1."""

_ENDPOINT = (
    r"(?P<first>[a-z0-9-]+)\.(?:endpoint\.(?=proxy-))?"
    r"(?P<kind>cluster-ro-|cluster-custom-|cluster-|proxy-)?[a-z0-9]+"
    r"\.(?P<region>[a-z0-9-]+)\.rds\.amazonaws\.com(\.cn)?"
)

_RESOURCES = {
    "instance": ("db-", "cluster-"),
    "cluster": ("cluster-",),
    "proxy": ("prx-",),
}
"""How resource ids begin that a login at an endpoint may be allowed for, its own first; instances
of Aurora log in by their cluster's."""

_ARTICLES = {"instance": "an instance", "cluster": "a cluster", "proxy": "a proxy"}


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
    if isinstance(subnets, Open):
        yield path, subnets.name
        return
    for position, subnet in enumerate(subnets):
        if isinstance(subnet, Open):
            yield (*path, position), subnet.name


def _default_subnets(subject: Subject) -> list[object]:
    """Return the subnets that are known: ids, and the defaults of parameters."""
    subnets = subject.environment.network.subnets
    values = [subnets] if isinstance(subnets, Open) else subnets
    defaults = [str(known(subnet) or "") for subnet in values]
    return [subnet for default in defaults for subnet in default.split(",") if subnet]


def _one_default(subject: Subject) -> Iterator[Found]:
    if (
        isinstance(subject.environment.network.subnets, Open)
        and len(_default_subnets(subject)) == 1
    ):
        message = "has one subnet as its `default`; name two or more, in different zones"
        yield Found(("network", "subnets"), message)


def _default_twice(subject: Subject) -> Iterator[Found]:
    given = _default_subnets(subject)
    doubles = sorted({str(subnet) for subnet in given if given.count(subnet) > 1})
    if doubles:
        message = f"has {doubles[0]} twice, with the defaults of parameters; name another"
        yield Found(("network", "subnets"), message)


def _public(subject: Subject) -> Iterator[Found]:
    for path, name in _subnets(subject):
        if re.search(r"public(?!ation|ish)", name, re.IGNORECASE):
            message = f"is '{name}', a public subnet by its name: a function has no public address "
            yield Found(path, f"{message}there, and reaches nothing outside of the VPC; take a "
                        "private subnet")  # fmt: skip


def _one_zone(subject: Subject) -> Iterator[Found]:
    subnets = subject.environment.network.subnets
    if isinstance(subnets, Open):
        return
    zones = [re.findall(_ZONE, name.lower()) for _, name in _subnets(subject)]
    named = {found[-1] for found in zones if found}
    if len(named) == 1 and len(zones) == len(subnets) and all(zones):
        message = f"are all in {named.pop()} by their names: when that zone is down, so is the API;"
        yield Found(("network", "subnets"), f"{message} name subnets of two zones")


def _other_region(subject: Subject) -> Iterator[Found]:
    database, region = subject.environment.database, subject.environment.region
    endpoint = endpoint_of(known(database.host)) if database else None
    if endpoint and endpoint.region != region:
        message = f"is in {endpoint.region}, but `region` is {region}: security groups of two "
        yield Found(("database", "host"), f"{message}regions cannot name each other; name the one "
                    "there")  # fmt: skip


def _reader(subject: Subject) -> Iterator[Found]:
    database = subject.environment.database
    endpoint = endpoint_of(known(database.host)) if database else None
    if endpoint and endpoint.kind == "cluster-ro-":
        message = "is the cluster's reader endpoint, where writing fails once there is a replica; "
        yield Found(("database", "host"), f"{message}name the writer's, without -ro")


def _watched(subject: Subject) -> Iterator[Found]:
    database = subject.environment.database
    endpoint = endpoint_of(known(database.host)) if database else None
    if database is None or endpoint is None:
        return
    of_cluster = endpoint.kind in ("cluster-", "cluster-ro-")
    key = "cluster_identifier" if of_cluster else "instance_identifier"
    given = getattr(database, key)
    watched = None if given is None else known(given)
    if watched not in (None, endpoint.first) and (of_cluster or not endpoint.kind):
        message = f"is {watched}, but database.host is of {endpoint.first}: the alarm would watch "
        yield Found(("database", key), f"{message}a database that nobody uses; correct one of the "
                    "two")  # fmt: skip


def _other_resource(subject: Subject) -> Iterator[Found]:
    database = subject.environment.database
    endpoint = endpoint_of(known(database.host)) if database else None
    if database is None or database.iam is None or endpoint is None:
        return
    given = known(database.iam.resource_id)
    host = "cluster" if endpoint.kind.startswith("cluster") else endpoint.kind.rstrip("-")
    takes = _RESOURCES[host or "instance"]
    what = next((name for name, own in _RESOURCES.items() if str(given).startswith(own[0])), None)
    if what is not None and not str(given).startswith(takes):
        message = f"is of {_ARTICLES[what]}, but database.host is the endpoint of "
        message += f"{_ARTICLES[host or 'instance']}, whose id begins with {takes[0]}: IAM would "
        yield Found(("database", "iam", "resource_id"), f"{message}refuse every login; correct one "
                    "of the two")  # fmt: skip


def _administrator(subject: Subject) -> Iterator[Found]:
    database = subject.environment.database
    user = known(database.user) if database else None
    if user == "rdsadmin":
        message = "is rdsadmin, which RDS keeps for itself and gives nobody a password for; "
        yield Found(("database", "user"), f"{message}make a user for the application")
    elif user == "postgres":
        message = "is postgres, by its name the master user, who may drop every table; make a user "
        yield Found(("database", "user"), f"{message}for the application with what it needs")


def _port(subject: Subject) -> Iterator[Found]:
    database = subject.environment.database
    port = known(database.port) if database else None
    if isinstance(port, int) and port < LOWEST_PORT:
        path: KeyPath = ("database", "port")
        message = f"is {port}{or_default(subject, path)} and RDS takes {LOWEST_PORT:,} to 65,535; "
        yield Found(path, f"{message}PostgreSQL's own is 5432")


_KEPT = ("xn--", "sthree-", "amzn-s3-demo-")
_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")


def _bucket_name(subject: Subject) -> Iterator[Found]:
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
        yield Found(("bucket", "name"), f"is '{name}', and {fault}; write the bucket's own name")


def _dots(subject: Subject) -> Iterator[Found]:
    bucket = subject.environment.bucket
    name = known(bucket.name) if bucket else None
    if isinstance(name, str) and "." in name and not list(_bucket_name(subject)):
        message = f"is '{name}', and the certificate of *.s3.amazonaws.com fits no name with dots: "
        yield Found(("bucket", "name"), f"{message}HTTPS by bucket's host name fails; take a "
                    "bucket without dots, or let the code ask by path")  # fmt: skip


RULES = (
    Rule(
        "GI128",
        "error",
        "A database with no way to log in, or with several",
        "Functions log in with a password that whoever deploys gives, with one that is generated "
        "into a secret, or with a token of IAM. With two of them, nothing says which holds.",
        "Write one of database.password, database.secret and database.iam.",
        "docs/values.md",
        acceptable=False,
    ),
    Rule(
        "GI129",
        "error",
        "What is no resource id of a database",
        "IAM allows rds-db:connect on the resource id that RDS gives an instance, a cluster or a "
        "proxy once and for all, not on the identifier that people choose. Those of instances and "
        "clusters are of capitals and digits, those of proxies hexadecimal.",
        "Write DbiResourceId or DbClusterResourceId, as aws rds describe-db-instances or "
        "describe-db-clusters shows it; of a proxy the last part of its ARN (describe-db-proxies).",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html",
        acceptable=False,
    ),
    Rule(
        "GI111",
        "error",
        "One subnet alone",
        "A subnet is in one zone, and a function in one zone is gone with it.",
        "List subnets of two zones or more.",
        _VPC,
        check=_one_default,
        acceptable=False,
    ),
    Rule(
        "GI112",
        "error",
        "A subnet twice",
        "It looks like two zones and is one.",
        "List another subnet, of another zone.",
        _VPC,
        check=_default_twice,
        acceptable=False,
    ),
    Rule(
        "GI113",
        "warning",
        "A public subnet, by its name",
        "Connecting a function to a public subnet gives it neither a public address nor access to "
        "the internet, so calls to AWS and beyond time out.",
        "Name private subnets, with a NAT gateway or VPC endpoints.",
        _INTERNET,
        check=_public,
    ),
    Rule(
        "GI114",
        "warning",
        "Subnets of one zone, by their names",
        "A function in one zone is gone when that zone is; which zone a subnet with an id alone is "
        "in, no file shows.",
        "Name subnets of two zones.",
        _VPC,
        check=_one_zone,
    ),
    Rule(
        "GI121",
        "error",
        "An instance and a cluster at once",
        "One alarm watches the CPU of one database.",
        "Keep instance_identifier or cluster_identifier.",
        _AURORA + "dimensions.html",
        acceptable=False,
    ),
    Rule(
        "GI122",
        "error",
        "A database in another region",
        "The rule that lets the function in names the function's security group, which a group of "
        "another region cannot.",
        "Name a database of the region, or deploy to the database's.",
        "https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html",
        check=_other_region,
    ),
    Rule(
        "GI123",
        "error",
        "A database's host that is more than a host name",
        "Applications put host and port together themselves, and a URL with a login would show the "
        "password.",
        "Write the host name alone; port, name, user and password have keys of their own.",
        "docs/reference.md",
        acceptable=False,
    ),
    Rule(
        "GI124",
        "warning",
        "The reader endpoint of a cluster",
        "It leads to replicas, which only read; without any it leads to the writer, so that tests "
        "pass until the first replica is added.",
        "Name the cluster's (writer) endpoint; accept it for functions that only read.",
        _AURORA + "Aurora.Endpoints.Reader.html",
        check=_reader,
    ),
    Rule(
        "GI125",
        "warning",
        "An alarm on another database than the one that is used",
        "The host names one instance or cluster, and the identifier whose CPU is watched another, "
        "as happens when a file is copied.",
        "Write the identifier that the host name begins with.",
        _AURORA + "Aurora.Overview.Endpoints.html",
        check=_watched,
    ),
    Rule(
        "GI922",
        "warning",
        "The resource id of another kind of database than the host",
        "The token is signed for the host, and IAM allows rds-db:connect for the resource id; a "
        "cluster is known by its own and a proxy by its own, not by that of a database behind it.",
        "Write the resource id of what database.host names.",
        _AURORA + "UsingWithRDS.IAMDBAuth.IAMPolicy.html",
        check=_other_resource,
    ),
    Rule(
        "GI126",
        "warning",
        "The master user of the database",
        "AWS strongly recommends not to use the master user in applications, as whoever takes over "
        "the function has all of the database; rdsadmin is RDS's own.",
        "Make a user with what the application needs, and name it.",
        _RDS + "UsingWithRDS.MasterAccounts.html",
        check=_administrator,
    ),
    Rule(
        "GI127",
        "warning",
        "A port that RDS does not take",
        "RDS takes ports from 1150, so at a lower one no database of RDS answers.",
        "Write the port of the endpoint; accept it where something else stands in between.",
        _CREATE,
        check=_port,
    ),
    Rule(
        "GI131",
        "error",
        "What is no bucket's name",
        "S3 has no bucket of that name, and the role's permission would name nothing.",
        "Write the bucket's name alone, without s3:// and without the parts of an ARN.",
        _BUCKETS,
        check=_bucket_name,
        acceptable=False,
    ),
    Rule(
        "GI132",
        "warning",
        "A bucket's name with dots",
        "SDKs put the bucket's name in front of the host, and the wildcard of S3's certificate "
        "stands for one label only, so HTTPS fails unless the client asks by path.",
        "Take a bucket without dots; accept it where the code asks by path.",
        _BUCKETS,
        check=_dots,
    ),
)
"""Rules of the network, the database and the bucket."""

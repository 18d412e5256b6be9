"""Rules of the database and of how functions log in to it."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import or_default
from gateway_infra.rules.network import LOWEST_PORT, endpoint_of
from gateway_infra.rules.rule import Subject
from gateway_infra.values.values import known

_AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
_RESOURCES = {"instance": ("db-", "cluster-"), "cluster": ("cluster-",), "proxy": ("prx-",)}
"""How resource ids begin that a login at an endpoint may be allowed for, its own first; instances
of Aurora log in by their cluster's."""

_ARTICLES = {"instance": "an instance", "cluster": "a cluster", "proxy": "a proxy"}


def _other_region(subject: Subject) -> Iterator[Diagnostic]:
    database, region = subject.environment.database, subject.environment.region
    endpoint = endpoint_of(known(database.host)) if database else None
    if endpoint and endpoint.region != region:
        message = f"is in {endpoint.region}, but `region` is {region}: security groups of two "
        message += "regions cannot name each other; name the one there"
        yield Diagnostic(("database", "host"), message)


def _reader(subject: Subject) -> Iterator[Diagnostic]:
    database = subject.environment.database
    endpoint = endpoint_of(known(database.host)) if database else None
    if endpoint and endpoint.kind == "cluster-ro-":
        message = "is the cluster's reader endpoint, where writing fails once there is a replica; "
        yield Diagnostic(("database", "host"), f"{message}name the writer's, without -ro")


def _watched(subject: Subject) -> Iterator[Diagnostic]:
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
        message += "a database that nobody uses; correct one of the two"
        yield Diagnostic(("database", key), message)


def _other_resource(subject: Subject) -> Iterator[Diagnostic]:
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
        message += "refuse every login; correct one of the two"
        yield Diagnostic(("database", "iam", "resource_id"), message)


def _administrator(subject: Subject) -> Iterator[Diagnostic]:
    database = subject.environment.database
    user = known(database.user) if database else None
    if user == "rdsadmin":
        message = "is rdsadmin, which RDS keeps for itself and gives nobody a password for; "
        yield Diagnostic(("database", "user"), f"{message}make a user for the application")
    elif user == "postgres":
        message = "is postgres, by its name the master user, who may drop every table; make a user "
        yield Diagnostic(("database", "user"), f"{message}for the application with what it needs")


def _port(subject: Subject) -> Iterator[Diagnostic]:
    database = subject.environment.database
    port = known(database.port) if database else None
    if isinstance(port, int) and port < LOWEST_PORT:
        path: KeyPath = ("database", "port")
        message = f"is {port}{or_default(subject, path)} and RDS takes {LOWEST_PORT:,} to 65,535; "
        yield Diagnostic(path, f"{message}PostgreSQL's own is 5432")


RULES = (
    Rule.error(
        "GI122",
        "A database in another region",
        "The rule that lets the function in names the function's security group, which a group of "
        "another region cannot.",
        "Name a database of the region, or deploy to the database's.",
        "https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html",
        check=_other_region,
        acceptable=True,
    ),
    Rule.warning(
        "GI124",
        "The reader endpoint of a cluster",
        "It leads to replicas, which only read; without any it leads to the writer, so that tests "
        "pass until the first replica is added.",
        "Name the cluster's (writer) endpoint; accept it for functions that only read.",
        _AURORA + "Aurora.Endpoints.Reader.html",
        check=_reader,
    ),
    Rule.warning(
        "GI125",
        "An alarm on another database than the one that is used",
        "The host names one instance or cluster, and the identifier whose CPU is watched another, "
        "as happens when a file is copied.",
        "Write the identifier that the host name begins with.",
        _AURORA + "Aurora.Overview.Endpoints.html",
        check=_watched,
    ),
    Rule.warning(
        "GI922",
        "The resource id of another kind of database than the host",
        "The token is signed for the host, and IAM allows rds-db:connect for the resource id; a "
        "cluster is known by its own and a proxy by its own, not by that of a database behind it.",
        "Write the resource id of what database.host names.",
        _AURORA + "UsingWithRDS.IAMDBAuth.IAMPolicy.html",
        check=_other_resource,
    ),
    Rule.warning(
        "GI126",
        "The master user of the database",
        "AWS strongly recommends not to use the master user in applications, as whoever takes over "
        "the function has all of the database; rdsadmin is RDS's own.",
        "Make a user with what the application needs, and name it.",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html",
        check=_administrator,
    ),
    Rule.warning(
        "GI127",
        "A port that RDS does not take",
        "RDS takes ports from 1150, so at a lower one no database of RDS answers.",
        "Write the port of the endpoint; accept it where something else stands in between.",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
        check=_port,
    ),
)

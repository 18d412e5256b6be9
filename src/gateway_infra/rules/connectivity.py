"""Rules of what functions must reach: ports that their group lets out, and AWS's own services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.environment_queries import listed
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.endpoints import GATEWAYS
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.function import FunctionSection
from gateway_infra.values.values import DeployTimeValue, SecretValue, known

_SCHEMES = {
    "amqp": 5672,
    "amqps": 5671,
    "http": 80,
    "ldap": 389,
    "ldaps": 636,
    "memcached": 11211,
    "mongodb": 27017,
    "mqtt": 1883,
    "mqtts": 8883,
    "mysql": 3306,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "smtp": 25,
    "smtps": 465,
}
"""The ports of URLs that name none, as registered:
https://www.iana.org/assignments/service-names-port-numbers/ (amqp, redis and others of their own
documentation)."""

_ACTIONS = {
    # https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
    "kafka-cluster": 9098,
    # https://docs.aws.amazon.com/neptune/latest/userguide/feature-overview-endpoints.html
    "neptune-db": 8182,
}
"""Ports of services that an action is asked of by a connection to a cluster, not to AWS's API."""

_URL = r"(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*)://(?:[^\s/@]*@)?([^\s/:?#@\[]+)(?::([0-9]{1,5}))?"
_HOST = r"((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3}):([0-9]{2,5})"
_HERE = r"(?i)localhost|127\.[0-9.]+|0\.0\.0\.0|169\.254\.[0-9.]+"
"""What is in the function's own environment, and passes no security group."""

MOST = 4_096
"""Bytes that Lambda takes of all variables; longer text is refused for its length."""

_ADDRESS = r"_(ADDRESS|ENDPOINT|HOST|HOSTNAME|SERVER)$"


def _needed(function: FunctionSection, path: KeyPath) -> Iterator[tuple[KeyPath, int]]:
    """Yield each port that the variables or statements of a function speak of, with its place."""
    texts = {name: known(value) for name, value in function.variables.items()
             if not isinstance(value, SecretValue)}  # fmt: skip
    for name, text in texts.items():
        for port in _ports(text) if isinstance(text, str) else ():
            yield (*path, "variables", name), port
        number = int(text) if isinstance(text, str) and re.fullmatch(r"[0-9]{1,5}", text) else 0
        if number and name.endswith("_PORT") and _has_host(name, texts, function):
            yield (*path, "variables", name), number
    for number, statement in enumerate(function.statements):
        for position, action in enumerate(statement.actions):
            service = action.split(":")[0]
            if service in _ACTIONS:
                yield (*path, "statements", number, "actions", position), _ACTIONS[service]


def _ports(text: str) -> Iterator[int]:
    """Yield the ports of the URLs in text, or of the hosts that it lists."""
    if len(text) > MOST:
        return
    urls = re.findall(_URL, text)
    for scheme, host, port in urls:
        number = int(port) if port else _SCHEMES.get(scheme.split("+")[0])
        if number is not None and not re.fullmatch(_HERE, host):
            yield number
    hosts = [re.fullmatch(_HOST, part.strip()) for part in text.split(",")]
    if not urls and all(hosts):
        yield from (int(host[2]) for host in hosts if host and not re.fullmatch(_HERE, host[1]))


def _has_host(name: str, texts: Mapping[str, str | int | None], function: FunctionSection) -> bool:
    """Tell whether a variable beside ``X_PORT`` names a host, as ``X_HOST``, that is elsewhere."""
    base = name.removesuffix("_PORT")
    for other in function.variables:
        if re.sub(_ADDRESS, "", other) == base and re.search(_ADDRESS, other):
            return not re.fullmatch(_HERE, str(texts.get(other)))
    return False


def _egress(subject: Subject) -> Iterator[Diagnostic]:
    for name, function in subject.environment.functions.items():
        database = subject.environment.database if "database" in function.uses else None
        port = known(database.port) if database else None
        if database and isinstance(database.port, DeployTimeValue):
            continue  # It may be any of them.
        open_ports = {443, *function.egress_ports, *([port] if isinstance(port, int) else [])}
        told: set[int] = set()
        for path, needed in _needed(function, ("functions", name)):
            if needed not in open_ports and needed not in told and 0 < needed <= 65535:
                told.add(needed)
                out = listed([str(port) for port in sorted(open_ports)])
                message = f"leads to port {needed}, but the function's security group lets out "
                message += f"{out} alone, and connecting would time out; list {needed} in "
                yield Diagnostic(path, f"{message}functions.{name}.egress_ports")


def _services(subject: Subject) -> Iterator[Diagnostic]:
    network = subject.environment.network
    made = set(network.endpoints.services) if network.endpoints else set()
    services = sorted(called_services(subject.environment) - made)
    if network.egress == "scoped":
        shut = {service for service, _ in shut_out(subject.environment)}
        services = [service for service in services if service not in shut]
    if services:
        message = f"must reach {listed(services)} for the functions: with neither a NAT gateway nor"
        message += " VPC endpoints of these, calls time out; no file shows which there are"
        yield Diagnostic(("network", "subnets"), message)


def shut_out(environment: Environment) -> Iterator[tuple[str, bool]]:
    """Yield each service that scoped egress keeps the functions from, and whether by a gateway.

    A gateway endpoint has addresses of AWS, which a prefix list stands for; any may be the right
    one. A security group may be that of an interface endpoint of any service.
    """
    network = environment.network
    made = set(network.endpoints.interfaces) if network.endpoints else set()
    groups = network.https_to.security_groups if network.https_to else []
    lists = network.https_to.prefix_lists if network.https_to else []
    for service in sorted(called_services(environment) - made):
        gateway = service in GATEWAYS
        if not groups and not (gateway and lists):
            yield service, gateway


def called_services(environment: Environment) -> set[str]:
    """Return the services whose API the functions are made to call, as endpoints name them."""
    called: set[str] = set()
    for function in environment.functions.values():
        given = list(function.variables.values())
        if environment.database and "database" in function.uses:
            if isinstance(environment.database.password, SecretValue):
                called.add("secretsmanager")
            if environment.database.secret is not None:
                called.add("secretsmanager")
        if any(isinstance(value, SecretValue) for value in given):
            called.add("secretsmanager")
        if environment.bucket and "bucket" in function.uses:
            called.add("s3")
        actions = [action for item in function.statements for action in item.actions]
        called |= {action.split(":")[0] for action in actions}
    called = {"monitoring" if service == "cloudwatch" else service for service in called}
    return called - {*_ACTIONS, "rds-db", "logs", "xray"}


RULES = (
    Rule.warning(
        "GI115",
        "A port that the function needs and its security group does not let out",
        "The group of a function lets out 443 and the database's port. To any other, a connection "
        "is dropped without an answer, and the function waits until its time is up.",
        "List the port in functions.NAME.egress_ports.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
        check=_egress,
    ),
    Rule.advice(
        "GI116",
        "Calls to AWS from private subnets",
        "A function in a VPC reaches AWS's services through a NAT gateway or VPC endpoints (for S3 "
        "and DynamoDB a gateway endpoint, which costs nothing); without, calls wait until the "
        "function's time is up. Endpoints that network.endpoints makes are not told.",
        "See that the subnets have one or the other, and say so in `accept`; or let "
        "network.endpoints make them.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html",
        check=_services,
    ),
)
"""Rules of what functions must reach."""

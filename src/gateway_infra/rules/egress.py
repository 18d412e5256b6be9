"""Rules of scoped egress and of the VPC endpoints that are made here."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.connectivity import called_services, shut_out
from gateway_infra.rules.environment_queries import by_posture, listed, or_default
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.endpoints import SERVICES
from gateway_infra.values.values import known

_EGRESS: KeyPath = ("network", "egress")
_PAGE = "docs/network.md"
OF_LAMBDA = frozenset(("ecr", "logs", "xray"))
"""What Lambda itself does for a function, outside of the function's VPC."""


def _shut_out(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.network.egress != "scoped":
        return
    for service, gateway in shut_out(subject.environment):
        chosen = by_posture(subject, _EGRESS)
        message = f"is scoped{chosen}, and lets 443 out to nothing of {service}, which the "
        message += "functions call: calls would time out; "
        if gateway:
            region = subject.environment.region
            message += f"name the prefix list com.amazonaws.{region}.{service} in network.https_to."
            message += "prefix_lists (aws ec2 describe-managed-prefix-lists shows its id)"
        elif service in SERVICES:
            message += f"add {service} to network.endpoints.services, or name the group of its "
            message += "endpoint in network.https_to.security_groups"
        else:
            message += "name the group of its endpoint in network.https_to.security_groups"
        yield Diagnostic(_EGRESS, message)


def _without_effect(subject: Subject) -> Iterator[Diagnostic]:
    network = subject.environment.network
    if network.https_to is not None and network.egress == "anywhere":
        message = "narrows nothing, as network.egress is anywhere"
        message += f"{or_default(subject, _EGRESS).rstrip(',')}; write egress: scoped, or remove it"
        yield Diagnostic(("network", "https_to"), message)


def _closed(subject: Subject) -> dict[int, str]:
    """Return the ports that scoped egress narrows, and to what."""
    database = subject.environment.database
    port = known(database.port) if database else None
    of_database = {port: "the database's group"} if isinstance(port, int) else {}
    return {**of_database, 443: "VPC endpoints and network.https_to"}


def _undone(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.network.egress != "scoped":
        return
    closed = _closed(subject)
    chosen = by_posture(subject, _EGRESS)
    for name, function in subject.environment.functions.items():
        for position, port in enumerate(function.egress_ports):
            if port in closed:
                message = f"opens {port} to any address, where network.egress: scoped{chosen} "
                message += f"opens it to {closed[port]} alone; remove it, or write egress: anywhere"
                yield Diagnostic(("functions", name, "egress_ports", position), message)


def _ports(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.network.egress != "scoped":
        return
    closed = _closed(subject)
    for name, function in subject.environment.functions.items():
        others = [str(port) for port in function.egress_ports if port not in closed]
        if others:
            ports = listed(others)
            message = (
                f"lead to any address (port {ports}), though network.egress is scoped; a rule "
            )
            message += "to one group can be a resource of your own, AWS::EC2::SecurityGroupEgress"
            yield Diagnostic(("functions", name, "egress_ports"), message)


def _nobody(subject: Subject) -> Iterator[Diagnostic]:
    endpoints = subject.environment.network.endpoints
    called = called_services(subject.environment)
    for position, service in enumerate(endpoints.services if endpoints else ()):
        if service not in called:
            message = f"makes an endpoint of {service}, which no function here is known to call"
            if service in OF_LAMBDA:
                message += ": Lambda pulls images, writes logs and sends traces outside of the VPC"
            yield Diagnostic(
                ("network", "endpoints", "services", position),
                f"{message}; leave it out unless something else does",
            )


def _many(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    network, most = environment.network, environment.account.quotas.security_group_rules
    if network.egress != "scoped" or network.https_to is None:
        return
    targets = len(network.https_to.security_groups) + len(network.https_to.prefix_lists)
    own = 1 if network.endpoints and network.endpoints.interfaces else 0
    for name, function in environment.functions.items():
        database = 1 if environment.database and "database" in function.uses else 0
        rules = targets + own + database + len(function.egress_ports)
        if rules > most:
            message = f"makes a security group of {rules} outbound rules; EC2 takes {most} "
            yield Diagnostic(
                ("functions", name), f"{message}(account.quotas.security_group_rules); name fewer"
            )


RULES = (
    Rule.warning(
        "GI913",
        "A service that scoped egress keeps the functions from",
        "With network.egress: scoped a function reaches by 443 the interface endpoints made here "
        "and what network.https_to names, and nothing else. A connection that the security group "
        "drops is not answered, and the function waits until its time is up. Addresses of S3 and "
        "DynamoDB are public ones, also through a gateway endpoint, and stand in a prefix list of "
        "AWS, whose id CloudFormation cannot look up.",
        "Let network.endpoints make the endpoint; name the prefix list of S3 or DynamoDB, or the "
        "group of an endpoint that is there, in network.https_to; or write egress: anywhere.",
        _PAGE,
        check=_shut_out,
    ),
    Rule.warning(
        "GI915",
        "Targets of 443 while egress is anywhere",
        "What network.https_to names is what 443 may reach besides the endpoints made here; with "
        "egress: anywhere it may reach everything.",
        "Write network.egress: scoped, or remove network.https_to.",
        _PAGE,
        check=_without_effect,
    ),
    Rule.advice(
        "GI916",
        "Ports to any address while egress is scoped",
        "Ports of functions.NAME.egress_ports lead to 0.0.0.0/0 in either mode: the file does not "
        "say whose they are.",
        "Accept it, or put a rule to one group or prefix list under `resources` instead.",
        _PAGE,
        check=_ports,
    ),
    Rule.warning(
        "GI924",
        "What scoped egress closes is opened again",
        "With network.egress: scoped a function's group lets 443 out to the VPC endpoints and to "
        "what network.https_to names, and the database's port to the database's group. The same "
        "port in functions.NAME.egress_ports leads to 0.0.0.0/0, and nothing is closed.",
        "Remove the port, and name what 443 must reach in network.https_to; or write egress: "
        "anywhere.",
        _PAGE,
        check=_undone,
    ),
    Rule.advice(
        "GI917",
        "An endpoint that nobody here calls",
        "An interface endpoint costs by the hour in each zone. Lambda pulls images, writes logs "
        "and sends traces from a network of its own, so that a function needs no endpoint of ECR, "
        "CloudWatch Logs or X-Ray, unless its code calls their APIs.",
        "Remove the service, or accept it where other things in the VPC use it.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
        check=_nobody,
    ),
    Rule.error(
        "GI918",
        "More outbound rules than a security group takes",
        "Each target of network.https_to is a rule of every function's group, which takes 60 "
        "outward until the quota is raised.",
        "Name fewer targets or ports; one prefix list of your own can hold many addresses.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
        check=_many,
        acceptable=True,
    ),
)
"""Rules of scoped egress and of endpoints."""

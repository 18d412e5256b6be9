"""Rules of scoped egress, and of the VPC endpoints that are made here."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.sections.endpoints import endpoint_names, endpoint_prefix
from tests.rules.apis import found, problems_in, severities
from tests.rules.files import file, statement

SUBNETS = "[subnet-0a1b2c3d, subnet-1a2b3c4d]"
TABLES = "route_tables: [rtb-0a1b2c3d]"
BUCKET = "name: jobs-uploads"
STORED = "password: {secret: jobs/prod/db}"
GROUPS = ", ".join(f"sg-0a1b2c{number:02}" for number in range(20))
LISTS = "https_to: {prefix_lists: [pl-0a1b2c3d]}"


def network(keys: str, function: str = "", **sections: str) -> str:
    """Return an environment with further keys of `network`."""
    return file(function, subnets=f"{SUBNETS}, {keys}", **sections)


def scoped(keys: str = "", function: str = "", **sections: str) -> str:
    """Return an environment with scoped egress and further keys of `network`."""
    all_keys = ", ".join(part for part in ("egress: scoped", keys) if part)
    return network(all_keys, function, **sections)


def endpoints(services: str, more: str = "") -> str:
    """Return the key of endpoints of these services."""
    return f"endpoints: {{services: [{services}]{more and ', ' + more}}}"


def asking(action: str, more: str) -> str:
    """Return an environment with scoped egress whose function has a permission."""
    return statement(f"'{action}'", "'*'", subnets=f"{SUBNETS}, egress: scoped{more}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI913",
        scoped(database=STORED),
        "network.egress: is scoped, and lets 443 out to nothing of secretsmanager, which the "
        "functions call: calls would time out; add secretsmanager to network.endpoints.services",
    ),
    (
        "GI913",
        scoped(bucket=BUCKET),
        "network.egress: is scoped, and lets 443 out to nothing of s3, which the functions call: "
        "calls would time out; name the prefix list com.amazonaws.us-east-1.s3 in network.https_to",
    ),
    (
        "GI913",
        scoped(endpoints("s3", TABLES), bucket=BUCKET),
        "network.egress: is scoped, and lets 443 out to nothing of s3, which the functions call: ",
    ),
    (
        "GI913",
        scoped(LISTS, database=STORED),
        "network.egress: is scoped, and lets 443 out to nothing of secretsmanager, ",
    ),
    (
        "GI913",
        file(database=STORED, more="posture: hardened"),
        "network.egress: is scoped (posture hardened), and lets 443 out to nothing of secretsmanag",
    ),
    (
        "GI913",
        asking("cloudwatch:PutMetricData", ""),
        "network.egress: is scoped, and lets 443 out to nothing of monitoring, which the functions "
        "call: calls would time out; add monitoring to network.endpoints.services, or ",
    ),
    (
        "GI913",
        asking("athena:GetQueryResults", ""),
        "network.egress: is scoped, and lets 443 out to nothing of athena, which the functions "
        "call: calls would time out; name the group of its endpoint in network.https_to.security",
    ),
    (
        "GI914",
        network(endpoints("s3")),
        "network.endpoints.route_tables: is missing, and the endpoint of s3 is an entry of ",
    ),
    (
        "GI914",
        network(endpoints("sqs", TABLES)),
        "network.endpoints.route_tables: names route tables, and none of the services has a ",
    ),
    (
        "GI914",
        network(endpoints("s3", f"{TABLES}, subnets: {SUBNETS}")),
        "network.endpoints.subnets: names subnets, and gateway endpoints are in none; remove it",
    ),
    (
        "GI915",
        network(LISTS),
        "network.https_to: narrows nothing, as network.egress is anywhere, the default; write ",
    ),
    (
        "GI915",
        network(f"egress: anywhere, {LISTS}", more="posture: hardened"),
        "network.https_to: narrows nothing, as network.egress is anywhere; write egress: scoped",
    ),
    (
        "GI916",
        scoped(function="egress_ports: [6379, 443, 5672]"),
        "functions.web.egress_ports: lead to any address (port 6379 and 5672), though network.",
    ),
    (
        "GI924",
        scoped(function="egress_ports: [6379, 443]"),
        "functions.web.egress_ports[1]: opens 443 to any address, where network.egress: scoped "
        "opens it to VPC endpoints and network.https_to alone; remove it, or write egress: anywher",
    ),
    (
        "GI924",
        scoped(function="egress_ports: [6379]", database="port: 6379"),
        "functions.web.egress_ports[0]: opens 6379 to any address, where network.egress: scoped "
        "opens it to the database's group alone; ",
    ),
    (
        "GI924",
        file("egress_ports: [443]", more="posture: hardened"),
        "functions.web.egress_ports[0]: opens 443 to any address, where network.egress: scoped "
        "(posture hardened) opens it to ",
    ),
    (
        "GI917",
        network(endpoints("logs")),
        "network.endpoints.services[0]: makes an endpoint of logs, which no function here is known "
        "to call: Lambda pulls images, writes logs and sends traces outside of the VPC; leave it ",
    ),
    (
        "GI917",
        network(endpoints("s3, sqs", TABLES), bucket=BUCKET),
        "network.endpoints.services[1]: makes an endpoint of sqs, which no function here is known "
        "to call; leave it out unless something else does",
    ),
    (
        "GI918",
        scoped(
            f"https_to: {{security_groups: [{GROUPS}]}}, {endpoints('sqs')}",
            f"egress_ports: {list(range(1, 40))}",
            database="port: 5432",
        ),
        "functions.web: makes a security group of 61 outbound rules; EC2 takes 60 (account.quotas.",
    ),
    (
        "GI116",
        network(endpoints("s3", TABLES), bucket=BUCKET, database=STORED),
        "network.subnets: must reach secretsmanager for the functions: with neither a NAT ",
    ),
    (
        "GI116",
        scoped("https_to: {security_groups: [sg-0a1b2c3d]}", bucket=BUCKET, database=STORED),
        "network.subnets: must reach s3 and secretsmanager for the functions: with neither a NAT ",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI913", file(database=STORED, bucket=BUCKET)),
    ("GI913", scoped()),
    ("GI913", scoped(database="port: 5432")),
    ("GI913", scoped(endpoints("secretsmanager"), database=STORED)),
    ("GI913", scoped(LISTS, bucket=BUCKET)),
    (
        "GI913",
        scoped("https_to: {security_groups: [{parameter: G}]}", bucket=BUCKET, database=STORED),
    ),
    ("GI913", scoped(function="uses: []", bucket=BUCKET)),
    ("GI913", asking("cloudwatch:PutMetricData", ", endpoints: {services: [monitoring]}")),
    ("GI913", asking("xray:PutTraceSegments", "")),
    ("GI914", network(endpoints("s3, sqs", f"{TABLES}, subnets: {{parameter: Subnets}}"))),
    ("GI914", network(endpoints("sqs"))),
    ("GI915", scoped(LISTS)),
    ("GI915", file(subnets=f"{SUBNETS}, {LISTS}", more="posture: hardened")),
    ("GI916", file("egress_ports: [6379]")),
    ("GI916", scoped()),
    ("GI916", scoped(function="egress_ports: [443]")),  # which is GI924's
    ("GI924", scoped(function="egress_ports: [5432]")),
    ("GI924", scoped(function="egress_ports: [6379]", database="port: {parameter: Port}")),
    ("GI924", file("egress_ports: [443, 5432]", database="port: 5432")),
    ("GI917", network(endpoints("s3", TABLES), bucket=BUCKET)),
    ("GI917", statement("'logs:PutLogEvents'", "'*'")),
    (
        "GI918",
        scoped(
            f"https_to: {{security_groups: [{GROUPS}]}}, {endpoints('sqs')}",
            f"egress_ports: {list(range(1, 40))}",
        ),
    ),
    ("GI918", file(f"egress_ports: {list(range(1, 51))}", database="port: 5432")),
    ("GI116", network(endpoints("s3", TABLES), bucket=BUCKET)),
    ("GI116", scoped(bucket=BUCKET)),  # which is GI913's
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
    assert not [item for item in problems_in(text) if item.rule in ("GI002", "GI003", "GI004")]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("https_to: {}", "network.https_to: lists nothing; name security_groups or prefix_lists"),
        (
            "https_to: {prefix_lists: [pl-0a1b2c3d, pl-0a1b2c3d]}",
            "network.https_to.prefix_lists[1]: is there twice; keep one",
        ),
        (
            "https_to: {security_groups: [sg-0a1b2c3d, sg-0a1b2c3d]}",
            "network.https_to.security_groups[1]: is there twice; keep one",
        ),
        (
            "endpoints: {services: [s3], route_tables: [rtb-0a1b2c3d, rtb-0a1b2c3d]}",
            "network.endpoints.route_tables[1]: is there twice; keep one",
        ),
        (
            "endpoints: {services: [sqs, sqs]}",
            "network.endpoints.services[1]: names 'sqs' twice in `services`; keep one",
        ),
        (
            "https_to: {prefix_lists: [sg-0a1b2c3d]}",
            "network.https_to.prefix_lists[0]: must be a prefix list's id, as in pl-0a1b2c3d4e5f6",
        ),
    ],
)
def test_what_cannot_be_is_refused(more: str, message: str) -> None:
    [line] = found("GI004", network(more))
    assert line.startswith(message)


def test_a_place_stays_with_its_service() -> None:
    """Ecr has two endpoints, and both come from its place in the list."""
    names = endpoint_names(["sqs", "ecr", "s3"])
    assert names == [(0, "sqs"), (1, "ecr.api"), (1, "ecr.dkr"), (2, "s3")]


@pytest.mark.parametrize(
    ("name", "region", "prefix"),
    [
        ("ecr.api", "us-east-1", "com.amazonaws"),
        ("ecr.api", "us-gov-west-1", "com.amazonaws"),
        ("ecr.api", "cn-north-1", "cn.com.amazonaws"),
        ("xray", "cn-northwest-1", "cn.com.amazonaws"),
        ("secretsmanager", "cn-north-1", "com.amazonaws"),
        ("s3", "cn-north-1", "com.amazonaws"),
    ],
)
def test_china_has_another_prefix_for_some(name: str, region: str, prefix: str) -> None:
    assert endpoint_prefix(name, region) == prefix

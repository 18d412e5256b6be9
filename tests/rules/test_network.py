"""Rules of the network, the database, the bucket, and of what functions must reach."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.rules.network import endpoint_of
from tests.rules.apis import found, problems_in, severities
from tests.rules.files import file, statement, variables

INSTANCE = "jobs-prod.c1a2b3c4d5e6.us-east-1.rds.amazonaws.com"
CLUSTER = "jobs.cluster-c1a2b3c4d5e6.us-east-1.rds.amazonaws.com"
READER = "jobs.cluster-ro-c1a2b3c4d5e6.us-east-1.rds.amazonaws.com"

PROXY = "jobs.proxy-c1a2b3.us-east-1.rds.amazonaws.com"
READER_OF_PROXY = "jobs-ro.endpoint.proxy-c1a2b3.us-east-1.rds.amazonaws.com"


def by_iam(host: str, resource_id: str) -> str:
    """Return an environment whose functions log in at a host, allowed for a resource."""
    return file(database=f"host: {host}\npassword: null\niam: {{resource_id: {resource_id}}}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI111",
        file(subnets="[subnet-0a1b2c3d]"),
        "network.subnets: lists 1, and needs 2 or more",
    ),
    (
        "GI111",
        file(subnets="{parameter: Subnets, default: [subnet-0a1b2c3d]}"),
        "network.subnets: has one subnet as its `default`; name two or more",
    ),
    (
        "GI112",
        file(subnets="[subnet-0a1b2c3d, subnet-0a1b2c3d]"),
        "network.subnets[1]: is there twice; name subnets of two zones",
    ),
    (
        "GI112",
        file(subnets="[{parameter: A}, {parameter: A}]"),
        "network.subnets[1]: is there twice",
    ),
    (
        "GI112",
        file(subnets="[subnet-0a1b2c3d, {parameter: A, default: subnet-0a1b2c3d}]"),
        "network.subnets: has subnet-0a1b2c3d twice",
    ),
    (
        "GI112",
        file(subnets="{parameter: S, default: 'subnet-0a1b2c3d,subnet-0a1b2c3d'}"),
        "network.subnets: has subnet-0a1b2c3d twice, with the defaults of parameters; name",
    ),
    (
        "GI113",
        file(subnets="[{stack_output: net/PublicSubnetA}, {stack_output: net/PrivateSubnetB}]"),
        "network.subnets[0]: is 'net/PublicSubnetA', a public subnet by its name: a function has",
    ),
    (
        "GI113",
        file(subnets="{ssm: /shared/public-subnets}"),
        "network.subnets: is '/shared/public-subnets', a public subnet by its name",
    ),
    (
        "GI114",
        file(subnets="[{ssm: /net/us-east-1a/apps}, {ssm: /net/us-east-1a/data}]"),
        "network.subnets: are all in us-east-1a by their names: when that zone is down, so is the",
    ),
    (
        "GI114",
        file(subnets="[{import: apps-use1-az1}, {import: data-use1-az1}]"),
        "network.subnets: are all in use1-az1 by their names",
    ),
    (
        "GI115",
        variables("CACHE_URL: 'redis://cache.example.com'"),
        "functions.web.variables.CACHE_URL: leads to port 6379, but the function's security group "
        "lets out 443 alone, and connecting would time out; list 6379 in functions.web.",
    ),
    (
        "GI115",
        variables("CACHE_URL: 'redis://cache.example.com:7000'", database="port: 5433"),
        "functions.web.variables.CACHE_URL: leads to port 7000, but the function's security group "
        "lets out 443 and 5433 alone",
    ),
    (
        "GI115",
        variables("BROKERS: 'b-1.example.com:9098,b-2.example.com:9098'"),
        "functions.web.variables.BROKERS: leads to port 9098",
    ),
    (
        "GI115",
        variables("REDIS_HOST: {parameter: RedisHost}, REDIS_PORT: '6379'"),
        "functions.web.variables.REDIS_PORT: leads to port 6379",
    ),
    ("GI115", variables("AT: '10.0.0.5:6379'"), "functions.web.variables.AT: leads to port 6379"),
    ("GI115", variables("SITE: 'http://a.b'"), "functions.web.variables.SITE: leads to port 80"),
    (
        "GI115",
        statement(
            "'kafka-cluster:Connect', 'kafka-cluster:ReadData'",
            "'arn:aws:kafka:us-east-1:123456789012:cluster/jobs/x'",
        ),
        "functions.web.statements[0].actions[0]: leads to port 9098",
    ),
    (
        "GI116",
        statement(
            "'sqs:SendMessage'",
            "'arn:aws:sqs:us-east-1:123456789012:jobs'",
            bucket="name: jobs-uploads",
            database="password: {secret: jobs/db}",
        ),
        "network.subnets: must reach s3, secretsmanager and sqs for the functions: with neither a "
        "NAT gateway nor VPC endpoints of these, calls time out; no file shows which there are",
    ),
    (
        "GI121",
        file(database="instance_identifier: a\ncluster_identifier: b"),
        "database.cluster_identifier: names both instance_identifier and cluster_identifier",
    ),
    (
        "GI122",
        file(database=f"host: {INSTANCE.replace('us-east-1', 'eu-west-1')}"),
        "database.host: is in eu-west-1, but `region` is us-east-1: security groups of two regions",
    ),
    (
        "GI122",
        file(
            database=f"host: {{parameter: H, default: {CLUSTER.replace('us-east-1', 'eu-west-1')}}}"
        ),
        "database.host: is in eu-west-1",
    ),
    (
        "GI123",
        file(database="host: db.example.com:5432"),
        "database.host: must be a host name without a scheme, not 'db.example.com:5432'; write the "
        "port under database.port",
    ),
    (
        "GI123",
        file(database="host: 'postgres://jobs:hunter2@db.example.com/jobs'"),
        "database.host: must be a host name without a scheme, not 'postgres://…@db.example.com/job",
    ),
    (
        "GI124",
        file(database=f"host: {READER}"),
        "database.host: is the cluster's reader endpoint, where writing fails once there is a",
    ),
    (
        "GI125",
        file(database=f"host: {INSTANCE}\ninstance_identifier: jobs-staging"),
        "database.instance_identifier: is jobs-staging, but database.host is of jobs-prod: the "
        "alarm would watch a database that nobody uses",
    ),
    (
        "GI125",
        file(database=f"host: {CLUSTER}\ncluster_identifier: other"),
        "database.cluster_identifier: is other, but database.host is of jobs",
    ),
    (
        "GI129",
        by_iam("db.example.com", "db-prices"),
        "database.iam.resource_id: must be the resource id of an instance, a cluster or a proxy, ",
    ),
    ("GI129", by_iam("db.example.com", "cluster-jobs1"), "database.iam.resource_id: must be "),
    ("GI129", by_iam("db.example.com", "prx-JOBS"), "database.iam.resource_id: must be the resou"),
    (
        "GI922",
        by_iam(CLUSTER, "db-ABC1"),
        "database.iam.resource_id: is of an instance, but database.host is the endpoint of a "
        "cluster, whose id begins with cluster-: IAM would refuse every login; correct one of the",
    ),
    (
        "GI922",
        by_iam(READER, "prx-0a1b"),
        "database.iam.resource_id: is of a proxy, but database.host is the endpoint of a cluster",
    ),
    (
        "GI922",
        by_iam(PROXY, "cluster-ABC1"),
        "database.iam.resource_id: is of a cluster, but database.host is the endpoint of a proxy, "
        "whose id begins with prx-",
    ),
    ("GI922", by_iam(READER_OF_PROXY, "db-ABC1"), "database.iam.resource_id: is of an instance, "),
    ("GI922", by_iam(INSTANCE, "prx-0a1b"), "database.iam.resource_id: is of a proxy, but "),
    (
        "GI126",
        file(database="user: postgres"),
        "database.user: is postgres, by its name the master user, who may drop every table",
    ),
    ("GI126", file(database="user: rdsadmin"), "database.user: is rdsadmin, which RDS keeps for"),
    (
        "GI127",
        file(database="port: 1149"),
        "database.port: is 1149 and RDS takes 1,150 to 65,535; PostgreSQL's own is 5432",
    ),
    (
        "GI131",
        file(bucket="name: 's3://jobs-uploads/in'"),
        "bucket.name: must be a bucket's name (3 to 63 of a-z, 0-9, dot and hyphen), not "
        "'s3://jobs-uploads/in'; write 'jobs-uploads'",
    ),
    (
        "GI131",
        file(bucket="name: 'arn:aws:s3:::jobs-uploads'"),
        "bucket.name: must be a bucket's name (3 to 63 of a-z, 0-9, dot and hyphen), not "
        "'arn:aws:s3:::jobs-uploads'; write 'jobs-uploads'",
    ),
    ("GI131", file(bucket="name: jobs..uploads"), "bucket.name: is 'jobs..uploads', and has two"),
    ("GI131", file(bucket="name: 10.0.0.1"), "bucket.name: is '10.0.0.1', and is an IP address"),
    ("GI131", file(bucket="name: xn--jobs"), "bucket.name: is 'xn--jobs', and begins as no bucket"),
    (
        "GI131",
        file(bucket="name: jobs-a1b2-s3alias"),
        "bucket.name: is 'jobs-a1b2-s3alias', and ends as names of access points",
    ),
    (
        "GI132",
        file(bucket="name: uploads.example.com"),
        "bucket.name: is 'uploads.example.com', and the certificate of *.s3.amazonaws.com fits no",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI111", file(subnets="{parameter: S, default: [subnet-0a1b2c3d, subnet-1a2b3c4d]}")),
    ("GI111", file(subnets="{stack_output: net/Subnets}")),
    (
        "GI111",
        file(
            subnets="{parameter: S, type: 'AWS::SSM::Parameter::Value<"
            "List<AWS::EC2::Subnet::Id>>', default: /shared/subnets}"
        ),
    ),
    ("GI112", file(subnets="{parameter: S}")),
    ("GI112", file(subnets="[{parameter: A}, {parameter: B}]")),
    ("GI112", file(subnets="[{parameter: A, default: subnet-0a1b2c3d}, subnet-1a2b3c4d]")),
    ("GI113", file(subnets="[{stack_output: net/PrivateA}, {import: publications-subnet}]")),
    ("GI114", file(subnets="[{ssm: /net/us-east-1a/apps}, {ssm: /net/us-east-1b/apps}]")),
    ("GI114", file(subnets="[{ssm: /net/us-east-1a/apps}, {ssm: /net/data}]")),
    ("GI114", file(subnets="[{ssm: /net/us-east-1a/apps}, subnet-0a1b2c3d]")),
    ("GI114", file(subnets="[{ssm: /net/apps}, {ssm: /net/data}]")),
    ("GI115", variables("SITE: 'https://a.b', OTHER: 'https://c.d:443/e', NOTE: 'a:80'")),
    ("GI115", variables("DATABASE: 'postgres://db.example.com/jobs'", database="port: 5432")),
    ("GI115", variables("CACHE: 'redis://localhost:6379', MOCK: 'http://127.0.0.1:8080'")),
    ("GI115", variables("CACHE: 'redis://{cache}'", database="port: {parameter: Port}")),
    (
        "GI115",
        file("egress_ports: [6379], variables: {CACHE: 'redis://cache.example.com'}"),
    ),
    ("GI115", variables("REDIS_PORT: '6379'")),
    ("GI115", variables("REDIS_HOST: localhost, REDIS_PORT: '6379'")),
    (
        "GI115",
        variables(
            "AT: '2026-11-23T12:00', RATIO: '16:9', VERSION: 'v1.2:10', TIMES: '09:00,10:30'"
        ),
    ),
    ("GI116", file()),
    ("GI116", file("uses: []", bucket="name: jobs-uploads", database="port: 5432")),
    ("GI116", statement("'xray:PutTraceSegments'", "'*'")),
    ("GI121", file(database="cluster_identifier: b")),
    ("GI122", file(database=f"host: {INSTANCE}")),
    ("GI122", file(database="host: db.eu-west-1.example.com")),
    ("GI123", file(database="host: db.example.com")),
    ("GI124", file(database=f"host: {CLUSTER}")),
    ("GI125", file(database=f"host: {INSTANCE}\ninstance_identifier: jobs-prod")),
    ("GI125", file(database=f"host: {CLUSTER}\ncluster_identifier: jobs")),
    ("GI125", file(database=f"host: {CLUSTER}\ninstance_identifier: jobs-1")),
    ("GI125", file(database=f"host: {INSTANCE}\ncluster_identifier: jobs")),
    ("GI125", file(database=f"host: {INSTANCE}\ninstance_identifier: {{parameter: Id}}")),
    (
        "GI125",
        file(
            database="host: jobs.proxy-c1a2b3.us-east-1.rds.amazonaws.com\n"
            "instance_identifier: jobs-prod"
        ),
    ),
    ("GI125", file(database="instance_identifier: jobs-prod")),
    ("GI129", by_iam("db.example.com", "cluster-ABC1")),
    ("GI129", by_iam("db.example.com", "{stack_output: database/ResourceId}")),
    ("GI922", by_iam(CLUSTER, "cluster-ABC1")),
    ("GI922", by_iam(PROXY, "prx-0a1b")),
    ("GI922", by_iam(INSTANCE, "db-ABC1")),
    ("GI922", by_iam(INSTANCE, "cluster-ABC1")),  # an instance of Aurora
    ("GI922", by_iam("db.example.com", "prx-0a1b")),
    ("GI922", by_iam(CLUSTER, "{parameter: Id}")),
    ("GI126", file(database="user: jobs_app")),
    ("GI127", file(database="port: 1150")),
    ("GI127", file(database="port: {parameter: Port}")),
    ("GI131", file(bucket="name: jobs-uploads")),
    ("GI131", file(bucket="name: {parameter: Bucket}")),
    ("GI132", file(bucket="name: jobs-uploads")),
    ("GI132", file(bucket="name: jobs..uploads")),  # which is GI131's
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_what_breaks_a_rule_is_told_at_its_place(rule: str, text: str, message: str) -> None:
    [line] = found(rule, text)
    assert line.startswith(message)
    assert "hunter2" not in line
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_what_keeps_a_rule_is_not_spoken_of(rule: str, text: str) -> None:
    assert found(rule, text) == []
    assert not [item for item in problems_in(text) if item.rule in ("GI002", "GI003", "GI004")]


def test_each_port_is_told_once() -> None:
    text = variables("A1: 'http://a.b', B1: 'http://c.d', C1: 'redis://e.f'")
    assert len(found("GI115", text)) == 2


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (INSTANCE, ("jobs-prod", "", "us-east-1")),
        (INSTANCE.upper(), ("jobs-prod", "", "us-east-1")),
        (CLUSTER, ("jobs", "cluster-", "us-east-1")),
        (READER, ("jobs", "cluster-ro-", "us-east-1")),
        ("x.cluster-custom-abc.eu-west-1.rds.amazonaws.com", ("x", "cluster-custom-", "eu-west-1")),
        ("x.proxy-abc.cn-north-1.rds.amazonaws.com.cn", ("x", "proxy-", "cn-north-1")),
        ("db.example.com", None),
        (5432, None),
        (None, None),
    ],
)
def test_endpoints_of_rds_are_read(host: object, expected: tuple[str, ...] | None) -> None:
    assert endpoint_of(host) == expected

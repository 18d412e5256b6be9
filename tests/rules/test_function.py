"""Rules of functions: time, concurrency, images, variables, permissions."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import IMAGE, found, problems_in, severities
from tests.rules.files import REGISTRY, file, statement, variables
from tests.support import MINIMAL

DIGEST = IMAGE.partition("@")[2]
QUEUE = "'arn:aws:sqs:us-east-1:123456789012:jobs'"
PSEUDO = "arn:${AWS::Partition}:"
UPLOADS = "arn:aws:s3:::jobs-uploads"
BUCKET = "name: jobs-uploads"
SCOPED = "roles: {network_policy: scoped}"
QUOTA = "account: {quotas: {concurrent_executions: 50}}"


def timed(timeout: int, routes: str = "{GET /jobs: web}", more: str = "") -> str:
    """Return an environment whose function has another timeout."""
    return file(routes=routes, more=more).replace("timeout: 29", f"timeout: {timeout}")


def throttled(instances: int, rate: str, routes: str = "{GET /jobs: web}") -> str:
    """Return an environment that reserves instances and lets `rate` requests a second through."""
    text = file(f"reserved_concurrency: {instances}", routes=routes)
    return f"{text}  throttling: {{rate: {rate}}}\n"


def two(own: int, other: int, more: str = "") -> str:
    """Return an environment whose two functions reserve instances."""
    text = file(f"reserved_concurrency: {own}", routes="{GET /a: web, GET /b: job}", more=more)
    job = f"  job: {{image: {IMAGE}, timeout: 29, reserved_concurrency: {other}}}\n"
    return text.replace("api:\n", f"{job}api:\n  throttling: {{rate: 1}}\n", 1)


def sized(length: int, more: str = "", **sections: str) -> str:
    """Return an environment with one variable of a name and a value of `length` characters."""
    return variables(f"NOTE: {'x' * (length - 4)}", more=more, **sections)


ADDED = len("AWS_LWA_PORT8080AWS_LWA_READINESS_CHECK_PATH/")

FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI201",
        timed(30),
        "functions.web.timeout: is 30 s, but callers get 504 after 29 s (api.integration_timeout, "
        "the default) while the function goes on; lower the one, or raise the other with the",
    ),
    (
        "GI201",
        timed(29).replace(", timeout: 29", ""),
        "functions.web.timeout: is 60 s, the default, but callers get 504 after 29 s",
    ),
    (
        "GI201",
        timed(61, more="account: {quotas: {integration_timeout: 90}}").replace(
            "authorization", "integration_timeout: 60\n  authorization"
        ),
        "functions.web.timeout: is 61 s, but callers get 504 after 60 s (api.integration_timeout) "
        "while the function goes on; lower the one, or raise the other, which your quota lets go "
        "to 90 s",
    ),
    (
        "GI201",
        timed(29, "{GET /a: {function: web, timeout: 5}, GET /b: {function: web, timeout: 9}}"),
        "functions.web.timeout: is 29 s, but callers get 504 after 9 s "
        '(api.routes["GET /b"].timeout) while',
    ),
    (
        "GI202",
        file().replace("functions:\n", f"functions:\n  wep: {{image: {IMAGE}}}\n"),
        "functions.wep: is called by no route; did you mean 'web'?",
    ),
    (
        "GI203",
        file("reserved_concurrency: 0"),
        "functions.web.reserved_concurrency: is 0, which turns the function off: every call is",
    ),
    (
        "GI204",
        throttled(901, "1"),
        "functions.web.reserved_concurrency: is 901, but of the account's 1,000 instances Lambda "
        "keeps 100 for functions that reserve none, so 900 are left; lower it, or say in",
    ),
    (
        "GI204",
        two(400, 501),
        "functions.job.reserved_concurrency: is 501 (901 with the other functions), but of the",
    ),
    (
        "GI204",
        f"{throttled(1, '1')}{QUOTA}\n",
        "functions.web.reserved_concurrency: is 1, but of the account's 50 instances Lambda keeps "
        "100 for functions that reserve none, so 0 are left",
    ),
    (
        "GI205",
        throttled(20, "201"),
        "functions.web.reserved_concurrency: is 20, with which Lambda takes at most 200 requests a "
        "second (10 for each), but api.throttling.rate lets 201 through, and those above get a 5xx",
    ),
    (
        "GI205",
        file("reserved_concurrency: 99"),
        "functions.web.reserved_concurrency: is 99, with which Lambda takes at most 990 requests a "
        "second (10 for each), but api.throttling.rate lets 1,000 through",
    ),
    (
        "GI205",
        throttled(
            2, "500", "{GET /a: {function: web, throttling: {rate: 21}}, GET /b: {function: job}}"
        ).replace("api:\n", f"  job: {{image: {IMAGE}, timeout: 29}}\napi:\n", 1),
        "functions.web.reserved_concurrency: is 2, with which Lambda takes at most 20 requests a "
        'second (10 for each), but api.routes["GET /a"].throttling.rate lets 21 through',
    ),
    (
        "GI205",
        file(more=QUOTA),
        "api.throttling.rate: lets 1,000 requests a second through, but the 50 instances that the "
        "account has for them take at most 500",
    ),
    (
        "GI207",
        throttled(20, "11"),
        "functions.web.reserved_concurrency: is 20, but api.throttling.rate lets 11 requests a "
        "second through: where answers take 2 s (alarms.api_latency), that asks for 22 at once",
    ),
    (
        "GI206",
        file("uses: [database]"),
        "functions.web.uses: names `database`, which is not in the file; write that section",
    ),
    (
        "GI211",
        file(image=f"{REGISTRY}/jobs:1.4.2"),
        "functions.web.image: is the tag '1.4.2', and Lambda looks a tag up only when this text "
        "changes: the same tag with new content is not deployed; use …@sha256:<digest>",
    ),
    (
        "GI211",
        file(image=f"{{parameter: Image, default: '{REGISTRY}/jobs:latest'}}"),
        "functions.web.image: has a default with the tag 'latest', and Lambda looks a tag up only",
    ),
    (
        "GI212",
        file(region="us-west-2"),
        "functions.web.image: is in us-east-1, but `region` is us-west-2; name the one there",
    ),
    (
        "GI212",
        file(image=f"{{parameter: Image, default: '{IMAGE}'}}", region="us-west-2"),
        "functions.web.image: is in us-east-1",
    ),
    (
        "GI213",
        file(image="'python:3.12'"),
        "functions.web.image: must be an ECR image with a digest (…/jobs@sha256:…) or a tag",
    ),
    (
        "GI213",
        file(image="public.ecr.aws/lambda/python:3.12"),
        "functions.web.image: must be an ECR image with a digest (…/jobs@sha256:…) or a tag, as in "
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4.2, not "
        "'public.ecr.aws/lambda/python:3.12'; Lambda takes images from a private ECR repository",
    ),
    (
        "GI214",
        file(image=f"{REGISTRY}/jobs:1.4-arm64"),
        "functions.web.image: is for arm64 by its name, but functions.web.architecture is x86_64, "
        "the default; where the two differ, the function does not start",
    ),
    (
        "GI214",
        file("architecture: arm64", image=f"{REGISTRY}/jobs-amd64@{DIGEST}"),
        "functions.web.image: is for amd64 by its name, but functions.web.architecture is arm64; "
        "where the two differ",
    ),
    (
        "GI215",
        file(more="alarms: {topic: 'arn:aws:sns:us-east-1:111122223333:alarms'}"),
        "functions.web.image: is in the account 123456789012, and alarms.topic in 111122223333: "
        "the repository's policy must let Lambda of the other account pull",
    ),
    (
        "GI216",
        file("port: 1023"),
        "functions.web.port: is 1023, where only root may listen, and in Lambda nobody is",
    ),
    ("GI216", file("port: 9001"), "functions.web.port: is 9001, where Lambda's own runtime API"),
    (
        "GI221",
        variables("AWS_REGION: here"),
        "functions.web.variables.AWS_REGION: is set by Lambda itself, which refuses a function",
    ),
    (
        "GI221",
        file(database="variable_prefix: AWS_LAMBDA_FUNCTION_"),
        "database.name: gives the variable AWS_LAMBDA_FUNCTION_NAME, which Lambda sets itself; "
        "change variable_prefix",
    ),
    (
        "GI222",
        variables("A: x"),
        "functions.web.variables.A: is no variable name: a letter, then one or more letters",
    ),
    (
        "GI223",
        variables("DB_HOST: x", database="port: 5432"),
        "functions.web.variables.DB_HOST: sets the variable DB_HOST, as database.host does; keep",
    ),
    (
        "GI223",
        variables("AWS_LWA_PORT: '80'"),
        "functions.web.variables.AWS_LWA_PORT: sets the variable AWS_LWA_PORT, as "
        "functions.web.port does",
    ),
    (
        "GI223",
        variables("NOTE: {secret: a, key: b}, NOTE_SECRET_KEY: x"),
        "functions.web.variables.NOTE_SECRET_KEY: sets the variable NOTE_SECRET_KEY, as "
        "functions.web.variables.NOTE does",
    ),
    (
        "GI224",
        sized(4097 - ADDED),
        "functions.web.variables: hold 4,097 bytes, with those that other sections add; Lambda "
        "takes 4,096 for all of a function's",
    ),
    (
        "GI224",
        sized(4097 - ADDED - len("BUCKET_NAMEjobs-uploads"), bucket=BUCKET),
        "functions.web.variables: hold 4,097 bytes, with",
    ),
    (
        "GI224",
        sized(4097 - ADDED - len("BUCKET_NAME"), bucket="name: {parameter: B}"),
        "functions.web.variables: hold 4,097 bytes, without 1 known only at deploy time, with",
    ),
    (
        "GI224",
        sized(300, "account: {quotas: {variables_bytes: 300}}"),
        "functions.web.variables: hold 345 bytes, with those that other sections add; Lambda takes "
        "300 for",
    ),
    (
        "GI225",
        variables("PORT: '3000'"),
        "functions.web.variables.PORT: is another port than functions.web.port, 8080, the default, "
        "where the web adapter asks",
    ),
    (
        "GI225",
        variables("READINESS_CHECK_PATH: /health"),
        "functions.web.variables.READINESS_CHECK_PATH: has no effect beside "
        "functions.web.readiness_path",
    ),
    (
        "GI225",
        variables("AWS_LWA_INVOKE_MODE: RESPONSE_STREAM"),
        "functions.web.variables.AWS_LWA_INVOKE_MODE: is response_stream, but the API waits",
    ),
    (
        "GI226",
        variables("BASE: 'https://${AWS::Region}.example.com'"),
        "functions.web.variables.BASE: holds '${AWS::Region}', which nothing fills in here",
    ),
    ("GI226", variables("BASE: '!Ref Bucket'"), "functions.web.variables.BASE: holds '!Ref'"),
    (
        "GI231",
        statement("'sqs:*'", QUEUE),
        "functions.web.statements[0].actions[0]: is 'sqs:*'; it must be an action, as in",
    ),
    (
        "GI232",
        statement("'sqs:SendMessage', 'sqs:ListQueues', 'sqs:Delete*'", "'*'"),
        "functions.web.statements[0].resources[0]: allows sqs:SendMessage and sqs:Delete* on "
        "everything of that kind in the account; name the ARNs",
    ),
    (
        "GI232",
        statement("'s3:Get*'", f"'{UPLOADS}', '*'"),
        "functions.web.statements[0].resources[1]: allows s3:Get* on everything",
    ),
    (
        "GI233",
        statement("'iam:PassRole'", "'*'"),
        "functions.web.statements[0].actions[0]: iam:PassRole lets the function hand any role",
    ),
    (
        "GI233",
        statement("'sqs:SendMessage', 'iam:AttachRolePolicy'", "'arn:aws:iam::1:role/x'"),
        "functions.web.statements[0].actions[1]: iam:AttachRolePolicy lets the function change who",
    ),
    (
        "GI233",
        statement("'sts:AssumeRole'", "'arn:aws:iam::123456789012:role/*'"),
        "functions.web.statements[0].actions[0]: sts:AssumeRole lets the function take on any role",
    ),
    (
        "GI234",
        statement("'sqs:SendMessage'", "'arn:aws:sns:us-east-1:123456789012:jobs'"),
        "functions.web.statements[0].actions[0]: sqs:SendMessage grants nothing: none of the "
        "resources is one of sqs",
    ),
    (
        "GI234",
        statement("'sqs:SendMessage'", f"'{PSEUDO}sns:${{AWS::Region}}:1:jobs'"),
        "functions.web.statements[0].actions[0]: sqs:SendMessage grants nothing: none of the",
    ),
    (
        "GI234",
        statement("'s3:GetObject'", f"'{PSEUDO}s3:::jobs-uploads'"),
        "functions.web.statements[0].actions[0]: s3:GetObject grants nothing: it is asked of",
    ),
    (
        "GI234",
        statement("'s3:GetObject', 's3:ListBucket'", f"'{UPLOADS}'"),
        "functions.web.statements[0].actions[0]: s3:GetObject grants nothing: it is asked of "
        "objects, and these are buckets; add /* to the ARN",
    ),
    (
        "GI234",
        statement("'s3:GetObject', 's3:ListBucket'", f"'{UPLOADS}/*'"),
        "functions.web.statements[0].actions[1]: s3:ListBucket grants nothing: it is asked of the",
    ),
    (
        "GI234",
        statement(
            "'secretsmanager:GetSecretValue'",
            "'arn:aws:secretsmanager:us-east-1:123456789012:secret:jobs'",
        ),
        "functions.web.statements[0].actions[0]: secretsmanager:GetSecretValue grants nothing",
    ),
    (
        "GI912",
        statement("'ec2:DescribeVpcs', 'ec2:DescribeSubnets'", "'*'", more=SCOPED),
        "functions.web.statements[0].actions[1]: ec2:DescribeSubnets is allowed in vain: a scoped "
        "role denies DescribeSubnets to the function's code; leave it out, or write ",
    ),
    (
        "GI912",
        statement("'ec2:Describe*'", "'*'", more="posture: hardened"),
        "functions.web.statements[0].actions[0]: ec2:Describe* is allowed in vain: a scoped role "
        "denies DescribeNetworkInterfaces and DescribeSubnets to ",
    ),
    (
        "GI235",
        statement("'logs:CreateLogGroup'", "'*'"),
        "functions.web.statements[0]: repeats what the function's role has by itself; remove it",
    ),
    (
        "GI235",
        statement("'xray:PutTraceSegments', 'logs:PutLogEvents'", "'*'"),
        "functions.web.statements[0]: repeats what the function's role has by itself; remove it",
    ),
    (
        "GI235",
        statement("'s3:GetObject', 's3:PutObject'", f"'{UPLOADS}/*'", bucket=BUCKET),
        "functions.web.statements[0]: repeats what the function's role has by itself",
    ),
    (
        "GI235",
        statement(
            "'sqs:SendMessage'", QUEUE, f"{{actions: ['sqs:SendMessage'], resources: [{QUEUE}]}}"
        ),
        "functions.web.statements[1]: repeats a statement above it; remove it",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI201", timed(29)),
    ("GI201", timed(5, "{GET /a: {function: web, timeout: 5}}")),
    ("GI201", timed(29, "{GET /a: {function: web, timeout: 5}, GET /b: web}")),
    ("GI201", timed(60).replace("GET /jobs: web", "GET /jobs: {function: web, timeout: 60}")),
    ("GI202", file()),
    ("GI203", file("reserved_concurrency: 1")),
    ("GI204", throttled(900, "1")),
    ("GI204", two(400, 500)),
    ("GI204", two(400, 501, "account: {quotas: {concurrent_executions: 1001}}")),
    ("GI204", file("reserved_concurrency: 0", more=QUOTA)),
    ("GI205", throttled(20, "200")),
    ("GI205", file("reserved_concurrency: 100")),
    ("GI205", throttled(2, "500", "{GET /a: {function: web, throttling: {rate: 20}}}")),
    ("GI205", file("reserved_concurrency: 0")),  # which is GI203's
    ("GI205", file(more="account: {quotas: {concurrent_executions: 100}}")),
    ("GI207", throttled(20, "10")),
    ("GI207", throttled(20, "11") + "alarms: {api_latency: 1.5}\n"),
    ("GI207", throttled(20, "201")),  # which is GI205's
    ("GI206", file("uses: [database]", database="port: 5432")),
    ("GI211", file(image=f"{REGISTRY}/jobs@{DIGEST}")),
    ("GI211", file(image="{parameter: Image}")),
    ("GI212", file()),
    ("GI212", file(image="{parameter: Image}", region="us-west-2")),
    ("GI213", file(image=f"{REGISTRY}/team/jobs:1")),
    ("GI214", file(image=f"{REGISTRY}/jobs-arm64:1-amd64")),
    ("GI214", file("architecture: arm64", image=f"{REGISTRY}/jobs:1-arm64")),
    ("GI214", file(image=f"{REGISTRY}/alarm64s:charm64")),
    ("GI215", file(more="alarms: {topic: 'arn:aws:sns:us-east-1:123456789012:alarms'}")),
    ("GI215", file()),
    ("GI216", file("port: 1024")),
    ("GI216", file("port: 3000")),
    ("GI221", variables("AWS_LWA_ASYNC_INIT: 'true', REGION: x")),
    ("GI222", variables("A1: x")),
    ("GI223", variables("DB_HOST: x")),
    ("GI223", file("uses: [], variables: {DB_HOST: x}", database="port: 5432")),
    ("GI224", sized(4096 - ADDED)),
    ("GI224", sized(4096 - ADDED - len("BUCKET_NAME"), bucket="name: {parameter: B}")),
    ("GI225", variables("PORT: '8080', HOST: x")),
    ("GI225", file("port: 3000, variables: {PORT: '3000', AWS_LWA_INVOKE_MODE: buffered}")),
    ("GI225", variables("PORT: {parameter: Port}")),
    ("GI226", variables("BASE: 'https://${REGION}.example.com', NOTE: 'Ref: $x'")),
    ("GI231", statement("'sqs:Send*'", QUEUE)),
    (
        "GI232",
        statement("'cloudwatch:PutMetricData', 'sqs:ListQueues', 's3:ListAllMyBuckets'", "'*'"),
    ),
    ("GI232", statement("'sqs:SendMessage'", QUEUE)),
    ("GI232", statement("'secretsmanager:GetRandomPassword', 'xray:PutTraceSegments'", "'*'")),
    ("GI233", statement("'iam:PassRole', 'sts:AssumeRole'", "'arn:aws:iam::1:role/jobs'")),
    ("GI233", statement("'iam:GetRole', 'iam:List*', 'sts:GetCallerIdentity'", "'*'")),
    (
        "GI234",
        statement("'sqs:SendMessage', 'sns:Publish'", f"{QUEUE}, 'arn:aws:sns:us-east-1:1:x'"),
    ),
    ("GI234", statement("'s3:GetObject', 's3:ListBucket'", f"'{UPLOADS}', '{UPLOADS}/*'")),
    ("GI234", statement("'s3:GetObject'", "'arn:aws:s3:::jobs-*'")),
    ("GI234", statement("'s3:GetObject'", "'arn:aws:s3:us-east-1:1:accesspoint/x/object/*'")),
    ("GI234", statement("'sqs:SendMessage'", "{parameter: Queue}")),
    ("GI234", statement("'sqs:SendMessage'", f"'{PSEUDO}sqs:${{AWS::Region}}:1:jobs'")),
    ("GI234", statement("'s3:GetObject'", f"'{PSEUDO}s3:::jobs-uploads/*'")),
    ("GI234", statement("'s3:GetObject'", f"'{PSEUDO}s3:::${{AWS::AccountId}}-uploads/*'")),
    ("GI234", statement("'sqs:SendMessage'", "'*'")),
    ("GI234", statement("'ecs:RunTask'", "'arn:aws:iam::1:role/x'")),
    (
        "GI234",
        statement(
            "'secretsmanager:GetSecretValue'",
            "'arn:aws:secretsmanager:us-east-1:123456789012:secret:jobs-??????'",
        ),
    ),
    (
        "GI235",
        statement("'logs:CreateLogGroup'", "'*'", more=SCOPED),
    ),
    ("GI912", statement("'ec2:DescribeSubnets'", "'*'")),
    (
        "GI912",
        statement("'ec2:DescribeVpcs', 'ec2:Create*'", "'*'", more="roles: {}"),
    ),
    (
        "GI912",
        statement("'ec2:DescribeSubnetsAndMore', 'rds:Describe*'", "'*'", more=SCOPED),
    ),
    ("GI235", statement("'xray:PutTraceSegments', 'xray:GetGroups'", "'*'")),
    ("GI235", statement("'s3:GetObject'", f"'{UPLOADS}/*'")),
    ("GI235", statement("'s3:GetObjectTagging'", f"'{UPLOADS}/*'", bucket=BUCKET)),
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


def test_a_shared_key_that_is_wrong_for_two_functions_is_told_once() -> None:
    text = variables("NOTE: x", database="variable_prefix: AWS_LAMBDA_FUNCTION_")
    both = text.replace("api:\n", f"  job: {{image: {IMAGE}, timeout: 29}}\napi:\n", 1)
    both = both.replace("{GET /jobs: web}", "{GET /jobs: web, GET /b: job}")
    assert len(found("GI221", both)) == 1


def test_the_smallest_file_is_told_of_its_tag_and_its_time_alone() -> None:
    rules = [problem.rule for problem in problems_in(MINIMAL) if problem.rule[:3] in ("GI1", "GI2")]
    assert rules == ["GI201", "GI211"]


def test_egress_ports_are_refused_twice_and_outside_of_what_there_is() -> None:
    told = [problem.message for problem in problems_in(file("egress_ports: [6379, 6379]"))]
    assert told == ["names '6379' twice in `egress_ports`; keep one"]
    assert len(problems_in(file("egress_ports: [0, 65536]"))) == 2

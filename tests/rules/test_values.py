"""Rules of values that are known later, and of secrets."""

from __future__ import annotations

import string
from random import Random
from time import perf_counter

import pytest

from gateway_infra.layouts import LAYOUTS
from gateway_infra.reading.diagnostics import Diagnostic, Place
from gateway_infra.reading.redaction import HIDDEN, covered, is_hidden, shapes_covered
from gateway_infra.rules.catalog import rules_by_id
from gateway_infra.rules.secret_detection import (
    is_literal_secret,
    is_reference,
    looks_random,
    names_a_secret,
    shape_of_secret,
    without_samples,
)
from gateway_infra.rules.values import OWN_STACKS
from tests.rules.apis import found, problems_in, severities
from tests.rules.files import file, statement, variables

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:jobs/db-AbCdEf"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"
OPEN_IMAGE = "{parameter: Image}"
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPLE"
JWT = ".".join(("eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NSJ9", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"))
RANDOM = "q7Rk2Zp9Xw4Tn8Lb3Vc6Ym1Ds5Hf0Gj"
FIVE = ", ".join(f"V{number}: {{parameter: P{number}}}" for number in range(5))
DB = "password: {environment_variable: DB_PASSWORD}"

SAMPLE = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{JWT.rpartition('.')[2]}"


def route(description: str) -> str:
    """Return routes, of which one has a description."""
    return f"{{GET /jobs: {{function: web, description: {description}}}}}"


def override(path: str, value: str) -> str:
    """Return an environment with an override."""
    return file(more=f"overrides: [{{resource: FunctionWeb, path: '{path}', value: {value}}}]")


def queue(properties: str) -> str:
    """Return an environment with a resource of its own."""
    return file(
        more=f"resources: {{Queue: {{Type: 'AWS::SQS::Queue', Properties: {{{properties}}}}}}}"
    )


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI101",
        variables("NOTE: '{{resolve:ssm:/a:1}}'"),
        "functions.web.variables.NOTE: holds a dynamic reference, whose value would stand in the",
    ),
    (
        "GI102",
        variables("A1: {ssm: /shared/vpc-id}, B1: {ssm: /shared/vpc_id}"),
        "functions.web.variables.B1: gives the template parameter SharedVpcId, as "
        "functions.web.variables.A1 does with another value; rename one",
    ),
    (
        "GI102",
        variables("A1: {parameter: A, default: x}, B1: {parameter: A, default: y}"),
        "functions.web.variables.B1: says other things of the parameter A than",
    ),
    (
        "GI102",
        file(subnets="{parameter: A}", function="variables: {A1: {parameter: A}}"),
        "functions.web.variables.A1: takes one value from the parameter A, which is a list for",
    ),
    (
        "GI103",
        variables(f"A1: {{parameter: A, default: {'x' * 127}}}, {FIVE}", database=DB),
        "functions.web.variables.A1: has 127 characters in `default`, but must be up to 126",
    ),
    (
        "GI104",
        variables("URL_OF_API: {stack_output: jobs-prod-deployment/ApiUrl}"),
        "functions.web.variables.URL_OF_API: is an output of jobs-prod-deployment, a stack that is "
        "made from this very file, so that each would wait for the other",
    ),
    (
        "GI104",
        variables("URL_OF_API: {stack_output: jobs-prod/ApiUrl}", more="layout: single"),
        "functions.web.variables.URL_OF_API: is an output of jobs-prod, a stack",
    ),
    (
        "GI104",
        variables(
            "URL_OF_API: {stack_output: jobs-prod-jobs/X}", more="route_stacks: {jobs: [/jobs]}"
        ),
        "functions.web.variables.URL_OF_API: is an output of jobs-prod-jobs, a stack",
    ),
    (
        "GI105",
        statement(
            "'sqs:SendMessage'",
            "'arn:aws:sqs:cn-north-1:123456789012:jobs'",
            region="cn-north-1",
            image=OPEN_IMAGE,
        ),
        "functions.web.statements[0].resources[0]: is an ARN of the partition aws, but cn-north-1 "
        "is in aws-cn; write ${AWS::Partition} where that may stand",
    ),
    (
        "GI105",
        file(region="us-gov-west-1", image=OPEN_IMAGE, database=f"password: {{secret: '{ARN}'}}"),
        "database.password.secret: is an ARN of the partition aws, but us-gov-west-1 is in "
        "aws-us-gov",
    ),
    (
        "GI105",
        file(region="cn-north-1", image="123456789012.dkr.ecr.cn-north-1.amazonaws.com/jobs:1"),
        "functions.web.image: is on 123456789012.dkr.ecr.cn-north-1.amazonaws.com, but registries "
        "of that region end in amazonaws.com.cn",
    ),
    (
        "GI105",
        file(image="123456789012.dkr.ecr.us-east-1.amazonaws.com.cn/jobs:1"),
        "functions.web.image: is on 123456789012.dkr.ecr.us-east-1.amazonaws.com.cn, but "
        "registries of that region end in amazonaws.com; write that",
    ),
    (
        "GI106",
        variables("A1: {import: net-A}, B1: {import: net-B}, C1: {import: net-A}"),
        "functions.web.variables.A1: imports net-A and 1 more: while a stack does, CloudFormation",
    ),
    (
        "GI107",
        variables(FIVE, image=OPEN_IMAGE),
        "functions.web: is given values that are known only at deploy time "
        "(functions.web.variables.V1, functions.web.variables.V2",
    ),
    (
        "GI108",
        file(database=DB),
        "database.password: is a secret that published versions keep: when it changes, change "
        "functions.web.redeploy with it, or callers keep the old one",
    ),
    (
        "GI108",
        variables("NOTE: {environment_variable: NOTE}"),
        "functions.web.variables.NOTE: is a secret that published versions keep",
    ),
    (
        "GI141",
        file(database="password: hunter2"),
        "database.password: is a secret, and one written here would stand in the template",
    ),
    (
        "GI141",
        file(database="password: {ssm: /jobs/password}"),
        "database.password: is a secret, but what CloudFormation reads from SSM is shown with the",
    ),
    (
        "GI141",
        file(database="password: {hunter2: x}"),
        "database.password: is a secret, but this does not say where it is; write",
    ),
    (
        "GI141",
        variables("NOTE: {environment_variable: NOTE, default: hunter2}"),
        "functions.web.variables.NOTE: has a `default`, but is a secret, and one written here",
    ),
    (
        "GI142",
        variables("NOTE: {secret: jobs/db-AbCdEf}"),
        "functions.web.variables.NOTE: names a secret whose name ends in a hyphen and six",
    ),
    (
        "GI142",
        variables(f"NOTE: {{secret: '{ARN.rpartition('-')[0]}'}}"),
        "functions.web.variables.NOTE: is an ARN without the hyphen and six characters that end a "
        "secret's, and would permit nothing; write the whole ARN, or the name alone",
    ),
    (
        "GI143",
        variables(f"NOTE: {{secret: '{ARN.replace('us-east-1', 'us-west-2')}'}}"),
        "functions.web.variables.NOTE.secret: is a secret in us-west-2, but functions run in "
        "us-east-1",
    ),
    (
        "GI144",
        file(
            database=f"password: {{secret: a, kms_key: '{KEY.replace('us-east-1', 'eu-west-1')}'}}"
        ),
        "database.password.kms_key: is a key in eu-west-1, but the role may decrypt through "
        "Secrets Manager of us-east-1 alone",
    ),
    (
        "GI151",
        variables(f"NOTE: {AWS_KEY}"),
        "functions.web.variables.NOTE: holds an access key of AWS, which stands in the file, in "
        "git and in the template; take it out",
    ),
    (
        "GI151",
        variables(f"NOTE: {{parameter: Note, default: {AWS_KEY}}}"),
        "functions.web.variables.NOTE.default: holds an access key of AWS",
    ),
    (
        "GI151",
        variables("DATABASE_URL: 'postgres://jobs:hunter2@db.example.com/jobs'"),
        "functions.web.variables.DATABASE_URL: holds a URL with a password",
    ),
    ("GI151", file(more=f"tags: {{Team: {AWS_KEY}}}"), "tags.Team: holds an access key of AWS"),
    ("GI151", file(more=f"tags: {{{AWS_KEY}: x}}"), "tags: holds an access key of AWS"),
    (
        "GI151",
        file(routes=route(f"'use {AWS_KEY}, say'")),
        'api.routes["GET /jobs"].description: holds an access key of AWS, which stands in the '
        "file, in git and in the template; take it out, and give it out anew where it was used",
    ),
    (
        "GI151",
        file(
            routes=f"{{GET /jobs: {{function: web, authorization: {{type: none, reason: "
            f"'as {AWS_KEY}'}}}}}}"
        ),
        'api.routes["GET /jobs"].authorization.reason: holds an access key of AWS',
    ),
    (
        "GI151",
        file() + f"  models: {{Login: {{type: object, description: 'As in {JWT}'}}}}\n",
        "api.models.Login.description: holds a JSON Web Token",
    ),
    (
        "GI151",
        override("Properties.Description", f"the {AWS_KEY} of jobs"),
        "overrides[0].value: holds an access key of AWS, which stands in the file, in git and in "
        "the template; take it out, give it out anew where it was used, and write "
        "{environment_variable: NAME}, or '{{resolve:secretsmanager:NAME:SecretString:KEY}}'",
    ),
    (
        "GI151",
        queue("Tags: [{Key: Url, Value: 'amqp://jobs:hunter2@mq'}]"),
        "resources.Queue.Properties.Tags[0].Value: holds a URL with a password",
    ),
    (
        "GI151",
        variables("SITE: 'https://a.b/?user=u&password=hunter2'"),
        "functions.web.variables.SITE: holds a URL with a password, which stands in the file, in "
        "git and in the template; take it out, give it out anew where it was used, and write "
        "{environment_variable: NAME}, or {secret: name} for what the code reads itself",
    ),
    (
        "GI151",
        file() + "  stage: {variables: {backend: 'https://a.b/?pwd=hunter2'}}\n",
        "api.stage.variables.backend: holds a URL with a password",
    ),
    (
        "GI152",
        variables("API_TOKEN: hunter2"),
        "functions.web.variables.API_TOKEN: looks like a secret by its name, and stands in the "
        "template and in git; write {environment_variable: NAME}, or {secret: name}",
    ),
    (
        "GI152",
        variables("DB_PWD: {parameter: Pwd, default: hunter2}"),
        "functions.web.variables.DB_PWD: looks like a secret by its name",
    ),
    (
        "GI152",
        file(more="") + "  stage: {variables: {password: hunter2}}\n",
        "api.stage.variables.password: looks like a secret by its name, and stands in the "
        "template and in git; whoever may look at the stage sees it: give the function a variable",
    ),
    (
        "GI152",
        variables("REDIS_AUTH: hunter2"),
        "functions.web.variables.REDIS_AUTH: looks like a secret by its name",
    ),
    (
        "GI152",
        override("Properties.Environment.Variables.DB_PASSWORD", "hunter2"),
        "overrides[0].value: looks like a secret by its name, and stands in the template and in "
        "git; write {environment_variable: NAME}, or "
        "'{{resolve:secretsmanager:NAME:SecretString:KEY}}'",
    ),
    (
        "GI152",
        override('Properties.X["api_key"][0]', "hunter2"),
        "overrides[0].value: looks like a secret by its name",
    ),
    (
        "GI152",
        override("Properties.Environment", "{Variables: {DB_PASSWORD: hunter2}}"),
        "overrides[0].value.Variables.DB_PASSWORD: looks like a secret by its name",
    ),
    (
        "GI152",
        file(
            more="overrides:\n  token: {resource: ApiStage, path: Properties.A, "
            "value: [{AuthToken: hunter2}]}"
        ),
        "overrides.token.value[0].AuthToken: looks like a secret by its name",
    ),
    *(
        (
            "GI152",
            queue(text),
            f"resources.Queue.Properties.{path}: looks like a secret by its name",
        )
        for text, path in (
            ("AuthToken: hunter2", "AuthToken"),
            ("MasterUserPassword: hunter2", "MasterUserPassword"),
            ('SecretString: \'{"user": "u"}\'', "SecretString"),
            ("Environment: {Variables: {REDIS_AUTH: hunter2}}", "Environment.Variables.REDIS_AUTH"),
            ("Environment: [{Name: API_TOKEN, Value: hunter2}]", "Environment[0].Value"),
            ("Password: {parameter: P, default: hunter2}", "Password"),
            ("Password: {'Fn::Sub': hunter2}", 'Password["Fn::Sub"]'),
            ("Passwords: {Password: [hunter2]}", "Passwords.Password[0]"),
        )
    ),
    (
        "GI153",
        queue(f"Environment: {{Variables: {{NOTE: {RANDOM}}}}}"),
        "resources.Queue.Properties.Environment.Variables.NOTE: looks like a secret, 31 characters",
    ),
    (
        "GI154",
        queue("AuthToken: {parameter: Token}"),
        "resources.Queue.Properties.AuthToken: is a secret by its name, and `parameter` shows the "
        "value to whoever may look at the stack; write {environment_variable: NAME}, or '{{resolve",
    ),
    (
        "GI153",
        variables(f"NOTE: {RANDOM}"),
        "functions.web.variables.NOTE: looks like a secret, 31 characters as programs make them",
    ),
    (
        "GI154",
        variables("API_TOKEN: {parameter: Token}"),
        "functions.web.variables.API_TOKEN: is a secret by its name, and `parameter` shows the "
        "value to whoever may look at the stack; write {environment_variable: NAME}",
    ),
    (
        "GI154",
        variables("API_TOKEN: {ssm: /jobs/token}"),
        "functions.web.variables.API_TOKEN: is a secret by its name, and `ssm` shows the value to "
        "whoever may look at the stack (and takes no SecureString)",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI101", variables("NOTE: '{{resolve}}'")),
    ("GI102", variables("A1: {ssm: /shared/vpc-id}, B1: {ssm: /shared/vpc-id}")),
    ("GI102", variables("A1: {ssm: /shared/vpc-id}, B1: {ssm: /shared/vpc_id, version: 2}")),
    ("GI102", variables("A1: {parameter: A, default: x}, B1: {parameter: A}")),
    ("GI103", variables(f"A1: {{parameter: A, default: {'x' * 126}}}, {FIVE}", database=DB)),
    ("GI104", variables("A1: {stack_output: jobs-prod-network/X}")),
    ("GI104", variables("A1: {stack_output: jobs-dev-deployment/X}")),
    ("GI104", variables("A1: {import: jobs-prod-deployment}")),
    (
        "GI105",
        statement(
            "'sqs:SendMessage'",
            "'arn:${AWS::Partition}:sqs:${AWS::Region}:1:jobs'",
            region="cn-north-1",
            image=OPEN_IMAGE,
        ),
    ),
    (
        "GI105",
        statement(
            "'sqs:SendMessage'",
            "'arn:aws-cn:sqs:cn-north-1:123456789012:jobs'",
            region="cn-north-1",
            image=OPEN_IMAGE,
        ),
    ),
    ("GI105", file(database=f"password: {{secret: '{ARN}', kms_key: '{KEY}'}}")),
    (
        "GI105",
        file(region="cn-north-1", image="123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/jobs:1"),
    ),
    ("GI106", variables("A1: {stack_output: net/A}")),
    ("GI107", variables("A1: {parameter: A}", image=OPEN_IMAGE)),
    ("GI108", file("uses: []", database=DB)),
    ("GI108", file(database="password: {secret: jobs/db}")),
    ("GI141", file(database="password: {environment_variable: DB_PASSWORD}")),
    ("GI142", variables(f"NOTE: {{secret: '{ARN}'}}, NOTES: {{secret: jobs/db-AbCdE}}")),
    ("GI143", variables(f"NOTE: {{secret: '{ARN}'}}")),
    ("GI143", variables("NOTE: {secret: jobs/db}", region="eu-west-1", image=OPEN_IMAGE)),
    ("GI144", file(database=f"password: {{secret: a, kms_key: '{KEY}'}}")),
    ("GI151", variables("DATABASE_URL: 'postgres://jobs:${DB_PASSWORD}@db.example.com/jobs'")),
    ("GI151", variables("SITE: 'https://jobs.example.com:8443/a@b'")),
    ("GI151", file() + f"  models: {{Login: {{type: object, description: 'As in {SAMPLE}'}}}}\n"),
    ("GI151", file(routes=route("'https://user:password@a.b/?password=secret'"))),
    ("GI151", variables(f"AWS_ACCESS_KEY_ID: {AWS_KEY}")),  # which is GI221's
    ("GI151", variables(f"AWS_ACCESS_KEY_ID: {{parameter: Key, default: {AWS_KEY}}}")),
    ("GI152", queue("Password: '{{resolve:secretsmanager:jobs/db:SecretString:password}}'")),
    ("GI152", queue("AuthToken: {'Fn::Sub': '{{resolve:secretsmanager:${Db}}}'}")),
    ("GI152", queue("AuthToken: {environment_variable: TOKEN}, Password: {Ref: Db}")),
    ("GI152", queue("Environment: [{Name: API_TOKEN, Type: SECRETS_MANAGER, Value: jobs/a}]")),
    ("GI152", queue("TokenValidityUnits: {AccessToken: minutes}, PasswordPolicy: {Length: '8'}")),
    ("GI152", override("Properties.Environment.Variables.DB_PASSWORD", "''")),
    ("GI152", override("Properties.Environment.Variables.SMTP_AUTH", "login")),
    ("GI153", queue(f"Note: {RANDOM}")),
    ("GI152", variables("API_TOKEN: '', DB_SECRET: '" + ARN + "', TOKEN_TTL: '60'")),
    ("GI152", variables("PASSWORD: /run/secrets/db, OAUTH_TOKEN: 'https://a.b/token'")),
    ("GI152", variables("API_TOKEN: {environment_variable: TOKEN}, PUBLIC_KEY: abc")),
    ("GI153", variables(f"API_TOKEN: {RANDOM}")),  # which is GI152's
    ("GI153", variables(f"COMMIT_ID: {RANDOM}, NOTE: {'a' * 40}")),
    ("GI154", variables("DB_SECRET: {stack_output: db/SecretArn}, NOTE: {parameter: Note}")),
    ("GI154", variables("API_TOKEN: {environment_variable: TOKEN}, X_TOKEN: {secret: x}")),
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


@pytest.mark.parametrize("text", [text for _, text, _ in FAILING])
def test_no_message_shows_a_secret(text: str) -> None:
    told = " ".join(str(problem) for problem in problems_in(text))
    for secret in ("hunter2", AWS_KEY, RANDOM):
        assert secret not in told


def test_a_quiet_file_is_told_nothing_of() -> None:
    assert [p for p in problems_in(file()) if p.rule[:3] in ("GI1", "GI2")] == []


def test_the_names_of_the_layouts_stacks_are_known() -> None:
    keys = {key for order in LAYOUTS.values() for key, _ in order} - {"template"}
    assert set(OWN_STACKS) == keys


SECRETS: dict[str, str] = {
    AWS_KEY: "an access key of AWS",
    "ASIA" + "Z" * 16: "an access key of AWS",
    "x=" + "AKIA" + "A2B3" * 4 + ";y": "an access key of AWS",
    "-----BEGIN " + "PRIVATE KEY-----\nMIIE\n": "a private key",
    "-----BEGIN " + "RSA PRIVATE KEY-----": "a private key",
    "-----BEGIN " + "OPENSSH PRIVATE KEY-----": "a private key",
    "-----BEGIN " + "PGP PRIVATE KEY BLOCK-----": "a private key",
    "gh" + "p_" + "a1B2" * 9: "a token of GitHub",
    "github" + "_pat_" + "a1B2" * 12: "a token of GitHub",
    "gl" + "pat-" + "a1B2" * 5: "a token of GitLab",
    "xo" + "xb-" + "123456789012-abc": "a token of Slack",
    "https://hooks." + "slack.com/services/T0AAA/B0BBB/" + "c" * 24: "a webhook of Slack",
    "sk" + "_live_" + "a1B2" * 6: "a key of Stripe",
    "wh" + "sec_" + "a1B2" * 8: "a key of Stripe",
    "AI" + "za" + "a1B2C3D" * 5: "an API key of Google",
    "np" + "m_" + "a1B2" * 9: "a token of npm",
    "S" + "G." + "a" * 22 + "." + "b" * 43: "a key of SendGrid",
    "sk-" + "proj-" + "a1B2" * 8: "an API key",
    JWT: "a JSON Web Token",
    "postgres://jobs:hunter2@db/jobs": "a URL with a password",
    "redis://:hunter2@cache:6379/0": "a URL with a password",
    "postgresql+psycopg://jobs:hunter2@db/jobs": "a URL with a password",
    "POSTGRES://jobs:hunter2@db/jobs": "a URL with a password",
    "jdbc:postgresql://db/x?user=u&password=hunter2": "a URL with a password",
    "https://x/?password=hunter2": "a URL with a password",
    "https://x/?db_passwd=hunter2&a=b": "a URL with a password",
    "https://x/?PWD=hunter2": "a URL with a password",
    "https://x/?access_token=a1b2c3d4e5f6g7h8": "a URL with a token",
    "Server=db;User Id=u;Password=hunter2;": "a connection string with a password",
    "Data Source=db; UID=u; PWD=hunter2": "a connection string with a password",
    "x;Password=hunter2": "a connection string with a password",
    "host=db user=u password=hunter2": "a connection string with a password",
    "host=db user=u password = 'hunter two'": "a connection string with a password",
    'password="hunter2" username="u"': "a connection string with a password",
    "redis.a.b:6379,password=hunter2,ssl=True": "a connection string with a password",
    "DefaultEndpointsProtocol=https;AccountKey=aGk==": "a connection string with a key",
    "Endpoint=sb://a.b/;SharedAccessKey=aGk=": "a connection string with a key",
    "password=hunter2": "a connection string with a password",
    f"words before ({AWS_KEY}), and behind": "an access key of AWS",
}
"""Texts that hold a secret, and what kind."""

NO_SECRETS = (
    "",
    "text",
    "AKIA",
    "AKIAtooshort",
    "-----BEGIN PUBLIC KEY-----",
    "-----BEGIN CERTIFICATE-----",
    "ghp_short",
    "pk_live_" + "a1B2" * 6,
    "sk-learn",
    "eyJhbGciOiJIUzI1NiJ9",
    "https://jobs.example.com:8443/path",
    "https://user@example.com/",
    "postgres://jobs:${DB_PASSWORD}@db/jobs",
    "postgres://jobs:<password>@db/jobs",
    "postgres://jobs:%(password)s@db/jobs",
    "https://a.b/?next=https://c.d:1/x@y",
    "https://abcdef@o1.ingest.sentry.io/2",
    "https://a.b/?password=",
    "https://a.b/?password=${PASSWORD}",
    "https://a.b/?password=<password>&user=u",
    "https://a.b/?password=required",
    "https://a.b/?passwordless=hunter2",
    "https://a.b/?token=your-token-goes-here",
    "https://a.b/?page_token=2",
    "jdbc:postgresql://db/x?user=u&password={{resolve:secretsmanager:a}}",
    "host=db user=u password=${DB_PASSWORD}",
    "host=db user=u password=%(password)s",
    "host=db user=u sslmode=require",
    "Server=db;User Id=u;Password=***;",
    "where password=:password",
    "send the password=value pair",
    "AccountKey=<key>",
    "postgres://db.example.com:5432/jobs",
    "123e4567-e89b-12d3-a456-426614174000",
    "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    "a9993e364706816aba3e25717850c26c9cd0d89d",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
    "arn:aws:sns:us-east-1:123456789012:alarms-Topic-1ABCDEF2GHIJ",
    "https://jobs.example.com/v1/callback?next=home",
    "/var/task/config/production/settings.yaml",
    "us-east-1_AbCdEfGhI",
    "4uioq1d1kd9c2h0d5rqwertyui",
    "d111111abcdef8.cloudfront.net",
    "jobs-prod-uploads-eu-west-1-2024",
    "MyApplicationConfigurationNumber1",
    "SomeVeryLongFeatureFlagNameV2Enabled",
    "CamelCaseThing2WithWords3AndDigits4",
    "prod_Jobs_Worker_Queue_Name_01",
    "Z2F0ZXdheS1pbmZyYSBpcyBhIGNvbXBpbGVyIDE=",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAzJ9",
    "0123456789012345678901234567890",
    "2026-11-23T12:00:00Z",
    "America/Argentina/Buenos_Aires",
    "GET,POST,PUT,DELETE,OPTIONS,HEAD,PATCH",
    "TLSv1.2_2021-ECDHE-RSA-AES128-GCM-SHA256",
)
"""Texts that hold none, however they look."""


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_known_by_their_shape(text: str) -> None:
    assert shape_of_secret(text) == SECRETS[text]


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_is_no_secret_does_not_ring(text: str) -> None:
    assert shape_of_secret(text) is None
    assert not looks_random("NOTE", text)


@pytest.mark.parametrize("text", SECRETS)
def test_what_is_a_secret_by_its_shape_is_shown_nowhere(text: str) -> None:
    telling = text if "hunter" not in text else "hunter"
    for shown in (shapes_covered(text), covered(text), str(Diagnostic((), text, place=Place("x")))):
        assert telling not in shown
        assert HIDDEN in shown
    assert is_hidden(("tags", "Team"), text)


HARD = (
    "a.", "=", "?", "eyJ-", "eyJaaaaaaaa.", "://:", "a://:", "?password=", "?a_a_a_a_a_a_",
    " password=$", ' password="a', "user ", "data  ", "-----BEGIN ", "sk-", "xoxb-", "${", "/a",
    "?token=a", "AKIA", "password ", ";pwd", "gh", "{{resolve:", "alias/",
)  # fmt: skip
"""What makes an expression that looks back too often slow, when it is repeated."""


@pytest.mark.parametrize("text", HARD)
def test_long_text_takes_no_longer_than_it_is_long(text: str) -> None:
    assert_quick(text * (70_000 // len(text)))


@pytest.mark.slow
@pytest.mark.parametrize("end", ["@", "://", " host=x password=hunter2"])
def test_nor_does_long_text_with_an_end_of_its_own(end: str) -> None:
    for text in HARD:
        assert_quick(text * (70_000 // len(text)) + end)


def assert_quick(long: str) -> None:
    """Look at a long text in every way."""
    started = perf_counter()
    shape_of_secret(long)
    without_samples(long)
    is_reference(long)
    covered(long)
    shapes_covered(long)
    # It takes some 30 ms; what takes its time in proportion to the square takes seconds.
    assert perf_counter() - started < 2, long[:20] + long[-20:]


NAMES = {
    **dict.fromkeys(
        ("DB_PASSWORD", "password", "DB_PASS", "SMTP_PW", "DB_PWD", "SSH_PASSPHRASE", "API_TOKEN",
         "AUTH_TOKEN", "REDIS_AUTH", "AUTH", "CREDENTIALS", "GCP_CREDENTIAL", "SIGNING_KEY",
         "ENCRYPTION_KEY", "CLIENT_SECRET", "WEBHOOK_SECRET", "API_KEY", "apiKey", "X-Api-Key",
         "AuthToken", "MasterUserPassword", "SecretString", "ClientSecret", "APP_KEY",
         "AWS_SECRET_ACCESS_KEY", "JWT_KEY", "ApiKeyValue"),
        True,
    ),
    **dict.fromkeys(
        ("TOKEN_URL", "SECRET_NAME", "SECRET_ARN", "PASSWORD_MIN_LENGTH", "KEY_ID", "PUBLIC_KEY",
         "AUTH_URL", "OAUTH_CLIENT_ID", "BASIC_AUTH_ENABLED", "ACCESS_KEY_ID", "DSN", "SENTRY_DSN",
         "DATABASE_DSN", "TOKEN_TTL", "MAX_TOKENS", "API_KEY_HEADER", "AUTHOR", "OAUTH", "BYPASS",
         "PARTITION_KEY", "SORT_KEY", "CACHE_KEY", "MONKEY", "KMS_KEY", "AuthType", "PWD_FILE",
         "SecretId", "ManageMasterUserPasswordRotation", "COMPASS", "AUTHORIZATION"),
        False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_of_secrets(name: str) -> None:
    assert names_a_secret(name) is NAMES[name]


@pytest.mark.parametrize("way", ["login", "PLAIN", "basic", "oauth2", "iam", "true", "1"])
def test_how_to_log_in_is_no_secret(way: str) -> None:
    assert not is_literal_secret("SMTP_AUTH", way)
    assert is_literal_secret("SMTP_AUTH", "hunter2")
    assert is_literal_secret("SMTP_PASSWORD", "login")


@pytest.mark.parametrize("length", [24, 32, 40, 64])
def test_most_of_what_programs_make_looks_random(length: int) -> None:
    random = Random(length)
    letters = string.ascii_letters + string.digits
    texts = ["".join(random.choices(letters, k=length)) for _ in range(200)]
    assert sum(looks_random("NOTE", text) for text in texts) >= 160


@pytest.mark.parametrize(
    ("length", "expected"), [(23, False), (24, True), (200, True), (201, False)]
)
def test_how_long_a_random_word_is(length: int, expected: bool) -> None:
    assert looks_random("NOTE", (RANDOM * 8)[:length]) is expected


@pytest.mark.parametrize("name", ["IMAGE_DIGEST", "COMMIT_SHA", "KMS_KEY_ID", "ETAG", "SHA256"])
def test_names_that_call_a_random_word_something_else(name: str) -> None:
    assert looks_random("NOTE", RANDOM)
    assert not looks_random(name, RANDOM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("true", True),
        ("/run/secrets/db", True),
        ("https://a.b/c", True),
        (ARN, True),
        ("https://u:hunter2@a.b", False),
        ("https://a.b/?password=hunter2", False),
        ("{{resolve:secretsmanager:jobs/db:SecretString:password}}", True),
        ("{{resolve:ssm-secure:/jobs/db:1}}", True),
        ("${DB_PASSWORD}", True),
        ("hunter2${X}", False),
        ("<password>", True),
        ("alias/jobs", True),
        ("method.request.header.token", True),
        ("$context.authorizer.token", True),
        ("off", True),
        ("minutes", True),
        ("hunter2", False),
        ("12345678", False),
    ],
)
def test_what_says_where_a_secret_is(text: str, expected: bool) -> None:
    assert is_reference(text) is expected

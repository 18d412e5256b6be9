"""The three ways to log in to the database, from the file to role, variables and capabilities."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway_infra.assembly.environment import assemble
from gateway_infra.layouts import TRANSFORM
from gateway_infra.loading.provenance import find, origin, resolve
from tests.faults import load_faults
from tests.support import MINIMAL, generate_text, load_text

FIRST = (
    MINIMAL
    + """\
database:
  host: db.example.com
  name: jobs
  user: jobs_app
  security_group: sg-0a1b2c3d
"""
)
PASSWORD = "  password: {environment_variable: DB_PASSWORD}\n"
SECRET = "  secret: {}\n"
IAM = "  iam: {resource_id: db-ABCDEFGHIJKL01234}\n"
MADE = "encryption: {key: made}\n"
HARD = "posture: hardened\n"
KEY = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
ARN = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d"


def resources(text: str) -> dict[str, Any]:
    return {name: item.body for name, item in assemble(load_text(text)).resources.items()}


def variables(made: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of the function that are about the database, without their prefix."""
    given = made["FunctionWeb"]["Properties"]["Environment"]["Variables"]
    return {name[3:]: value for name, value in given.items() if name.startswith("DB_")}


def allowed(made: dict[str, Any]) -> dict[str, Any]:
    """Return the statements of the function's role by their ids."""
    [policy] = made["FunctionWebRole"]["Properties"]["Policies"]
    return {item["Sid"]: item for item in policy["PolicyDocument"]["Statement"]}


ADDRESS = {"HOST": "db.example.com", "PORT": "5432", "NAME": "jobs", "USER": "jobs_app"}
LOGINS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "a password": (PASSWORD, {"PASSWORD": {"Ref": "DbPassword"}}, set()),
    "a secret that is made": (
        SECRET,
        {"PASSWORD_SECRET_ARN": {"Ref": "DatabaseSecret"}, "PASSWORD_SECRET_KEY": "password"},
        {"Secrets"},
    ),
    "IAM": (IAM, {"IAM_AUTH": "true"}, {"DatabaseLogin"}),
}


@pytest.mark.parametrize("case", LOGINS)
def test_a_function_is_given_the_address_and_one_way_to_log_in(case: str) -> None:
    text, login, further = LOGINS[case]
    made = resources(FIRST + text)
    assert variables(made) == ADDRESS | login
    assert allowed(made).keys() - {"OwnLogGroup", "Traces", *DESCRIBE} == further
    assert ("DatabaseSecret" in made) is (case == "a secret that is made")


DESCRIBE = {"DatabaseClusters", "DatabaseInstances"}


def test_the_role_reads_the_made_secret_alone() -> None:
    statement = allowed(resources(FIRST + SECRET))["Secrets"]
    assert statement["Action"] == ["secretsmanager:GetSecretValue"]
    assert statement["Resource"] == [{"Ref": "DatabaseSecret"}]


def test_the_role_logs_in_as_one_user_of_one_database() -> None:
    statement = allowed(resources(FIRST + IAM))["DatabaseLogin"]
    assert statement["Action"] == ["rds-db:connect"]
    arn = "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:"
    assert statement["Resource"] == [{"Fn::Sub": f"{arn}db-ABCDEFGHIJKL01234/jobs_app"}]


def test_a_function_that_does_not_use_the_database_is_given_nothing_of_it() -> None:
    for login in (SECRET, IAM):
        text = (FIRST + login).replace("jobs:1}", "jobs:1, uses: []}")
        assert "uses: []" in text
        made = resources(text + MADE)
        assert variables(made) == {}
        assert allowed(made).keys() == {"OwnLogGroup", "Traces"}


KEYS: dict[str, Any] = {
    MADE: KEY,
    f"encryption: {{key: '{ARN}'}}\n": ARN,
    "encryption: {key: {parameter: KeyArn}}\n": {"Ref": "KeyArn"},
}


@pytest.mark.parametrize("line", KEYS)
def test_the_role_decrypts_with_the_secrets_key_through_secrets_manager(line: str) -> None:
    made = resources(FIRST + SECRET + line)
    assert made["DatabaseSecret"]["Properties"]["KmsKeyId"] == KEYS[line]
    statement = allowed(made)["SecretKeys"]
    assert statement["Action"] == ["kms:Decrypt"]
    assert statement["Resource"] == [KEYS[line]]
    service = {"Fn::Sub": "secretsmanager.${AWS::Region}.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": service}}


@pytest.mark.parametrize("login", [PASSWORD, IAM])
def test_a_key_adds_nothing_to_the_role_where_no_secret_is_made(login: str) -> None:
    assert "SecretKeys" not in allowed(resources(FIRST + login + MADE))


def test_a_key_of_both_secrets_is_named_once() -> None:
    line = f"{{A_KEY: {{secret: x, kms_key: '{ARN}'}}}}"
    text = FIRST + SECRET + f"encryption: {{key: '{ARN}'}}\n"
    made = resources(text.replace("jobs:1}", f"jobs:1, variables: {line}}}"))
    assert allowed(made)["SecretKeys"]["Resource"] == [ARN]
    assert len(allowed(made)["Secrets"]["Resource"]) == 2


def test_rotation_brings_its_transform_and_its_capabilities() -> None:
    for layout, key in (("single", "template"), ("split", "secret")):
        text = FIRST + "  secret: {rotation_days: 30}\n" + f"layout: {layout}\n"
        stacks = {stack.key: stack for stack in generate_text(text).stacks}
        told = {name for name, stack in stacks.items() if "Transform" in stack.template}
        assert told == {key}
        assert stacks[key].template["Transform"] == TRANSFORM
        assert stacks[key].capabilities == ("CAPABILITY_AUTO_EXPAND", "CAPABILITY_IAM")
        head = list(json.loads(stacks[key].text))[:3]
        assert head == ["AWSTemplateFormatVersion", "Description", "Transform"]


@pytest.mark.parametrize("egress", ["anywhere", "scoped"])
def test_rotation_reaches_the_endpoints_that_are_made(egress: str) -> None:
    """Secrets Manager is where it reads and writes the secret; both layouts hold the rules."""
    endpoints = f", egress: {egress}, endpoints: {{services: [secretsmanager]}}}}"
    text = FIRST.replace("subnet-1a2b3c4d]}", f"subnet-1a2b3c4d]{endpoints}")
    assert endpoints in text
    text += "  secret: {rotation_days: 30}\n"
    made = resources(text)
    rule = made["DatabaseRotationEndpointIngress"]["Properties"]
    group = {"Fn::GetAtt": ["DatabaseRotationSecurityGroup", "GroupId"]}
    assert rule["SourceSecurityGroupId"] == group
    assert ("DatabaseRotationEndpointEgress" in made) is (egress == "scoped")
    out = made["DatabaseRotationSecurityGroup"]["Properties"]["SecurityGroupEgress"]
    assert any("CidrIp" in item for item in out) is (egress == "anywhere")
    for layout in ("single", "split"):
        assert generate_text(f"{text}layout: {layout}\n")


def test_without_rotation_no_template_is_transformed() -> None:
    for login in (PASSWORD, SECRET, IAM):
        for stack in generate_text(FIRST + login).stacks:
            assert "Transform" not in stack.template
            assert "CAPABILITY_AUTO_EXPAND" not in stack.capabilities


FAULTS = {
    "none of the three": ("", "database: does not say how to log in; write one of: password: "),
    "two of the three": (
        PASSWORD + SECRET,
        "database.secret: is another way to log in than database.password; keep one (`password: "
        "null` removes what a file below gives)",
    ),
    "all three": (PASSWORD + SECRET + IAM, "database.iam: is another way to log in than"),
    "no resource id": ("  iam: {}\n", "database.iam.resource_id: is required"),
    "an identifier": (
        "  iam: {resource_id: jobs-prod}\n",
        "database.iam.resource_id: must be the resource id of an instance, a cluster or a proxy, "
        "as in db-ABCDEFGHIJKL01234 (in capitals; not its identifier: aws rds "
        "describe-db-instances has both), not 'jobs-prod'",
    ),
    "a short password": ("  secret: {length: 8}\n", "database.secret.length: is 8"),
    "a secret that exists, where one is made": (
        "  secret: {rotation_days: 30, name: foo}\n",
        "database.secret: takes only length, rotation_days; remove what else is there",
    ),
    "IAM by another name": (
        "  iam_auth: true\n",
        "database.iam_auth: is not a key here; did you mean 'iam'? It takes {resource_id: db-…}",
    ),
    "IAM by the name that CloudFormation has": (
        "  EnableIAMDatabaseAuthentication: true\n",
        "database.EnableIAMDatabaseAuthentication: is not a key here; did you mean 'iam'?",
    ),
    "no days": ("  secret: {rotation_days: 0}\n", "database.secret.rotation_days: is 0"),
    "a secret by its name": (
        "  secret: jobs/prod/db\n",
        "database.secret: makes a secret, and takes a mapping",
    ),
    "rotation of a secret that exists": (
        "  password: {secret: jobs/db, rotation_days: 30}\n",
        "database.password: has a key that is no option of `secret`",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_is_no_login(case: str) -> None:
    text, message = FAULTS[case]
    faults = load_faults(FIRST + text)
    assert [fault for fault in faults if message in fault], faults
    assert len(faults) == 1, faults


@pytest.mark.parametrize("value", ["hunter22", "{password: hunter22}", "[hunter22]"])
def test_a_secret_written_in_its_place_is_shown_nowhere(value: str) -> None:
    faults = load_faults(f"{FIRST}  secret: {value}\n")
    assert faults
    assert "hunter22" not in " ".join(faults)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "secret"),
        (SECRET, "secret"),
        ("  secret: {length: 20}\n", "secret"),
        (PASSWORD, "password"),
        (IAM, "iam"),
        (IAM + "  password: null\n", "iam"),
    ],
)
def test_hardened_makes_a_secret_unless_the_file_says_another_way(
    written: str, expected: str
) -> None:
    database = load_text(HARD + FIRST + written).environment.database
    assert database is not None
    login = [key for key in ("password", "secret", "iam") if getattr(database, key) is not None]
    assert login == [expected]


def test_a_null_removes_what_hardened_chose() -> None:
    [fault] = load_faults(HARD + FIRST + "  secret: null\n")
    assert "database: does not say how to log in" in fault


def test_hardened_chooses_no_database() -> None:
    assert load_text(HARD + MINIMAL).environment.database is None


def test_config_tells_who_chose_the_secret() -> None:
    found: Any = find(resolve(load_text(HARD + FIRST)), ("database", "secret"))
    assert origin(found.place) == "default of posture hardened"

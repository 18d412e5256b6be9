"""Literals and open values: what each place takes, and what becomes a template's parameter."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from gateway_infra.inputs import template_parameters
from gateway_infra.loading.load import Loaded
from gateway_infra.values.value_types import Image, TopicArn
from gateway_infra.values.values import DeployTimeValue, Form
from tests.faults import DATABASE, changed, load_faults, with_function
from tests.support import MINIMAL, load_text

FULL = MINIMAL + DATABASE.replace("host:", "port: 5432\n  instance_identifier: jobs-db\n  host:")
FULL += "bucket: {name: jobs-uploads}\nalarms: {topic: 'arn:aws:sns:us-east-1:123456789012:t'}\n"
FULL = with_function("variables: {NOTE: text}", FULL)

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1"
PLACES: dict[str, tuple[str, str]] = {
    "network.vpc": ("vpc-0a1b2c3d", "AWS::EC2::VPC::Id"),
    "network.subnets": ("subnet-1a2b3c4d", "AWS::EC2::Subnet::Id"),
    "database.security_group": ("sg-0a1b2c3d", "AWS::EC2::SecurityGroup::Id"),
    "database.host": ("db.example.com", "String"),
    "database.port": ("5432", "Number"),
    "database.name": ("name: jobs\n", "String"),
    "database.user": ("jobs_app", "String"),
    "database.instance_identifier": ("jobs-db", "String"),
    "bucket.name": ("jobs-uploads", "String"),
    "functions.web.image": (IMAGE, "String"),
    "functions.web.variables.NOTE": ("text}", "String"),
    "alarms.topic": ("'arn:aws:sns:us-east-1:123456789012:t'", "String"),
}
FORMS: dict[Form, str] = {
    "parameter": "SomeName",
    "stack_output": "some-stack/SomeKey",
    "ssm": "/some/name",
    "import": "some-Name",
    "environment_variable": "SOME_NAME",
}


def opened(place: str, form: str, name: str) -> Loaded:
    """Load an environment with an open value at a place."""
    literal = PLACES[place][0]
    value = f"{{{form}: {name}}}"
    for before, after in (("name: ", "\n"), ("", "}")):
        if literal.startswith(before) and literal.endswith(after):
            value = f"{before}{value}{after}"
            break
    return load_text(changed(literal, value, FULL))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
def test_each_place_takes_each_form(place: str, form: Form) -> None:
    loaded = opened(place, form, FORMS[form])
    found: Any = loaded.environment
    for part in place.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    value = found[1] if isinstance(found, list) else found
    assert value == DeployTimeValue(form, FORMS[form], PLACES[place][1])


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"environment_variable"}))
def test_a_secret_is_open_only_to_the_environment(form: Form) -> None:
    text = changed("{environment_variable: DB_PASSWORD}", f"{{{form}: {FORMS[form]}}}", FULL)
    (fault,) = load_faults(text)
    assert fault.startswith("environments/prod.yaml:16:3: database.password: ")
    assert "environment_variable" in fault


NAMES = [
    ("parameter", "VpcId", "VpcId"),
    ("stack_output", "network/VpcId", "NetworkVpcId"),
    ("stack_output", "my-net/vpcId", "MyNetVpcId"),
    ("ssm", "/shared/vpc-id", "SharedVpcId"),
    ("ssm", "shared.vpc_id", "SharedVpcId"),
    ("ssm", "/1/2", "12"),
    ("import", "network-VpcId", None),
    ("environment_variable", "DB_PASSWORD", "DbPassword"),
    ("environment_variable", "X__1", "X1"),
]


@pytest.mark.parametrize(("form", "name", "parameter"), NAMES)
def test_the_name_of_the_parameter(form: Any, name: str, parameter: str | None) -> None:
    assert DeployTimeValue(form, name, "String").parameter == parameter


BODIES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("network.vpc", "parameter", {"Type": "AWS::EC2::VPC::Id"}, {"required": True}),
    (
        "network.vpc",
        "stack_output",
        {"Type": "AWS::EC2::VPC::Id"},
        {"from": {"stack": "some-stack", "output": "SomeKey"}},
    ),
    (
        "network.vpc",
        "ssm",
        {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>", "Default": "/some/name"},
        {"value": "/some/name"},
    ),
    (
        "database.port",
        "ssm",
        {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/some/name"},
        {"value": "/some/name"},
    ),
    ("database.port", "parameter", {"Type": "Number"}, {"required": True}),
    (
        "functions.web.variables.NOTE",
        "environment_variable",
        {"Type": "String", "NoEcho": True},
        {"environment_variable": "SOME_NAME"},
    ),
]


@pytest.mark.parametrize(("place", "form", "body", "filled"), BODIES)
def test_parameters_say_who_fills_them(
    place: str, form: Form, body: dict[str, Any], filled: dict[str, Any]
) -> None:
    loaded = opened(place, form, FORMS[form])
    found = {item.name: item for item in template_parameters(loaded.environment, loaded.source)}
    name = DeployTimeValue(form, FORMS[form], "").parameter
    item = found[str(name)]
    assert item.filled == filled
    assert item.body == {"Description": place, **body}


def test_the_password_has_no_default_and_is_not_shown() -> None:
    loaded = load_text(FULL)
    (item,) = template_parameters(loaded.environment, loaded.source)
    assert item.name == "DbPassword"
    assert item.body == {"Description": "database.password", "Type": "String", "NoEcho": True}
    assert item.filled == {"environment_variable": "DB_PASSWORD"}


def test_an_import_makes_no_parameter() -> None:
    loaded = opened("network.vpc", "import", "network-VpcId")
    names = [item.name for item in template_parameters(loaded.environment, loaded.source)]
    assert names == ["DbPassword"]


def test_one_value_in_two_places_is_one_parameter() -> None:
    text = changed("text}", "{stack_output: network/VpcId}}", FULL)
    loaded = load_text(changed("vpc-0a1b2c3d", "{stack_output: network/VpcId}", text))
    found = template_parameters(loaded.environment, loaded.source)
    assert [item.name for item in found] == ["DbPassword", "NetworkVpcId"]
    assert found[1].body["Type"] == "AWS::EC2::VPC::Id"
    assert found[1].body["Description"] == "functions.web.variables.NOTE, network.vpc"


LITERALS: dict[str, tuple[str, ...]] = {
    "network.vpc": ("vpc-0a1b2c3d4e5f60718",),
    "network.subnets": ("subnet-0a1b2c3d4e5f60718",),
    "database.security_group": ("sg-0a1b2c3d4e5f60718",),
    "database.host": ("localhost", "10.0.0.5", "a-b.c1.us-east-1.rds.amazonaws.com"),
    "database.port": ("1", "65535"),
    "database.user": ("_x", "Jobs$1"),
    "database.instance_identifier": ("j", "jobs-1-db"),
    "bucket.name": ("abc", "a.b-c", "1" * 63),
    "functions.web.image": (
        f"123456789012.dkr.ecr.us-east-1.amazonaws.com/team/jobs@sha256:{'a' * 64}",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4.2",
    ),
    "functions.web.variables.NOTE": ("''}", '"two\\nlines"}', "é}", "'5'}"),
    "alarms.topic": ("'arn:aws:sns:us-east-1:123456789012:a_B-1'",),
}
REFUSED: dict[str, tuple[str, ...]] = {
    "network.vpc": (
        "vpc-xyz",
        "vpc-0a1b2c3",
        "VPC-0a1b2c3d",
        "subnet-0a1b2c3d",
        "5",
        "[a]",
        "true",
    ),
    "network.subnets": ("subnet-0a1b2c3d4", "vpc-0a1b2c3d", "5", "~", "' subnet-0a1b2c3d'"),
    "database.security_group": ("default", "sg-", "5"),
    "database.host": ("https://db.example.com", "db:5432", "-db", "''", "5", "'a\n\n b'"),
    "database.port": ("0", "65536", "-1", "'5432'", "54.5", "true", "[5432]"),
    "database.user": ("jobs app", "1jobs", "''", "5", "é"),
    "database.instance_identifier": ("Jobs", "jobs--db", "jobs-", "1jobs", "''"),
    "bucket.name": ("ab", "1" * 64, "Jobs-uploads", "jobs_uploads", "-jobs", "s3://jobs", "555"),
    "functions.web.image": ("jobs:1", "docker.io/library/jobs:1", IMAGE[:-2], f"{IMAGE}/x", "5"),
    "functions.web.variables.NOTE": ("5}", "1.5}", "true}", "[a]}", "2.}"),
    "alarms.topic": ("alarms", "'arn:aws:sqs:us-east-1:123456789012:t'", "5"),
}


@pytest.mark.parametrize(
    ("place", "literal"), [(place, text) for place, texts in LITERALS.items() for text in texts]
)
def test_literals_that_aws_takes(place: str, literal: str) -> None:
    load_text(changed(PLACES[place][0], literal, FULL))


@pytest.mark.parametrize(
    ("place", "literal"), [(place, text) for place, texts in REFUSED.items() for text in texts]
)
def test_literals_that_aws_refuses(place: str, literal: str) -> None:
    (fault,) = load_faults(changed(PLACES[place][0], literal, FULL))
    key = "network.subnets[1]" if place == "network.subnets" else place
    assert f" {key}: must be " in fault
    assert " not " in fault


OPEN_FAULTS = {
    "{}": "is no open value; write one of {parameter: Name}",
    "{parameter: A, ssm: /b}": "says `parameter` and `ssm`, and only one can fill it in; keep one",
    "{paramter: A}": "'paramter' is no way to leave a value open; did you mean 'parameter'?",
    "{output: a/B}": "'output' is no way to leave a value open; did you mean 'stack_output'?",
    "{Ref: A}": "is CloudFormation's Ref, which is not read here; write {parameter: Name}",
    "{Red: A}": "'Red' is no way to leave a value open; known: environment_variable, import",
    "{parameter: vpc-id}": "letters and digits, as in VpcId",
    "{parameter: 1Vpc}": "letters and digits, as in VpcId",
    "{parameter: 5}": "letters and digits, as in VpcId",
    "{parameter: ''}": "letters and digits, as in VpcId",
    "{stack_output: VpcId}": "a stack's name, a slash and the output's key",
    "{stack_output: a/b/C}": "a stack's name, a slash and the output's key",
    "{stack_output: [a, B]}": "a stack's name, a slash and the output's key",
    "{ssm: shared//vpc}": "as in /shared/vpc-id",
    "{ssm: /shared/}": "as in /shared/vpc-id",
    "{import: a b}": "an export's name, as in network-VpcId",
    "{environment_variable: db_password}": "capitals, as in DB_PASSWORD",
    "{environment_variable: $DB}": "capitals, as in DB_PASSWORD",
}


@pytest.mark.parametrize("value", OPEN_FAULTS)
def test_an_open_value_that_is_none_says_what_may_stand_there(value: str) -> None:
    (fault,) = load_faults(changed("vpc-0a1b2c3d", value, FULL))
    assert fault.startswith("environments/prod.yaml:3:11: network.vpc: ")
    assert OPEN_FAULTS[value] in fault


KNOWN = "known: environment_variable, import, parameter, secret, ssm, stack_output"
EXAMPLES = "{environment_variable: NAME}, {secret: name}"
VARIABLE_FAULTS = {
    "{}": f"is no open value; write one of {{parameter: Name}}, {{stack_output: stack/Key}}, "
    f"{{ssm: /name}}, {{import: name}}, {EXAMPLES}",
    "{hunter2: 1}": f"this is no way to leave a value open; {KNOWN}",
    "{hunter2: 1, PASSWORD: x}": f"this is no way to leave a value open; {KNOWN}",
    "{secrets: x}": "'secrets' is no way to leave a value open; did you mean 'secret'?",
    "{hunter2: x, paramter: y}": (
        "'paramter' is no way to leave a value open; did you mean 'parameter'?"
    ),
    "{secret: x, ssm: /y}": "says `ssm` and `secret`, and only one can fill it in; keep one",
}


@pytest.mark.parametrize("value", VARIABLE_FAULTS)
def test_an_open_value_that_reaches_code_may_be_a_secret(value: str) -> None:
    (fault,) = load_faults(changed("{NOTE: text}", f"{{NOTE: {value}}}", FULL))
    assert fault.endswith(f"functions.web.variables.NOTE: {VARIABLE_FAULTS[value]}")
    assert "hunter2" not in fault


INSTEAD = "write {environment_variable: NAME}, or {secret: name} for what the code reads itself"
SECRET_FAULTS = {
    "{}": f"is a secret, but this does not say where it is; {INSTEAD}",
    "{hunter2: x}": f"is a secret, but this does not say where it is; {INSTEAD}",
    "{value: hunter2, default: hunter2}": (
        f"is a secret, but this does not say where it is; {INSTEAD}"
    ),
    "{environment_varable: DB}": "is a secret, but this does not say where it is; "
    f"{INSTEAD}; did you mean 'environment_variable'?",
    "{parameter: P}": f"is a secret, but a parameter is shown in the console; {INSTEAD}",
    "{parameter: P, default: hunter2}": "is a secret, but a parameter is shown in the console, and "
    f"its `default` stands in the template and in git; {INSTEAD}",
    "{parameter: P, allowed_values: [hunter2]}": "is a secret, but a parameter is shown in the "
    f"console, and its `allowed_values` stands in the template and in git; {INSTEAD}",
    "{parameter: P, hunter2: x}": (
        f"is a secret, but a parameter is shown in the console; {INSTEAD}"
    ),
    "{ssm: /a}": "is a secret, but what CloudFormation reads from SSM is shown with the stack, and "
    f"is no SecureString; {INSTEAD}",
    "{stack_output: a/B}": f"is a secret, but an output is shown in the console; {INSTEAD}",
    "{import: a}": f"is a secret, but an export is shown in the console; {INSTEAD}",
    "{secret: a, environment_variable: B}": "is a secret, and says `environment_variable` and "
    f"`secret`; {INSTEAD}",
    "{environment_variable: A, default: hunter2}": "has a `default`, but is a secret, and one "
    "written here would stand in the template and in git; remove it",
    "{environment_variable: A, hunter2: x}": (
        "has a key beside `environment_variable`, which takes its name alone; remove it"
    ),
    "{secret: a, hunter2: x}": "has a key that is no option of `secret`; known: key, kms_key",
    "{secret: a, kmskey: x}": "has a key that is no option of `secret`; did you mean 'kms_key'?",
}


@pytest.mark.parametrize("value", SECRET_FAULTS)
def test_why_a_secret_cannot_be_given_so(value: str) -> None:
    (fault,) = load_faults(changed("{environment_variable: DB_PASSWORD}", value, FULL))
    assert fault.endswith(f"database.password: {SECRET_FAULTS[value]} [GI141]")
    assert "hunter2" not in fault


@pytest.mark.parametrize("literal", ["hunter2", "'{environment_variable: X}'", "5", "[hunter2]"])
def test_a_secret_is_never_written_nor_repeated(literal: str) -> None:
    (fault,) = load_faults(changed("{environment_variable: DB_PASSWORD}", literal, FULL))
    assert " database.password: is a secret, and one written here would stand in" in fault
    assert "write {environment_variable: NAME}" in fault
    assert "hunter2" not in fault


@pytest.mark.parametrize("value", ["{environment_variable: _}", "{ssm: '-'}", "{ssm: .}"])
def test_a_value_that_gives_its_parameter_no_name_is_refused(value: str) -> None:
    assert len(load_faults(changed("vpc-0a1b2c3d", value, FULL))) == 1


@pytest.mark.parametrize(
    ("kind", "literal"),
    [
        (Image, "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/jobs:1.4.2"),
        (TopicArn, "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alarms"),
    ],
)
def test_literals_of_other_partitions(kind: Any, literal: str) -> None:
    assert TypeAdapter(kind).validate_python(literal) == literal

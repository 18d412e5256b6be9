"""What the file says of an open value beyond its name: options, versions, lists, secrets."""

from __future__ import annotations

import time
import warnings
from typing import Any

import pytest

from gateway_infra.inputs import template_parameters
from tests.faults import DATABASE, changed, faults_of, load_faults, with_function
from tests.support import MINIMAL, generate_text, load_text, of_type

VPC = "vpc-0a1b2c3d"
HOST = "db.example.com"
CONSTRAINT = (
    "up to 256 characters without |, as the description of a Lambda version carries it; any other "
    "goes in the environment file"
)
SUBNETS = "[subnet-0a1b2c3d, subnet-1a2b3c4d]"
FULL = with_function("variables: {NOTE: text}", MINIMAL + DATABASE)
FROM_ENVIRONMENT = "{environment_variable: DB_PASSWORD}"


def parameters(before: str, after: str) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Return body and origin of each template parameter of a file with one change."""
    assert before in FULL
    loaded = load_text(FULL.replace(before, after, 1))
    made = template_parameters(loaded.environment, loaded.source)
    return {item.name: (item.body, item.filled) for item in made if item.name != "DbPassword"}


BODIES: dict[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    "a default": (
        VPC,
        "{parameter: X, default: vpc-1a2b3c4d}",
        {"Type": "AWS::EC2::VPC::Id", "Default": "vpc-1a2b3c4d", "Description": "network.vpc"},
        {"required": False},
    ),
    "a description": (
        VPC,
        "{parameter: X, description: Ours}",
        {"Type": "AWS::EC2::VPC::Id", "Description": "Ours"},
        {"required": True},
    ),
    "allowed values": (
        "user: jobs_app",
        "user: {parameter: X, allowed_values: [a, b], default: b}",
        {
            "Type": "String",
            "AllowedValues": ["a", "b"],
            "Default": "b",
            "MinLength": 1,
            "Description": "database.user",
            "MaxLength": 256,
            "ConstraintDescription": CONSTRAINT,
            "AllowedPattern": "[^|]*",
        },
        {"required": False},
    ),
    "a pattern, with the one of the version's description": (
        HOST,
        '{parameter: X, pattern: "[a-z]+"}',
        {
            "Type": "String",
            "MinLength": 1,
            "MaxLength": 256,
            "Description": "database.host",
            "ConstraintDescription": CONSTRAINT,
            "AllowedPattern": "(?=[^|]*$)(?:[a-z]+)",
        },
        {"required": True},
    ),
    "text for a type of CloudFormation's": (
        VPC,
        "{parameter: X, type: String}",
        {"Type": "String", "MinLength": 1, "Description": "network.vpc"},
        {"required": True},
    ),
    "the name of an SSM parameter": (
        VPC,
        '{parameter: X, type: "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>", default: /vpc}',
        {
            "Type": "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>",
            "Default": "/vpc",
            "Description": "network.vpc",
        },
        {"required": False},
    ),
    "a number's default": (
        "host: ",
        "port: {parameter: X, default: 6000, allowed_values: [5432, 6000]}\n  host: ",
        {
            "Type": "Number",
            "Default": 6000,
            "AllowedValues": [5432, 6000],
            "Description": "database.port",
        },
        {"required": False},
    ),
    "a list": (
        SUBNETS,
        "{parameter: X}",
        {"Type": "List<AWS::EC2::Subnet::Id>", "Description": "network.subnets"},
        {"required": True},
    ),
    "a list's default": (
        SUBNETS,
        "{parameter: X, default: [subnet-0a1b2c3d, subnet-1a2b3c4d]}",
        {
            "Type": "List<AWS::EC2::Subnet::Id>",
            "Default": "subnet-0a1b2c3d,subnet-1a2b3c4d",
            "Description": "network.subnets",
        },
        {"required": False},
    ),
    "a list in SSM": (
        SUBNETS,
        "{ssm: /x}",
        {
            "Type": "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>",
            "Default": "/x",
            "Description": "network.subnets",
        },
        {"value": "/x"},
    ),
    "a list of text": (
        SUBNETS,
        '{parameter: X, type: CommaDelimitedList, pattern: "subnet-[0-9a-f]*", '
        "default: [subnet-0a1b2c3d, subnet-1a2b3c4d]}",
        {
            "Type": "CommaDelimitedList",
            "Default": "subnet-0a1b2c3d,subnet-1a2b3c4d",
            "AllowedPattern": "subnet-[0-9a-f]*",
            "Description": "network.subnets",
        },
        {"required": False},
    ),
}


@pytest.mark.parametrize("case", BODIES)
def test_the_parameter_of_an_open_value(case: str) -> None:
    before, after, body, filled = BODIES[case]
    assert parameters(before, after) == {"X": (body, filled)}


FAULTS = {
    "a default of another kind": (
        VPC,
        "{parameter: X, default: subnet-0a1b2c3d}",
        "network.vpc: has a `default` that must be a VPC's id, as in vpc-0a1b2c3d4e5f60718, not "
        "'subnet-0a1b2c3d'",
    ),
    "a default that is not allowed": (
        "user: jobs_app",
        "user: {parameter: X, allowed_values: [a, b], default: c}",
        "database.user: has a `default` that is none of its `allowed_values`; add it",
    ),
    "a default that the pattern refuses": (
        "user: jobs_app",
        'user: {parameter: X, pattern: "[0-9]+", default: c}',
        "database.user: has a `default` that its `pattern` does not match; change one of the two",
    ),
    "a pattern that is none": (
        "user: jobs_app",
        'user: {parameter: X, pattern: "["}',
        "database.user: has a `pattern` that is no regular expression: "
        "unterminated character set at position 0",
    ),
    "a pattern on an id": (
        VPC,
        '{parameter: X, pattern: "vpc.*"}',
        "network.vpc: has a `pattern`, which fits text, but this is AWS::EC2::VPC::Id; remove it",
    ),
    "a type that does not fit": (
        VPC,
        "{parameter: X, type: Number}",
        "network.vpc: has a type that does not fit here; it must be one of AWS::EC2::VPC::Id, "
        "String, AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>",
    ),
    "no name of an SSM parameter": (
        VPC,
        '{parameter: X, type: "AWS::SSM::Parameter::Value<AWS::EC2::VPC::Id>", default: "a b"}',
        "network.vpc: has a `default` that must be an SSM parameter's name, as the type says: "
        "/shared/vpc-id",
    ),
    "an empty description": (
        VPC,
        '{parameter: X, description: ""}',
        "network.vpc: has after `description:` no text of 1 to 4,000 characters",
    ),
    "no list of values": (
        VPC,
        "{parameter: X, allowed_values: vpc-1a2b3c4d}",
        "network.vpc: has after `allowed_values:` no list of values",
    ),
    "allowed values of a list": (
        SUBNETS,
        "{parameter: X, allowed_values: [subnet-0a1b2c3d]}",
        "network.subnets: has `allowed_values`, which compare one value, but this is a list",
    ),
    "an option of another form": (
        VPC,
        "{ssm: /x, default: vpc-1a2b3c4d}",
        "network.vpc: has 'default', which is no option of `ssm`; known: version",
    ),
    "an option, misspelled": (
        VPC,
        "{parameter: X, defualt: vpc-1a2b3c4d}",
        "network.vpc: has 'defualt', which is no option of `parameter`; did you mean 'default'?",
    ),
    "an option where there is none": (
        VPC,
        "{import: x, default: vpc-1a2b3c4d}",
        "network.vpc: has 'default', but `import` takes its name alone; remove it",
    ),
    "two forms": (
        VPC,
        "{import: x, ssm: /x}",
        "network.vpc: says `ssm` and `import`, and only one can fill it in; keep one",
    ),
    "a version that is none": (
        VPC,
        "{ssm: /x, version: 0}",
        "network.vpc: has after `version:` no version of an SSM parameter, as in 3",
    ),
    "a version of a list": (
        SUBNETS,
        "{ssm: /x, version: 2}",
        "network.subnets: pins the version of a list, which CloudFormation would pass on as one "
        "text; leave `version` out, or list the values one by one",
    ),
    "a secret where code reads nothing": (
        VPC,
        "{secret: jobs}",
        "network.vpc: names a secret, which only the function's code can read; `secret` fits "
        "database.password and the functions' variables",
    ),
    "a secret for a list": (
        SUBNETS,
        "{secret: jobs}",
        "network.subnets: names a secret, which only the function's code can read; `secret` fits "
        "database.password and the functions' variables",
    ),
    "a secret's name that reads as an ARN's end": (
        FROM_ENVIRONMENT,
        "{secret: jobs-abcdef}",
        "database.password: names a secret whose name ends in a hyphen and six characters, as ARNs "
        "of secrets do, so that Secrets Manager may find another; write its ARN [GI142]",
    ),
    "a secret's name that is none": (
        FROM_ENVIRONMENT,
        '{secret: "jobs prod"}',
        "database.password: has after `secret:` no secret's name, as in jobs/prod/db",
    ),
    "an option that a secret has not": (
        FROM_ENVIRONMENT,
        "{secret: jobs, version: 3}",
        "database.password: has a key that is no option of `secret`; known: key, kms_key [GI141]",
    ),
    "a secret's key that is none": (
        FROM_ENVIRONMENT,
        "{secret: jobs, key: 3}",
        "database.password: has after `key:` no key of the secret's JSON, as in password",
    ),
    "a KMS key that is none": (
        FROM_ENVIRONMENT,
        "{secret: jobs, kms_key: alias/x}",
        "database.password: must be a KMS key's ARN, as in "
        "arn:aws:kms:us-east-1:123456789012:key/0a1b…, not '…'",
    ),
    "a variable's option that a secret has not": (
        "NOTE: text",
        "NOTE: {secret: jobs, keys: a}",
        "functions.web.variables.NOTE: has 'keys', which is no option of `secret`; "
        "did you mean 'key'?",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_makes_no_sense_is_refused_in_its_place(case: str) -> None:
    before, after, message = FAULTS[case]
    assert before in FULL
    (fault,) = load_faults(FULL.replace(before, after, 1))
    place, _, said = fault.partition(": ")
    assert place.startswith("environments/prod.yaml:")
    assert said == message


def test_one_parameter_may_be_described_once_and_used_twice() -> None:
    text = FULL.replace("user: jobs_app", "user: {parameter: X}")
    text = text.replace("name: jobs\n", "name: {parameter: X, default: both}\n")
    loaded = load_text(text)
    made = template_parameters(loaded.environment, loaded.source)
    (parameter,) = [item for item in made if item.name == "X"]
    assert parameter.body["Default"] == "both"
    assert parameter.body["Description"] == "database.name, database.user"


def test_two_descriptions_of_one_parameter_must_agree() -> None:
    text = FULL.replace("user: jobs_app", "user: {parameter: X, default: a}")
    text = text.replace("name: jobs\n", "name: {parameter: X, default: b}\n")
    (fault,) = faults_of(generate_text, text)
    assert fault.endswith(
        "says other things of the parameter X than database.name; say them once, or the same "
        "[GI102]"
    )


def function(text: str) -> dict[str, Any]:
    """Return the properties of the only function."""
    (body,) = of_type(generate_text(text), "AWS::Lambda::Function").values()
    properties: dict[str, Any] = body["Properties"]
    return properties


@pytest.mark.parametrize("form", ["parameter: X", "stack_output: x/Y", "ssm: /x"])
def test_a_list_is_no_text(form: str) -> None:
    text = FULL.replace(SUBNETS, f"{{{form}}}").replace("NOTE: text", f"NOTE: {{{form}}}")
    (fault,) = faults_of(generate_text, text)
    assert "functions.web.variables.NOTE: takes one value from the parameter X" in fault
    assert fault.endswith(", which is a list for network.subnets; use two [GI102]")


UNFIT = {
    "a default": 'default: "a|b"',
    "an allowed value": 'allowed_values: [a, "a|b"]',
    "a long one": f"default: {'a' * 300}",
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_a_version_cannot_carry_is_no_default(case: str) -> None:
    text = FULL.replace("NOTE: text", f"NOTE: {{parameter: X, {UNFIT[case]}}}")
    (fault,) = faults_of(generate_text, text)
    assert "functions.web.variables.NOTE: has 3 characters in `" in fault.replace("300", "3")
    assert fault.endswith(f"{CONSTRAINT} [GI103]")


def test_what_is_no_variable_is_shown_where_a_version_cannot_carry_it() -> None:
    image = f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{'a' * 244}:1"
    text = changed("image: 123456789012", "image: {parameter: X, default: 123456789012")
    text = text.replace("amazonaws.com/jobs:1}", f"amazonaws.com/{'a' * 244}:1}}}}")
    (fault,) = faults_of(load_text, text)
    assert f"functions.web.image: has '{image}' in `default`, but must be an image" in fault


def test_the_name_of_an_ssm_parameter_has_no_limits() -> None:
    kind = "AWS::SSM::Parameter::Value<String>"
    text = FULL.replace(HOST, f'{{parameter: X, type: "{kind}", default: /host}}')
    assert generate_text(text).warnings is not None
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1"
    generate_text(FULL.replace(image, f'{{parameter: Y, type: "{kind}", default: /image}}'))


LISTS = {
    "{stack_output: network/Ids}": {"Ref": "NetworkIds"},
    "{import: network-Ids}": {"Fn::Split": [",", {"Fn::ImportValue": "network-Ids"}]},
    "[{import: a}, subnet-0a1b2c3d]": [{"Fn::ImportValue": "a"}, "subnet-0a1b2c3d"],
}


@pytest.mark.parametrize("written", LISTS)
def test_subnets_are_a_list_or_one_value(written: str) -> None:
    found = function(MINIMAL.replace(SUBNETS, written))["VpcConfig"]["SubnetIds"]
    assert found == LISTS[written]


@pytest.mark.parametrize(
    "options",
    [
        "",
        ", type: CommaDelimitedList",
        ', type: "AWS::SSM::Parameter::Value<List<AWS::EC2::Subnet::Id>>"',
    ],
)
def test_no_version_carries_a_list(options: str) -> None:
    """``Fn::Join`` of a list in a list is refused, and a list has no longest length."""
    generated = generate_text(MINIMAL.replace(SUBNETS, f"{{parameter: X{options}}}"))
    (version,) = of_type(generated, "AWS::Lambda::Version").values()
    assert "Description" not in version["Properties"]
    assert any("network.subnets" in str(warning) for warning in generated.warnings)


def test_a_pinned_version_stands_in_the_template_and_in_the_hash() -> None:
    """It is as good as a literal: another version publishes another version of the function."""

    def made(version: int) -> Any:
        text = FULL.replace("NOTE: text", f"NOTE: {{ssm: /note, version: {version}}}")
        generated = generate_text(text)
        (body,) = of_type(generated, "AWS::Lambda::Function").values()
        note = body["Properties"]["Environment"]["Variables"]["NOTE"]
        ((versioned, version_body),) = of_type(generated, "AWS::Lambda::Version").items()
        assert "Description" not in version_body["Properties"]
        return note, versioned

    (first, first_id), (second, second_id) = made(3), made(4)
    assert (first, second) == ("{{resolve:ssm:/note:3}}", "{{resolve:ssm:/note:4}}")
    assert first_id != second_id


def test_a_pinned_port_reaches_the_security_groups() -> None:
    text = FULL.replace("  host:", "  port: {ssm: /port, version: 1}\n  host:")
    (rule,) = of_type(generate_text(text), "AWS::EC2::SecurityGroupIngress").values()
    assert rule["Properties"]["FromPort"] == "{{resolve:ssm:/port:1}}"


ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:jobs-abcdef"
PARTIAL = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:jobs/db"
SECRETS: dict[str, tuple[Any, Any, str | None]] = {
    "{secret: jobs/db}": ({"Fn::Sub": PARTIAL}, {"Fn::Sub": f"{PARTIAL}-??????"}, None),
    "{secret: jobs/db, key: pw}": ({"Fn::Sub": PARTIAL}, {"Fn::Sub": f"{PARTIAL}-??????"}, "pw"),
    f'{{secret: "{ARN}"}}': (ARN, ARN, None),
    "{secret: {stack_output: db/Secret}}": ({"Ref": "DbSecret"}, {"Ref": "DbSecret"}, None),
    "{secret: {import: db-secret}}": (
        {"Fn::ImportValue": "db-secret"},
        {"Fn::ImportValue": "db-secret"},
        None,
    ),
}


@pytest.mark.parametrize("written", SECRETS)
@pytest.mark.parametrize("place", ["NOTE", "DB_PASSWORD"])
def test_a_secret_is_named_in_variables_and_granted(written: str, place: str) -> None:
    """The function learns where the secret is, and may read that one alone."""
    arn, resource, key = SECRETS[written]
    text = FULL.replace("NOTE: text" if place == "NOTE" else FROM_ENVIRONMENT, written)
    text = text.replace("{" + written, "{NOTE: " + written) if place == "NOTE" else text
    generated = generate_text(text)
    (body,) = of_type(generated, "AWS::Lambda::Function").values()
    variables = body["Properties"]["Environment"]["Variables"]
    assert variables[f"{place}_SECRET_ARN"] == arn
    assert variables.get(f"{place}_SECRET_KEY") == key
    assert place not in variables
    (role,) = of_type(generated, "AWS::IAM::Role").values()
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (grant,) = [item for item in statements if item["Sid"] == "Secrets"]
    assert (grant["Action"], grant["Resource"]) == (["secretsmanager:GetSecretValue"], [resource])
    assert ("NoEcho" in str(generated.files)) == (place == "NOTE")


def test_two_keys_of_one_secret_are_one_grant() -> None:
    text = FULL.replace(
        "NOTE: text", "AA: {secret: jobs/db, key: a}, BB: {secret: jobs/db, key: b}"
    )
    (role,) = of_type(generate_text(text), "AWS::IAM::Role").values()
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (grant,) = [item for item in statements if item["Sid"] == "Secrets"]
    assert len(grant["Resource"]) == 1


def test_a_variable_that_a_secret_takes_is_refused() -> None:
    text = FULL.replace("NOTE: text", "NOTE: {secret: jobs/db}, NOTE_SECRET_ARN: x")
    (fault,) = load_faults(text)
    assert "sets the variable NOTE_SECRET_ARN, as functions.web.variables.NOTE does" in fault


def test_resources_of_statements_may_be_known_later() -> None:
    statement = "statements: [{actions: [sqs:SendMessage], resources: [{stack_output: q/Arn}]}]"
    (role,) = of_type(generate_text(with_function(statement, MINIMAL)), "AWS::IAM::Role").values()
    statements = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert statements[-1]["Resource"] == [{"Ref": "QArn"}]


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*$", "(.*.*)*!", "a*a*a*a*a*b"])
def test_a_pattern_that_would_take_ages_is_not_tried(pattern: str) -> None:
    """The file may be anybody's, and CI must not wait for it."""
    given = f"{{parameter: P, pattern: '{pattern}', default: '{'a' * 60}!'}}"
    started = time.process_time()
    generate_text(MINIMAL.replace("jobs:1}", f"jobs:1, variables: {{AB: {given}}}}}"))
    assert time.process_time() - started < 5


def test_a_pattern_that_python_reads_anew_one_day_is_taken_in_silence() -> None:
    given = "{parameter: P, pattern: '[[]a'}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        generate_text(MINIMAL.replace("jobs:1}", f"jobs:1, variables: {{AB: {given}}}}}"))

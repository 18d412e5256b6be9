"""Nothing that is printed or written holds a secret: one is planted, and everything searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway_infra.cli import main
from gateway_infra.sections.environment import DEPLOYERS
from tests.command import write
from tests.faults import DATABASE, changed

pytestmark = pytest.mark.usefixtures("project")

PLANTED = "Pl4nted-s3cret/Value"
GOOD = changed("jobs:1", f"jobs@sha256:{'a' * 64}, timeout: 29") + DATABASE
PASSWORD = "password: {environment_variable: DB_PASSWORD}"
VARIABLES = "timeout: 29, variables: {"

PLACES: dict[str, tuple[str, str]] = {
    "the environment alone": (PASSWORD, PASSWORD),
    "a literal": (PASSWORD, f"password: {PLANTED}"),
    "a literal in quotes": (PASSWORD, f'password: "{PLANTED}"'),
    "a list": (PASSWORD, f"password: [{PLANTED}]"),
    "a mapping's key": (PASSWORD, f"password: {{{PLANTED}: x}}"),
    "a mapping's value": (PASSWORD, f"password: {{value: {PLANTED}}}"),
    "an unknown form": (PASSWORD, f"password: {{environment: {PLANTED}}}"),
    "a default": (PASSWORD, f"password: {{environment_variable: A, default: {PLANTED}}}"),
    "a parameter's default": (PASSWORD, f"password: {{parameter: A, default: {PLANTED}}}"),
    "no space behind the colon": (PASSWORD, f"password:{PLANTED}"),
    "a quote that is never closed": (PASSWORD, f"password: '{PLANTED}"),
    "a misspelled key": (PASSWORD, f"pasword: {PLANTED}"),
    "a block": (PASSWORD, f"password: |\n    {PLANTED}\n    {PLANTED}"),
    "a doubled key": (PASSWORD, f"{PASSWORD}\n  password: {PLANTED}"),
    "a dynamic reference": (PASSWORD, f"password: '{{{{resolve:ssm:{PLANTED}}}}}'"),
    "the key of another section": ("service: jobs", f"service: jobs\npassword: {PLANTED}"),
    "a value for a secret that is made": (PASSWORD, f"secret: {PLANTED}"),
    "a key of a secret that is made": (PASSWORD, f"secret: {{{PLANTED}: x}}"),
    "a password of a secret that is made": (PASSWORD, f"secret: {{password: {PLANTED}}}"),
    "a length of a secret that is made": (PASSWORD, f"secret: {{length: '{PLANTED}'}}"),
    "a variable's wrong kind": ("timeout: 29", f"{VARIABLES}API_TOKEN: [{PLANTED}]}}"),
    "an unknown form of a variable": ("timeout: 29", f"{VARIABLES}API_TOKEN: {{v: {PLANTED}}}}}"),
    "beside a parameter": (PASSWORD, f"password: {{parameter: A, {PLANTED}: x}}"),
    "beside the environment": (PASSWORD, f"password: {{environment_variable: A, {PLANTED}: x}}"),
    "beside a secret": (PASSWORD, f"password: {{secret: a, {PLANTED}: x}}"),
    "two keys of a variable": ("timeout: 29", f"{VARIABLES}NOTE: {{{PLANTED}: 1, b: {PLANTED}}}}}"),
    "a key of AWS": ("timeout: 29", f"{VARIABLES}AWS_SECRET_ACCESS_KEY: {PLANTED}}}"),
    "a URL's query": ("timeout: 29", f"{VARIABLES}UU: 'https://x/?a=b&password={PLANTED}'}}"),
    "a connection string": ("timeout: 29", f"{VARIABLES}CS: 'host=a user=u password={PLANTED}'}}"),
    "pairs": ("timeout: 29", f"{VARIABLES}CS: 'Server=a;Password={PLANTED};Port=1'}}"),
    "an account's key": ("timeout: 29", f"{VARIABLES}CS: 'A=b;AccountKey={PLANTED}'}}"),
    "a tag": ("service: jobs", f"service: jobs\ntags: {{Url: 'a://b/?pwd={PLANTED}'}}"),
    "a description": (
        "{GET /jobs: web}",
        f"{{GET /jobs: {{function: web, description: 'as a://b?password={PLANTED} says'}}}}",
    ),
    "an override of the wrong kind": (
        "service: jobs",
        "service: jobs\noverrides: [{resource: FunctionWeb, path: Properties.Environment.Variables"
        f", value: 'password={PLANTED}'}}]",
    ),
    "a function's wrong kind": ("timeout: 29", f"timeout: 29, api_token: {PLANTED}"),
}
"""What is changed in a good file, and to what; but for the first, none gives a template."""

URL = f"amqp://user:{PLANTED.replace('/', '-')}@host/jobs"
LITERALS: dict[str, str] = {
    "a name": f"{VARIABLES}API_TOKEN: {PLANTED}}}",
    "a login in a URL": f"{VARIABLES}QUEUE: '{URL}'}}",
    "a way to log in": f"{VARIABLES}REDIS_AUTH: {PLANTED}}}",
}
ADDED: dict[str, str] = {
    "an override": "overrides: [{resource: FunctionWeb, "
    f"path: Properties.Environment.Variables.DB_PASSWORD, value: {PLANTED}}}]",
    "an override's mapping": "overrides: [{resource: FunctionWeb, path: Properties.Environment, "
    f"value: {{Variables: {{API_TOKEN: {PLANTED}}}}}}}]",
    "a property": "resources: {Cache: {Type: 'AWS::ElastiCache::ReplicationGroup', Properties: "
    f"{{AuthToken: {PLANTED}, ReplicationGroupDescription: x}}}}}}",
    "a property of the wrong kind": "resources: {Db: {Type: 'AWS::RDS::DBInstance', Properties: "
    f"{{MasterUserPassword: [{PLANTED}]}}}}}}",
    "a parameter's default": "resources: {Db: {Type: 'AWS::RDS::DBInstance', Properties: "
    f"{{MasterUserPassword: {{parameter: P, default: {PLANTED}}}}}}}}}",
    "a variable of a resource": "resources: {F: {Type: 'AWS::Lambda::Function', Properties: "
    f"{{Environment: {{Variables: {{PASSPHRASE: {PLANTED}}}}}}}}}}}",
    "a URL's query, accepted": "accept: {GI151: alone}\nresources: {Q: {Type: 'AWS::SQS::Queue', "
    f"Properties: {{QueueName: 'a?password={PLANTED}'}}}}}}",
}
"""Sections that a user adds."""
"""Variables that a user writes in the open: nothing that is printed has them."""

LINT = ["lint", "--no-cfn-lint"]
FOR_EACH = ["generate", "--layout=single"]
COMMANDS = {
    "generate": ["generate", "--verbose"],
    "check": ["generate", "--check"],
    "for each deployer": [*FOR_EACH, *(f"--deployer={name}" for name in DEPLOYERS)],
    "import": ["generate", "--import-ready"],
    **{f"lint {form}": [*LINT, f"--format={form}"] for form in ("text", "json", "sarif", "junit")},
    "lint in full": [*LINT, "--verbose", "--output-file=report", "--cache-dir=cache"],
    "config": ["config"],
    "config with origin": ["config", "--origin"],
    "config compared": ["config", "--diff=other"],
    "config as JSON": ["config", "--format=json"],
}

MOST = {
    name: COMMANDS[name]
    for name in ("generate", "for each deployer", "lint text", "lint sarif", "config with origin")
}
"""One command for each way to print a file or a message; the slow tests run the others."""
each_set_of_commands = pytest.mark.parametrize(
    "commands",
    [
        pytest.param(MOST, id="most"),
        pytest.param(
            {name: arguments for name, arguments in COMMANDS.items() if name not in MOST},
            id="others",
            marks=pytest.mark.slow,
        ),
    ],
)

KEYS = ("database.password", "functions.web.variables.API_TOKEN")
"""Keys that an option sets to a secret."""


def values(secret: str) -> tuple[str, ...]:
    """Return a secret in the forms that an option accepts or refuses."""
    return (secret, f"[{secret}]", f"{{{secret}: x}}", f"'{secret}")


def printed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    """Run a command and return all that it printed."""
    capsys.readouterr()
    main([*arguments, "--env", "prod"])
    out, err = capsys.readouterr()
    return out + err


def written() -> str:
    """Return all that was written beside the environment files."""
    files = [path for path in Path().rglob("*") if path.is_file()]
    return "".join(
        path.read_text(errors="replace") for path in files if path.parts[0] != "environments"
    )


@each_set_of_commands
@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_printed_or_written(
    place: str,
    commands: dict[str, list[str]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DB_PASSWORD", PLANTED)
    before, after = PLACES[place]
    assert before in GOOD
    write(prod=GOOD.replace(before, after), other=GOOD)
    for name, arguments in commands.items():
        told = printed(capsys, arguments)
        assert PLANTED not in told, (name, told)
        assert PLANTED not in written(), name
        assert told or name == "check"


@pytest.mark.slow  # the fast tests generate for all deployers in one run
@pytest.mark.parametrize("deployer", DEPLOYERS)
def test_no_secret_is_printed_or_written_for_one_deployer(
    deployer: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", PLANTED)
    write(prod=GOOD, other=GOOD)
    arguments = [*FOR_EACH, f"--deployer={deployer}"]
    assert PLANTED not in printed(capsys, arguments)
    assert PLANTED not in written()
    literals = {place: GOOD.replace("timeout: 29", text) for place, text in LITERALS.items()}
    added = {place: f"{GOOD}{text}\n" for place, text in ADDED.items()}
    for place, text in (literals | added).items():
        write(prod=text)
        told = printed(capsys, arguments)
        assert PLANTED not in told, (place, told)
        assert PLANTED.replace("/", "-") not in told, (place, told)
    for key in KEYS:
        write(prod=GOOD)
        for value in values(PLANTED):
            told = printed(capsys, [*arguments, "--set", f"{key}={value}"])
            assert PLANTED not in told, (key, value, told)


def test_of_a_secret_that_is_made_nothing_but_its_place_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Templates say how it is generated; no text of a password's length stands in any file."""
    made = "password: null\n  secret: {length: 77, rotation_days: 30}"
    write(prod=GOOD.replace(PASSWORD, made), other=GOOD)
    for arguments in COMMANDS.values():
        printed(capsys, arguments)
    files = written()
    assert "GenerateSecretString" in files
    assert '"SecretString"' not in files
    assert '"NoEcho": true' not in files


@each_set_of_commands
@pytest.mark.parametrize("place", LITERALS)
def test_no_literal_that_looks_like_a_secret_is_printed(
    place: str, commands: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    write(prod=GOOD.replace("timeout: 29", LITERALS[place]), other=GOOD)
    secret = PLANTED.replace("/", "-") if "URL" in place else PLANTED
    for name, arguments in commands.items():
        told = printed(capsys, arguments)
        assert secret not in told, (name, told)


@each_set_of_commands
@pytest.mark.parametrize("place", ADDED)
def test_no_literal_of_overrides_and_resources_is_printed(
    place: str, commands: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    write(prod=f"{GOOD}{ADDED[place]}\n", other=GOOD)
    for name, arguments in commands.items():
        told = printed(capsys, arguments)
        assert PLANTED not in told, (name, told)
        if "lint" in name and "accepted" not in place:
            assert "GI152" in told or "GI804" in told or "full" in name, told


@each_set_of_commands
@pytest.mark.parametrize("key", KEYS)
def test_no_value_of_an_option_is_printed(
    key: str, commands: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    write(prod=GOOD, other=GOOD)
    for name, arguments in commands.items():
        for value in values(PLANTED):
            told = printed(capsys, [*arguments, "--set", f"{key}={value}"])
            assert PLANTED not in told, (name, value, told)

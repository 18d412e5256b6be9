"""What ``--deployer cdk`` writes, with CDK itself; Node.js and npm must be there."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from . import environments, npm_packages
from .deployer import DeployedStack
from .service import LAYOUTS, REPOSITORY, Cloud, Service
from .wrapped import (
    SECRET,
    Script,
    command_lines_of,
    deploys_from_nothing_to_nothing,
    prepared,
    recovers,
)

pytestmark = pytest.mark.npm

GIVEN = ("--parameter", f"Image={REPOSITORY}:1", "--parameter", "DatabaseHost=database.internal")
LANGUAGES = ("typescript", "python")

CONFIGURATION = {
    "compilerOptions": {
        "target": "ES2022",
        "module": "NodeNext",
        "moduleResolution": "NodeNext",
        "lib": ["es2022"],
        "strict": True,
        "noImplicitReturns": True,
        "noUncheckedIndexedAccess": True,
        "noUnusedLocals": True,
        "noUnusedParameters": True,
        "isolatedModules": True,
        "skipLibCheck": True,
        "noEmit": True,
        "types": ["node"],
    },
    "include": ["*.ts"],
}

BOOTSTRAP = {
    "BootstrapVersion": (
        "Parameters",
        "by the default synthesizer: which bootstrap stack it needs",
    ),
    "CheckBootstrapVersion": ("Rules", "by the default synthesizer: that it is recent enough"),
}
"""What CDK adds to a template, by name, with its section. Everything else must be ours."""


@pytest.fixture(scope="session")
def modules() -> Path:
    return npm_packages.install("cdk")


@pytest.fixture(scope="session")
def python() -> Path:
    return environments.build(environments.CDK)


@pytest.fixture
def script(modules: Path, python: Path, tmp_path: Path, cloud: Cloud) -> Script:
    variables = {
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        # It takes five of the seven seconds of each synthesis: one test has it.
        "CDK_VALIDATION": "false",
        "DB_PASSWORD": SECRET,
        # Where its modules are unpacked, else in each test's own home folder.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(environments.CACHE / "jsii"),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "NODE_NO_WARNINGS": "1",
        "npm_config_update_notifier": "false",
    }
    path = (modules / ".bin", python.parent)
    return Script("cdk", path, tmp_path, cloud.emulator.endpoint, variables)


@pytest.fixture
def _resolvable(modules: Path, cloud: Cloud) -> Iterator[None]:
    """Let Node.js find the packages from the generated folders, as from a repository's root."""
    link = cloud.folder / "node_modules"
    link.symlink_to(modules)
    yield
    link.unlink()


def call(script: Script, folder: Path, *command: str) -> str:
    """Run a program of the environment in a folder."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=script.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


APPS = {"typescript": "tsx typescript/{}.ts", "python": "python python/{}.py"}


def synthesized(
    script: Script, service: Service, language: str, app: str = "app", *options: str
) -> Any:
    """Synthesize; give the assembly's manifest, with each template in its artifact, by stack."""
    output = script.home / f"{language}-{app}"
    command = APPS[language].format(app)
    folder = service.folder / "cdk"
    arguments = ("--quiet", "--app", command, "--output", str(output), *options)
    call(script, folder, "cdk", "synth", *arguments)
    artifacts = json.loads((output / "manifest.json").read_text())["artifacts"]
    found = {}
    for name, artifact in artifacts.items():
        if artifact["type"] == "aws:cloudformation:stack":
            properties = artifact["properties"]
            template = json.loads((output / properties["templateFile"]).read_text())
            found[properties.get("stackName", name)] = {**artifact, "template": template}
    return found


def templates(service: Service) -> dict[str, Any]:
    """Give our own templates by stack."""
    return {
        name: json.loads((service.folder / f"{key}.json").read_text())
        for key, name in service.stacks().items()
    }


def added(ours: Any, theirs: Any) -> dict[str, str]:
    """Give what a template has more than ours, name and section; the rest must be the same."""
    found = {}
    for section, entries in theirs.items():
        if isinstance(entries, dict):
            found |= dict.fromkeys(entries.keys() - ours.get(section, {}).keys(), section)
    trimmed = {
        section: {name: body for name, body in entries.items() if name not in found}
        if isinstance(entries, dict)
        else entries
        for section, entries in theirs.items()
    }
    assert {section: body for section, body in trimmed.items() if body} == ours
    return found


@pytest.mark.usefixtures("_resolvable")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_are_ours(cloud: Cloud, script: Script, language: str, layout: str) -> None:
    """The stub's own app changes nothing, and knows tags, protection, region and order."""
    if language == "typescript":
        del script.variables["CDK_VALIDATION"]
    tags = {"Cost center": "a/b = c+d @ e:f", "@name@": "@stacks@"}
    with prepared(cloud, "cdk", "every-form", layout, tags=tags, protect=True) as service:
        found = synthesized(script, service, language)
        ours = templates(service)
        assert {name: item["template"] for name, item in found.items()} == ours
        manifest = json.loads((service.folder / "manifest.json").read_text())
        previous: list[str] = []
        for stack in manifest["stacks"]:
            item = found[stack["name"]]
            assert item["environment"] == "aws://unknown-account/us-east-1"
            assert item["properties"]["tags"] == stack["tags"]
            assert item["properties"]["terminationProtection"] is True
            waits = [name for name in item.get("dependencies", []) if ".assets" not in name]
            assert waits == previous
            (artifact,) = [
                name
                for name, other in artifacts_of(script, language).items()
                if other.get("properties", {}).get("stackName") == stack["name"]
            ]
            previous = [artifact]


def artifacts_of(script: Script, language: str, app: str = "app") -> Any:
    return json.loads((script.home / f"{language}-{app}" / "manifest.json").read_text())[
        "artifacts"
    ]


def other_app(service: Service, language: str, name: str, options: str) -> None:
    """Write an app with CDK's defaults, in which the stub is used with options."""
    suffix = {"typescript": "ts", "python": "py"}[language]
    folder = service.folder / "cdk" / language
    stub = (folder / f"app.{suffix}").read_text()
    if language == "typescript":
        text = stub.replace("{ defaultStackSynthesizer: new LegacyStackSynthesizer() }", "")
        text = text.replace("');\napp.synth", f"', {options});\napp.synth")
    else:
        text = stub.replace("default_stack_synthesizer=LegacyStackSynthesizer()", "")
        text = text.replace('")\napp.synth', f'", {options})\napp.synth')
    assert options in text
    (folder / f"{name}.{suffix}").write_text(text)


DEFAULTS = {
    "typescript": "{ parameters: { function: { Greeting: 'hi' } } }",
    "python": 'parameters={"function": {"Greeting": "hi"}}',
}


@pytest.mark.usefixtures("_resolvable")
@pytest.mark.parametrize("language", LANGUAGES)
def test_in_an_app_with_cdks_defaults(cloud: Cloud, script: Script, language: str) -> None:
    """The default synthesizer adds what the table lists; a given value replaces its ``Ref``."""
    with prepared(cloud, "cdk", "every-form") as service:
        other_app(service, language, "defaults", DEFAULTS[language])
        found = synthesized(script, service, language, "defaults")
        for name, template in templates(service).items():
            ours = template
            if name == service.stacks()["function"]:
                text = json.dumps(template).replace('{"Ref": "Greeting"}', '"hi"')
                ours = json.loads(text)
                del ours["Parameters"]["Greeting"]
            more = added(ours, found[name]["template"])
            assert more == {key: section for key, (section, _) in BOOTSTRAP.items()}


REFERENCES = {"typescript": "{ references: true }", "python": "references=True"}


@pytest.mark.usefixtures("_resolvable")
@pytest.mark.parametrize(
    ("strength", "function"), [("strong", "Fn::ImportValue"), ("weak", "Fn::GetStackOutput")]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_references_replace_what_is_wired(
    cloud: Cloud, script: Script, language: str, strength: str, function: str
) -> None:
    """Parameters that another of these stacks fills become CDK's references; others stay."""
    with prepared(cloud, "cdk", "every-form") as service:
        other_app(service, language, "references", REFERENCES[language])
        context = ("--context", f"@aws-cdk/core:defaultCrossStackReferences={strength}")
        found = synthesized(script, service, language, "references", *context)
        manifest = json.loads((service.folder / "manifest.json").read_text())
        for stack in manifest["stacks"]:
            theirs = found[stack["name"]]["template"]
            wired = {
                name
                for name, how in stack["parameters"].items()
                if how.get("from", {}).get("stack") in service.stacks().values()
            }
            left = set(theirs.get("Parameters", {})) - {"BootstrapVersion"}
            assert left == set(stack["parameters"]) - wired
            text = json.dumps(theirs["Resources"]) + json.dumps(theirs.get("Outputs", {}))
            assert not any(f'"Ref": "{name}"' in text for name in wired)
            text = text.replace('{"Fn::ImportValue": "storage-Uploads"}', "")  # the file's own
            assert (f'"{function}"' in text) == bool(wired)
            producers = {stack["parameters"][name]["from"]["stack"] for name in wired}
            assert all(name in text for name in producers)


@pytest.mark.usefixtures("_resolvable")
@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("typescript", "{ parameters: { function: { DbPassword: 'x' } } }"),
        ("python", 'parameters={"function": {"DbPassword": "x"}}'),
    ],
)
def test_secret_is_refused_in_a_template(
    cloud: Cloud, script: Script, language: str, options: str
) -> None:
    with prepared(cloud, "cdk", "every-form") as service:
        other_app(service, language, "secret", options)
        with pytest.raises(AssertionError, match=r"DbPassword of .* is a secret: give it to the"):
            synthesized(script, service, language, "secret")


@pytest.mark.usefixtures("_resolvable")
def test_stubs_are_sound(cloud: Cloud, script: Script) -> None:
    """The compilers' strictest settings find nothing; what differs by layout is data alone.

    mypy reads none of CDK's own modules, which takes it minutes.
    """
    skip = ("--follow-imports", "skip", "--allow-subclassing-any")
    with prepared(cloud, "cdk", "every-form") as service:
        folder = service.folder / "cdk"
        (folder / "typescript" / "tsconfig.json").write_text(json.dumps(CONFIGURATION))
        call(script, folder / "typescript", "tsc")
        cache = ("--cache-dir", str(script.home / "mypy"))
        call(script, folder / "python", "mypy", "--strict", *skip, *cache, ".")


@pytest.mark.usefixtures("_resolvable")
@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_nothing_to_nothing(
    cloud: Cloud, script: Script, foundation: dict[str, DeployedStack], layout: str
) -> None:
    with prepared(cloud, "cdk", "every-form", layout) as service:
        deploys_from_nothing_to_nothing(script, service, foundation)


@pytest.mark.usefixtures("_resolvable")
def test_interrupted_after_the_second_stack(cloud: Cloud, script: Script) -> None:
    """What SAM's tests show of a stack in progress holds here too: the script is the same."""
    with prepared(cloud, "cdk", "plain") as service:
        recovers(script, service, "CREATE_COMPLETE")


@pytest.mark.usefixtures("_resolvable")
def test_python_app_deploys_too_and_nothing_is_shown(cloud: Cloud, script: Script) -> None:
    """The password is in no process's arguments, no template, and not printed; protected."""
    script.variables["CDK_APP"] = "python python/app.py"
    with prepared(cloud, "cdk", "data", "single", protect=True) as service:
        seen, text = command_lines_of(script, service, *GIVEN)
        assert any(b"--parameters" in arguments for arguments in seen)
        assert not any(b'"pass' in words or b"word\\" in words for words in seen)
        assert '"pass' not in text
        name = service.stacks()["template"]
        client = service.deployer.client("cloudformation")
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        assert stack["EnableTerminationProtection"] is True
        code, told = script.run(service, "--delete", service.environment)
        assert (code, service.deployer.status(name)) == (1, "CREATE_COMPLETE")
        assert f"{name} is protected" in told


@pytest.mark.parametrize(
    ("command", "is_added"),
    [
        ("bin/cdk deploy A", True),
        ("bin/cdk synth A", False),
        ("bin/npx cdk deploy A", False),
    ],
)
def test_secrets_are_added_inside_of_cdk_deploy(
    cloud: Cloud, script: Script, command: str, is_added: bool
) -> None:
    with prepared(cloud, "cdk", "data", "single") as service:
        program, *words = command.split()
        path = script.home / program
        path.parent.mkdir()
        path.write_text("console.log(JSON.stringify(process.argv.slice(2)))\n")
        preload = str(service.folder / "cdk" / "secrets.cjs")
        told = call(script, script.home, "node", "--require", preload, program, *words)
        name = service.stacks()["template"]
        more = ["--parameters", f"{name}:DbPassword={SECRET}"] if is_added else []
        assert json.loads(told) == [*words, *more]

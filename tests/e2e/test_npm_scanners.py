"""What cdk-nag and Control Tower's rules find in templates is what the exceptions say."""

import hashlib
import json
import os
import platform
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway_infra.suppressions.metadata import graph_suppressions
from tests.security.scanners.meant import MEANT, is_own, meant
from tests.security.test_scanners import (
    EVERY,
    LAYOUTS,
    POSTURES,
    Scanned,
    all_templates,
    in_posture,
)
from tests.test_invariants import ENVIRONMENTS, in_layout

from . import npm_packages

pytestmark = pytest.mark.npm

Found = set[tuple[str, str]]
SERVICES = (
    "apigateway",
    "cloudtrail",
    "cloudwatch",
    "ec2",
    "identityandaccessmanagement",
    "keymanagementservice",
    "lambda",
    "s3",
    "sqs",
    "waf",
)
"""Whose rules are asked for: the others are about nothing that templates here hold."""


@pytest.fixture(scope="session")
def modules() -> Path:
    """Return the packages: those of the lock file, unless the environment names others."""
    other = os.environ.get("SCANNERS_MODULES")
    return Path(other) if other else npm_packages.install("scanners")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Write each template twice, as it is and without Metadata; equal ones share a file."""
    folders = {suffix: tmp_path_factory.mktemp(f"templates{suffix}") for suffix in ("", " bare")}
    files = {}
    for item in templates():
        for suffix, template in (("", item.template), (" bare", bare(item.template))):
            text = json.dumps(template)
            path = folders[suffix] / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
            path.write_text(text)
            files[item.name + suffix] = path
    return files


def templates() -> list[Scanned]:
    """Return those of all environments in one stack, and of the shipped ones in several too."""
    return [
        item
        for item in all_templates(EVERY)
        if item.layout == "single" or item.case in ("dev", "staging", "prod")
    ]


def bare(template: dict[str, Any]) -> dict[str, Any]:
    resources = {
        key: {part: value for part, value in body.items() if part != "Metadata"}
        for key, body in template["Resources"].items()
    }
    return {**template, "Resources": resources}


@pytest.fixture(scope="session")
def nag(modules: Path, written: dict[str, Path]) -> Any:
    """Return what both releases of cdk-nag find, by the name of the template."""
    program = Path(__file__).parent / "npm" / "scanners" / "nag.cjs"
    done = subprocess.run(
        ["node", program],
        input=json.dumps(sorted({str(path) for path in written.values()})),
        env={**os.environ, "NODE_PATH": str(modules), "NODE_NO_WARNINGS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {name: found[str(path)] for name, path in written.items()}


def ours(item: Scanned, found: Any) -> Found:
    """Return what was found but for what the case means to break."""
    return {
        (rule, key)
        for rule, key in found
        if not is_own(item.case, key) and rule not in meant(item.case, key)
    }


def by_parameter(item: Scanned, key: str) -> bool:
    """Tell whether a resource's key comes from another stack, which a rule does not follow."""
    given = item.template["Resources"][key].get("Properties", {}).get("KmsKeyId")
    return isinstance(given, dict) and given.get("Ref") in item.template.get("Parameters", {})


def suppressed(item: Scanned) -> Found:
    return {
        (entry["id"], key)
        for key, body in item.template["Resources"].items()
        for entry in body.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])
    }


def test_cdk_nag_finds_what_the_exceptions_say_and_nothing_else(nag: Any) -> None:
    wrong = []
    for item in templates():
        found = ours(item, nag[f"{item.name} bare"]["found"])
        said = suppressed(item)
        wrong += [f"{item.name}: finds {pair}" for pair in sorted(found - said)]
        wrong += [f"{item.name}: has no {pair}" for pair in sorted(said - found)]
    assert not wrong, "\n".join(wrong)


def test_what_a_case_means_to_break_is_found(nag: Any) -> None:
    for (case, key), rules in MEANT.items():
        name = next(
            item.name
            for item in templates()
            if item.case == case and key in item.template["Resources"]
        )
        found = {rule for rule, resource in nag[f"{name} bare"]["found"] if resource == key}
        assert found >= {rule for rule in rules if not rule.startswith("CT.")}, (case, key)


def test_cdk_nag_2_reads_the_exceptions(nag: Any) -> None:
    for item in templates():
        assert ours(item, nag[item.name]["found"]) == set(), item.name
        assert ours(item, nag[item.name]["suppressed"]) == suppressed(item), item.name


def test_cdk_nag_3_takes_what_the_documents_lines_hand_over(nag: Any) -> None:
    """But for findings within a rule, and rules that fail for what they cannot read."""
    for item in templates():
        left = ours(item, nag[item.name]["three"])
        unread = {key for rule, key in suppressed(item) if rule == "CdkNagValidationFailure"}
        left = {(rule, key) for rule, key in left if "[" not in rule and key not in unread}
        assert left == set(), item.name


def guard(modules: Path) -> tuple[Path, list[Path]]:
    """Return Guard, which the package brings for some systems, and Control Tower's rules."""
    package = modules / "@cdklabs" / "cdk-validator-cfnguard"
    system = {"Linux": "ubuntu", "Darwin": "macos"}[platform.system()]
    machine = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
    program = package / "bin" / system / machine / "cfn-guard"
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    folder = package / "rules" / "control-tower" / "cfn-guard"
    return program, [folder / service for service in SERVICES]


def failures(result: Any) -> Iterator[tuple[str, str]]:
    """Yield the id of a control and the resource that breaks it, of one rule's result."""
    text = json.dumps(result)
    (control,) = set(re.findall(r"\[(CT\.[A-Z0-9.]+)\]", text))
    for key in set(re.findall(r'"path": "/Resources/(\w+)/', text)):
        yield control, key


def test_control_tower_finds_what_the_exceptions_say_and_nothing_else(
    modules: Path, written: dict[str, Path]
) -> None:
    """In one stack: where a key comes from another, its rule takes no parameter for one."""
    program, rules = guard(modules)
    options = ("--structured", "--output-format", "json", "--show-summary", "none", "--rules")
    # The package brings no rules on secrets.
    texts = [path.read_text() for folder in rules for path in folder.rglob("*.guard")]
    brought = {control for text in texts for control in re.findall(r"\[(CT\.[A-Z0-9.]+)\]", text)}
    folder = next(path.parent for name, path in written.items() if name.endswith(" bare"))
    done = subprocess.run(
        [program, "validate", "--data", folder, *options, *rules],
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, Found] = {}
    for result in json.loads(done.stdout):
        pairs = {pair for rule in result["not_compliant"] for pair in failures(rule["Rule"])}
        found[Path(result["name"]).name] = pairs
    said = {}
    for posture in POSTURES:
        for place, name in ENVIRONMENTS:
            item = in_layout(place, name, LAYOUTS[0], *in_posture(name, posture))
            said[name, posture] = {
                (rule.id, one.logical_id)
                for one in graph_suppressions(item.graph, item.loaded.environment)
                for rule in one.rules
                if rule.scanner == "control_tower"
            }
    wrong = []
    for item in templates():
        if item.layout != "single":
            continue
        finds = ours(item, found[written[f"{item.name} bare"].name])
        expected = {
            (rule, key)
            for rule, key in said[item.case, item.posture]
            if key in item.template["Resources"] and rule in brought
        }
        finds -= {("CT.CLOUDWATCH.PR.3", key) for _, key in finds if by_parameter(item, key)}
        wrong += [f"{item.name}: finds {pair}" for pair in sorted(finds - expected)]
        wrong += [f"{item.name}: has no {pair}" for pair in sorted(expected - finds)]
    assert not wrong, "\n".join(wrong)

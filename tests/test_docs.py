"""The documents say what the code does."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from gateway_infra.pipeline import generate
from gateway_infra.sections.environment import DEPLOYERS
from tests.support import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))


def test_the_reference_is_what_the_models_say() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "make_reference.py"))
    assert (ROOT / "docs" / "reference.md").read_text() == module["reference"]()


def test_the_rules_are_what_the_catalog_says() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "make_rules.py"))
    assert (ROOT / "docs" / "rules.md").read_text() == module["document"]()


def test_the_exceptions_are_what_the_table_says() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "make_exceptions.py"))
    assert (ROOT / "docs" / "exceptions.md").read_text() == module["document"]()


def test_the_weakenings_are_what_the_tests_show() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "make_weakenings.py"))
    assert (ROOT / "docs" / "weakenings.md").read_text() == module["document"]()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("name", DEPLOYERS)
def test_every_deployer_has_a_page_that_the_readme_links(name: str) -> None:
    assert (ROOT / "docs" / "deployers" / f"{name}.md").is_file()
    assert f"](docs/deployers/{name}.md)" in (ROOT / "README.md").read_text()


def test_the_readme_shows_the_shipped_environment() -> None:
    readme = (ROOT / "README.md").read_text()
    written = (ROOT / "environments" / "prod.yaml").read_text()
    shown = re.search(r"```yaml\n(functions:\n  web:\n    image.*?)```", readme, re.DOTALL)
    assert shown
    assert shown[1] == re.sub(r"( +)?#.*\n", lambda m: "\n" if m[1] else "", written)


def test_the_readme_shows_what_the_command_prints(tmp_path: Path) -> None:
    command = [sys.executable, "generate.py", "--env", "prod", "--output", str(tmp_path)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    readme = (ROOT / "README.md").read_text()
    for line in printed.splitlines():
        if "resources" in line:
            _, _, figures = line.partition(".json")
            assert " ".join(figures.split()) in " ".join(readme.split()), line


def test_the_readmes_own_service_generates(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    shown = re.search(r"```yaml\n(service: prices.*?)```", readme, re.DOTALL)
    assert shown
    (tmp_path / "base.yaml").write_text(shown[1])
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/prices:1"
    (tmp_path / "prod.yaml").write_text(f"functions: {{read: {{image: {image}}}}}\n")
    generated = generate(tmp_path, "prod", layout=None, overrides=(), shown="environments")
    assert len(generated.stacks) == 6


def test_the_programs_of_the_readme_run() -> None:
    for program in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        exec(compile(program, "README.md", "exec"), {})


@pytest.mark.parametrize("program", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_an_example_runs(program: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(program)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout

"""What generated files say of themselves."""

from __future__ import annotations

import re

import pytest

from gateway_infra.sections.environment import DEPLOYERS
from gateway_infra.writers.deployers.choice import deployer_files
from gateway_infra.writers.deployers.generated import GENERATED
from tests.support import generated_case

PIPELINES = ("github-actions", "gitlab-ci")


def files_of(deployer: str) -> dict[str, str]:
    case = "deployer-pipelines" if deployer in PIPELINES else f"deployer-{deployer}"
    return deployer_files([deployer], generated_case(case).plan)


@pytest.mark.parametrize("deployer", DEPLOYERS)
def test_each_file_that_takes_a_comment_says_that_it_is_generated(deployer: str) -> None:
    """Once, in a line of its own where there are lines, and with no command to run."""
    found = files_of(deployer)
    if deployer != "terraform":
        found = {path: text for path, text in found.items() if not path.endswith(".json")}
    assert found
    for path, text in found.items():
        (line,) = [line for line in text.splitlines() if "enerated by" in line]
        assert re.fullmatch(rf'(# |// |  "//": ")?{re.escape(GENERATED)}(| Deploys .*)', line), path
        assert len(line) <= 100 or deployer == "terraform", path
        assert "--deployer" not in text, path


@pytest.mark.parametrize("deployer", PIPELINES)
def test_pipelines_say_where_the_docs_are(deployer: str) -> None:
    (text,) = files_of(deployer).values()
    assert f"docs/deployers/{deployer}.md of gateway-infra" in text

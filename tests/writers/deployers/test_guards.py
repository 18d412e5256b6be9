"""Every deployer deploys the stacks of the account's guards, which even one stack has beside it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from gateway_infra.pipeline import Generated, generate
from gateway_infra.sections.environment import DEPLOYERS
from tests.support import MINIMAL

GUARDED = """\
bucket: {name: jobs-uploads}
guards: {flow_logs: {}, trail: {}, recorder: true, config_rules: {}, drift: {}, backup: {}}
"""
KEYS = ("flow-logs", "trail", "config-rules", "drift", "backup")


def guarded(deployer: str, layout: str = "single") -> Generated:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "prod.yaml").write_text(MINIMAL + GUARDED)
        return generate(Path(folder), "prod", layout=layout, deployers=[deployer])


@pytest.mark.parametrize("deployer", DEPLOYERS)
def test_its_files_name_each_stack(deployer: str) -> None:
    made = guarded(deployer)
    assert [stack.key for stack in made.stacks] == ["template", *KEYS]
    own = {name: text for name, text in made.files.items() if "/" in name or name.startswith(".")}
    told = "\n".join([*own, *own.values()])
    assert all(key in told for key in KEYS)


@pytest.mark.parametrize("layout", ["single", "split"])
def test_their_order_is_the_recorder_before_what_needs_it(layout: str) -> None:
    made = guarded("aws-cli", layout)
    waits = {stack.key: stack.depends_on for stack in made.stacks}
    assert waits["drift"] == ("config-rules",)
    assert [waits[key] for key in KEYS if key != "drift"] == [(), (), (), ()]
    assert tuple(waits)[-len(KEYS) :] == KEYS

"""What must hold of any file: it is refused with places, or sound in both layouts."""

from __future__ import annotations

import json

from gateway_infra.pipeline import Generated
from gateway_infra.reading.diagnostics import ConfigError
from tests.support import generate_text
from tests.test_invariants import unwired

INSIDE = ("Traceback", "pydantic", "NoneType", "Input should", "<class")


def either_way(text: str, layout: str) -> Generated | None:
    """Generate, or check that every message names a place and is fit to read."""
    try:
        return generate_text(text, "prod", layout)
    except ConfigError as error:
        problems = error.problems
    assert problems
    for problem in problems:
        line = str(problem)
        assert problem.place.file, line
        assert line.isprintable(), line
        assert len(line) < 2_000, len(line)
        assert not [word for word in INSIDE if word in line], line
    assert list(problems) == sorted(problems, key=lambda item: item.place)
    return None


def check(text: str) -> tuple[Generated, Generated] | None:
    """Check a file in both layouts; return what both give, ``None`` where it is refused."""
    single, split = either_way(text, "single"), either_way(text, "split")
    if single is None or split is None:
        # A name may clash with a wired parameter's, which only several stacks have.
        assert single is None or "layout 'single'" in refusal(text, "split")
        assert split is None or "resources in the stack" in refusal(text, "single")
        return None
    again = generate_text(text, "prod", "split")
    assert again.files == split.files
    for generated in (single, split):
        for name, content in generated.files.items():
            if name.endswith(".json"):
                json.loads(content)
    bodies = {
        logical_id: {key: value for key, value in body.items() if key != "DependsOn"}
        for stack in single.stacks
        for logical_id, body in stack.template["Resources"].items()
    }
    assert bodies == {
        logical_id: {key: value for key, value in body.items() if key != "DependsOn"}
        for logical_id, body in unwired(split).items()
    }
    return single, split


def refusal(text: str, layout: str) -> str:
    """Return why a file is refused."""
    try:
        generate_text(text, "prod", layout)
    except ConfigError as error:
        return str(error)
    return ""

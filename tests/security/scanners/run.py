"""Asks the scanners, which have an environment of their own, and remembers what they found.

They pin old releases of what the project and its tests use (boto3, networkx, packaging), and bring
a hundred packages: none of that belongs where the project is developed. uv makes the environment
from a lock file, once, under ``.cache``. What was found is kept there too, by the content of what
was looked at, of the lock file and of the program that asks.

``SCANNERS_PYTHON`` names an interpreter that has other releases; then nothing is remembered.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.e2e import environments

PROGRAM = Path(__file__).parent / "scan.py"
KEPT = environments.CACHE.parent / "scanners"


class ScanError(RuntimeError):
    """The scanners did not run to their end."""


class Answers(NamedTuple):
    """What was found, by the names that were given.

    In a template, ``failed`` and ``skipped`` are pairs of checkov's rules and resources; a resource
    has the rules that fail on it, a policy parliament's issues and their details.
    """

    templates: dict[str, Any]
    resources: dict[str, list[str]]
    policies: dict[str, list[list[str]]]


def scanned(
    *,
    templates: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    policies: Mapping[str, Any] | None = None,
) -> Answers:
    """Ask the scanners of all these at once; what they were asked before they are not asked again.

    Resources are looked at by themselves, which is how almost all of checkov's rules see them: many
    templates hold the same ones.
    """
    given = {"templates": templates, "resources": resources, "policies": policies}
    texts = {
        kind: {name: json.dumps(item, sort_keys=True) for name, item in (items or {}).items()}
        for kind, items in given.items()
    }
    distinct = {kind: set(items.values()) for kind, items in texts.items()}
    other = os.environ.get("SCANNERS_PYTHON")
    found = _asked(Path(other), distinct) if other else _remembered(distinct)
    return Answers(
        *(
            {name: found[kind][text] for name, text in texts[kind].items()}
            for kind in Answers._fields
        )
    )


def _remembered(distinct: Mapping[str, set[str]]) -> dict[str, dict[str, Any]]:
    files = {
        kind: {text: KEPT / f"{kind}-{_hash(text)}.json" for text in texts}
        for kind, texts in distinct.items()
    }
    unknown = {
        kind: {text for text, file in of_kind.items() if not file.exists()}
        for kind, of_kind in files.items()
    }
    if any(unknown.values()):
        python = environments.build(environments.SCANNERS)
        for kind, found in _asked(python, unknown).items():
            for text, item in found.items():
                _keep(files[kind][text], item)
    return {
        kind: {text: json.loads(file.read_text()) for text, file in of_kind.items()}
        for kind, of_kind in files.items()
    }


def _asked(python: Path, distinct: Mapping[str, set[str]]) -> dict[str, dict[str, Any]]:
    """Run the scanners once; return what was found by kind and text."""
    ordered = {kind: sorted(texts) for kind, texts in distinct.items()}
    request = {
        kind: {str(number): json.loads(text) for number, text in enumerate(texts)}
        for kind, texts in ordered.items()
    }
    done = subprocess.run(
        [python, PROGRAM], input=json.dumps(request), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ScanError(done.stderr[-3000:])
    found = json.loads(done.stdout)
    return {
        kind: {text: found[kind][str(number)] for number, text in enumerate(texts)}
        for kind, texts in ordered.items()
    }


@cache
def _key() -> bytes:
    return environments.SCANNERS.key.encode() + PROGRAM.read_bytes()


def _hash(text: str) -> str:
    return hashlib.sha256(_key() + text.encode()).hexdigest()[:32]


def _keep(file: Path, found: Any) -> None:
    """Write what was found; another process may do the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(uuid.uuid4().hex)
    unfinished.write_text(json.dumps(found))
    unfinished.replace(file)

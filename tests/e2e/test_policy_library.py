"""The tests' own evaluation of policies, compared with a library that others wrote.

Nothing of the library is part of this project, nor is it needed to use it: it is licensed under the
AGPL, runs as a program of its own, and only here.
"""

import json
import subprocess
from typing import Any

import pytest

from tests.policies.evaluate import ANYONE
from tests.policies.table import ACCOUNT, CASES, Case

from . import npm_packages

pytestmark = pytest.mark.npm


def test_the_library_judges_every_request_alike() -> None:
    modules = npm_packages.install("iam-simulate")
    done = subprocess.run(
        ["node", "simulate.mjs"],
        cwd=modules.parent,
        input=json.dumps([simulation(case) for case in CASES]),
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(done.stdout)
    assert len(results) == len(CASES)
    told = {case.name: judged(result) for case, result in zip(CASES, results, strict=True)}
    assert told == {case.name: case.allowed for case in CASES}


def simulation(case: Case) -> dict[str, Any]:
    """Write a case as the library takes it."""
    request = case.request
    return {
        "request": {
            "principal": None if request.principal == ANYONE else request.principal,
            "action": request.action,
            "resource": {
                "resource": request.resource,
                "accountId": request.account or ACCOUNT,
            },
            "contextVariables": dict(request.context),
        },
        "identityPolicies": [
            {"name": str(number), "policy": policy} for number, policy in enumerate(case.identity)
        ],
        "resourcePolicy": case.resource[0] if case.resource else None,
        "serviceControlPolicies": [],
        "resourceControlPolicies": [],
    }


def judged(result: dict[str, Any]) -> Any:
    """Tell whether the library allows; what it could not judge, or left out, is told whole."""
    if result["resultType"] == "error":
        return result["errors"]
    details = result["result"] if "result" in result else result["results"][0]
    return details["ignoredContextKeys"] or result["overallResult"] == "Allowed"

"""The shipped environments as they are generated, for tests of the decisions."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from gateway_infra.pipeline import Generated, generate
from tests.support import HARDENED, HARDENED_BUT, ROOT, of_type

ENVIRONMENTS = ("dev", "staging", "prod")

every_environment = pytest.mark.parametrize("name", ENVIRONMENTS)


@cache
def shipped(name: str, layout: str | None = None) -> Generated:
    """Return a shipped environment, in its own layout unless another is named."""
    return changed(name, layout=layout)


def changed(name: str, *overrides: str, layout: str | None = None) -> Generated:
    """Return a shipped environment with ``key.path=value`` laid over it.

    With ``posture=hardened`` it also says what that posture refuses to take from it otherwise.
    """
    folder = ROOT / "environments"
    if HARDENED in overrides:
        overrides = (*HARDENED_BUT, *overrides)
    return generate(folder, name, layout=layout, overrides=overrides, shown="environments")


def properties(generated: Generated, resource_type: str) -> dict[str, dict[str, Any]]:
    """Return the properties of every resource of a type by logical id."""
    found = of_type(generated, resource_type)
    return {key: body["Properties"] for key, body in found.items()}


def the(name: str, resource_type: str) -> dict[str, Any]:
    """Return the properties of the only resource of a type, all in one stack.

    In one stack references between resources stand as they are.
    """
    [(_, body)] = properties(shipped(name, "single"), resource_type).items()
    return body


def types(generated: Generated) -> set[str]:
    """Return the CloudFormation types of an environment."""
    return {
        body["Type"] for stack in generated.stacks for body in stack.template["Resources"].values()
    }

"""Scoped roles in whole environments, on request or by the posture; the record keeps its own."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.graph import depends_on
from gateway_infra.pipeline import Generated
from tests.decisions.shipped import ENVIRONMENTS, changed, properties, shipped
from tests.support import resources_of

SCOPED = "roles.network_policy=scoped"


def actions(generated: Generated) -> set[str]:
    """Return all actions that stand in policies of roles."""
    documents = [item["PolicyDocument"] for role in properties(generated, "AWS::IAM::Role").values()
                 for item in role.get("Policies", [])]  # fmt: skip
    managed = properties(generated, "AWS::IAM::ManagedPolicy").values()
    documents += [item["PolicyDocument"] for item in managed]
    return {a for item in documents for part in item["Statement"] for a in part["Action"]}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_record_has_no_policy_of_its_own_kind(name: str) -> None:
    """AWS's managed policy and one inline, for whoever says nothing else."""
    assert properties(shipped(name), "AWS::IAM::ManagedPolicy") == {}
    assert "rds:DescribeDBInstances" in actions(shipped(name))


@pytest.mark.parametrize("layout", ["single", "split"])
@pytest.mark.parametrize("how", [SCOPED, "posture=hardened"])
def test_a_scoped_role_has_policies_of_its_own_alone(how: str, layout: str) -> None:
    generated = changed("prod", how, layout=layout)
    [role] = properties(generated, "AWS::IAM::Role").values()
    assert "Policies" not in role
    assert role["ManagedPolicyArns"] == [{"Ref": "FunctionWebPolicy"}]
    policies = properties(generated, "AWS::IAM::ManagedPolicy")
    assert policies.keys() == {"FunctionWebPolicy", "FunctionWebNetworkPolicy"}
    assert "logs:CreateLogGroup" not in actions(generated)
    on_all = {
        sid
        for item in policies.values()
        for sid, resources in (
            (part["Sid"], part["Resource"]) for part in item["PolicyDocument"]["Statement"]
        )
        if "*" in resources
    }
    assert on_all == {"NetworkLookup", "NotFromFunctionCode", "Traces"}


@pytest.mark.parametrize("layout", ["single", "split"])
def test_the_function_waits_for_what_connects_it(layout: str) -> None:
    """Without, Lambda may look before the policy is there, and refuse the function."""
    generated = changed("prod", SCOPED, layout=layout)
    assert "FunctionWebNetworkPolicy" in depends_on(resources_of(generated)["FunctionWeb"])


def test_turning_to_a_scoped_role_publishes_and_deploys_nothing() -> None:
    def ids(*overrides: str) -> set[str]:
        return set(resources_of(changed("prod", *overrides, layout="split")))

    assert ids(SCOPED) - ids() == {"FunctionWebPolicy", "FunctionWebNetworkPolicy"}
    assert not ids() - ids(SCOPED)


@pytest.mark.parametrize(
    ("override", "described"),
    [
        ("roles.describe_databases=true", True),
        ("roles.describe_databases=false", False),
        ("posture=hardened", False),
    ],
)
def test_databases_are_described_as_the_record_says_or_on_request(
    override: str, described: bool
) -> None:
    found: Any = {item for item in actions(changed("prod", override)) if item.startswith("rds:")}
    assert bool(found) is described

"""What the role of a function may do: every call of the table, judged by the policies generated."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.policies.catalog import action
from tests.policies.evaluate import Request, decide, trusts
from tests.policies.resolve import known, resolve
from tests.policies.templates import policies, roles_for
from tests.security import roles
from tests.security.calls import LOGINS, POSTURES, ROWS, Posture, Row, filled

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.what for row in ROWS])
ALL_ROWS = [*ROWS, *(row for _, rows in LOGINS.values() for row in rows)]
each_posture = pytest.mark.parametrize("posture", POSTURES)
ROLE = "FunctionWebRole"


def verdicts(row: Row, posture: Posture, *overrides: str) -> list[bool]:
    """Tell of each resource of a call whether the role is allowed the action on it."""
    look = known(roles.values(posture))
    documents = policies(roles.resources(posture, *overrides), ROLE, look)
    named = roles.names(posture)
    asked = action(row.action)
    return [
        decide(
            Request(
                row.action, resource, context=asked.context(resource, filled(row.context, named))
            ),
            identity=documents,
        ).allowed
        for resource in filled(list(row.resources), named)
    ]


@each_posture
@every_row
def test_a_call_is_allowed_or_not_as_the_table_says(row: Row, posture: Posture) -> None:
    assert all(verdicts(row, posture)) == row.allowed(posture)


@each_posture
@pytest.mark.parametrize(
    ("overrides", "row"),
    [
        pytest.param(overrides, row, id=f"{way}: {row.what}")
        for way, (overrides, rows) in LOGINS.items()
        for row in rows
    ],
)
def test_so_are_the_calls_of_other_logins(
    overrides: tuple[str, ...], row: Row, posture: Posture
) -> None:
    assert all(verdicts(row, posture, *overrides)) == row.allowed(posture)


@pytest.mark.parametrize("row", ALL_ROWS, ids=[row.what for row in ALL_ROWS])
def test_a_row_asks_for_what_there_is(row: Row) -> None:
    asked = action(row.action)
    named = roles.names("record")
    for resource in filled(list(row.resources), named):
        assert asked.takes(resource), resource
    keys = set(row.context)
    assert keys == {
        key
        for resource in filled(list(row.resources), named)
        for key in asked.context(resource, row.context)
    }


def test_the_table_is_as_large_as_it_is_said_to_be() -> None:
    assert len({row.what for row in ALL_ROWS}) == len(ALL_ROWS)
    for posture in POSTURES:
        count = Counter((row.judges(posture), row.allowed(posture)) for row in ROWS)
        assert count["both", True] + count["both", False] >= 40
        assert count["both", True] >= 10


@each_posture
def test_only_lambda_may_assume_the_role(posture: Posture) -> None:
    resources = roles.resources(posture)
    assert roles_for(resources, "lambda.amazonaws.com") == [ROLE]
    trust = resolve(resources[ROLE]["Properties"]["AssumeRolePolicyDocument"], known({}))

    def assumes(principal: str) -> bool:
        return trusts(trust, Request("sts:AssumeRole", "role", principal))

    assert assumes("lambda.amazonaws.com")
    assert not assumes("ec2.amazonaws.com")
    assert not assumes("edgelambda.amazonaws.com")
    assert not assumes("arn:aws:iam::123456789012:role/other")
    assert not assumes("arn:aws:iam::210987654321:root")

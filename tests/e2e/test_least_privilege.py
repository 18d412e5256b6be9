"""The deployed role is assumed in an account that enforces IAM, and tries what a function might.

The rows and what is expected of each stand in `tests/security/calls.py`, where every one is judged
by the tests' own evaluation too. The emulator is moto with ``enforcement/server.py``.
"""

import json
from collections.abc import Iterator

import pytest

from tests.policies.templates import MANAGED
from tests.security.calls import POSTURES, ROWS, Posture, Row

from .enforced import DENIED, REFUSED, Enforced, prepare, running

CALLED = [row for row in ROWS if row.call]
TRIED = [
    pytest.param(row, posture, id=f"{row.what}-{posture}")
    for posture in POSTURES
    for row in CALLED
    if posture in row.emulator
]


@pytest.fixture(scope="module")
def enforced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Enforced]:
    """Deploy the roles, and turn enforcement on."""
    folder = tmp_path_factory.mktemp("enforced")
    with running(folder) as account:
        yield prepare(account, folder, CALLED)


@pytest.mark.parametrize("posture", POSTURES)
def test_the_account_keeps_the_policies_that_were_generated(
    enforced: Enforced, posture: Posture
) -> None:
    deployed = enforced.deployed[posture]
    expected = list(deployed.generated.values())
    if posture == "record":
        expected.append(MANAGED["service-role/AWSLambdaVPCAccessExecutionRole"])

    def plain(documents: object) -> list[str]:
        assert isinstance(documents, list)
        return sorted(json.dumps(document, sort_keys=True) for document in documents)

    assert plain(list(deployed.stored.values())) == plain(expected)


@pytest.mark.parametrize(("row", "posture"), TRIED)
def test_a_call_is_authorized_or_not_as_the_table_says(
    enforced: Enforced, row: Row, posture: Posture
) -> None:
    assert row.call is not None
    code = enforced.make(row, posture, enforced.deployed[posture].credentials)
    if row.allowed(posture):
        assert code == (row.call.then or "")
    else:
        assert code in DENIED


# After all others: what the control may do, it does.
@pytest.mark.parametrize("row", CALLED, ids=[row.what for row in CALLED])
def test_the_call_is_for_what_the_row_says(enforced: Enforced, row: Row) -> None:
    """Were the action or the resource another one in the emulator's eyes, a denial proved nothing.

    The control is allowed the row's own action on the row's own resources.
    """
    code = enforced.make(row, POSTURES[0], enforced.control)
    assert code not in REFUSED

"""Where exceptions are written, in which form, and what of the user's stays as it is."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gateway_infra import with_suppressions
from gateway_infra.graph import references
from tests.support import MINIMAL, generate_text, of_type, resources_of

TOPIC = "AWS::SNS::Topic"
REASON = "Messages name alarms and their state; CloudWatch cannot publish by a key of AWS's."
FORMS = {
    "cdk_nag": {"rules_to_suppress": [{"id": "NIST.800.53.R5-SNSEncryptedKMS", "reason": REASON}]},
    "cfn_nag": {"rules_to_suppress": [{"id": "W47", "reason": REASON}]},
    "checkov": {"skip": [{"id": "CKV_AWS_26", "comment": REASON}]},
    "guard": {"SuppressedRules": ["SNS_ENCRYPTED_KMS"]},
}


def template(metadata: Any = None, **properties: Any) -> dict[str, Any]:
    body = {"Type": TOPIC, "Properties": properties}
    if metadata is not None:
        body["Metadata"] = metadata
    return {"Resources": {"Topic": body}, "Outputs": {}}


def metadata_of(given: dict[str, Any]) -> Any:
    return with_suppressions(given)["Resources"]["Topic"].get("Metadata")


def test_each_scanner_has_its_own_form() -> None:
    assert metadata_of(template()) == FORMS


def test_what_breaks_no_rule_stays_as_it_is() -> None:
    whole = template(KmsMasterKeyId="k")
    assert with_suppressions(whole) == whole


def test_a_template_is_not_changed_in_place() -> None:
    given = template({"checkov": {"skip": []}})
    before = copy.deepcopy(given)
    assert with_suppressions(given) != before
    assert given == before


def test_twice_is_once() -> None:
    once = with_suppressions(template())
    assert with_suppressions(once) == once


OWN: tuple[tuple[Any, str, Any], ...] = (
    ({"Team": "ours"}, "Team", "ours"),
    (
        {"checkov": {"skip": [{"id": "CKV_AWS_26", "comment": "mine"}]}},
        "checkov",
        {"skip": [{"id": "CKV_AWS_26", "comment": "mine"}]},
    ),
    (
        {"checkov": {"skip": [{"id": "CKV_AWS_1", "comment": "mine"}], "more": 1}},
        "checkov",
        {"skip": [{"id": "CKV_AWS_1", "comment": "mine"}, *FORMS["checkov"]["skip"]], "more": 1},
    ),
    (
        {"guard": {"SuppressedRules": ["OTHER"]}},
        "guard",
        {"SuppressedRules": ["OTHER", "SNS_ENCRYPTED_KMS"]},
    ),
    ({"guard": {"SuppressedRules": ["SNS_ENCRYPTED_KMS"]}}, "guard", FORMS["guard"]),
    ({"cfn_nag": "words"}, "cfn_nag", "words"),
    ({"cfn_nag": {"rules_to_suppress": "words"}}, "cfn_nag", {"rules_to_suppress": "words"}),
    ({"cdk_nag": {}}, "cdk_nag", FORMS["cdk_nag"]),
)


@pytest.mark.parametrize(("metadata", "key", "expected"), OWN)
def test_what_the_user_says_stands_above(metadata: Any, key: str, expected: Any) -> None:
    found = metadata_of(template(metadata))
    assert found[key] == expected
    assert found.keys() >= FORMS.keys()


def test_metadata_of_no_known_form_stays() -> None:
    assert metadata_of(template("words")) == "words"


@pytest.mark.parametrize("given", [{}, {"Resources": {}}, {"Resources": {"A": {}}}])
def test_a_template_with_nothing_to_except(given: dict[str, Any]) -> None:
    assert with_suppressions(given) == given


def test_control_tower_alone_writes_nothing() -> None:
    body = {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 7, "KmsKeyId": "k"}}
    given = {"Resources": {"Group": body}}
    assert with_suppressions(given) == given


def test_an_override_of_metadata_is_merged_with() -> None:
    own = "[{id: CKV_AWS_158, comment: ours}]"
    override = f"{{type: 'AWS::Logs::LogGroup', path: Metadata.checkov.skip, value: {own}}}"
    generated = generate_text(f"{MINIMAL}overrides: [{override}]\n")
    groups = of_type(generated, "AWS::Logs::LogGroup")
    assert len(groups) == 3
    for body in groups.values():
        assert body["Metadata"]["checkov"] == {"skip": [{"id": "CKV_AWS_158", "comment": "ours"}]}
        assert body["Metadata"]["cfn_nag"]["rules_to_suppress"][0]["id"] == "W84"


def test_both_layouts_hold_the_same_and_no_id_changes() -> None:
    split, single = (generate_text(layout=layout) for layout in ("split", "single"))
    assert split.graph == single.graph
    with_metadata = {key: body.get("Metadata") for key, body in resources_of(split).items()}
    assert with_metadata == {
        key: body.get("Metadata") for key, body in resources_of(single).items()
    }
    assert any(with_metadata.values())


def test_no_reason_refers_to_anything() -> None:
    for body in resources_of(generate_text()).values():
        assert not list(references(body.get("Metadata", {})))

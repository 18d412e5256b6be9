"""A user pool with a sound policy, its app client, and what gives scopes."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra import UserPoolConfig, user_pool
from gateway_infra.builders.user_pool import UserPool
from tests.builders.support import TAGS, properties
from tests.support import plain

SCOPED: dict[str, Any] = {
    "scopes": {"jobs/read": "Reads jobs.", "Bills.v1/read": "Reads bills.", "jobs/do": "Does it."},
    "domain": "jobs",
    "callback_urls": ["https://a.example/in", "http://localhost:3000/in"],
}


def build(**settings: Any) -> UserPool:
    """Build the pool `staff`."""
    return user_pool("staff", UserPoolConfig(**settings), pool_name="jobs-prod-staff", tags=TAGS)


def test_the_policy_is_sound() -> None:
    built = properties(build(), "UserPoolStaff")
    assert built["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 14,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "RequireUppercase": True,
        "TemporaryPasswordValidityDays": 3,
    }
    assert (built["MfaConfiguration"], built["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert built["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert built["AccountRecoverySetting"] == {
        "RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]
    }
    assert built["UserPoolName"] == "jobs-prod-staff"
    assert built["UserPoolTags"] == TAGS
    assert "UserPoolAddOns" not in built, "threat protection is billed by user"


def test_the_pool_outlives_its_stack() -> None:
    whole = plain(build())["UserPoolStaff"]
    assert (whole["DeletionPolicy"], whole["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert whole["Properties"]["DeletionProtection"] == "ACTIVE"


def test_passwords_go_by_srp_and_answers_tell_nothing() -> None:
    built = properties(build(), "UserPoolStaffClient")
    assert built == {
        "UserPoolId": {"Ref": "UserPoolStaff"},
        "GenerateSecret": False,
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "EnableTokenRevocation": True,
        "AccessTokenValidity": 60,
        "IdTokenValidity": 60,
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {
            "AccessToken": "minutes",
            "IdToken": "minutes",
            "RefreshToken": "days",
        },
    }


@pytest.mark.parametrize(
    ("settings", "logical_id", "expected"),
    [
        ({"mfa": "optional"}, "UserPoolStaff", {"MfaConfiguration": "OPTIONAL"}),
        (
            {"sign_up": True},
            "UserPoolStaff",
            {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False}},
        ),
        ({"confidential": True}, "UserPoolStaffClient", {"GenerateSecret": True}),
        (
            {"access_minutes": 5, "refresh_days": 1},
            "UserPoolStaffClient",
            {"AccessTokenValidity": 5, "IdTokenValidity": 5, "RefreshTokenValidity": 1},
        ),
    ],
)
def test_a_setting_changes_what_it_says(
    settings: dict[str, Any], logical_id: str, expected: dict[str, Any]
) -> None:
    usual, built = (properties(build(**given), logical_id) for given in ({}, settings))
    assert built == {**usual, **expected} != usual


def test_without_scopes_there_are_neither_servers_nor_pages() -> None:
    assert set(plain(build())) == {"UserPoolStaff", "UserPoolStaffClient"}
    assert build().domain is None


def test_scopes_come_by_the_code_flow_from_pages_under_the_domain() -> None:
    bundle = build(**SCOPED)
    client = plain(bundle)["UserPoolStaffClient"]
    assert client["Properties"]["AllowedOAuthFlows"] == ["code"], "the implicit flow leaks tokens"
    assert client["Properties"]["AllowedOAuthFlowsUserPoolClient"] is True
    assert client["Properties"]["SupportedIdentityProviders"] == ["COGNITO"]
    assert client["Properties"]["CallbackURLs"] == SCOPED["callback_urls"]
    assert client["Properties"]["AllowedOAuthScopes"] == [
        "Bills.v1/read", "email", "jobs/do", "jobs/read", "openid", "profile",
    ]  # fmt: skip
    assert client["DependsOn"] == sorted(server.title for server in bundle.servers.values())
    assert properties(bundle, "UserPoolStaffDomain") == {
        "Domain": "jobs",
        "UserPoolId": {"Ref": "UserPoolStaff"},
    }


def test_a_resource_server_holds_the_scopes_of_one_group() -> None:
    bundle = build(**SCOPED)
    assert set(bundle.servers) == {"Bills.v1", "jobs"}
    assert properties(bundle, "UserPoolStaffScopesJobs") == {
        "UserPoolId": {"Ref": "UserPoolStaff"},
        "Identifier": "jobs",
        "Name": "jobs",
        "Scopes": [
            {"ScopeName": "do", "ScopeDescription": "Does it."},
            {"ScopeName": "read", "ScopeDescription": "Reads jobs."},
        ],
    }


def test_groups_that_differ_in_signs_alone_have_ids_of_their_own() -> None:
    scopes = {f"{group}/read": "Reads it." for group in ("a.b", "a-b", "ab", "Ab")}
    bundle = build(**{**SCOPED, "scopes": scopes})
    assert len({server.title for server in bundle.servers.values()}) == 4


def test_what_others_need_of_the_pool() -> None:
    bundle = build()
    assert bundle.id.data == {"Ref": "UserPoolStaff"}
    assert bundle.arn.data == {"Fn::GetAtt": ["UserPoolStaff", "Arn"]}
    assert bundle.issuer.data == {"Fn::Sub": "https://${UserPoolStaff.ProviderName}"}

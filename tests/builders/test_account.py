"""The account's log role."""

from __future__ import annotations

from gateway_infra import account_log_role
from tests.builders.support import TAG_LIST, TAGS, properties
from tests.support import plain


def test_both_resources_stay_when_their_stack_goes() -> None:
    """Every API of the account and region logs with them."""
    for body in plain(account_log_role(tags=TAGS)).values():
        assert body["DeletionPolicy"] == body["UpdateReplacePolicy"] == "Retain"


def test_api_gateway_may_take_the_role_and_write_logs() -> None:
    role = properties(account_log_role(tags=TAGS), "ApiGatewayLogRole")
    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": ["apigateway.amazonaws.com"]}
    policy = "iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    assert role["ManagedPolicyArns"] == [{"Fn::Sub": f"arn:${{AWS::Partition}}:{policy}"}]
    assert "Policies" not in role
    assert role["Tags"] == TAG_LIST


def test_the_account_names_the_role() -> None:
    account = properties(account_log_role(tags=TAGS), "ApiGatewayAccount")
    assert account == {"CloudWatchRoleArn": {"Fn::GetAtt": ["ApiGatewayLogRole", "Arn"]}}

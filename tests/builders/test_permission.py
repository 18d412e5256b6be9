"""The permission for API Gateway to call a function."""

from __future__ import annotations

from troposphere import Ref

from gateway_infra import api_permission, authorizer_permission
from tests.builders.support import properties


def test_one_stage_of_one_api_may_call_the_alias() -> None:
    """Any method and path of it: one statement each would outgrow the 20 KB policy."""
    built = api_permission(
        "web", function_arn=Ref("FunctionWebAlias"), api_id_value=Ref("Api"), stage_name="v1"
    )
    assert properties(built, "FunctionWebPermission") == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "FunctionWebAlias"},
        "Principal": "apigateway.amazonaws.com",
        "SourceAccount": {"Ref": "AWS::AccountId"},
        "SourceArn": {
            "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
            "${Api}/v1/*"
        },
    }


def test_one_authorizer_may_call_the_function_that_decides() -> None:
    built = authorizer_permission(
        "api",
        "partner-keys",
        function_arn=Ref("FunctionDecideAlias"),
        api_id_value=Ref("Api"),
        authorizer_id=Ref("ApiAuthorizerPartnerKeys"),
    )
    assert properties(built, "ApiAuthorizerPartnerKeysPermission") == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "FunctionDecideAlias"},
        "Principal": "apigateway.amazonaws.com",
        "SourceAccount": {"Ref": "AWS::AccountId"},
        "SourceArn": {
            "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:"
            "${Api}/authorizers/${ApiAuthorizerPartnerKeys}"
        },
    }


def test_without_an_id_any_authorizer_of_the_api_may() -> None:
    """An API of one document does not tell the ids of its authorizers."""
    built = authorizer_permission("api", "a", function_arn="arn", api_id_value="abc")
    source = properties(built, "ApiAuthorizerAPermission")["SourceArn"]
    assert source["Fn::Sub"].endswith(":abc/authorizers/*")

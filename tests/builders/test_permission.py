"""The permission for API Gateway to call a function."""

from __future__ import annotations

from troposphere import Ref

from gateway_infra import api_permission
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

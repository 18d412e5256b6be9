"""The role with which API Gateway writes logs: one for an account and region."""

from __future__ import annotations

from dataclasses import dataclass

from awacs.helpers.trust import make_simple_assume_policy
from troposphere import Sub, apigateway, iam

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.values import TagMap, attribute, tag_list


@dataclass(frozen=True)
class AccountLogRole(Bundle):
    """The role, and the account setting that names it."""

    role: iam.Role
    account: apigateway.Account


def account_log_role(*, tags: TagMap) -> AccountLogRole:
    """Build the account's log role; both resources stay when their stack is deleted.

    ``AWS::ApiGateway::Account`` overwrites what the account has, and every API of the account and
    region writes its logs with it: deleting it would silence them all.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html
    """
    role = iam.Role(
        "ApiGatewayLogRole",
        AssumeRolePolicyDocument=make_simple_assume_policy("apigateway.amazonaws.com"),
        ManagedPolicyArns=[
            Sub(
                "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
            )
        ],
        Tags=tag_list(tags),
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
    )
    account = apigateway.Account(
        "ApiGatewayAccount",
        CloudWatchRoleArn=attribute(role, "Arn"),
        DeletionPolicy="Retain",
        UpdateReplacePolicy="Retain",
    )
    return AccountLogRole(role, account)

"""The policies of a template's roles, inline and beside them, as plain documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.policies.evaluate import Document
from tests.policies.resolve import Lookup, resolve

Resources = Mapping[str, Mapping[str, Any]]

MANAGED: dict[str, Document] = {
    # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html
    "service-role/AWSLambdaVPCAccessExecutionRole": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AWSLambdaVPCAccessExecutionPermissions",
                "Effect": "Allow",
                "Action": [
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:PutLogEvents",
                    "ec2:CreateNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:DeleteNetworkInterface",
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:UnassignPrivateIpAddresses",
                ],
                "Resource": "*",
            }
        ],
    },
}
"""Policies that AWS keeps, as of version 3 of January 2024; they change without us."""


def roles_for(resources: Resources, service: str) -> list[str]:
    """List the roles that `service` may assume."""
    return [
        key
        for key, body in resources.items()
        if body["Type"] == "AWS::IAM::Role"
        and service in str(body["Properties"]["AssumeRolePolicyDocument"])
    ]


def own_policies(resources: Resources, role: str, look: Lookup) -> dict[str, Document]:
    """Give the documents of a role that stand in the template, by where they stand."""
    properties = resources[role]["Properties"]
    found = {
        f"{role}.{resolve(policy['PolicyName'], look)}": policy["PolicyDocument"]
        for policy in properties.get("Policies", [])
    }
    attached = [arn.get("Ref") for arn in properties.get("ManagedPolicyArns", []) if "Ref" in arn]
    for key, body in resources.items():
        given = body["Properties"]
        match body["Type"]:
            case "AWS::IAM::RolePolicy":
                belongs = resolve(given["RoleName"], look) == look(role)
            case "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy":
                belongs = look(role) in resolve(given.get("Roles", []), look) or key in attached
            case _:
                continue
        if belongs:
            found[key] = given["PolicyDocument"]
    return {key: resolve(document, look) for key, document in found.items()}


def managed_policies(resources: Resources, role: str, look: Lookup) -> dict[str, Document]:
    """Give the documents that AWS keeps and the role names."""
    arns = resources[role]["Properties"].get("ManagedPolicyArns", [])
    written = [resolve(arn, look) for arn in arns if "Ref" not in arn]
    return {name: MANAGED[name] for name in (arn.partition(":aws:policy/")[2] for arn in written)}


def policies(resources: Resources, role: str, look: Lookup) -> list[Document]:
    """Give all that tells what a role may do."""
    return [
        *own_policies(resources, role, look).values(),
        *managed_policies(resources, role, look).values(),
    ]

"""``AWS::IAM::Role``: an update in place, where LocalStack deletes and makes the role again."""

import json
from typing import Any

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.iam.resource_providers.aws_iam_managedpolicy import (
    IAMManagedPolicyProvider,
)
from localstack.services.iam.resource_providers.aws_iam_role import IAMRoleProvider

from .base import changed, succeeded, tag_changes, updated_model


class Role(IAMRoleProvider):
    """A role with inline and managed policies; none of them is enforced here."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        client, name = request.aws_client_factory.iam, model["RoleName"]
        if changed(request, "AssumeRolePolicyDocument"):
            document = json.dumps(model["AssumeRolePolicyDocument"])
            client.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        if changed(request, "Description", "MaxSessionDuration"):
            client.update_role(
                RoleName=name,
                Description=model.get("Description", ""),
                MaxSessionDuration=int(model.get("MaxSessionDuration", 3600)),
            )
        _update_inline(request, name)
        _update_managed(request, name)
        _update_boundary(request, name)
        added, removed = tag_changes(request)
        if added:
            tags = [{"Key": key, "Value": value} for key, value in added.items()]
            client.tag_role(RoleName=name, Tags=tags)
        if removed:
            client.untag_role(RoleName=name, TagKeys=removed)
        return succeeded(request, model)


def _update_inline(request: ResourceRequest, role: str) -> None:
    client = request.aws_client_factory.iam
    new, old = _inline(request.desired_state), _inline(request.previous_state)
    for name, document in new.items():
        if document != old.get(name):
            client.put_role_policy(
                RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document)
            )
    for name in old.keys() - new.keys():
        client.delete_role_policy(RoleName=role, PolicyName=name)


def _inline(model: dict[str, Any]) -> dict[str, Any]:
    return {
        policy["PolicyName"]: policy["PolicyDocument"] for policy in model.get("Policies") or []
    }


def _update_managed(request: ResourceRequest, role: str) -> None:
    client = request.aws_client_factory.iam
    new = set(request.desired_state.get("ManagedPolicyArns") or [])
    old = set(request.previous_state.get("ManagedPolicyArns") or [])
    for arn in sorted(new - old):
        client.attach_role_policy(RoleName=role, PolicyArn=arn)
    for arn in sorted(old - new):
        client.detach_role_policy(RoleName=role, PolicyArn=arn)


def _update_boundary(request: ResourceRequest, role: str) -> None:
    if not changed(request, "PermissionsBoundary"):
        return
    client = request.aws_client_factory.iam
    if boundary := request.desired_state.get("PermissionsBoundary"):
        client.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)
    else:
        client.delete_role_permissions_boundary(RoleName=role)


class ManagedPolicy(IAMManagedPolicyProvider):
    """A customer managed policy, which LocalStack creates and deletes, but does not change."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        client, arn = request.aws_client_factory.iam, model["Id"]
        if changed(request, "PolicyDocument"):
            document = json.dumps(model["PolicyDocument"])
            client.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
            _forget_versions(client, arn)
        new, old = (set(state.get("Roles") or []) for state in _states(request))
        for role in sorted(new - old):
            client.attach_role_policy(RoleName=role, PolicyArn=arn)
        for role in sorted(old - new):
            client.detach_role_policy(RoleName=role, PolicyArn=arn)
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        _forget_versions(request.aws_client_factory.iam, request.previous_state["Id"])
        return super().delete(request)


def _states(request: ResourceRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    return request.desired_state, request.previous_state


def _forget_versions(client: Any, arn: str) -> None:
    """Delete all but the default version: a policy keeps five, and one with more than one stays."""
    for version in client.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            client.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


PROVIDERS = (ManagedPolicy, Role)

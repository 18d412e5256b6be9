"""``AWS::CloudFormation::StackSet``, which LocalStack's CloudFormation lacks.

There is one account and no organization: each organizational unit stands for that account. The
stacks are made in the order of the regions, and each is waited for.
"""

import uuid
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError, WaiterError
from localstack.aws.connect import connect_to
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from .base import schema, succeeded, updated_model

PROPERTIES = (
    "AutoDeployment",
    "CallAs",
    "Capabilities",
    "Description",
    "ManagedExecution",
    "OperationPreferences",
    "Parameters",
    "PermissionModel",
    "StackInstancesGroup",
    "StackSetName",
    "Tags",
    "TemplateURL",
)


class StackSet(ResourceProvider):
    """A service-managed stack set, and its stacks."""

    TYPE = "AWS::CloudFormation::StackSet"
    SCHEMA = schema(TYPE, PROPERTIES, "StackSetId", create_only=("PermissionModel", "StackSetName"))

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = {**request.desired_state}
        model["StackSetId"] = f"{model['StackSetName']}:{uuid.uuid4()}"
        for region in _regions(model):
            _make(request, model, region)
        return succeeded(request, model)

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model, before = updated_model(self, request), _regions(request.previous_state)
        for region in _regions(model):
            if region in before:
                _change(request, model, region)
            else:
                _make(request, model, region)
        for region in before:
            if region not in _regions(model):
                _remove(request, model, region)
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        for region in reversed(_regions(request.desired_state)):
            _remove(request, request.desired_state, region)
        return succeeded(request)


def _regions(model: dict[str, Any]) -> list[str]:
    (group,) = model["StackInstancesGroup"]
    if not group["DeploymentTargets"]["OrganizationalUnitIds"]:
        raise ValueError("a stack set without an organizational unit")
    order = model["OperationPreferences"]["RegionOrder"]
    return sorted(group["Regions"], key=order.index)


def _client(request: ResourceRequest, region: str) -> Any:
    return connect_to(aws_access_key_id=request.account_id, region_name=region).cloudformation


def _stack(model: dict[str, Any]) -> dict[str, Any]:
    """Say what the stack of an account and region is made from."""
    return {
        "StackName": f"StackSet-{model['StackSetId'].replace(':', '-')}",
        "TemplateURL": model["TemplateURL"],
        "Parameters": model.get("Parameters") or [],
        "Capabilities": model.get("Capabilities") or [],
        "Tags": model.get("Tags") or [],
    }


def _make(request: ResourceRequest, model: dict[str, Any], region: str) -> None:
    stack = _stack(model)
    _client(request, region).create_stack(**stack)
    _wait(request, stack["StackName"], region, "stack_create_complete")


def _change(request: ResourceRequest, model: dict[str, Any], region: str) -> None:
    stack = _stack(model)
    try:
        _client(request, region).update_stack(**stack)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
        return
    _wait(request, stack["StackName"], region, "stack_update_complete")


def _remove(request: ResourceRequest, model: dict[str, Any], region: str) -> None:
    name = _stack(model)["StackName"]
    _client(request, region).delete_stack(StackName=name)
    _wait(request, name, region, "stack_delete_complete")


def _wait(request: ResourceRequest, name: str, region: str, goal: str) -> None:
    client = _client(request, region)
    try:
        client.get_waiter(goal).wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    except WaiterError as error:
        with suppress(ClientError):
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            reasons = [event.get("ResourceStatusReason") for event in events]
            raise RuntimeError(f"{name} in {region}: {[r for r in reasons if r]}") from error
        raise


PROVIDERS = (StackSet,)

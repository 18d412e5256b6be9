"""Corrections to LocalStack's CloudFormation engine.

LocalStack decides on a replacement from the template's text: a ``Ref`` to a resource that is
updated in place counts as a change, and would replace every method when the API gets a tag. AWS
decides from the values. LocalStack also ignores ``DeletionPolicy`` and ``UpdateReplacePolicy``,
takes an update that a provider lacks for done, deploys an unknown type as a stub, and reports a
stack as deleted when a resource refused to go. All of that is corrected here.
"""

from typing import Any, ClassVar

from localstack.aws.api.cloudformation import StackResource, StackStatus
from localstack.services.cloudformation.deployment_utils import check_not_found_exception
from localstack.services.cloudformation.engine.v2.change_set_model import NodeResources, is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocResource
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
    ResourceRequest,
    convert_payload,
)
from localstack.services.cloudformation.v2.entities import ChangeSet, Stack

from .providers import PROVIDERS

_load_from_localstack = ResourceProviderExecutor.try_load_resource_provider
_change_resource = ChangeSetModelExecutor._execute_resource_change
_execute = ChangeSetModelExecutor.execute
_visit_resources = ChangeSetModelExecutor.visit_node_resources
_KEPT = ("Retain", "RetainExceptOnCreate")


class UnknownType(ResourceProvider):
    """Stands for a type that neither LocalStack nor this package knows, and fails."""

    SCHEMA: ClassVar[dict[str, Any]] = {}


def install() -> None:
    """Replace the five functions."""
    ResourceProviderExecutor.try_load_resource_provider = staticmethod(load_provider)
    ResourceProviderExecutor.execute_action = execute_action
    ChangeSetModelExecutor._execute_resource_change = change_resource
    ChangeSetModelExecutor.execute = execute
    ChangeSetModelExecutor.visit_node_resources = visit_resources


def load_provider(resource_type: str) -> ResourceProvider:
    """Prefer this package's provider, then LocalStack's, then one that fails."""
    if provider := PROVIDERS.get(resource_type):
        return provider()
    return _load_from_localstack(resource_type) or UnknownType()


def execute_action(
    executor: ResourceProviderExecutor, provider: ResourceProvider, payload: dict[str, Any]
) -> ProgressEvent:
    """Create, update or delete one resource, and tell why it failed."""
    request = convert_payload(executor.stack_name, executor.stack_id, payload)
    operation = {"Add": "create", "Remove": "delete"}.get(payload["action"], "update")
    try:
        return getattr(provider, operation)(request)
    except NotImplementedError:
        return _failed(f"The emulator has no {operation} for {request.resource_type}.")
    except Exception as error:
        if operation == "delete" and _is_gone(error, request):
            return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={})
        return _failed(str(error))


def visit_resources(executor: ChangeSetModelExecutor, resources: NodeResources) -> Any:
    """Begin with the last name, so that what has to come first needs a reason in the template.

    CloudFormation keeps the order of references and ``DependsOn`` and no other. LocalStack takes
    the rest by name, which hides that a ``DependsOn`` is missing wherever the names happen to fit.
    """
    resources.resources.sort(key=lambda resource: resource.name, reverse=True)
    return _visit_resources(executor, resources)


def change_resource(
    executor: ChangeSetModelExecutor,
    name: str,
    before: PreprocResource | None,
    after: PreprocResource | None,
) -> None:
    """Change one resource, and keep the old one where the template says so."""
    if not is_nothing(before) and not is_nothing(after):
        after.requires_replacement = must_replace(before, after)
    _change_resource(executor, name, before, after)
    change_set = executor._change_set
    retained = set()
    if name not in change_set.stack.resolved_resources:
        retained.add(f"remove-{name}")  # an earlier failure left it unmade
    if _policy(change_set.template, name, "UpdateReplacePolicy") == "Retain":
        retained.add(f"cleanup-from-replacement-{name}")
    if _policy(change_set.stack.template, name, "DeletionPolicy") in _KEPT:
        retained.add(f"remove-{name}")
    executor._deferred_actions[:] = [
        action for action in executor._deferred_actions if action.name not in retained
    ]


def must_replace(before: PreprocResource, after: PreprocResource) -> bool:
    """Tell whether the value of a property changed that can only be set at creation."""
    schema = load_provider(after.resource_type).SCHEMA
    names = [path.split("/")[2] for path in schema.get("createOnlyProperties") or []]
    old, new = _properties(before), _properties(after)
    return any(old.get(name) != new.get(name) for name in names)


def _properties(resource: PreprocResource) -> dict[str, Any]:
    return {} if is_nothing(resource.properties) else resource.properties.properties


def execute(executor: ChangeSetModelExecutor) -> Any:
    """Execute a change set.

    A deletion that failed for one resource has failed, and a failed create or update does not
    forget the resources that it did not come to.
    """
    stack = executor._change_set.stack
    is_deletion = stack.status == StackStatus.DELETE_IN_PROGRESS
    result = _execute(executor)
    if is_deletion and stack.status == StackStatus.DELETE_FAILED:
        raise RuntimeError("at least one resource could not be deleted")
    if result.failure_message and not is_deletion:
        result.resources = _existing(executor._change_set, result.resources)
    if not is_deletion:
        _relist(stack, result.resources)
        if not result.failure_message:
            _unlist_kept(stack, result.resources)
            # LocalStack sets them after the status, so that who polls may find none.
            stack.resolved_outputs = result.outputs
    return result


def _unlist_kept(stack: Stack, resources: dict[str, Any]) -> None:
    """Take off the list what left the template and was kept: it is the stack's no more."""
    for name in stack.resource_states.keys() - resources.keys():
        del stack.resource_states[name]


def _relist(stack: Stack, resources: dict[str, Any]) -> None:
    """List replaced resources again, which the removal of the old ones took off the list."""
    for name, resource in resources.items():
        if name not in stack.resource_states and "PhysicalResourceId" in resource:
            stack.resource_states[name] = StackResource(
                StackName=stack.stack_name,
                StackId=stack.stack_id,
                LogicalResourceId=name,
                PhysicalResourceId=resource["PhysicalResourceId"],
                ResourceType=resource["Type"],
                ResourceStatus=resource["ResourceStatus"],
                Timestamp=resource["LastUpdatedTimestamp"],
            )


def _existing(change_set: ChangeSet, resources: dict[str, Any]) -> dict[str, Any]:
    """Join what was deployed before with what a failed change set got done."""
    wanted = change_set.template.get("Resources") or {}
    before = change_set.stack.resolved_resources
    return {
        **{name: before[name] for name in before if name in wanted},
        **{
            name: resource
            for name, resource in resources.items()
            if str(resource.get("ResourceStatus", "")).endswith("_COMPLETE")
        },
    }


def _policy(template: dict[str, Any] | None, name: str, attribute: str) -> str:
    resource = ((template or {}).get("Resources") or {}).get(name) or {}
    return resource.get(attribute, "Delete")


def _is_gone(error: Exception, request: ResourceRequest) -> bool:
    return check_not_found_exception(error, request.resource_type, request.desired_state)


def _failed(message: str) -> ProgressEvent:
    return ProgressEvent(status=OperationStatus.FAILED, resource_model={}, message=message)

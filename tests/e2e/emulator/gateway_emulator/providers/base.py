"""What the providers share."""

from collections.abc import Iterable
from typing import Any

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

Patch = dict[str, str]


def succeeded(request: ResourceRequest, model: dict[str, Any] | None = None) -> ProgressEvent:
    """Report success with the new state of the resource."""
    return ProgressEvent(
        status=OperationStatus.SUCCESS,
        resource_model=request.desired_state if model is None else model,
        custom_context=request.custom_context,
    )


def updated_model(provider: ResourceProvider, request: ResourceRequest) -> dict[str, Any]:
    """Join the desired state with what only the resource itself knows: ids and default names."""
    schema = provider.SCHEMA
    pointers = (
        *(schema.get("primaryIdentifier") or []),
        *(schema.get("readOnlyProperties") or []),
        *(schema.get("createOnlyProperties") or []),
    )
    kept = {pointer.split("/")[2] for pointer in pointers}
    previous = {key: value for key, value in request.previous_state.items() if key in kept}
    return {**previous, **request.desired_state}


def schema(
    type_name: str,
    properties: Iterable[str],
    identifier: str,
    create_only: Iterable[str] = (),
    read_only: Iterable[str] = (),
) -> dict[str, Any]:
    """Describe a type that LocalStack has no schema for."""
    return {
        "typeName": type_name,
        "primaryIdentifier": [f"/properties/{identifier}"],
        "createOnlyProperties": [f"/properties/{name}" for name in create_only],
        "readOnlyProperties": [f"/properties/{name}" for name in read_only],
        "properties": {name: {} for name in (*properties, identifier)},
    }


def changed(request: ResourceRequest, *names: str) -> bool:
    """Tell whether one of these properties differs from the deployed one."""
    return any(
        request.desired_state.get(name) != request.previous_state.get(name) for name in names
    )


def tag_map(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Turn CloudFormation's list of tags into a mapping.

    LocalStack's creation of an API changes the names of the fields in the state that it keeps.
    """
    named = ({name.capitalize(): value for name, value in tag.items()} for tag in tags or [])
    return {tag["Key"]: tag["Value"] for tag in named}


def tag_changes(request: ResourceRequest) -> tuple[dict[str, str], list[str]]:
    """Give the tags to set and the keys to remove."""
    new, old = (
        tag_map(request.desired_state.get("Tags")),
        tag_map(request.previous_state.get("Tags")),
    )
    return {key: new[key] for key in new if new[key] != old.get(key)}, sorted(
        old.keys() - new.keys()
    )


def merge_tags(tags: dict[str, str] | None, request: ResourceRequest) -> dict[str, str]:
    """Apply the changes to the tags that the store holds."""
    added, removed = tag_changes(request)
    kept = {key: value for key, value in (tags or {}).items() if key not in removed}
    return {**kept, **added}


def text(value: object) -> str:
    """Write a value as API Gateway's patch operations take it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def replace(path: str, value: object) -> Patch:
    """Set a value."""
    return {"op": "replace", "path": path, "value": text(value)}


def remove(path: str) -> Patch:
    """Remove a value."""
    return {"op": "remove", "path": path}

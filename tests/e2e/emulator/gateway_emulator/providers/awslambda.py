"""Functions, versions and aliases.

A version is a snapshot of the function: AWS replaces it when any of its properties changes, and
refuses to make one while neither code nor configuration changed since the last. LocalStack hands
the last one out instead, which hides that mistake.
"""

from typing import Any

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.lambda_.resource_providers.aws_lambda_function import (
    LambdaFunctionProvider,
)
from localstack.services.lambda_.resource_providers.aws_lambda_version import LambdaVersionProvider
from localstack.services.lambda_.resource_providers.lambda_alias import LambdaAliasProvider

from .base import changed, succeeded, tag_changes, updated_model

OFTEN = {"Delay": 0.05, "MaxAttempts": 1200}

# What each configuration property falls back to when a template no longer sets it.
CONFIGURATION: dict[str, Any] = {
    "DeadLetterConfig": {},
    "Description": "",
    "Environment": {"Variables": {}},
    "EphemeralStorage": {"Size": 512},
    "ImageConfig": {},
    "LoggingConfig": {"LogFormat": "Text"},
    "MemorySize": 128,
    "Role": None,
    "Timeout": 3,
    "TracingConfig": {"Mode": "PassThrough"},
    "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
}


class Function(LambdaFunctionProvider):
    """An image function; code and configuration change only when the template does."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        event = super().create(request)
        if event.status == OperationStatus.SUCCESS:
            _apply_extras(request, event.resource_model["FunctionName"])
        return event

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        name = model["FunctionName"]
        client = request.aws_client_factory.lambda_
        waiter = client.get_waiter("function_updated_v2")
        if changed(request, "Code", "Architectures"):
            architectures = {"Architectures": model.get("Architectures", ["x86_64"])}
            client.update_function_code(FunctionName=name, **model["Code"], **architectures)
            waiter.wait(FunctionName=name, WaiterConfig=OFTEN)
        if configuration := _configuration(request):
            client.update_function_configuration(FunctionName=name, **configuration)
            waiter.wait(FunctionName=name, WaiterConfig=OFTEN)
        if changed(request, "ReservedConcurrentExecutions"):
            _set_concurrency(request, name)
        added, removed = tag_changes(request)
        if added:
            client.tag_resource(Resource=model["Arn"], Tags=added)
        if removed:
            client.untag_resource(Resource=model["Arn"], TagKeys=removed)
        return succeeded(request, model)


class Version(LambdaVersionProvider):
    """A snapshot of a function."""

    SCHEMA = LambdaVersionProvider.SCHEMA | {
        "createOnlyProperties": [
            f"/properties/{name}" for name in ("FunctionName", "Description", "CodeSha256")
        ]
    }

    def create(self, request: ResourceRequest) -> ProgressEvent:
        first_call = not request.custom_context
        known = _versions(request) if first_call else set()
        event = super().create(request)
        if event.resource_model["Version"] in known:
            number = event.resource_model["Version"]
            raise ValueError(
                f"A version for this Lambda function exists ( {number} ). "
                "Modify the function to create a new version."
            )
        return event


class Alias(LambdaAliasProvider):
    """A name for a version."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.lambda_.update_alias(
            FunctionName=model["FunctionName"],
            Name=model["Name"],
            FunctionVersion=model["FunctionVersion"],
            Description=model.get("Description", ""),
            RoutingConfig=model.get("RoutingConfig") or {},
        )
        return succeeded(request, model)


def _configuration(request: ResourceRequest) -> dict[str, Any]:
    new = request.desired_state
    configuration = {
        name: new.get(name, default)
        for name, default in CONFIGURATION.items()
        if changed(request, name)
    }
    for name in ("MemorySize", "Timeout"):
        if name in configuration:
            configuration[name] = int(configuration[name])
    if variables := (configuration.get("Environment") or {}).get("Variables"):
        # A parameter of the type Number is text on AWS, and a number here.
        texts = {name: str(value) for name, value in variables.items()}
        configuration["Environment"] = {"Variables": texts}
    return configuration


def _apply_extras(request: ResourceRequest, name: str) -> None:
    """Set what LocalStack's creation leaves out."""
    model, client = request.desired_state, request.aws_client_factory.lambda_
    if storage := model.get("EphemeralStorage"):
        client.update_function_configuration(FunctionName=name, EphemeralStorage=storage)
        client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=OFTEN)
    if "ReservedConcurrentExecutions" in model:
        _set_concurrency(request, name)


def _set_concurrency(request: ResourceRequest, name: str) -> None:
    client = request.aws_client_factory.lambda_
    reserved = request.desired_state.get("ReservedConcurrentExecutions")
    if reserved is None:
        client.delete_function_concurrency(FunctionName=name)
    else:
        client.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(reserved)
        )


def _versions(request: ResourceRequest) -> set[str]:
    client = request.aws_client_factory.lambda_
    answer = client.list_versions_by_function(FunctionName=request.desired_state["FunctionName"])
    return {version["Version"] for version in answer["Versions"]}


PROVIDERS = (Alias, Function, Version)

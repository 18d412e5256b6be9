"""The small types of API Gateway, which LocalStack creates and deletes but does not update."""

import json
from typing import Any

from localstack.services.apigateway.resource_providers import (
    aws_apigateway_account,
    aws_apigateway_deployment,
    aws_apigateway_gatewayresponse,
    aws_apigateway_method,
    aws_apigateway_model,
    aws_apigateway_requestvalidator,
    aws_apigateway_resource,
)
from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest

from .base import replace, succeeded, updated_model


class Account(aws_apigateway_account.ApiGatewayAccountProvider):
    """One per account and region: the last stack that writes it wins, as on AWS."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        role = request.desired_state.get("CloudWatchRoleArn", "")
        request.aws_client_factory.apigateway.update_account(
            patchOperations=[replace("/cloudwatchRoleArn", role)]
        )
        return succeeded(request, updated_model(self, request))


class Deployment(aws_apigateway_deployment.ApiGatewayDeploymentProvider):
    """A snapshot: only its description changes in place.

    LocalStack deletes the stages that serve a deployment together with it. AWS refuses.
    """

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.apigateway.update_deployment(
            restApiId=model["RestApiId"],
            deploymentId=model["DeploymentId"],
            patchOperations=[replace("/description", model.get("Description", ""))],
        )
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        client = request.aws_client_factory.apigateway
        stages = client.get_stages(restApiId=model["RestApiId"])["item"]
        if any(stage["deploymentId"] == model["DeploymentId"] for stage in stages):
            raise ValueError("Active stages pointing to this deployment must be moved or deleted")
        client.delete_deployment(restApiId=model["RestApiId"], deploymentId=model["DeploymentId"])
        return succeeded(request)


class GatewayResponse(aws_apigateway_gatewayresponse.ApiGatewayGatewayResponseProvider):
    """Written as a whole."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        names = (
            "RestApiId",
            "ResponseType",
            "StatusCode",
            "ResponseParameters",
            "ResponseTemplates",
        )
        chosen = {name: value for name, value in request.desired_state.items() if name in names}
        request.aws_client_factory.apigateway.put_gateway_response(
            **{name[0].lower() + name[1:]: value for name, value in chosen.items()}
        )
        return succeeded(request, updated_model(self, request))


class Method(aws_apigateway_method.ApiGatewayMethodProvider):
    """Made anew at each update, so that removed responses and parameters are gone.

    Nothing of it is served before the next deployment, hence nobody sees the gap.
    """

    def update(self, request: ResourceRequest) -> ProgressEvent:
        self.delete(request)
        return self.create(request)


class Model(aws_apigateway_model.ApiGatewayModelProvider):
    """A JSON schema."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.apigateway.update_model(
            restApiId=model["RestApiId"],
            modelName=model["Name"],
            patchOperations=[
                replace("/schema", _json(model.get("Schema", {}))),
                replace("/description", model.get("Description", "")),
            ],
        )
        return succeeded(request, model)


class RequestValidator(aws_apigateway_requestvalidator.ApiGatewayRequestValidatorProvider):
    """What API Gateway checks before it calls the integration."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        request.aws_client_factory.apigateway.update_request_validator(
            restApiId=model["RestApiId"],
            requestValidatorId=model["RequestValidatorId"],
            patchOperations=[
                replace(f"/{name[0].lower()}{name[1:]}", model.get(name, False))
                for name in ("ValidateRequestBody", "ValidateRequestParameters")
            ],
        )
        return succeeded(request, model)


class Resource(aws_apigateway_resource.ApiGatewayResourceProvider):
    """A path, which LocalStack makes a second time where there is one, and AWS does not."""

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        present = request.aws_client_factory.apigateway.get_resources(
            restApiId=model["RestApiId"], limit=500
        )["items"]
        wanted = (model["ParentId"], model["PathPart"])
        if wanted in [(item.get("parentId"), item.get("pathPart")) for item in present]:
            message = "Another resource with the same parent already has this name"
            raise ValueError(f"{message}: {model['PathPart']}")
        return super().create(request)


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


PROVIDERS = (Account, Deployment, GatewayResponse, Method, Model, RequestValidator, Resource)

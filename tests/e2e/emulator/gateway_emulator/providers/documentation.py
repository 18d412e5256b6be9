"""``AWS::ApiGateway::DocumentationPart``, which LocalStack's CloudFormation lacks."""

from contextlib import suppress

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from .base import changed, replace, schema, succeeded, updated_model

LOCATION = ("Type", "Path", "Method", "Name", "StatusCode")


class DocumentationPart(ResourceProvider):
    """What a part of an API does, for people."""

    TYPE = "AWS::ApiGateway::DocumentationPart"
    SCHEMA = schema(
        TYPE,
        ("Location", "Properties", "RestApiId"),
        "DocumentationPartId",
        create_only=("Location", "RestApiId"),
    )

    def create(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        made = request.aws_client_factory.apigateway.create_documentation_part(
            restApiId=model["RestApiId"],
            location={
                name[0].lower() + name[1:]: value
                for name, value in model["Location"].items()
                if name in LOCATION
            },
            properties=model["Properties"],
        )
        return succeeded(request, {**model, "DocumentationPartId": made["id"]})

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        if changed(request, "Properties"):
            request.aws_client_factory.apigateway.update_documentation_part(
                restApiId=model["RestApiId"],
                documentationPartId=model["DocumentationPartId"],
                patchOperations=[replace("/properties", model["Properties"])],
            )
        return succeeded(request, model)

    def delete(self, request: ResourceRequest) -> ProgressEvent:
        model = request.desired_state
        client = request.aws_client_factory.apigateway
        with suppress(client.exceptions.NotFoundException):  # gone with its API
            client.delete_documentation_part(
                restApiId=model["RestApiId"], documentationPartId=model["DocumentationPartId"]
            )
        return succeeded(request)


PROVIDERS = (DocumentationPart,)

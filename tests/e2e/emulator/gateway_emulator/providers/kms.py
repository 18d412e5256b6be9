"""Keys, which LocalStack makes but does not update."""

import json

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.kms.resource_providers.aws_kms_key import KMSKeyProvider

from .base import changed, succeeded, tag_changes, updated_model


class Key(KMSKeyProvider):
    """A key with its policy, its rotation and its tags."""

    def update(self, request: ResourceRequest) -> ProgressEvent:
        model = updated_model(self, request)
        client, key = request.aws_client_factory.kms, model["KeyId"]
        if changed(request, "Description"):
            client.update_key_description(KeyId=key, Description=model.get("Description", ""))
        if changed(request, "KeyPolicy"):
            policy = json.dumps(model["KeyPolicy"])
            client.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
        if changed(request, "EnableKeyRotation"):
            rotated = model.get("EnableKeyRotation")
            (client.enable_key_rotation if rotated else client.disable_key_rotation)(KeyId=key)
        added, removed = tag_changes(request)
        if added:
            tags = [{"TagKey": name, "TagValue": value} for name, value in added.items()]
            client.tag_resource(KeyId=key, Tags=tags)
        if removed:
            client.untag_resource(KeyId=key, TagKeys=removed)
        return succeeded(request, model)


PROVIDERS = (Key,)

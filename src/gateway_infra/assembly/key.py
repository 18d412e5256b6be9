"""The key that what is kept is encrypted with, for every step that makes something to encrypt."""

from __future__ import annotations

from typing import Any

from troposphere import GetAtt

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.builders.key import customer_key
from gateway_infra.builders.shared import naming
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.key import MADE, OF_AWS

_KEY = "EncryptionKey"


def encryption_key(loaded: Loaded) -> Any:
    """Return the ARN of the key of `encryption`; ``None`` where AWS's own keys are used.

    Whoever makes a log group, a topic, a queue or a secret passes it on as ``kms_key_arn``.
    """
    key = loaded.environment.encryption.key
    if key == OF_AWS:
        return None
    return GetAtt(_KEY, "Arn") if key == MADE else in_template(key)


def add_key(loaded: Loaded, builder: GraphBuilder) -> None:
    """Build the key, where the file asks for one."""
    environment = loaded.environment
    if environment.encryption.key != MADE:
        return
    name = naming.service_name(environment.service, loaded.name)
    key = customer_key(
        description=f"{name}: logs, variables, topic and secret",
        alarms=bool(environment.alarms.emails),
        tags=tags_of(loaded, "key"),
    )
    builder.add("key", key, ("encryption", "key"))
    builder.output(
        "EncryptionKeyArn", "Key that logs, variables and secrets are encrypted with", key.arn
    )

"""KMS: an id of key material that Python 3.11 can make too.

LocalStack hands `uuid.uuid5` bytes, which it takes from Python 3.12 on; CreateKey fails before.
"""

import uuid

from localstack.services.kms.models import KmsKey


def install() -> None:
    """Replace the function."""
    KmsKey.generate_key_material_id = _material_id


def _material_id(key: KmsKey, key_material: bytes) -> str:
    return uuid.uuid5(key._internal_key_id, key_material.hex()).hex * 2

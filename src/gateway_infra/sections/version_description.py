"""Which values of a function, known only at deploy time, its version's description carries.

A published version keeps the values it was made with. The template cannot hash a value that it
does not know, but any change of a version's ``Description`` makes CloudFormation replace the
version, so the description carries those values. It holds 256 characters:
https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html. Secrets never stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.environment import Environment
from gateway_infra.values.values import DeployTimeValue, SecretValue, Value

ROOM = 256
_HOST = 124
"""The longest name that RDS gives, a custom endpoint's: an identifier of 63 characters before
``.cluster-custom-``, 12 more, the region and ``.rds.amazonaws.com``."""
IMAGE_ACCOUNT = len("123456789012|")
_IMAGE = IMAGE_ACCOUNT + 118
"""The account, and repository with tag or digest; a digest takes 71 characters."""
_LENGTHS = {"port": 5, "subnets": 24, "name": 63, "user": 63}
_VARIABLE = 64
_SECRET_ARN = 140
_KEY_ARN = 100
"""``arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/`` and the 36 characters of a key's id, or
those of a multi-region key's."""


class VersionedValue(NamedTuple):
    """A value in the description and the longest that it may be there.

    Of an image only the account and what follows the registry are carried: its region is the
    function's own.
    """

    path: KeyPath
    value: DeployTimeValue
    length: int

    @property
    def image(self) -> bool:
        """Whether the value is a function's image."""
        return _is_image(self.path)


def given_values(name: str, environment: Environment) -> Iterator[tuple[KeyPath, Value]]:
    """Yield what the function `name` is given from the file, the most likely to change first."""
    function = environment.functions[name]
    database = environment.database if "database" in function.uses else None
    bucket = environment.bucket if "bucket" in function.uses else None
    yield ("functions", name, "image"), function.image
    if database is not None:
        yield ("database", "host"), database.host
        yield ("database", "port"), database.port
    subnets = environment.network.subnets
    if isinstance(subnets, DeployTimeValue):
        yield ("network", "subnets"), subnets
    else:
        for position, subnet in enumerate(subnets):
            yield ("network", "subnets", position), subnet
    if bucket is not None:
        yield ("bucket", "name"), bucket.name
    if database is not None:
        yield ("database", "name"), database.name
        yield ("database", "user"), database.user
        if database.password is not None:
            yield _reached(("database", "password"), database.password)
    for variable, value in sorted(function.variables.items()):
        yield _reached(("functions", name, "variables", variable), value)
    yield ("encryption", "key"), environment.encryption.key


def _reached(path: KeyPath, value: Value | SecretValue) -> tuple[KeyPath, Value]:
    """Return what a function is given: of a secret, where to find it."""
    return ((*path, "secret"), value.secret) if isinstance(value, SecretValue) else (path, value)


def carried_values(
    name: str, environment: Environment
) -> tuple[list[VersionedValue], list[KeyPath]]:
    """Return what the description of the function's version carries, and what finds no room.

    Each value has a longest length, which its template parameter enforces, so that the description
    always fits (what SSM and imports give cannot be bounded, and is taken to be as short). The room
    that is left goes to the host, or else to the image.
    """
    fits: list[VersionedValue] = []
    left_out: list[KeyPath] = []
    room = ROOM
    seen: set[DeployTimeValue] = set()
    for path, value in given_values(name, environment):
        if not isinstance(value, DeployTimeValue) or value.secret or value.version or value in seen:
            continue
        seen.add(value)
        length = ROOM + 1 if value.many else _length(path)
        separator = 1 if fits else 0
        if length + separator > room:
            left_out.append(path)
            continue
        room -= length + separator
        fits.append(VersionedValue(path, value, length))
    # A host's name or an image's may be longer than is usual; other lengths are what AWS allows.
    elastic = sorted(fits, key=lambda item: (item.path[-1] != "host", not item.image))[:1]
    return [
        item._replace(length=item.length + room) if item in elastic else item for item in fits
    ], left_out


def _is_image(path: KeyPath) -> bool:
    return path[0] == "functions" and len(path) == 3 and path[2] == "image"


def _length(path: KeyPath) -> int:
    if path[-1] == "secret":
        return _SECRET_ARN
    if path[0] == "functions":
        return _IMAGE if _is_image(path) else _VARIABLE
    if path[0] == "encryption":
        return _KEY_ARN
    return _HOST if path[1] == "host" else _LENGTHS[str(path[1])]

"""Which values of a function, known only at deploy time, its version's description carries.

A published version keeps the values it was made with. The template cannot hash a value that it
does not know, but any change of a version's ``Description`` makes CloudFormation replace the
version, so the description carries those values. It holds 256 characters:
https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html. Secrets never stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gateway_infra.config.environment import Environment
from gateway_infra.config.problems import KeyPath
from gateway_infra.config.values import Open, Value

ROOM = 256

_IMAGE = 175
_HOST = 80
_LENGTHS = {"port": 5, "subnets": 24, "name": 63, "user": 63}
_VARIABLE = 64


class Carried(NamedTuple):
    """A value in the description and the longest that it may be there."""

    path: KeyPath
    value: Open
    length: int


def given_values(name: str, environment: Environment) -> Iterator[tuple[KeyPath, Value]]:
    """Yield what the function `name` is given from the file, the most likely to change first."""
    function = environment.functions[name]
    database = environment.database if "database" in function.uses else None
    bucket = environment.bucket if "bucket" in function.uses else None
    yield ("functions", name, "image"), function.image
    if database is not None:
        yield ("database", "host"), database.host
        yield ("database", "port"), database.port
    for position, subnet in enumerate(environment.network.subnets):
        yield ("network", "subnets", position), subnet
    if bucket is not None:
        yield ("bucket", "name"), bucket.name
    if database is not None:
        yield ("database", "name"), database.name
        yield ("database", "user"), database.user
        yield ("database", "password"), database.password
    for variable, value in sorted(function.variables.items()):
        yield ("functions", name, "variables", variable), value


def carried_values(name: str, environment: Environment) -> tuple[list[Carried], list[KeyPath]]:
    """Return what the description of the function's version carries, and what finds no room.

    Each value has a longest length, which its parameter enforces, so that the description always
    fits; the room that is left goes to the first value.
    """
    fits: list[Carried] = []
    left_out: list[KeyPath] = []
    room = ROOM
    seen: set[Open] = set()
    for path, value in given_values(name, environment):
        if not isinstance(value, Open) or value.secret or value in seen:
            continue
        seen.add(value)
        length = _length(path)
        separator = 1 if fits else 0
        if length + separator > room:
            left_out.append(path)
            continue
        room -= length + separator
        fits.append(Carried(path, value, length))
    if fits:
        first = fits[0]
        fits[0] = Carried(first.path, first.value, first.length + room)
    return fits, left_out


def _length(path: KeyPath) -> int:
    if path[0] == "functions":
        return _IMAGE if path[-1] == "image" and len(path) == 3 else _VARIABLE
    if path[-1] == "host":
        return _HOST
    return _LENGTHS[str(path[1])]

"""The statements with a wildcard that builders of this package make, by Sid, actions and ARNs."""

from __future__ import annotations

import re
from typing import NamedTuple

from gateway_infra.suppressions.policies import Allowed

_NAME = r"(?:[^*?:/$]|\$\{[^}]*\})+"
_GROUP = r"(?:[^*?:$]|\$\{[^}]*\})+"
_HERE = re.escape("${AWS::Region}:${AWS::AccountId}:")
_ARN = re.escape("arn:${AWS::Partition}:")


class Shape(NamedTuple):
    """A statement as a builder makes it, and what its wildcards are for.

    `actions` are those that it may have, `arns` a pattern that each of its ARNs is in; `condition`
    is a key that an ``ArnEquals`` of its must have.
    """

    sid: str
    actions: frozenset[str]
    arns: re.Pattern[str]
    words: str
    condition: str | None = None


def _shape(sid: str, actions: str, arns: str, words: str, condition: str | None = None) -> Shape:
    return Shape(sid, frozenset(actions.split()), re.compile(_ARN + arns), words, condition)


_INTERFACES = "network interfaces, whose ids are not known before"
_DATABASES = "metadata of databases whose identifier is not given"

SHAPES: tuple[Shape, ...] = (
    _shape(
        "NewInterfaces",
        "ec2:CreateNetworkInterface",
        rf"ec2:{_HERE}network-interface/\*",
        _INTERFACES,
    ),
    _shape(
        "Interfaces",
        "ec2:AssignPrivateIpAddresses ec2:DeleteNetworkInterface ec2:UnassignPrivateIpAddresses",
        rf"ec2:{_HERE}\*/\*",
        _INTERFACES,
    ),
    _shape(
        "InterfacesInOwnNetwork",
        "ec2:CreateNetworkInterface",
        rf"ec2:{_HERE}(subnet/\*|security-group/{_NAME})",
        "subnets of one VPC",
        "ec2:Vpc",
    ),
    _shape(
        "OwnLogGroup",
        "logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents",
        rf"logs:{_HERE}log-group:{_GROUP}(:\*)?",
        "streams of one log group",
    ),
    _shape(
        "TrailLogGroup",
        "logs:CreateLogStream logs:PutLogEvents",
        rf"logs:{_HERE}log-group:{_GROUP}:log-stream:{_GROUP}\*",
        "streams of one log group",
    ),
    _shape("DatabaseClusters", "rds:DescribeDBClusters", rf"rds:{_HERE}cluster:\*", _DATABASES),
    _shape("DatabaseInstances", "rds:DescribeDBInstances", rf"rds:{_HERE}db:\*", _DATABASES),
    _shape(
        "BucketObjects",
        "s3:DeleteObject s3:GetObject s3:PutObject",
        rf"s3:::{_NAME}/\*",
        "objects of one bucket",
    ),
    _shape(
        "ConfigFiles",
        "s3:PutObject",
        rf"s3:::{_NAME}/AWSLogs/{_NAME}/Config/\*",
        "files of AWS Config in one bucket",
    ),
    _shape(
        "Stacks",
        "cloudformation:DetectStackDrift cloudformation:DetectStackResourceDrift",
        rf"cloudformation:{_HERE}stack/\*",
        "comparing any stack with its template, which changes none",
    ),
)
"""In the order in which a reason names them.

Most are of ``builders/role.py``; the trail, the recorder and the rule on drift have one each.
"""


def words_for(item: Allowed) -> str | None:
    """Return what the wildcards of a builder's statement are for; of any other, ``None``."""
    return next((shape.words for shape in SHAPES if _is(item, shape)), None)


def _is(item: Allowed, shape: Shape) -> bool:
    bound = {name for name, arn in item.arn_equals if "*" not in arn}
    return (
        item.sid == shape.sid
        and bool(item.actions)
        and set(item.actions) <= shape.actions
        and all(shape.arns.fullmatch(arn) for arn in item.resources)
        and (shape.condition is None or shape.condition in bound)
    )

"""Values that the file gives, or leaves open and says who fills them.

======================================  ============================  ==========================
in YAML                                 in the template               filled by
======================================  ============================  ==========================
``vpc-0abc…``                           literal                       nobody
``{parameter: VpcId}``                  ``Parameter``                 whoever deploys
``{stack_output: network/VpcId}``       ``Parameter``                 the deployer, as wired in
                                                                      the manifest
``{ssm: /shared/vpc-id}``               ``Parameter`` of an SSM type  CloudFormation
``{import: network-VpcId}``             ``Fn::ImportValue``           CloudFormation
``{environment_variable: DB_PASSWORD}`` ``NoEcho`` ``Parameter``      the deployer's environment
======================================  ============================  ==========================

Parameter types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, cast

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gateway_infra.config.problems import did_you_mean, kind_of
from gateway_infra.config.section import wrong

Form = Literal["parameter", "stack_output", "ssm", "import", "environment_variable"]

MAX_PARAMETER_NAME = 255
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""

_INSTEAD = "write {environment_variable: NAME}"

FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    "parameter": (re.compile(r"[A-Za-z][A-Za-z0-9]{0,200}"), "letters and digits, as in VpcId"),
    "stack_output": (
        re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}/[A-Za-z0-9]{1,200}"),
        "a stack's name, a slash and the output's key, as in network/VpcId",
    ),
    "ssm": (
        re.compile(r"/?[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*"),
        "a parameter's name, as in /shared/vpc-id",
    ),
    "import": (re.compile(r"[A-Za-z0-9:-]{1,255}"), "an export's name, as in network-VpcId"),
    "environment_variable": (re.compile(r"[A-Z][A-Z0-9_]*"), "capitals, as in DB_PASSWORD"),
}


class Open(NamedTuple):
    """A value that the file leaves open: `form` says who fills it, `name` what it is there.

    `type` is the CloudFormation parameter type that the place calls for.
    """

    form: Form
    name: str
    type: str

    @property
    def secret(self) -> bool:
        """Whether CloudFormation must not show the value (``NoEcho``)."""
        return self.form == "environment_variable"

    @property
    def parameter(self) -> str | None:
        """The template parameter's name: the same for the same value wherever it is used.

        ``None`` for an import, which needs no parameter.
        """
        if self.form == "import":
            return None
        if self.form == "parameter":
            return self.name
        words = re.split(r"[^A-Za-z0-9]+", self.name)
        if self.form == "environment_variable":
            words = [word.lower() for word in words]
        return "".join(word[:1].upper() + word[1:] for word in words)


Value: TypeAlias = str | int | Open


class Kind(NamedTuple):
    """What may stand in a place: the literal's pattern and the template parameter's type.

    It is its own pydantic annotation, and takes a literal, or the mapping of an open value.
    """

    type: str
    pattern: str
    what: str
    secret: bool = False
    number: bool = False

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Validate by `accept` alone."""
        return core_schema.no_info_plain_validator_function(self.accept)

    def accept(self, value: Any) -> Value:
        """Return a literal or an `Open`; raise with what may stand here instead."""
        if isinstance(value, Open):
            return value
        if isinstance(value, dict):
            opened = _open(value, self)
            if self.secret and not opened.secret:
                raise wrong(f"is a secret, which `{opened.form}` would show; {_INSTEAD}")
            return opened
        if self.secret:
            raise wrong(
                "is a secret, and one written here would stand in the template and in git; "
                f"{_INSTEAD}"
            )
        if self.number:
            if type(value) is int and 1 <= value <= 65535:
                return value
        elif isinstance(value, str) and re.fullmatch(self.pattern, value):
            return value
        raise _refused(self, value)


def _open(value: dict[str, Any], kind: Kind) -> Open:
    """Read ``{form: name}``."""
    example = "write one of {parameter: Name}, {stack_output: stack/Key}, {ssm: /name}, "
    example += "{import: name}, {environment_variable: NAME}"
    if len(value) != 1:
        raise wrong(f"is no open value; {example}")
    form, name = next(iter(value.items()))
    if form not in FORMS:
        hint = did_you_mean(str(form), FORMS)
        raise wrong(f"'{form}' is no way to leave a value open{hint}")
    pattern, what = FORMS[form]
    if not isinstance(name, str) or not pattern.fullmatch(name):
        raise wrong(f"has after `{form}:` what is no name there; write {what}")
    opened = Open(cast("Form", form), name, kind.type)
    if len(opened.parameter or "") > MAX_PARAMETER_NAME:
        raise wrong(f"would name a template parameter of over {MAX_PARAMETER_NAME} characters")
    return opened


def _refused(kind: Kind, value: Any) -> PydanticCustomError:
    shown = f"'{value}'" if isinstance(value, str) else kind_of(value)
    if isinstance(value, int) and not isinstance(value, bool):
        shown = f"the number {value}"
    return wrong(f"must be {kind.what}, not {shown}")


_HEX = "[0-9a-f]{8}([0-9a-f]{9})?"
_ECR = r"[0-9]{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[a-z0-9][a-z0-9._/-]{0,254}"
_IMAGE = rf"{_ECR}(:[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}|@sha256:[0-9a-f]{{64}})"

_VPC = Kind("AWS::EC2::VPC::Id", f"vpc-{_HEX}", "a VPC's id, as in vpc-0a1b2c3d4e5f60718")
_SUBNET = Kind(
    "AWS::EC2::Subnet::Id", f"subnet-{_HEX}", "a subnet's id, as in subnet-0a1b2c3d4e5f60718"
)
_GROUP = Kind(
    "AWS::EC2::SecurityGroup::Id",
    f"sg-{_HEX}",
    "a security group's id, as in sg-0a1b2c3d4e5f60718",
)
_BUCKET = Kind(
    "String",
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "a bucket's name (3 to 63 of a-z, 0-9, dot and hyphen)",
)
_HOST = Kind("String", r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}", "a host name without a scheme")
_IDENTIFIER = Kind(
    "String", r"[a-z](-?[a-z0-9])*", "an RDS identifier (small letters, digits, single hyphens)"
)
_ECR_IMAGE = Kind(
    "String",
    _IMAGE,
    "an ECR image with a digest (…/jobs@sha256:…) or a tag, "
    "as in 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4.2",
)
_TOPIC = Kind(
    "String",
    r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
    "an SNS topic's ARN, as in arn:aws:sns:us-east-1:123456789012:alarms",
)
_SQL_NAME = Kind("String", r"[A-Za-z_][A-Za-z0-9_$-]{0,62}", "a PostgreSQL name")

VpcId: TypeAlias = Annotated[Value, _VPC]
SubnetId: TypeAlias = Annotated[Value, _SUBNET]
SecurityGroupId: TypeAlias = Annotated[Value, _GROUP]
BucketName: TypeAlias = Annotated[Value, _BUCKET]
Host: TypeAlias = Annotated[Value, _HOST]
Port: TypeAlias = Annotated[Value, Kind("Number", "", "a port (1 to 65535)", number=True)]
Identifier: TypeAlias = Annotated[Value, _IDENTIFIER]
Image: TypeAlias = Annotated[Value, _ECR_IMAGE]
TopicArn: TypeAlias = Annotated[Value, _TOPIC]
SqlName: TypeAlias = Annotated[Value, _SQL_NAME]
Secret: TypeAlias = Annotated[Value, Kind("String", "", "a secret", secret=True)]
Text: TypeAlias = Annotated[Value, Kind("String", r"(?s).*", "text (write it in quotes)")]

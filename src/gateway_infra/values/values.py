"""Values that the file gives, or leaves open and says who fills them.

======================================  ============================  ==========================
in YAML                                 in the template               filled by
======================================  ============================  ==========================
``vpc-0abc…``                           literal                       nobody
``{parameter: VpcId}``                  ``Parameter``                 whoever deploys
``{stack_output: network/VpcId}``       ``Parameter``                 the deployer, as wired in
                                                                      the manifest
``{ssm: /shared/vpc-id}``               ``Parameter`` of an SSM type  CloudFormation
``{ssm: /shared/vpc-id, version: 3}``   ``{{resolve:ssm:…:3}}``       CloudFormation
``{import: network-VpcId}``             ``Fn::ImportValue``           CloudFormation
``{environment_variable: DB_PASSWORD}`` ``NoEcho`` ``Parameter``      the deployer's environment
``{secret: jobs/prod/db}``              the secret's ARN              the application, at run time
======================================  ============================  ==========================

Parameter types: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
Versions: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm.html
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, cast

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gateway_infra.reading.forms import FORMS, OPTIONS
from gateway_infra.reading.problems import did_you_mean, kind_of
from gateway_infra.reading.redaction import shapes_covered
from gateway_infra.values.deploy_time_errors import INSTEAD, form_fault
from gateway_infra.values.options import Options, read_options
from gateway_infra.values.section import wrong

Form = Literal["parameter", "stack_output", "ssm", "import", "environment_variable"]

MAX_PARAMETER_NAME = 255
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class Open(NamedTuple):
    """A value that the file leaves open: `form` says who fills it, `name` what it is there.

    `type` is the CloudFormation parameter type that the place calls for, `options` what the file
    says of the template parameter, and `version` the one of a pinned SSM parameter.
    """

    form: Form
    name: str
    type: str
    options: Options = Options()
    version: int | None = None

    @property
    def secret(self) -> bool:
        """Whether CloudFormation must not show the value (``NoEcho``)."""
        return self.form == "environment_variable"

    @property
    def many(self) -> bool:
        """Whether the value is a list."""
        return "List" in self.type

    @property
    def parameter(self) -> str | None:
        """The template parameter's name: the same for the same value wherever it is used.

        ``None`` for an import and for a version of an SSM parameter, which need none.
        """
        if self.form == "import" or self.version is not None:
            return None
        if self.form == "parameter":
            return self.name
        words = re.split(r"[^A-Za-z0-9]+", self.name)
        if self.form == "environment_variable":
            words = [word.lower() for word in words]
        return "".join(word[:1].upper() + word[1:] for word in words)


class SecretValue(NamedTuple):
    """A secret in Secrets Manager that the function's code reads itself.

    `secret` is its name, its ARN, or an open value that gives the ARN; `key` the one of its JSON
    that is meant; `kms_key` the ARN of the customer managed key that it is encrypted with.
    """

    secret: str | Open
    key: str | None = None
    kms_key: str | Open | None = None


Value: TypeAlias = str | int | Open


def known(value: Value) -> str | int | None:
    """Return a literal, or the default of a value that is left open; ``None`` without one."""
    if isinstance(value, Open):
        # The default of an SSM type is where the value is.
        return None if value.type.startswith("AWS::SSM::") else value.options.default
    return value


class Kind(NamedTuple):
    """What may stand in a place: the literal's pattern and the template parameter's type.

    It is its own pydantic annotation, and takes a literal, or the mapping of an open value;
    `code` says that the value reaches the function's code, which may read a secret for itself.
    `rule` is the id of the rule that a literal breaks which may not stand here; ``GI004`` without.
    `words` mean something of their own in place of a literal.
    """

    type: str
    pattern: str
    what: str
    secret: bool = False
    number: bool = False
    code: bool = False
    rule: str = ""
    words: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Validate by `accept` alone."""
        return core_schema.no_info_plain_validator_function(self.accept)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say what `accept` takes."""
        from gateway_infra.values.value_schema import value_schema

        return value_schema(self)

    def accept(self, value: Any) -> Value | SecretValue:
        """Return a literal, an `Open` or a `SecretValue`; raise with what may stand here."""
        if isinstance(value, Open) or (self.code and isinstance(value, SecretValue)):
            return value
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, dict):
            fault = form_fault(value, tuple(FORMS), secret=self.secret, code=self.code)
            if fault:
                raise fault
            return _secret_value(value, self) if "secret" in value else _open(value, self)
        if self.secret:
            raise wrong(
                "is a secret, and one written here would stand in the template and in git; "
                f"{INSTEAD}",
                "GI141",
            )
        return self.literal(value)

    def literal(self, value: Any) -> str | int:
        """Return a literal that may stand here, or raise."""
        if self.number:
            if type(value) is int and 1 <= value <= 65535:
                return value
        elif isinstance(value, str) and re.fullmatch(self.pattern, value):
            return value
        raise _refused(self, value)


class Several(NamedTuple):
    """Values of one kind: a list of them, or one open value that gives all, separated by commas.

    It is its own pydantic annotation, as `Kind` is; `too_few` is the rule that a list breaks which
    holds less than `fewest`.
    """

    kind: Kind
    fewest: int
    most: int
    too_few: str = ""

    def __get_pydantic_core_schema__(
        self, _source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate a list item by item, and a mapping as an open value."""
        item: Any = Annotated[Value, self.kind]
        items = handler.generate_schema(
            Annotated[list[item], Field(min_length=self.fewest, max_length=self.most)]
        )
        return core_schema.no_info_wrap_validator_function(self._accept, items)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Say what is taken."""
        from gateway_infra.values.value_schema import several_schema

        return several_schema(self.kind, self.fewest, self.most)

    def _accept(self, value: Any, items: core_schema.ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(value, dict):
            if isinstance(value, list) and 0 < len(value) < self.fewest:
                raise wrong(f"lists {len(value)}, and needs {self.fewest} or more", self.too_few)
            return value if isinstance(value, Open) else items(value)
        fault = form_fault(value, tuple(FORMS), secret=False, code=False)
        if fault:
            raise fault
        if "secret" in value:
            return _secret_value(value, self.kind)
        opened = _open(value, self.kind._replace(type=f"List<{self.kind.type}>"))
        if opened.version is not None:
            raise wrong(
                "pins the version of a list, which CloudFormation would pass on as one text; "
                "leave `version` out, or list the values one by one"
            )
        return opened


def _open(value: dict[str, Any], kind: Kind) -> Open:
    """Read ``{form: name}``, with the options that the form takes."""
    (form,) = (form for form in FORMS if form in value)
    name = value[form]
    pattern, what = FORMS[form]
    if not isinstance(name, str) or not pattern.fullmatch(name):
        raise wrong(f"has after `{form}:` what is no name there; write {what}")
    rest = {key: item for key, item in value.items() if key != form}
    given, version = read_options(form, rest, kind.type, kind.literal)
    opened = Open(cast("Form", form), name, given.type or kind.type, given, version)
    if len(opened.parameter or "") > MAX_PARAMETER_NAME:
        raise wrong(f"would name a template parameter of over {MAX_PARAMETER_NAME} characters")
    return opened


SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_LIKE_AN_ARN = re.compile(r".*-[A-Za-z0-9]{6}")


def _secret_value(value: dict[str, Any], kind: Kind) -> SecretValue:
    """Read ``{secret: name-or-ARN, key: …, kms_key: …}``.

    Names: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret-names.html
    """
    if not kind.code:
        raise wrong(
            "names a secret, which only the function's code can read; `secret` fits "
            "database.password and the functions' variables"
        )
    unknown = [key for key in value if key not in ("secret", *OPTIONS["secret"])]
    if unknown:
        hint = did_you_mean(str(unknown[0]), OPTIONS["secret"])
        raise wrong(f"has '{unknown[0]}', which is no option of `secret`{hint}")
    secret, key = value["secret"], value.get("key")
    if isinstance(secret, str) and not secret.startswith("arn:"):
        if not SECRET_NAME.fullmatch(secret):
            raise wrong("has after `secret:` no secret's name, as in jobs/prod/db")
        if _LIKE_AN_ARN.fullmatch(secret):
            raise wrong(
                "names a secret whose name ends in a hyphen and six characters, as ARNs of secrets "
                "do, so that Secrets Manager may find another; write its ARN",
                "GI142",
            )
    else:
        secret = cast("str | Open", SECRET_ARN.accept(secret))
    if key is not None and (not isinstance(key, str) or not key):
        raise wrong("has after `key:` no key of the secret's JSON, as in password")
    kms_key = value.get("kms_key")
    if kms_key is not None:
        kms_key = cast("str | Open", KEY_ARN.accept(kms_key))
    return SecretValue(secret, key, kms_key)


def _refused(kind: Kind, value: Any) -> PydanticCustomError:
    if kind is SECRET_ARN and isinstance(value, str) and re.match(r"arn:[^:]+:secretsm", value):
        message = "is an ARN without the hyphen and six characters that end a secret's, and would "
        return wrong(f"{message}permit nothing; write the whole ARN, or the name alone", kind.rule)
    if isinstance(value, str):
        shown, advice = f"'{shapes_covered(value)}'", _advice(kind, value)
        return wrong(f"must be {kind.what}, not {shown}{advice}", kind.rule)
    shown = kind_of(value)
    # What reaches the code may be a secret, such as a PIN.
    if isinstance(value, int) and not isinstance(value, bool) and not kind.code:
        shown = f"the number {value}"
    return wrong(f"must be {kind.what}, not {shown}")


def _advice(kind: Kind, value: str) -> str:
    """Say what to write in place of what people mean by `value`; empty where that is unknown."""
    if kind is _BUCKET:
        name = re.sub(r"^(s3://|arn:[a-z-]+:s3:::)", "", value).split("/")[0].lower()
        return f"; write '{name}'" if re.fullmatch(kind.pattern, name) else ""
    if ":alias/" in value and kind.pattern == KEY_ARN.pattern:
        return "; an alias may be given to another key: write the ARN of the key itself"
    if kind is _HOST and "://" in value:
        return "; write host, port, name, user and password under keys of their own"
    if kind is _HOST and re.fullmatch(rf"{kind.pattern}:[0-9]+", value):
        return "; write the port under database.port"
    if kind is _RANGE and re.fullmatch(r"[0-9]+(\.[0-9]+){3}", value):
        return f"; write '{value}/32'"
    elsewhere = ("docker.io/", "ghcr.io/", "gcr.io/", "public.ecr.aws/", "quay.io/")
    if kind is _ECR_IMAGE and value.startswith(elsewhere):
        return "; Lambda takes images from a private ECR repository alone, so push it there"
    return ""


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
_PREFIX_LIST = Kind(
    "String",
    f"pl-{_HEX}",
    "a prefix list's id, as in pl-0a1b2c3d4e5f60718",
)
_ROUTE_TABLE = Kind(
    "String",
    f"rtb-{_HEX}",
    "a route table's id, as in rtb-0a1b2c3d4e5f60718",
)
_BUCKET = Kind(
    "String",
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "a bucket's name (3 to 63 of a-z, 0-9, dot and hyphen)",
    rule="GI131",
)
_HOST = Kind(
    "String", r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}", "a host name without a scheme", rule="GI123"
)
_IDENTIFIER = Kind(
    "String", r"[a-z](-?[a-z0-9])*", "an RDS identifier (small letters, digits, single hyphens)"
)
_ECR_IMAGE = Kind(
    "String",
    _IMAGE,
    "an ECR image with a digest (…/jobs@sha256:…) or a tag, "
    "as in 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4.2",
    rule="GI213",
)
_TOPIC = Kind(
    "String",
    r"arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
    "an SNS topic's ARN, as in arn:aws:sns:us-east-1:123456789012:alarms",
)
SECRET_ARN = Kind(
    "String",
    r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:"
    r"[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}",
    "a secret's name, its ARN, or an open value that gives the ARN",
    rule="GI142",
)
KEY_ARN = Kind(
    "String",
    r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
    "a KMS key's ARN, as in arn:aws:kms:us-east-1:123456789012:key/0a1b…",
)
_VAULT_ARN = Kind(
    "String",
    r"arn:[a-z-]+:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:[A-Za-z0-9_-]{2,50}",
    "a backup vault's ARN, as in arn:aws:backup:eu-west-1:123456789012:backup-vault:copies",
)
_PSEUDO = r"\$\{AWS::(?:AccountId|Partition|Region|URLSuffix)\}"
_RESOURCE = Kind(
    "String",
    rf"\*|arn:(?:[^:\s${{}}]|{_PSEUDO})+:[a-z0-9-]+:(?:[^:\s${{}}]|{_PSEUDO})*"
    rf":(?:[^:\s${{}}]|{_PSEUDO})*:(?:[^\s${{}}]|{_PSEUDO})+",
    "an ARN, as in arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs",
)
_OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_RANGE = Kind(
    "String",
    rf"{_OCTET}(\.{_OCTET}){{3}}/([1-9]|[12][0-9]|3[0-2])"
    r"|[0-9a-f:]{2,39}/([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8])",
    "a range of addresses that is not all of them, as in 203.0.113.0/24, or 203.0.113.7/32 for one",
)
_VPC_ENDPOINT = Kind("String", f"vpce-{_HEX}", "a VPC endpoint's id, as in vpce-0a1b2c3d4e5f60718")
_ACCOUNT = Kind("String", "[0-9]{12}", "an account's id, 12 digits in quotes")
_WEB_ACL = Kind(
    "String",
    r"arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/[A-Za-z0-9_-]{1,128}/[0-9a-f-]{36}",
    "the ARN of a regional web ACL (AWS WAF, not WAF Classic, and not one for CloudFront)",
)
_USER_POOL = Kind(
    "String",
    r"arn:[a-z-]+:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[a-z0-9-]+_[A-Za-z0-9]{1,55}",
    "a user pool's ARN, as in "
    "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123",
)
_FUNCTION_ARN = Kind(
    "String",
    r"arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_-]{1,128})?",
    "a function's ARN, as in arn:aws:lambda:us-east-1:123456789012:function:authorizer:live",
)
_ROLE_ARN = Kind(
    "String",
    r"arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}",
    "a role's ARN, as in arn:aws:iam::123456789012:role/calls-authorizer",
)
_SQL_NAME = Kind("String", r"[A-Za-z_][A-Za-z0-9_$-]{0,62}", "a PostgreSQL name")

VpcId: TypeAlias = Annotated[Value, _VPC]
SubnetIds: TypeAlias = Annotated[list[Value] | Open, Several(_SUBNET, 2, 16, "GI111")]
ResourceArn: TypeAlias = Annotated[Value, _RESOURCE]
SecurityGroupId: TypeAlias = Annotated[Value, _GROUP]
PrefixListId: TypeAlias = Annotated[Value, _PREFIX_LIST]
RouteTableId: TypeAlias = Annotated[Value, _ROUTE_TABLE]
BucketName: TypeAlias = Annotated[Value, _BUCKET]
Host: TypeAlias = Annotated[Value, _HOST]
Port: TypeAlias = Annotated[Value, Kind("Number", "", "a port (1 to 65535)", number=True)]
Identifier: TypeAlias = Annotated[Value, _IDENTIFIER]
Image: TypeAlias = Annotated[Value, _ECR_IMAGE]
TopicArn: TypeAlias = Annotated[Value, _TOPIC]
AddressRange: TypeAlias = Annotated[Value, _RANGE]
VpcEndpointId: TypeAlias = Annotated[Value, _VPC_ENDPOINT]
AccountId: TypeAlias = Annotated[Value, _ACCOUNT]
WebAclArn: TypeAlias = Annotated[Value, _WEB_ACL]
VaultArn: TypeAlias = Annotated[Value, _VAULT_ARN]
UserPoolArn: TypeAlias = Annotated[Value, _USER_POOL]
FunctionArn: TypeAlias = Annotated[Value, _FUNCTION_ARN]
RoleArn: TypeAlias = Annotated[Value, _ROLE_ARN]
SqlName: TypeAlias = Annotated[Value, _SQL_NAME]
Secret: TypeAlias = Annotated[
    Open | SecretValue, Kind("String", "", "a secret", secret=True, code=True)
]
Text: TypeAlias = Annotated[
    Value | SecretValue, Kind("String", r"(?s).*", "text (write it in quotes)", code=True)
]

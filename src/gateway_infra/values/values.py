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
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, cast

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from gateway_infra.reading.diagnostics import did_you_mean, kind_of
from gateway_infra.reading.forms import FORMS, OPTIONS
from gateway_infra.reading.redaction import shapes_covered
from gateway_infra.reading.rule import Rule
from gateway_infra.values.deploy_time_errors import INSTEAD, form_fault
from gateway_infra.values.options import Options, read_options
from gateway_infra.values.section import VALUE, wrong

Form = Literal["parameter", "stack_output", "ssm", "import", "environment_variable"]
MAX_PARAMETER_NAME = 255
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


class DeployTimeValue(NamedTuple):
    """A value that the file leaves open: `form` says who fills it, `name` what it is there.

    `type` is the CloudFormation parameter type that the place calls for, `options` what the file
    says of the template parameter, and `version` the one of a pinned SSM parameter.
    """

    form: Form
    name: str
    type: str
    options: Options = Options()
    version: int | None = None

    def __str__(self) -> str:
        return f"{{{self.form}: {self.name}}}"

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

    secret: str | DeployTimeValue
    key: str | None = None
    kms_key: str | DeployTimeValue | None = None


Value: TypeAlias = str | int | DeployTimeValue


def known(value: Value) -> str | int | None:
    """Return a literal, or the default of a value that is left open; ``None`` without one."""
    if isinstance(value, DeployTimeValue):
        # The default of an SSM type is where the value is.
        return None if value.type.startswith("AWS::SSM::") else value.options.default
    return value


class ValueType(NamedTuple):
    """What may stand in a place: the literal's pattern and the template parameter's type.

    It is its own pydantic annotation, and takes a literal, or the mapping of an open value;
    `code` says that the value reaches the function's code, which may read a secret for itself.
    `rule` is the id of the rule that a literal breaks which may not stand here; ``GI004`` without.
    `words` mean something of their own in place of a literal. `advice` returns what to write in
    place of what people mean by a literal that may not stand here, or nothing.
    """

    pattern: str
    what: str
    type: str = "String"
    secret: bool = False
    code: bool = False
    rule: str = ""
    words: tuple[str, ...] = ()
    advice: Callable[[str], str] = lambda _value: ""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        """Validate by `accept` alone."""
        return core_schema.no_info_plain_validator_function(self.accept)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Leave the schema to `gateway_infra.schema`, which most runs never load."""
        return {VALUE: self}

    def accept(self, value: Any) -> Value | SecretValue:
        """Return a literal, a `DeployTimeValue` or a `SecretValue`; raise what may stand here."""
        if isinstance(value, DeployTimeValue) or (self.code and isinstance(value, SecretValue)):
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
        if self.type == "Number":
            if type(value) is int and 1 <= value <= 65535:
                return value
        elif isinstance(value, str) and re.fullmatch(self.pattern, value):
            return value
        raise _refused(self, value)


class ListOf(NamedTuple):
    """Values of one kind: a list of them, or one open value that gives all, separated by commas.

    It is its own pydantic annotation, as `ValueType` is; `too_few` is the rule that a list breaks
    which
    holds less than `fewest`.
    """

    kind: ValueType
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
        """Leave the schema to `gateway_infra.schema`, as `ValueType` does."""
        return {VALUE: self}

    def _accept(self, value: Any, items: core_schema.ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(value, dict):
            if isinstance(value, list) and 0 < len(value) < self.fewest:
                raise wrong(f"lists {len(value)}, and needs {self.fewest} or more", self.too_few)
            return value if isinstance(value, DeployTimeValue) else items(value)
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


def _open(value: dict[str, Any], kind: ValueType) -> DeployTimeValue:
    """Read ``{form: name}``, with the options that the form takes."""
    (form,) = (form for form in FORMS if form in value)
    name = value[form]
    pattern, what = FORMS[form]
    if not isinstance(name, str) or not pattern.fullmatch(name):
        raise wrong(f"has after `{form}:` what is no name there; write {what}")
    rest = {key: item for key, item in value.items() if key != form}
    given, version = read_options(form, rest, kind.type, kind.literal)
    opened = DeployTimeValue(cast("Form", form), name, given.type or kind.type, given, version)
    if len(opened.parameter or "") > MAX_PARAMETER_NAME:
        raise wrong(f"would name a template parameter of over {MAX_PARAMETER_NAME} characters")
    return opened


SECRET_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
_LIKE_AN_ARN = re.compile(r".*-[A-Za-z0-9]{6}")


def _secret_value(value: dict[str, Any], kind: ValueType) -> SecretValue:
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
        secret = cast("str | DeployTimeValue", SECRET_ARN.accept(secret))
    if key is not None and (not isinstance(key, str) or not key):
        raise wrong("has after `key:` no key of the secret's JSON, as in password")
    kms_key = value.get("kms_key")
    if kms_key is not None:
        kms_key = cast("str | DeployTimeValue", KEY_ARN.accept(kms_key))
    return SecretValue(secret, key, kms_key)


def _refused(kind: ValueType, value: Any) -> PydanticCustomError:
    if kind is SECRET_ARN and isinstance(value, str) and re.match(r"arn:[^:]+:secretsm", value):
        message = "is an ARN without the hyphen and six characters that end a secret's, and would "
        return wrong(f"{message}permit nothing; write the whole ARN, or the name alone", kind.rule)
    if isinstance(value, str):
        shown, advice = f"'{shapes_covered(value)}'", kind.advice(value)
        return wrong(f"must be {kind.what}, not {shown}{advice}", kind.rule)
    shown = kind_of(value)
    # What reaches the code may be a secret, such as a PIN.
    if isinstance(value, int) and not isinstance(value, bool) and not kind.code:
        shown = f"the number {value}"
    return wrong(f"must be {kind.what}, not {shown}")


def _key_advice(value: str) -> str:
    if ":alias/" not in value:
        return ""
    return "; an alias may be given to another key: write the ARN of the key itself"


SECRET_ARN = ValueType(
    r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:"
    r"[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}",
    "a secret's name, its ARN, or an open value that gives the ARN",
    rule="GI142",
)
KEY_ARN = ValueType(
    r"arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+",
    "a KMS key's ARN, as in arn:aws:kms:us-east-1:123456789012:key/0a1b…",
    advice=_key_advice,
)

RULES = (
    Rule.error(
        "GI142",
        "A secret's name or ARN that Secrets Manager would read as another",
        "Secrets Manager ends a secret's ARN in a hyphen and six characters. A name that ends so "
        "is taken for an ARN, and a permission on an ARN without them fits no secret.",
        "Write the whole ARN, or the name alone.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html",
    ),
)

"""A container-image function with its published version and the alias that callers use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import AWSHelperFn, awslambda, encode_to_dict

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import function_id
from gateway_infra.builders.shared.properties import KEPT, without_none
from gateway_infra.builders.shared.values import TagMap, Value, attribute, ref, tag_list
from gateway_infra.canonical import short_hash
from gateway_infra.sections.function import FunctionConfig

ALIAS = "live"


@dataclass(frozen=True)
class ImageFunction(Bundle):
    """A function, its current version and the alias ``live`` that points at it."""

    function: awslambda.Function
    version: awslambda.Version
    alias: awslambda.Alias

    @property
    def name(self) -> Any:
        """The function's name, as ``Ref``."""
        return ref(self.function)

    @property
    def arn(self) -> Any:
        """The ARN of the function itself, without a version, as ``GetAtt``."""
        return attribute(self.function, "Arn")

    @property
    def alias_arn(self) -> Any:
        """The alias's ARN, as ``Ref``: what callers are to use."""
        return ref(self.alias)


def image_function(
    name: str,
    config: FunctionConfig,
    *,
    function_name: str,
    image: Value,
    role_arn: Value,
    subnet_ids: Sequence[Value] | AWSHelperFn,
    security_group_ids: Sequence[Value],
    variables: Mapping[str, Value],
    version_description: Value | None = None,
    kms_key_arn: Value | None = None,
    depends_on: Sequence[str] = (),
    tags: TagMap,
) -> ImageFunction:
    """Build the function `name` from an image in ECR, to run in a VPC.

    A version is an immutable copy of code and settings, and the alias ``live`` names the current
    one. The version's logical id is a hash of every setting that a version holds, so a change in
    the template publishes a new version. The function's description carries that hash: Lambda
    publishes nothing when the function itself is unchanged, and CloudFormation then fails with
    "A version for this Lambda function exists".

    `subnet_ids` are ids, or one value that is a list of them in the template.

    Values that are known only when the template is deployed are not in the hash: pass them in
    `version_description` (at most 256 characters once resolved), a change of which replaces the
    version. Secrets must not stand there; ``config.redeploy`` publishes a version for them.

    `kms_key_arn` encrypts the variables and Lambda's copy of the image, and belongs to the version.
    Lambda decrypts by a grant that it makes with the permissions of whoever deploys
    (kms:CreateGrant, Encrypt, Decrypt), so that the role needs none.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
    https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html

    Old versions are kept, for callers and for rolling back by alias, but for those of a deploy that
    was rolled back itself.
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
    """
    base = function_id(name)
    settings = _settings(config, image, role_arn, subnet_ids, security_group_ids, variables)
    if kms_key_arn is not None:
        settings["KmsKeyArn"] = kms_key_arn
    digest = version_hash(
        encode_to_dict(settings),
        {"Description": encode_to_dict(version_description)},
        config.redeploy,
    )
    function = awslambda.Function(
        base,
        FunctionName=function_name,
        Description=f"{function_name}, settings {digest}",
        Tags=tag_list(tags),
        **settings,
        **without_none(
            ReservedConcurrentExecutions=config.reserved_concurrency,
            DependsOn=list(depends_on) or None,
        ),
    )
    version, alias = _published(base, function, digest, version_description)
    return ImageFunction(function, version, alias)


def _published(
    base: str, function: awslambda.Function, digest: str, description: Value | None
) -> tuple[awslambda.Version, awslambda.Alias]:
    """Return the version that holds the function's settings now, and the alias that names it."""
    version = awslambda.Version(
        f"{base}Version{digest}",
        FunctionName=ref(function),
        # Plain Retain would also keep the version of a deploy that is rolled back, and the next
        # one would fail: Lambda then has a version that equals the function.
        **KEPT,
        **without_none(Description=description),
    )
    alias = awslambda.Alias(
        f"{base}Alias",
        FunctionName=ref(function),
        FunctionVersion=attribute(version, "Version"),
        Name=ALIAS,
        Description="The version that the API calls",
    )
    return version, alias


def _settings(
    config: FunctionConfig,
    image: Value,
    role_arn: Value,
    subnet_ids: Sequence[Value] | AWSHelperFn,
    security_group_ids: Sequence[Value],
    variables: Mapping[str, Value],
) -> dict[str, Any]:
    """Return the properties that a published version holds."""
    adapter = {
        "AWS_LWA_PORT": str(config.port),
        "AWS_LWA_READINESS_CHECK_PATH": config.readiness_path,
    }
    return {
        "PackageType": "Image",
        "Code": awslambda.Code(ImageUri=image),
        "Role": role_arn,
        "MemorySize": config.memory,
        "Timeout": config.timeout,
        "Architectures": [config.architecture],
        "EphemeralStorage": awslambda.EphemeralStorage(Size=config.ephemeral_storage),
        "Environment": awslambda.Environment(Variables={**adapter, **variables}),
        "TracingConfig": awslambda.TracingConfig(Mode="Active"),
        "VpcConfig": awslambda.VPCConfig(
            SubnetIds=subnet_ids if isinstance(subnet_ids, AWSHelperFn) else list(subnet_ids),
            SecurityGroupIds=list(security_group_ids),
        ),
    }


_OF_ALL_VERSIONS = ("FunctionName", "ReservedConcurrentExecutions", "Tags")
"""Tags and concurrency are settings of the function, for all of its versions:
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""

_NOT_PUBLISHED = ("Description", "FunctionName", "FunctionScalingConfig")


def version_hash(
    function: Mapping[str, Any], version: Mapping[str, Any], redeploy: str | None
) -> str:
    """Return the hash in a version's logical id, from the plain properties of function and version.

    Leave out of `function` a description that holds the hash itself.
    """
    settings = {key: value for key, value in function.items() if key not in _OF_ALL_VERSIONS}
    further = {key: value for key, value in version.items() if key not in _NOT_PUBLISHED}
    content = [settings, version.get("Description"), redeploy]
    return short_hash([*content, further] if further else content)

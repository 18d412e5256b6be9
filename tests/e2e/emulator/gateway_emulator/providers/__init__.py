"""CloudFormation resource types: the ones that LocalStack lacks, or has only in part.

Each provider calls the emulator's service API. A class that derives from LocalStack's own keeps
what that does well (usually creation and deletion) and adds the rest.
"""

from localstack.services.cloudformation.resource_provider import ResourceProvider

from . import (
    api_keys,
    apigateway,
    authorizer,
    awslambda,
    cloudwatch,
    cognito,
    documentation,
    ec2,
    guards,
    iam,
    kms,
    logs,
    rest_api,
    secretsmanager,
    sns,
    stack_sets,
    stage,
    waf,
)

MODULES = (
    api_keys,
    apigateway,
    authorizer,
    awslambda,
    cloudwatch,
    cognito,
    documentation,
    ec2,
    guards,
    iam,
    kms,
    logs,
    rest_api,
    secretsmanager,
    sns,
    stack_sets,
    stage,
    waf,
)

PROVIDERS: dict[str, type[ResourceProvider]] = {
    provider.TYPE: provider for module in MODULES for provider in module.PROVIDERS
}

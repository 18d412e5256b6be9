"""Functions with all that belongs to one: role, groups, logs, variables."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.assembly.network import add_security_group
from gateway_infra.assembly.role import add_network_policy, add_role
from gateway_infra.assembly.secret import made_secret_arn
from gateway_infra.builders.function import ImageFunction, image_function
from gateway_infra.builders.logs import function_log_group
from gateway_infra.builders.shared import naming
from gateway_infra.inputs import all_in_template, in_template, secret_arn, version_description
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.function_variables import SECRET_ARN, SECRET_KEY, given_variables
from gateway_infra.sections.secret import MadeSecret
from gateway_infra.sections.version_description import carried_values
from gateway_infra.values.values import SecretValue


def add_function(
    name: str, loaded: Loaded, builder: GraphBuilder, *, endpoint_group: Any = None
) -> ImageFunction:
    """Build a function with its role, log group, security group and the rules that let it in.

    `endpoint_group` is the security group of the VPC endpoints, where some are made.
    """
    environment = loaded.environment
    config = environment.functions[name]
    tags = tags_of(loaded, name)
    physical = naming.function_name(environment.service, loaded.name, name)
    log_group_name = naming.function_log_group(physical)
    source: KeyPath = ("functions", name)
    role = add_role(name, loaded, log_group_name, builder)
    group = add_security_group(name, loaded, builder, endpoint_group=endpoint_group)
    key = encryption_key(loaded)
    logs = function_log_group(
        name, environment.logs, log_group_name=log_group_name, kms_key_arn=key, tags=tags
    )
    builder.add("function-log-group", logs, source)
    # Lambda makes a missing log group itself, without retention.
    first = [logs.group.title]
    if environment.roles.scoped:
        first += add_network_policy(name, loaded, role, group, builder)
    carried, _ = carried_values(name, environment)
    function = image_function(
        name,
        config,
        function_name=physical,
        image=in_template(config.image),
        role_arn=role.arn,
        subnet_ids=all_in_template(environment.network.subnets),
        security_group_ids=[group.id],
        variables=_variables(name, environment),
        version_description=version_description(carried),
        kms_key_arn=key,
        depends_on=first,
        tags=tags,
    )
    builder.add("function", function, source)
    base = naming.function_id(name)
    builder.output(f"{base}Arn", f"ARN of the function {name}", function.arn)
    builder.output(f"{base}Name", f"Name of the function {name}", function.name)
    builder.output(f"{base}AliasArn", f"ARN to call the function {name} by", function.alias_arn)
    builder.output(f"{base}RoleArn", f"ARN of the role of the function {name}", role.arn)
    builder.output(f"{base}SecurityGroupId", f"Security group of the function {name}", group.id)
    builder.output(f"{base}LogGroupName", f"Log group of the function {name}", logs.name)
    return function


def _variables(name: str, environment: Environment) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for _, variable, value in given_variables(name, environment):
        if isinstance(value, MadeSecret):
            variables[variable + SECRET_ARN] = made_secret_arn()
            variables[variable + SECRET_KEY] = value.key
        elif isinstance(value, SecretValue):
            variables[variable + SECRET_ARN] = secret_arn(value)
            if value.key is not None:
                variables[variable + SECRET_KEY] = value.key
        else:
            variables[variable] = str(value) if isinstance(value, int) else in_template(value)
    return variables

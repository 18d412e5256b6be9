"""Functions with all that belongs to one: role, groups, logs, variables."""

from __future__ import annotations

from typing import Any

from gateway_infra.assembly.graph_builder import GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.assembly.network import targets_of
from gateway_infra.assembly.secret import made_secret_arn
from gateway_infra.builders.function import ImageFunction, image_function
from gateway_infra.builders.logs import function_log_group
from gateway_infra.builders.network import (
    FunctionSecurityGroup,
    database_ingress,
    endpoint_ingress,
    function_security_group,
)
from gateway_infra.builders.role import (
    DatabaseLogin,
    ExecutionRole,
    Grant,
    execution_role,
    network_policy,
)
from gateway_infra.builders.shared import naming
from gateway_infra.inputs import (
    all_in_template,
    in_template,
    secret_arn,
    secret_resource,
    version_description,
)
from gateway_infra.loading.load import Loaded
from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.database import DatabaseSection
from gateway_infra.sections.environment import Environment
from gateway_infra.sections.function_variables import (
    SECRET_ARN,
    SECRET_KEY,
    given_variables,
    secret_values,
)
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
    database = environment.database if "database" in config.uses else None

    source: KeyPath = ("functions", name)
    role = _role(name, loaded, log_group_name, builder)
    group = function_security_group(
        name,
        vpc_id=in_template(environment.network.vpc),
        database_port=in_template(database.port) if database else None,
        further_ports=config.egress_ports,
        targets=targets_of(name, environment, endpoint_group),
        tags=tags,
    )
    builder.add("security-group", group, source)
    if endpoint_group is not None:
        let_in = endpoint_ingress(
            name, function_security_group_id=group.id, endpoint_security_group_id=endpoint_group
        )
        builder.add("endpoint-ingress", let_in, ("network", "endpoints"))
    if database:
        rule = database_ingress(
            name,
            function_security_group_id=group.id,
            database_security_group_id=in_template(database.security_group),
            database_port=in_template(database.port),
        )
        builder.add("database-ingress", rule, ("database",))
    key = encryption_key(loaded)
    logs = function_log_group(
        name, environment.logs, log_group_name=log_group_name, kms_key_arn=key, tags=tags
    )
    builder.add("function-log-group", logs, source)
    # Lambda makes a missing log group itself, without retention.
    first = [logs.group.title]
    if environment.roles.scoped:
        first += _connected(name, loaded, role, group, builder)
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


def _role(name: str, loaded: Loaded, log_group_name: str, builder: GraphBuilder) -> ExecutionRole:
    environment = loaded.environment
    config = environment.functions[name]
    database = environment.database if "database" in config.uses else None
    bucket = environment.bucket if "bucket" in config.uses else None
    secrets, keys = _readable(name, loaded)
    role = execution_role(
        name,
        log_group_name=log_group_name,
        bucket_name=in_template(bucket.name) if bucket else None,
        database_instance=in_template(database.instance_identifier) if database else None,
        database_cluster=in_template(database.cluster_identifier) if database else None,
        describe_databases=database is not None and environment.roles.describe_databases,
        database_login=_login(database),
        secret_arns=secrets,
        secret_key_arns=keys,
        grants=[
            Grant(item.actions, [in_template(arn) for arn in item.resources])
            for item in config.statements
        ],
        scoped=environment.roles.scoped,
        tags=tags_of(loaded, name),
    )
    builder.add("role", role, ("functions", name))
    return role


def _connected(
    name: str,
    loaded: Loaded,
    role: ExecutionRole,
    group: FunctionSecurityGroup,
    builder: GraphBuilder,
) -> list[str]:
    """Build what lets Lambda connect a function; return the ids that the function waits for."""
    network = loaded.environment.network
    policy = network_policy(
        name,
        function_name=naming.function_name(loaded.environment.service, loaded.name, name),
        role_name=role.name,
        vpc_id=in_template(network.vpc),
        subnet_ids=all_in_template(network.subnets),
        security_group_id=group.id,
    )
    builder.add("network-policy", policy, ("functions", name))
    return [policy.policy.title]


def _login(database: DatabaseSection | None) -> DatabaseLogin | None:
    if database is None or database.iam is None:
        return None
    return DatabaseLogin(in_template(database.iam.resource_id), in_template(database.user))


def _readable(name: str, loaded: Loaded) -> tuple[list[Any], list[Any]]:
    """Return the ARNs of the secrets that a function reads, and of the keys that they need."""
    environment = loaded.environment
    existing = [value for _, value in secret_values(name, environment)]
    # Each secret once, whichever of its keys is read.
    secrets = [secret_resource(value) for value in {v.secret: v for v in existing}.values()]
    named = dict.fromkeys(value.kms_key for value in existing if value.kms_key is not None)
    keys = [in_template(key) for key in named]
    if any(isinstance(value, MadeSecret) for *_, value in given_variables(name, environment)):
        secrets.append(made_secret_arn())
        key = encryption_key(loaded)
        # A key that is given for both is in the list already.
        if key is not None and environment.encryption.key not in named:
            keys.append(key)
    return secrets, keys


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

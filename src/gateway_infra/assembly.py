"""From an environment to one graph: the only place that knows which family feeds which.

Each step builds one family from its own section and from values of the families before it. The
order here is the order of reading, not of deploying: that is the layout's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from troposphere import AWSObject, Sub, encode_to_dict

from gateway_infra.builders import naming
from gateway_infra.builders.account import account_log_role
from gateway_infra.builders.alarms import api_alarms, database_alarms, function_alarms
from gateway_infra.builders.api import RestApi, rest_api
from gateway_infra.builders.cors import cors_errors, cors_methods
from gateway_infra.builders.dashboard import dashboard
from gateway_infra.builders.function import ImageFunction, image_function
from gateway_infra.builders.iam import ExecutionRole, Grant, execution_role
from gateway_infra.builders.logs import api_log_groups, function_log_group
from gateway_infra.builders.network import database_ingress, function_security_group
from gateway_infra.builders.openapi import OpenApiRestApi, openapi_rest_api
from gateway_infra.builders.permission import api_permission
from gateway_infra.builders.stage import (
    STAGE_NAME,
    Deployment,
    Stage,
    deployment,
    properties_hash,
    stage,
)
from gateway_infra.builders.topic import alarm_topic
from gateway_infra.builders.usage import api_keys, usage_plan
from gateway_infra.builders.values import ref
from gateway_infra.config.carried import carried_values
from gateway_infra.config.environment import Environment
from gateway_infra.config.given import SECRET_ARN, SECRET_KEY, given_variables, secret_values
from gateway_infra.config.layout import group_of, grouped
from gateway_infra.config.load import Loaded
from gateway_infra.config.problems import ConfigError
from gateway_infra.config.routes import reached_methods
from gateway_infra.config.values import SecretValue
from gateway_infra.graph import (
    API_DEFINITION,
    Graph,
    Output,
    Resource,
    make_graph,
    resource,
)
from gateway_infra.inputs import (
    all_in_template,
    in_template,
    open_values,
    secret_arn,
    secret_resource,
    template_parameters,
    version_description,
)

API = "api"
"""The API's key: an environment has one."""


class _Parts(NamedTuple):
    """Resources and outputs gathered so far, in the order of assembly.

    `paths` holds the path of each resource that stands for one, by logical id.
    """

    resources: list[Resource]
    outputs: list[Output]
    paths: dict[str, str]

    def add(self, family: str, bundle: Iterable[AWSObject]) -> None:
        """Take in the resources of a family."""
        self.resources.extend(resource(family, item) for item in bundle)

    def output(self, name: str, description: str, value: Any) -> None:
        """Offer a value to other stacks and to people."""
        self.outputs.append(Output(name, description, encode_to_dict(value)))


def assemble(loaded: Loaded) -> Graph:
    """Build every resource of an environment; raise `ConfigError` or `GraphError`."""
    environment = loaded.environment
    parameters = template_parameters(environment, loaded.source)
    parts = _Parts([], [], {})
    if environment.account.api_gateway_log_role:
        parts.add("account", account_log_role(tags=_tags(loaded, "account")))
    functions = {name: _function(name, loaded, parts) for name in sorted(environment.functions)}
    api = _api(loaded, functions, parts)
    for name in sorted({route.function for route in environment.api.routes.values()}):
        permission = api_permission(
            name,
            function_arn=functions[name].alias_arn,
            api_id_value=api.id,
            stage_name=STAGE_NAME,
        )
        parts.add("permission", permission)
    access_log_group = _stage(loaded, api, parts)
    _monitoring(loaded, functions, access_log_group, parts)
    _refuse_taken_names(loaded, parts)
    return make_graph(_in_groups(loaded, parts), parameters, parts.outputs)


def _in_groups(loaded: Loaded, parts: _Parts) -> Iterator[Resource]:
    """Yield the resources, those of paths in a group of routes as a family of that group."""
    groups = loaded.environment.route_stacks
    for item in parts.resources:
        group = group_of(parts.paths.get(item.logical_id, "/"), groups)
        yield item if group is None else item._replace(family=grouped(item.family, group))


def _refuse_taken_names(loaded: Loaded, parts: _Parts) -> None:
    """Refuse open values that would give a template parameter the name of a resource."""
    taken = {item.logical_id for item in parts.resources}
    problems = [
        loaded.problem(
            path, f"gives a template parameter the name of the resource {name}; rename it"
        )
        for path, value in open_values(loaded.environment)
        if (name := value.parameter) in taken
    ]
    if problems:
        raise ConfigError(problems)


def _tags(loaded: Loaded, component: str) -> dict[str, str]:
    environment = loaded.environment
    ours = {"Environment": loaded.name, "Service": environment.service, "Component": component}
    return {**environment.tags, **ours}


def _function(name: str, loaded: Loaded, parts: _Parts) -> ImageFunction:
    """Build a function with its role, log group, security group and the database's rule for it."""
    environment = loaded.environment
    config = environment.functions[name]
    tags = _tags(loaded, name)
    physical = naming.function_name(environment.service, loaded.name, name)
    log_group_name = naming.function_log_group(physical)
    database = environment.database if "database" in config.uses else None

    role = _role(name, loaded, log_group_name, parts)
    group = function_security_group(
        name,
        vpc_id=in_template(environment.network.vpc),
        database_port=in_template(database.port) if database else None,
        tags=tags,
    )
    parts.add("security-group", group)
    if database:
        rule = database_ingress(
            name,
            function_security_group_id=group.id,
            database_security_group_id=in_template(database.security_group),
            database_port=in_template(database.port),
        )
        parts.add("database-ingress", rule)
    logs = function_log_group(name, environment.logs, log_group_name=log_group_name, tags=tags)
    parts.add("function-log-group", logs)
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
        # Lambda makes a missing log group itself, without retention.
        depends_on=[logs.group.title],
        tags=tags,
    )
    parts.add("function", function)
    base = naming.function_id(name)
    parts.output(f"{base}Arn", f"ARN of the function {name}", function.arn)
    parts.output(f"{base}Name", f"Name of the function {name}", function.name)
    parts.output(f"{base}AliasArn", f"ARN to call the function {name} by", function.alias_arn)
    parts.output(f"{base}RoleArn", f"ARN of the role of the function {name}", role.arn)
    parts.output(f"{base}SecurityGroupId", f"Security group of the function {name}", group.id)
    parts.output(f"{base}LogGroupName", f"Log group of the function {name}", logs.name)
    return function


def _role(name: str, loaded: Loaded, log_group_name: str, parts: _Parts) -> ExecutionRole:
    environment = loaded.environment
    config = environment.functions[name]
    database = environment.database if "database" in config.uses else None
    bucket = environment.bucket if "bucket" in config.uses else None
    secrets = [value for _, value in secret_values(name, environment)]
    keys = dict.fromkeys(value.kms_key for value in secrets if value.kms_key is not None)
    role = execution_role(
        name,
        log_group_name=log_group_name,
        bucket_name=in_template(bucket.name) if bucket else None,
        database_instance=in_template(database.instance_identifier) if database else None,
        database_cluster=in_template(database.cluster_identifier) if database else None,
        describe_databases=database is not None,
        secret_arns=[secret_resource(value) for value in _one_each(secrets)],
        secret_key_arns=[in_template(key) for key in keys],
        grants=[
            Grant(item.actions, [in_template(arn) for arn in item.resources])
            for item in config.statements
        ],
        tags=_tags(loaded, name),
    )
    parts.add("role", role)
    return role


def _one_each(secrets: Iterable[SecretValue]) -> list[SecretValue]:
    """Return each secret once, whichever of its keys is meant."""
    return list({value.secret: value for value in secrets}.values())


def _variables(name: str, environment: Environment) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for _, variable, value in given_variables(name, environment):
        if isinstance(value, SecretValue):
            variables[variable + SECRET_ARN] = secret_arn(value)
            if value.key is not None:
                variables[variable + SECRET_KEY] = value.key
        else:
            variables[variable] = str(value) if isinstance(value, int) else in_template(value)
    return variables


def _api(
    loaded: Loaded, functions: dict[str, ImageFunction], parts: _Parts
) -> RestApi | OpenApiRestApi:
    """Build the API the way that `definition` says."""
    if loaded.environment.api.definition == "openapi":
        return _api_of_one_document(loaded, functions, parts)
    return _api_of_resources(loaded, functions, parts)


def _api_of_one_document(
    loaded: Loaded, functions: dict[str, ImageFunction], parts: _Parts
) -> OpenApiRestApi:
    section = loaded.environment.api
    api = openapi_rest_api(
        API,
        section,
        api_name=naming.service_name(loaded.environment.service, loaded.name),
        routes=section.routes,
        authorization=section.authorization,
        function_arns={name: function.alias_arn for name, function in functions.items()},
        models=section.models,
        cors=section.cors,
        tags=_tags(loaded, "api"),
    )
    parts.add("api", api)
    parts.output("ApiId", "Id of the API", api.id)
    parts.output("ApiRootResourceId", "Resource id of the API's root path", api.root_resource_id)
    return api


def _api_of_resources(
    loaded: Loaded, functions: dict[str, ImageFunction], parts: _Parts
) -> RestApi:
    """Build the API and, where origins are listed, its CORS methods and error headers."""
    environment = loaded.environment
    section = environment.api
    api = rest_api(
        API,
        section,
        api_name=naming.service_name(environment.service, loaded.name),
        routes=section.routes,
        authorization=section.authorization,
        function_arns={name: function.alias_arn for name, function in functions.items()},
        models=section.models,
        tags=_tags(loaded, "api"),
    )
    parts.add("api", api)
    parts.paths.update(api.paths)
    if section.cors is not None:
        any_means = tuple(section.cors.methods)
        methods = cors_methods(
            API,
            section.cors,
            api_id_value=api.id,
            resource_ids=api.resource_ids,
            methods=reached_methods(section.routes, any_means),
        )
        parts.add("cors", methods)
        parts.paths.update({item.title: path for path, item in methods.methods.items()})
        parts.add("cors", cors_errors(API, section.cors, api_id_value=api.id))
    parts.output("ApiId", "Id of the API", api.id)
    parts.output("ApiRootResourceId", "Resource id of the API's root path", api.resource_ids["/"])
    return api


def _stage(loaded: Loaded, api: RestApi | OpenApiRestApi, parts: _Parts) -> Any:
    """Build what serves the API; return the access log group, which alarms count in."""
    environment = loaded.environment
    tags = _tags(loaded, "api")
    keys = api_keys(API, environment.api.usage_plan, tags=tags)
    parts.add("usage-plan", keys)
    definition = [item for item in parts.resources if item.body["Type"] in API_DEFINITION]
    logs = api_log_groups(
        API, environment.logs, api_id_value=api.id, stage_name=STAGE_NAME, tags=tags
    )
    parts.add("api-log-groups", logs)
    snapshot: Deployment = deployment(
        API,
        api_id_value=api.id,
        content_hash=properties_hash(
            {item.logical_id: item.body["Properties"] for item in definition},
            environment.api.redeploy,
        ),
        depends_on=[item.logical_id for item in definition if item.logical_id != api.api.title],
    )
    parts.add("deployment", snapshot)
    live: Stage = stage(
        API,
        environment.api.stage,
        throttling=environment.api.throttling,
        api_id_value=api.id,
        deployment_id=snapshot.id,
        access_log_group=ref(logs.access),
        routes=environment.api.routes,
        # A stage with logs is refused where the account has no role to write them with.
        depends_on=[
            logs.execution.title,
            *(item.logical_id for item in parts.resources if item.family == "account"),
        ],
        tags=tags,
    )
    parts.add("stage", live)
    plan = usage_plan(
        API,
        environment.api.usage_plan,
        throttling=environment.api.throttling,
        api_id_value=api.id,
        stage_name=live.name,
        key_ids=keys.ids,
        tags=tags,
    )
    parts.add("usage-plan", plan)
    url = "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${ApiStage}"
    parts.output("ApiUrl", "Where the API answers", Sub(url))
    parts.output("ApiStageName", "Name of the stage", live.name)
    parts.output("ApiAccessLogGroupName", "Log group of the access log", ref(logs.access))
    parts.output("ApiUsagePlanId", "Id of the usage plan", plan.id)
    for key, item in keys.keys.items():
        parts.output(f"{item.title}Id", f"Id of the API key {key}", ref(item))
    return ref(logs.access)


def _monitoring(
    loaded: Loaded, functions: dict[str, ImageFunction], access_log_group: Any, parts: _Parts
) -> None:
    """Build the alarms, whom they tell, and the dashboard."""
    environment = loaded.environment
    config = environment.alarms
    tags = _tags(loaded, "monitoring")
    actions = [] if config.topic is None else [in_template(config.topic)]
    if config.emails:
        topic = alarm_topic(emails=config.emails, tags=tags)
        parts.add("topic", topic)
        parts.output("AlarmTopicArn", "Topic that alarms notify", topic.arn)
        actions = [topic.arn]
    for name, function in functions.items():
        alarms = function_alarms(
            name,
            config,
            function_name=function.name,
            timeout=environment.functions[name].timeout,
            actions=actions,
            tags=tags,
        )
        parts.add("alarms", alarms)
    api_name = naming.service_name(environment.service, loaded.name)
    of_api = api_alarms(
        API,
        config,
        api_name=api_name,
        stage_name=STAGE_NAME,
        access_log_group=access_log_group,
        actions=actions,
        tags=tags,
    )
    parts.add("alarms", of_api)
    database = environment.database
    instance = in_template(database.instance_identifier) if database else None
    cluster = in_template(database.cluster_identifier) if database else None
    if instance is not None or cluster is not None:
        of_database = database_alarms(
            config, instance=instance, cluster=cluster, actions=actions, tags=tags
        )
        parts.add("alarms", of_database)
    board = dashboard(
        api_name=api_name,
        stage_name=STAGE_NAME,
        function_names={name: function.name for name, function in functions.items()},
        database_instance=instance,
        database_cluster=cluster,
        tags=tags,
    )
    parts.add("dashboard", board)

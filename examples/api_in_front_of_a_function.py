"""Several families, composed by hand: an API with CORS in front of a function that exists."""

from troposphere import Parameter, Ref, Template

from gateway_infra import (
    ApiConfig,
    Authorization,
    CorsConfig,
    RouteConfig,
    StageConfig,
    ThrottlingConfig,
    api_log_groups,
    api_permission,
    cors_errors,
    cors_methods,
    definition_hash,
    deployment,
    rest_api,
    stage,
)
from gateway_infra import LogsConfig as Logs

template = Template("Prices")
alias_arn = template.add_parameter(Parameter("FunctionAliasArn", Type="String"))
tags = {"Service": "prices"}

api = rest_api(
    "prices",
    ApiConfig(integration_timeout=10),
    api_name="prices",
    routes={"GET /prices/{sku}": RouteConfig(function="prices")},
    authorization=Authorization(type="iam"),
    function_arns={"prices": Ref(alias_arn)},
    tags=tags,
)
cors = CorsConfig(origins=["https://shop.example.com"])
preflight = cors_methods(
    "prices",
    cors,
    api_id_value=api.id,
    resource_ids=api.resource_ids,
    methods={path: ["GET", "OPTIONS"] for path in api.resource_ids},
)
errors = cors_errors("prices", cors, api_id_value=api.id)
logs = api_log_groups(
    "prices", Logs(retention_days=14), api_id_value=api.id, stage_name="v1", tags=tags
)
# A deployment copies the API: a change of anything in it must make a new one, after it.
definition = [*api, *preflight, *errors]
snapshot = deployment(
    "prices",
    api_id_value=api.id,
    content_hash=definition_hash(definition),
    depends_on=[item.title for item in definition if item is not api.api],
)
live = stage(
    "prices",
    StageConfig(),
    throttling=ThrottlingConfig(rate=100, burst=200),
    api_id_value=api.id,
    deployment_id=snapshot.id,
    access_log_group=Ref(logs.access),
    depends_on=[logs.execution.title],
    tags=tags,
)
permission = api_permission(
    "prices", function_arn=Ref(alias_arn), api_id_value=api.id, stage_name="v1"
)
for bundle in (api, preflight, errors, logs, snapshot, live, permission):
    template.add_resource(list(bundle))
print(template.to_json())

"""One call of every public builder with all its arguments, each value argument a literal.

A newer family has its calls in the table `CALLS` of its own test module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import gateway_infra as public
from tests.builders.support import TAGS, Call

IAM = public.Authorization(type="iam")
KEYS = public.UsagePlanConfig(keys=["partner-a"])
CORS = public.CorsConfig(origins=["https://a.example.com"])
ASKED = {
    "authorizers": {"partners": public.AuthorizerConfig(type="lambda", function="web")},
    "deciders": {"partners": public.AuthorizerTarget(function_arn="literal-decider")},
}
POOL = public.UserPoolConfig(
    scopes={"jobs/read": "Reads jobs."}, domain="jobs", callback_urls=["https://a.example.com/in"]
)


def _calls_of_modules() -> Iterator[Call]:
    """Yield the calls of the modules with a table. A module without one may import this one."""
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        if re.search(r"^CALLS\b", file.read_text(), re.MULTILINE):
            yield from import_module(f"{__package__}.{file.stem}").CALLS


ALL = {
    call.builder.__name__: call
    for call in (
        Call(public.account_log_role, (), {"tags": TAGS}),
        Call(
            public.alarm_topic,
            (),
            {"emails": ["a@example.com"], "kms_key_arn": "literal-key", "tags": TAGS},
        ),
        Call(
            public.api_alarms,
            ("api", public.AlarmsConfig()),
            {
                "api_name": "jobs-test",
                "stage_name": "v1",
                "access_log_group": "literal-group",
                "actions": ["literal-action"],
                "tags": TAGS,
            },
        ),
        Call(public.api_keys, ("api", KEYS), {"tags": TAGS}),
        Call(
            public.api_log_groups,
            ("api", public.LogsConfig()),
            {
                "api_id_value": "literalapi",
                "stage_name": "v1",
                "kms_key_arn": "literal-key",
                "tags": TAGS,
            },
        ),
        Call(
            public.api_permission,
            ("web",),
            {"function_arn": "literal-arn", "api_id_value": "literalapi", "stage_name": "v1"},
        ),
        Call(
            public.waf_log_group,
            ("api", public.LogsConfig()),
            {
                "log_group_name": "aws-waf-logs-jobs-test",
                "kms_key_arn": "literal-key",
                "tags": TAGS,
            },
        ),
        Call(
            public.web_acl,
            ("api", public.WafConfig()),
            {
                "metric_name": "jobs-test",
                "allow": ["203.0.113.0/24"],
                "block": ["198.51.100.0/24", "2001:db8::/32"],
                "log_group_name": "aws-waf-logs-jobs-test",
                "redacted_headers": ["X-Partner-Token"],
                "redact_query": True,
                "tags": TAGS,
            },
        ),
        Call(
            public.web_acl_association,
            ("api",),
            {
                "acl_arn": "literal-acl",
                "api_id_value": "literalapi",
                "stage_name": "literal-stage",
            },
        ),
        Call(
            public.backup_plan,
            ("jobs-test", public.BackupConfig()),
            {
                "database_instance": "literal-instance",
                "database_cluster": "literal-cluster",
                "bucket_name": "literal-bucket",
                "copy_to": "literal-vault",
                "tags": TAGS,
            },
        ),
        Call(public.config_recorder, (), {"tags": TAGS}),
        Call(
            public.config_rules,
            (public.ConfigRulesConfig(),),
            {
                "service": "jobs",
                "bucket_name": "literal-bucket",
                "has_database": True,
                "has_flow_logs": True,
                "has_trail": True,
                "has_backup": True,
                "has_web_acl": True,
                "depends_on": ["ConfigRecorder"],
            },
        ),
        Call(
            public.authorizer_permission,
            ("api", "partners"),
            {
                "function_arn": "literal-arn",
                "api_id_value": "literalapi",
                "authorizer_id": "literalauthorizer",
            },
        ),
        Call(public.cors_errors, ("api", CORS), {"api_id_value": "literalapi"}),
        Call(
            public.cors_methods,
            ("api", CORS),
            {
                "api_id_value": "literalapi",
                "resource_ids": {"/": "literal-root"},
                "methods": {"/": ["GET", "OPTIONS"]},
            },
        ),
        Call(public.customer_key, (), {"description": "Test", "alarms": True, "tags": TAGS}),
        Call(
            public.dashboard,
            (),
            {
                "api_name": "jobs-test",
                "stage_name": "v1",
                "function_names": {"web": "literal-name"},
                "database_instance": "literal-instance",
                "database_cluster": None,
                "tags": TAGS,
            },
        ),
        Call(
            public.database_alarms,
            (public.AlarmsConfig(),),
            {
                "instance": "literal-instance",
                "cluster": None,
                "actions": ["literal-action"],
                "tags": TAGS,
            },
        ),
        Call(
            public.database_ingress,
            ("web",),
            {
                "function_security_group_id": "sg-literal1",
                "database_security_group_id": "sg-literal2",
                "database_port": 5432,
            },
        ),
        Call(
            public.database_secret,
            (public.DatabaseSecretConfig(),),
            {
                "host": "literal-host",
                "port": 5432,
                "database": "literal_database",
                "user": "literal_user",
                "description": "Test",
                "kms_key_arn": "literal-key",
                "tags": TAGS,
            },
        ),
        Call(
            public.deployment,
            ("api",),
            {"api_id_value": "literalapi", "content_hash": "0123456789", "depends_on": ["A"]},
        ),
        Call(
            public.drift,
            (public.DriftConfig(),),
            {"service": "jobs", "depends_on": ["ConfigRecorder"], "tags": TAGS},
        ),
        Call(
            public.endpoint_ingress,
            ("web",),
            {
                "function_security_group_id": "sg-literal1",
                "endpoint_security_group_id": "sg-literal2",
            },
        ),
        Call(public.endpoint_security_group, (), {"vpc_id": "vpc-literal", "tags": TAGS}),
        Call(
            public.execution_role,
            ("web",),
            {
                "log_group_name": "/aws/lambda/jobs-test-web",
                "bucket_name": "literal-bucket",
                "database_instance": "literal-instance",
                "database_cluster": "literal-cluster",
                "describe_databases": True,
                "database_login": public.DatabaseLogin("db-LITERAL", "literal_user"),
                "secret_arns": ["literal-secret"],
                "secret_key_arns": ["literal-key"],
                "scoped": True,
                "tags": TAGS,
            },
        ),
        Call(
            public.flow_logs,
            (public.FlowLogsConfig(),),
            {
                "vpc_id": "vpc-literal",
                "retention_days": 30,
                "kms_key_arn": "literal-key",
                "tags": TAGS,
            },
        ),
        Call(
            public.function_alarms,
            ("web", public.AlarmsConfig()),
            {
                "function_name": "literal-name",
                "timeout": 60,
                "actions": ["literal-action"],
                "tags": TAGS,
            },
        ),
        Call(
            public.function_log_group,
            ("web", public.LogsConfig()),
            {
                "log_group_name": "/aws/lambda/jobs-test-web",
                "kms_key_arn": "literal-key",
                "tags": TAGS,
            },
        ),
        Call(
            public.function_security_group,
            ("web",),
            {
                "vpc_id": "vpc-literal",
                "database_port": 5432,
                "further_ports": [6379],
                "targets": None,
                "tags": TAGS,
            },
        ),
        Call(
            public.gateway_endpoint,
            ("s3",),
            {
                "vpc_id": "vpc-literal",
                "route_table_ids": ["rtb-literal"],
                "passages": [],
                "tags": TAGS,
            },
        ),
        Call(
            public.image_function,
            ("web", public.FunctionConfig()),
            {
                "function_name": "jobs-test-web",
                "image": "literal-image",
                "role_arn": "arn:aws:iam::123456789012:role/literal",
                "subnet_ids": ["subnet-literal1", "subnet-literal2"],
                "security_group_ids": ["sg-literal"],
                "variables": {"GREETING": "literal-greeting"},
                "version_description": "literal-description",
                "kms_key_arn": "literal-key",
                "depends_on": ["FunctionWebLogGroup"],
                "tags": TAGS,
            },
        ),
        Call(
            public.interface_endpoint,
            ("secretsmanager",),
            {
                "service_prefix": "com.amazonaws",
                "vpc_id": "vpc-literal",
                "subnet_ids": ["subnet-literal1", "subnet-literal2"],
                "security_group_ids": ["sg-literal"],
                "tags": TAGS,
            },
        ),
        Call(
            public.network_policy,
            ("web",),
            {
                "function_name": "jobs-test-web",
                "role_name": "literal-role",
                "vpc_id": "vpc-literal",
                "subnet_ids": ["subnet-literal1", "subnet-literal2"],
                "security_group_id": "sg-literal",
            },
        ),
        Call(
            public.openapi_rest_api,
            ("api", public.ApiConfig()),
            {
                "api_name": "jobs-test",
                "routes": {"GET /jobs": public.RouteConfig(function="web")},
                "authorization": IAM,
                "function_arns": {"web": "literal-arn"},
                **ASKED,
                "models": {"Job": {"type": "object"}},
                "cors": CORS,
                "policy": {"Version": "2012-10-17", "Statement": []},
                "vpc_endpoint_ids": ["vpce-literal"],
                "tags": TAGS,
            },
        ),
        Call(
            public.rest_api,
            ("api", public.ApiConfig()),
            {
                "api_name": "jobs-test",
                "routes": {"GET /jobs": public.RouteConfig(function="web")},
                "authorization": IAM,
                "function_arns": {"web": "literal-arn"},
                **ASKED,
                "models": {"Job": {"type": "object"}},
                "policy": {"Version": "2012-10-17", "Statement": []},
                "vpc_endpoint_ids": ["vpce-literal"],
                "tags": TAGS,
            },
        ),
        Call(
            public.rotation_endpoint_access,
            (),
            {
                "rotation_security_group_id": "sg-literal1",
                "endpoint_security_group_id": "sg-literal2",
                "scoped": True,
            },
        ),
        Call(
            public.secret_rotation,
            (30,),
            {
                "secret_arn": "literal-secret",
                "vpc_id": "vpc-literal",
                "subnet_ids": ["subnet-literal1", "subnet-literal2"],
                "database_port": 5432,
                "database_security_group_id": "sg-literal",
                "https_security_group_ids": ["sg-literal2"],
                "https_prefix_lists": ["pl-literal"],
                "kms_key_arn": "literal-key",
                "tags": TAGS,
            },
        ),
        Call(
            public.stage,
            ("api", public.StageConfig()),
            {
                "throttling": public.ThrottlingConfig(),
                "api_id_value": "literalapi",
                "deployment_id": "literal-deployment",
                "access_log_group": "literal-group",
                "routes": {},
                "depends_on": ["B", "A"],
                "tags": TAGS,
            },
        ),
        Call(public.user_pool, ("users", POOL), {"pool_name": "jobs-test-users", "tags": TAGS}),
        Call(
            public.trail,
            (public.TrailConfig(),),
            {
                "trail_name": "jobs-test",
                "retention_days": 30,
                "recorded_bucket": "literal-bucket",
                "tags": TAGS,
            },
        ),
        Call(
            public.usage_plan,
            ("api", KEYS),
            {
                "throttling": public.ThrottlingConfig(),
                "api_id_value": "literalapi",
                "stage_name": "literal-stage",
                "key_ids": {"partner-a": "literal-key"},
                "tags": TAGS,
            },
        ),
        *_calls_of_modules(),
    )
}

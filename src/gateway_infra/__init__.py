"""CloudFormation for an API Gateway + Lambda service, from a short environment file.

This is the public face. Each name below is imported when it is first used, so that a repository
which wants one family of resources loads that family alone::

    from gateway_infra import FunctionConfig, image_function
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway_infra.builders.access import api_policy as api_policy
    from gateway_infra.builders.account import account_log_role as account_log_role
    from gateway_infra.builders.alarms import api_alarms as api_alarms
    from gateway_infra.builders.alarms import database_alarms as database_alarms
    from gateway_infra.builders.alarms import function_alarms as function_alarms
    from gateway_infra.builders.api import rest_api as rest_api
    from gateway_infra.builders.backup import backup_plan as backup_plan
    from gateway_infra.builders.config_rules import config_recorder as config_recorder
    from gateway_infra.builders.config_rules import config_rules as config_rules
    from gateway_infra.builders.cors import cors_errors as cors_errors
    from gateway_infra.builders.cors import cors_methods as cors_methods
    from gateway_infra.builders.dashboard import dashboard as dashboard
    from gateway_infra.builders.drift import drift as drift
    from gateway_infra.builders.endpoints import EndpointAccess as EndpointAccess
    from gateway_infra.builders.endpoints import gateway_endpoint as gateway_endpoint
    from gateway_infra.builders.endpoints import interface_endpoint as interface_endpoint
    from gateway_infra.builders.flow_logs import flow_logs as flow_logs
    from gateway_infra.builders.function import image_function as image_function
    from gateway_infra.builders.key import customer_key as customer_key
    from gateway_infra.builders.logs import api_log_groups as api_log_groups
    from gateway_infra.builders.logs import function_log_group as function_log_group
    from gateway_infra.builders.logs import waf_log_group as waf_log_group
    from gateway_infra.builders.network import Targets as Targets
    from gateway_infra.builders.network import database_ingress as database_ingress
    from gateway_infra.builders.network import endpoint_ingress as endpoint_ingress
    from gateway_infra.builders.network import endpoint_security_group as endpoint_security_group
    from gateway_infra.builders.network import function_security_group as function_security_group
    from gateway_infra.builders.openapi import openapi_rest_api as openapi_rest_api
    from gateway_infra.builders.permission import api_permission as api_permission
    from gateway_infra.builders.permission import authorizer_permission as authorizer_permission
    from gateway_infra.builders.role import DatabaseLogin as DatabaseLogin
    from gateway_infra.builders.role import Grant as Grant
    from gateway_infra.builders.role import execution_role as execution_role
    from gateway_infra.builders.role import network_policy as network_policy
    from gateway_infra.builders.secret import database_secret as database_secret
    from gateway_infra.builders.secret import rotation_endpoint_access as rotation_endpoint_access
    from gateway_infra.builders.secret import secret_rotation as secret_rotation
    from gateway_infra.builders.shared.authorizers import AuthorizerTarget as AuthorizerTarget
    from gateway_infra.builders.stage import definition_hash as definition_hash
    from gateway_infra.builders.stage import deployment as deployment
    from gateway_infra.builders.stage import stage as stage
    from gateway_infra.builders.topic import alarm_topic as alarm_topic
    from gateway_infra.builders.trail import trail as trail
    from gateway_infra.builders.usage_plan import api_keys as api_keys
    from gateway_infra.builders.usage_plan import usage_plan as usage_plan
    from gateway_infra.builders.user_pool import user_pool as user_pool
    from gateway_infra.builders.waf import web_acl as web_acl
    from gateway_infra.builders.waf import web_acl_association as web_acl_association
    from gateway_infra.sections.access import AccessConfig as AccessConfig
    from gateway_infra.sections.alarms import AlarmsConfig as AlarmsConfig
    from gateway_infra.sections.api import ApiConfig as ApiConfig
    from gateway_infra.sections.authorizers import AuthorizerConfig as AuthorizerConfig
    from gateway_infra.sections.backup import BackupConfig as BackupConfig
    from gateway_infra.sections.config_rules import ConfigRulesConfig as ConfigRulesConfig
    from gateway_infra.sections.cors import CorsConfig as CorsConfig
    from gateway_infra.sections.drift import DriftConfig as DriftConfig
    from gateway_infra.sections.flow_logs import FlowLogsConfig as FlowLogsConfig
    from gateway_infra.sections.function import FunctionConfig as FunctionConfig
    from gateway_infra.sections.logs import LogsConfig as LogsConfig
    from gateway_infra.sections.route import Authorization as Authorization
    from gateway_infra.sections.route import RouteCache as RouteCache
    from gateway_infra.sections.route import RouteConfig as RouteConfig
    from gateway_infra.sections.route import RouteThrottling as RouteThrottling
    from gateway_infra.sections.secret import DatabaseSecretConfig as DatabaseSecretConfig
    from gateway_infra.sections.stage import CacheConfig as CacheConfig
    from gateway_infra.sections.stage import StageConfig as StageConfig
    from gateway_infra.sections.stage import ThrottlingConfig as ThrottlingConfig
    from gateway_infra.sections.trail import TrailConfig as TrailConfig
    from gateway_infra.sections.usage_plan import UsagePlanConfig as UsagePlanConfig
    from gateway_infra.sections.user_pool import UserPoolConfig as UserPoolConfig
    from gateway_infra.sections.waf import WafConfig as WafConfig
    from gateway_infra.suppressions.metadata import with_suppressions as with_suppressions

__version__ = "0.1.0"

_HOMES = {
    "builders.access": ("api_policy",),
    "builders.account": ("account_log_role",),
    "builders.alarms": ("api_alarms", "database_alarms", "function_alarms"),
    "builders.api": ("rest_api",),
    "builders.backup": ("backup_plan",),
    "builders.config_rules": ("config_recorder", "config_rules"),
    "builders.cors": ("cors_errors", "cors_methods"),
    "builders.dashboard": ("dashboard",),
    "builders.drift": ("drift",),
    "builders.endpoints": ("EndpointAccess", "gateway_endpoint", "interface_endpoint"),
    "builders.flow_logs": ("flow_logs",),
    "builders.function": ("image_function",),
    "builders.key": ("customer_key",),
    "builders.logs": ("api_log_groups", "function_log_group", "waf_log_group"),
    "builders.network": (
        "Targets",
        "database_ingress",
        "endpoint_ingress",
        "endpoint_security_group",
        "function_security_group",
    ),
    "builders.openapi": ("openapi_rest_api",),
    "builders.permission": ("api_permission", "authorizer_permission"),
    "builders.role": ("DatabaseLogin", "Grant", "execution_role", "network_policy"),
    "builders.secret": ("database_secret", "rotation_endpoint_access", "secret_rotation"),
    "builders.shared.authorizers": ("AuthorizerTarget",),
    "builders.stage": ("definition_hash", "deployment", "stage"),
    "builders.topic": ("alarm_topic",),
    "builders.trail": ("trail",),
    "builders.usage_plan": ("api_keys", "usage_plan"),
    "builders.user_pool": ("user_pool",),
    "builders.waf": ("web_acl", "web_acl_association"),
    "sections.access": ("AccessConfig",),
    "sections.alarms": ("AlarmsConfig",),
    "sections.api": ("ApiConfig",),
    "sections.authorizers": ("AuthorizerConfig",),
    "sections.backup": ("BackupConfig",),
    "sections.config_rules": ("ConfigRulesConfig",),
    "sections.cors": ("CorsConfig",),
    "sections.drift": ("DriftConfig",),
    "sections.flow_logs": ("FlowLogsConfig",),
    "sections.function": ("FunctionConfig",),
    "sections.logs": ("LogsConfig",),
    "sections.route": ("Authorization", "RouteCache", "RouteConfig", "RouteThrottling"),
    "sections.secret": ("DatabaseSecretConfig",),
    "sections.stage": ("CacheConfig", "StageConfig", "ThrottlingConfig"),
    "sections.trail": ("TrailConfig",),
    "sections.usage_plan": ("UsagePlanConfig",),
    "sections.user_pool": ("UserPoolConfig",),
    "sections.waf": ("WafConfig",),
    "suppressions.metadata": ("with_suppressions",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = ["__version__", *sorted(_HOME_OF)]  # noqa: PLE0604 - the names of the table above


def __getattr__(name: str) -> Any:
    """Import a public name from its home when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'gateway_infra' has no attribute '{name}'")
    return getattr(import_module(f"gateway_infra.{_HOME_OF[name]}"), name)

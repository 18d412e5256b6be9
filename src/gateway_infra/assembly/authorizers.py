"""What decides about callers: user pools that are made, functions, and their permissions."""

from __future__ import annotations

from typing import Any

from troposphere import Sub

from gateway_infra.assembly.graph_builder import API, GraphBuilder, tags_of
from gateway_infra.builders.api import RestApi
from gateway_infra.builders.function import ImageFunction
from gateway_infra.builders.openapi import OpenApiRestApi
from gateway_infra.builders.permission import authorizer_permission
from gateway_infra.builders.shared import naming
from gateway_infra.builders.shared.authorizers import AuthorizerTarget
from gateway_infra.builders.shared.values import ref
from gateway_infra.builders.user_pool import user_pool
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.user_pool import UserPoolConfig


def add_deciders(
    loaded: Loaded, functions: dict[str, ImageFunction], builder: GraphBuilder
) -> dict[str, AuthorizerTarget]:
    """Build the user pools that are to be made; return what each authorizer asks."""
    found: dict[str, AuthorizerTarget] = {}
    for name, item in sorted(loaded.environment.api.authorizers.items()):
        if item.pool is not None:
            found[name] = AuthorizerTarget((_add_pool(name, item.pool, loaded, builder),))
        elif item.type == "cognito":
            found[name] = AuthorizerTarget(tuple(in_template(arn) for arn in item.pools))
        elif item.function is not None:
            found[name] = AuthorizerTarget(function_arn=functions[item.function].alias_arn)
        else:
            role = None if item.role is None else in_template(item.role)
            found[name] = AuthorizerTarget(function_arn=in_template(item.arn), role_arn=role)
    return found


def _add_pool(name: str, config: UserPoolConfig, loaded: Loaded, builder: GraphBuilder) -> Any:
    service = naming.service_name(loaded.environment.service, loaded.name)
    made = user_pool(name, config, pool_name=f"{service}-{name}", tags=tags_of(loaded, "user-pool"))
    builder.add("user-pool", made, ("api", "authorizers", name, "pool"))
    base = made.pool.title
    builder.output(f"{base}Id", f"Id of the user pool of the authorizer {name}", made.id)
    builder.output(f"{base}ClientId", f"Id of its app client ({name})", ref(made.client))
    builder.output(f"{base}Issuer", f"Issuer of its tokens ({name})", made.issuer)
    if made.domain is not None:
        host = f"https://${{{made.domain.title}}}.auth.${{AWS::Region}}.amazoncognito.com"
        builder.output(f"{base}SignInUrl", f"Where its users sign in ({name})", Sub(host))
    return made.arn


def add_authorizer_permissions(
    loaded: Loaded,
    functions: dict[str, ImageFunction],
    api: RestApi | OpenApiRestApi,
    builder: GraphBuilder,
) -> None:
    """Let each authorizer call its function; one elsewhere is its owner's to open."""
    for name, item in sorted(loaded.environment.api.authorizers.items()):
        if item.function is None:
            continue
        known = ref(api.authorizers[name]) if isinstance(api, RestApi) else "*"
        permission = authorizer_permission(
            API,
            name,
            function_arn=functions[item.function].alias_arn,
            api_id_value=api.id,
            authorizer_id=known,
        )
        builder.add("permission", permission, ("api", "authorizers", name, "function"))

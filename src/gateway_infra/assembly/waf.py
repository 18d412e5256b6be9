"""Add the web ACL in front of the stage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway_infra.assembly.graph_builder import API, GraphBuilder, tags_of
from gateway_infra.assembly.key import encryption_key
from gateway_infra.assembly.sources import of_web_acl
from gateway_infra.builders.logs import waf_log_group
from gateway_infra.builders.shared import naming
from gateway_infra.builders.shared.values import Value
from gateway_infra.builders.waf import web_acl, web_acl_association
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.authorizers import AuthorizerConfig
from gateway_infra.sections.waf import WafConfig


def add_waf(loaded: Loaded, api_id_value: Value, stage_name: Value, builder: GraphBuilder) -> None:
    """Put a web ACL before the stage: the file's own, or one that exists."""
    waf = loaded.environment.api.waf
    if waf is None:
        return
    arn = in_template(waf.acl) if waf.acl is not None else _made(loaded, waf, builder)
    association = web_acl_association(
        API, acl_arn=arn, api_id_value=api_id_value, stage_name=stage_name
    )
    # In the stage's own stack, so that the stage is never without it from one stack to the next.
    builder.add("stage", association, ("api", "waf"))


def _made(loaded: Loaded, waf: WafConfig, builder: GraphBuilder) -> Any:
    environment = loaded.environment
    tags = tags_of(loaded, "api")
    logs = None
    if waf.log:
        name = naming.waf_log_group(environment.service, loaded.name)
        logs = waf_log_group(
            API,
            environment.logs,
            log_group_name=name,
            kms_key_arn=encryption_key(loaded),
            tags=tags,
        )
        builder.add("waf", logs, ("api", "waf", "log"))
    sources = _sources(environment.api.authorizers.values())
    header = "header."
    acl = web_acl(
        API,
        waf,
        metric_name=naming.service_name(environment.service, loaded.name),
        allow=[in_template(item) for item in waf.allow],
        block=[in_template(item) for item in waf.block],
        log_group_name=logs.name if logs else None,
        redacted_headers=[item[len(header) :] for item in sources if item.startswith(header)],
        redact_query=any(item.startswith("querystring.") for item in sources),
        tags=tags,
    )
    builder.add_each("waf", of_web_acl(acl))
    builder.output("WebAclArn", "ARN of the web ACL before the stage", acl.arn)
    if logs:
        builder.output("WebAclLogGroupName", "Log group of the web ACL", logs.name)
    return acl.arn


def _sources(authorizers: Iterable[AuthorizerConfig]) -> list[str]:
    """Return where callers show who they are, as ``header.NAME`` and the like."""
    return [
        source
        for item in authorizers
        for source in (
            item.identity_sources if item.of_request else [f"header.{item.token_header}"]
        )
    ]

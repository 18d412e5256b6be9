"""All rules by id."""

from __future__ import annotations

from typing import NamedTuple

from gateway_infra.rules import (
    access,
    added,
    additions,
    alarms,
    api,
    authorizers,
    backup,
    bucket,
    cache,
    config_rules,
    connectivity,
    cors,
    database,
    egress,
    file,
    flow_logs,
    function,
    guardrails,
    key,
    logs,
    models,
    names,
    network,
    openapi,
    role,
    routes,
    secret,
    stacks,
    stage,
    templates,
    throttling,
    trail,
    usage_plan,
    values,
    variables,
    waf,
    weakened,
)
from gateway_infra.rules.rule import Rule


class Group(NamedTuple):
    """Rules whose ids begin alike, and what they are about."""

    prefix: str
    title: str


GROUPS: dict[str, Group] = {
    "file": Group("GI0", "reading the file, its keys, and what it accepts"),
    "values": Group("GI1", "values, network, database, bucket, secrets"),
    "functions": Group("GI2", "functions and what they may do"),
    "api": Group("GI3", "the API, its routes and models, OpenAPI documents"),
    "cors": Group("GI4", "calls from browsers"),
    "stage": Group("GI5", "throttling, logs, cache, usage plan"),
    "alarms": Group("GI6", "alarms, and how long logs are kept"),
    "stacks": Group("GI7", "names, tags, stacks, quotas, deployers"),
    "additions": Group("GI8", "overrides, resources of one's own, customize"),
    "security": Group("GI9", "posture, roles, keys, who may call, protection, guards"),
}
"""The groups of rules by name."""

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *access.RULES,
            *added.RULES,
            *additions.RULES,
            *alarms.RULES,
            *api.RULES,
            *authorizers.RULES,
            *backup.RULES,
            *bucket.RULES,
            *cache.RULES,
            *config_rules.RULES,
            *connectivity.RULES,
            *cors.RULES,
            *database.RULES,
            *egress.RULES,
            *file.RULES,
            *flow_logs.RULES,
            *function.RULES,
            *guardrails.RULES,
            *key.RULES,
            *logs.RULES,
            *models.RULES,
            *names.RULES,
            *network.RULES,
            *openapi.RULES,
            *role.RULES,
            *routes.RULES,
            *secret.RULES,
            *stacks.RULES,
            *stage.RULES,
            *templates.RULES,
            *throttling.RULES,
            *trail.RULES,
            *usage_plan.RULES,
            *values.RULES,
            *variables.RULES,
            *waf.RULES,
            *weakened.RULES,
        )
    )
)
"""Every rule, by id."""

BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}

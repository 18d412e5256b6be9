"""Facts about resource families, one row per family.

The order of the rows is the order of the stacks in the layout `split`, and of the families in each
stack. Other modules derive their tables from these rows. `tests/test_families.py` compares them
with the generated templates.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Family: TypeAlias = Literal[
    "account",
    "role",
    "security-group",
    "database-ingress",
    "function-log-group",
    "function",
    "api",
    "cors",
    "permission",
    "api-log-groups",
    "deployment",
    "stage",
    "usage-plan",
    "topic",
    "alarms",
    "dashboard",
    "key",
    "secret",
    "endpoints",
    "endpoint-ingress",
    "network-policy",
    "user-pool",
    "waf",
    "flow-logs",
    "trail",
    "config-rules",
    "drift",
    "backup",
]
"""Names of the families, in the order of the published JSON Schema. Append new ones."""


class FamilyFacts(NamedTuple):
    """What the project knows about one family."""

    name: Family
    module: str
    """Module with its code, in `builders` and on every other storey that has one for it."""
    stack: str
    """Key of the stack in the layout `split`."""
    near: Family | None
    """Family whose stack it joins in a custom layout that leaves it out."""
    optional: bool
    """Whether a custom layout may leave it out: the decision record has no such family."""
    of_account: bool
    """Whether it serves the account rather than the service, and so has its own stack anywhere."""
    of_route: bool
    """Whether its resources belong to a path, and so to a group of routes (`route_stacks`)."""

    @property
    def single(self) -> str:
        """Return the key of the stack in the layout `single`."""
        return self.stack if self.of_account else "template"


# fmt: off
ROWS: tuple[FamilyFacts, ...] = (
    #           name                  module          stack           near              optional of_account of_route
    FamilyFacts("account",            "account",      "account",      None,             True,    True,      False),
    FamilyFacts("key",                "key",          "key",          None,             True,    False,     False),
    FamilyFacts("secret",             "secret",       "secret",       None,             True,    False,     False),
    FamilyFacts("endpoints",          "endpoints",    "endpoints",    None,             True,    False,     False),
    FamilyFacts("user-pool",          "user_pool",    "users",        None,             True,    False,     False),
    FamilyFacts("waf",                "waf",          "waf",          None,             True,    False,     False),
    FamilyFacts("role",               "role",         "role",         None,             False,   False,     False),
    FamilyFacts("security-group",     "network",      "function",     None,             False,   False,     False),
    FamilyFacts("endpoint-ingress",   "network",      "function",     "security-group", True,    False,     False),
    FamilyFacts("database-ingress",   "network",      "function",     None,             False,   False,     False),
    FamilyFacts("function-log-group", "logs",         "function",     None,             False,   False,     False),
    FamilyFacts("network-policy",     "role",         "function",     "function",       True,    False,     False),
    FamilyFacts("function",           "function",     "function",     None,             False,   False,     False),
    FamilyFacts("api",                "api",          "api",          None,             False,   False,     True),
    FamilyFacts("cors",               "cors",         "api",          None,             False,   False,     True),
    FamilyFacts("permission",         "permission",   "permission",   None,             False,   False,     False),
    FamilyFacts("api-log-groups",     "logs",         "deployment",   None,             False,   False,     False),
    FamilyFacts("deployment",         "stage",        "deployment",   None,             False,   False,     False),
    FamilyFacts("stage",              "stage",        "deployment",   None,             False,   False,     False),
    FamilyFacts("usage-plan",         "usage_plan",   "deployment",   None,             False,   False,     False),
    FamilyFacts("topic",              "topic",        "monitoring",   None,             False,   False,     False),
    FamilyFacts("alarms",             "alarms",       "monitoring",   None,             False,   False,     False),
    FamilyFacts("dashboard",          "dashboard",    "monitoring",   None,             False,   False,     False),
    FamilyFacts("flow-logs",          "flow_logs",    "flow-logs",    None,             True,    True,      False),
    FamilyFacts("trail",              "trail",        "trail",        None,             True,    True,      False),
    FamilyFacts("config-rules",       "config_rules", "config-rules", None,             True,    True,      False),
    FamilyFacts("drift",              "drift",        "drift",        None,             True,    True,      False),
    FamilyFacts("backup",             "backup",       "backup",       None,             True,    True,      False),
)
# fmt: on

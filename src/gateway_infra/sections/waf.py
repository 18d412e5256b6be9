"""The section on the web ACL in front of the stage."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import DISTINCT, InSchema, Section, matches, refuse_doubles, wrong
from gateway_infra.values.value_types import AddressRange, WebAclArn


class ManagedGroup(NamedTuple):
    """A group of rules that AWS keeps: its name there, and how much of a web ACL it takes (WCU)."""

    name: str
    capacity: int


GroupKey: TypeAlias = Literal[
    "core",
    "known_bad_inputs",
    "ip_reputation",
    "sql",
    "admin_paths",
    "anonymous_ip",
    "linux",
    "posix",
    "windows",
    "php",
    "wordpress",
]

GROUPS: dict[str, ManagedGroup] = {
    "core": ManagedGroup("AWSManagedRulesCommonRuleSet", 700),
    "known_bad_inputs": ManagedGroup("AWSManagedRulesKnownBadInputsRuleSet", 200),
    "ip_reputation": ManagedGroup("AWSManagedRulesAmazonIpReputationList", 25),
    "sql": ManagedGroup("AWSManagedRulesSQLiRuleSet", 200),
    "admin_paths": ManagedGroup("AWSManagedRulesAdminProtectionRuleSet", 100),
    "anonymous_ip": ManagedGroup("AWSManagedRulesAnonymousIpList", 50),
    "linux": ManagedGroup("AWSManagedRulesLinuxRuleSet", 200),
    "posix": ManagedGroup("AWSManagedRulesUnixRuleSet", 100),
    "windows": ManagedGroup("AWSManagedRulesWindowsRuleSet", 200),
    "php": ManagedGroup("AWSManagedRulesPHPRuleSet", 100),
    "wordpress": ManagedGroup("AWSManagedRulesWordPressRuleSet", 100),
}
"""The groups that cost nothing beside the rule itself, in the order in which requests meet them.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
"""

IP_SET_CAPACITY = 1
RATE_CAPACITY = 2
FREE_CAPACITY = 1_500
"""WCU that a request's price holds:
https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html"""

Countable: TypeAlias = Literal["all", "block", "rate_limit", GroupKey]
_RULE_NAME = matches(r"[A-Za-z0-9_-]{1,128}", "a rule's name, as in SizeRestrictions_BODY")
LEAST_RATE = 10
MOST_RATE = 2_000_000_000
"""https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html"""

_TOO_LOW = InSchema({"not": {"type": "integer", "minimum": 1, "maximum": LEAST_RATE - 1}})


def _rate(value: int) -> int:
    if 0 < value < LEAST_RATE:
        raise wrong(f"is {value}, and WAF counts from {LEAST_RATE}; write that, or 0 for no limit")
    return value


class WafConfig(Section):
    """AWS WAF before the stage: a web ACL of these rules, in this order, or one that exists.

    `allow`, `block`, `rate_limit` and then `groups` look at a request; the first that blocks or
    allows it ends that, and what none of them blocks goes on to the API.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html
    """

    acl: WebAclArn | None = Field(
        default=None,
        description="a web ACL that exists, in place of one that is made; unset: one is made",
        examples=[
            "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shared/"
            "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
            {"ssm": "/shared/web-acl-arn"},
        ],
    )
    groups: list[GroupKey] = Field(
        default=["core", "known_bad_inputs", "ip_reputation", "sql"],
        description="groups of rules that AWS keeps",
        json_schema_extra=DISTINCT,
        examples=[["core", "known_bad_inputs"]],
    )
    rate_limit: Annotated[int, AfterValidator(_rate), _TOO_LOW] = Field(
        default=2_000,
        ge=0,
        le=MOST_RATE,
        description="requests in five minutes from one address, from 10; what is above is "
        "blocked; 0: no limit",
    )
    allow: list[AddressRange] = Field(
        default=[],
        description="addresses that no other rule looks at; open values are IPv4",
        json_schema_extra=DISTINCT,
        examples=[["203.0.113.0/24"]],
    )
    block: list[AddressRange] = Field(
        default=[],
        description="addresses that are blocked; open values are IPv4",
        json_schema_extra=DISTINCT,
        examples=[["198.51.100.0/24", "2001:db8::/32"]],
    )
    count: list[Countable] = Field(
        default=[],
        description="groups, and block or rate_limit, whose rules count what they would block, "
        "and block nothing; [all] for a trial of everything",
        json_schema_extra=DISTINCT,
        examples=[["core"], ["all"]],
    )
    exclude: dict[GroupKey, list[Annotated[str, _RULE_NAME]]] = Field(
        default={},
        description="rules of a group that only count; core's SizeRestrictions_BODY blocks bodies "
        "above 8 KB",
        examples=[{"core": ["SizeRestrictions_BODY"]}],
    )
    log: bool = Field(
        default=True,
        description="whether each request is logged, without its Authorization, Cookie and "
        "X-Api-Key, and without the headers and the query by which authorizers decide",
    )

    @model_validator(mode="after")
    def _one_or_the_other(self) -> WafConfig:
        fields = type(self).model_fields
        own = [key for key in fields if key != "acl" and getattr(self, key) != fields[key].default]
        if self.acl is not None and own:
            message = f"stands beside `acl`, whose rules are its own; remove {own[0]}, or acl"
            raise wrong(message, "GI957", (own[0],))
        for group, names in self.exclude.items():
            refuse_doubles(names, group, ("exclude", group))
        return self

    @property
    def capacity(self) -> int:
        """How much of a web ACL the rules take (WCU)."""
        sets = sum(bool(addresses) for addresses in (self.allow, self.block))
        rate = RATE_CAPACITY if self.rate_limit else 0
        return sum(GROUPS[key].capacity for key in self.groups) + sets * IP_SET_CAPACITY + rate

    def counts(self, key: str) -> bool:
        """Tell whether a rule only counts."""
        return "all" in self.count or key in self.count


RULES = (
    Rule.error(
        "GI957",
        "Rules beside a web ACL that exists",
        "A stage has one web ACL. One that exists has rules, counts and a log of its own, which "
        "cannot be changed from here.",
        "Remove acl, or all beside it.",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
        "apigateway-control-access-aws-waf.html",
    ),
)

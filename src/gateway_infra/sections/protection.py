"""Who may reach the API at all: its endpoint, the allow-lists of its policy, and AWS WAF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from gateway_infra.values.section import (
    DISTINCT,
    InSchema,
    Section,
    matches,
    refuse_doubles,
    wrong,
)
from gateway_infra.values.values import (
    AccountId,
    AddressRange,
    Open,
    Value,
    VpcEndpointId,
    VpcId,
    WebAclArn,
)

EndpointType: TypeAlias = Literal["regional", "private"]


def as_written(values: Sequence[Value]) -> list[str]:
    """Return values as a message shows them."""
    return [
        f"{{{item.form}: {item.name}}}" if isinstance(item, Open) else str(item) for item in values
    ]


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

Countable: TypeAlias = Literal[
    "all",
    "block",
    "rate_limit",
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

_RULE_NAME = matches(r"[A-Za-z0-9_-]{1,128}", "a rule's name, as in SizeRestrictions_BODY")

LEAST_RATE = 10
MOST_RATE = 2_000_000_000
"""https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html"""


_TOO_LOW = InSchema({"not": {"type": "integer", "minimum": 1, "maximum": LEAST_RATE - 1}})


def _rate(value: int) -> int:
    if 0 < value < LEAST_RATE:
        raise wrong(f"is {value}, and WAF counts from {LEAST_RATE}; write that, or 0 for no limit")
    return value


OWN_SIDE = frozenset(("iam", "lambda"))
"""Kinds of authorization by which the caller's own side says whether a call is allowed, so that the
API's policy need not; it must for all others.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html"""


def any_parameter(path: str) -> str:
    """Return a path as a policy's pattern, where a star stands for each path parameter."""
    return re.sub(r"\{[^}]*\}", "*", path)


class AccessConfig(Section):
    """Who the API's resource policy lets call; who is in none of its lists gets 403.

    A list that is not there restricts nothing. `vpcs` and `vpc_endpoints` are for a private API,
    and whoever is in either may call; `cidrs` restricts these further there, as any network of
    anybody may have such addresses. `accounts` is for signed calls (authorization: iam).
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    cidrs: list[AddressRange] = Field(
        default=[],
        min_length=1,
        description="addresses that may call: those on the internet, or with endpoint: private "
        "those in the networks that may call; unset: any",
        json_schema_extra=DISTINCT,
        examples=[["203.0.113.0/24", {"parameter": "OfficeCidr"}]],
    )
    vpcs: list[VpcId] = Field(
        default=[],
        min_length=1,
        description="VPCs that may call a private API, of any account; unset: those with the "
        "endpoints alone",
        json_schema_extra=DISTINCT,
        examples=[["vpc-0a1b2c3d4e5f60718"]],
    )
    vpc_endpoints: list[VpcEndpointId] = Field(
        default=[],
        min_length=1,
        description="VPC endpoints that may call a private API, beside those of api.vpc_endpoints, "
        "of any account; unset: none beside those",
        json_schema_extra=DISTINCT,
        examples=[["vpce-0a1b2c3d4e5f60718"]],
    )
    accounts: list[AccountId] = Field(
        default=[],
        min_length=1,
        description="further accounts whose users and roles may call, if their own policies let "
        "them; unset: this one alone",
        json_schema_extra=DISTINCT,
        examples=[["123456789012"]],
    )

    @model_validator(mode="after")
    def _named(self) -> AccessConfig:
        if not any((self.cidrs, self.vpcs, self.vpc_endpoints, self.accounts)):
            message = "names nobody; list cidrs, vpcs, vpc_endpoints or accounts, or remove it"
            raise wrong(message, "GI950")
        for key in ("cidrs", "vpcs", "vpc_endpoints", "accounts"):
            refuse_doubles(as_written(getattr(self, key)), key)
        return self


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
        for key in ("groups", "allow", "block", "count"):
            refuse_doubles(as_written(getattr(self, key)), key)
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

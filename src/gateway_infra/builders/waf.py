"""AWS WAF before the stage: a web ACL with its rules and log, and what ties one to the stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from troposphere import wafv2

from gateway_infra.builders.shared.bundle import Bundle
from gateway_infra.builders.shared.naming import api_id, pascal
from gateway_infra.builders.shared.values import TagMap, Value, attribute, sub, tag_list
from gateway_infra.sections.waf import GROUPS, WafConfig

REDACTED = ("authorization", "cookie", "x-api-key")
"""Headers that let whoever reads them call in another's name."""

_FIVE_MINUTES = 300
_FIRST_GROUP = 10
_FAMILIES = ("IPV4", "IPV6")


@dataclass(frozen=True)
class WebAcl(Bundle):
    """A web ACL, its sets of addresses by list and family, and its log."""

    ip_sets: dict[str, wafv2.IPSet]
    acl: wafv2.WebACL
    logging: wafv2.LoggingConfiguration | None

    @property
    def arn(self) -> Any:
        """The ACL's ARN, as ``GetAtt``."""
        return attribute(self.acl, "Arn")


@dataclass(frozen=True)
class WebAclAssociation(Bundle):
    """What puts a web ACL before a stage."""

    association: wafv2.WebACLAssociation


def web_acl(
    name: str,
    config: WafConfig,
    *,
    metric_name: str,
    allow: Sequence[Value] = (),
    block: Sequence[Value] = (),
    log_group_name: Value | None = None,
    redacted_headers: Sequence[str] = (),
    redact_query: bool = False,
    tags: TagMap,
) -> WebAcl:
    """Build the web ACL of the API `name`, as `config` says, with the addresses of two lists.

    Rules are asked by priority: `allow` (0), `block` (1), the rate limit (2), then AWS's groups,
    each with a priority of its own, so that none moves when another comes or goes. What no rule
    blocks is let through. A blocked request gets 403, with the headers of the gateway response
    ``WAF_FILTERED``, or else of ``DEFAULT_4XX``.

    `log_group_name` begins with ``aws-waf-logs-``; WAF itself adds what lets it write there to the
    account's policy for log delivery, with the rights of whoever deploys
    (``logs:PutResourcePolicy``). The log leaves out the headers `REDACTED` and `redacted_headers`,
    and with `redact_query` the query string, of which WAF leaves out all or nothing; the samples
    that WAF keeps would not, so none are kept. `metric_name` tells this ACL's metrics from those of
    others.

    https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-processing-order.html
    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    https://docs.aws.amazon.com/waf/latest/APIReference/API_LoggingConfiguration.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    """
    base = f"{api_id(name)}WebAcl"
    ip_sets: dict[str, wafv2.IPSet] = {}
    rules: list[wafv2.WebACLRule] = []
    for priority, (key, addresses) in enumerate((("allow", allow), ("block", block))):
        made = _ip_sets(base, key, addresses, tags)
        if made:
            ip_sets.update(made)
            action = _action("Allow" if key == "allow" else _blocking(config, key))
            rules.append(_rule(key, priority, _in_any(list(made.values())), Action=action))
    if config.rate_limit:
        limit = wafv2.RateBasedStatement(
            AggregateKeyType="IP", EvaluationWindowSec=_FIVE_MINUTES, Limit=config.rate_limit
        )
        statement = wafv2.Statement(RateBasedStatement=limit)
        action = _action(_blocking(config, "rate_limit"))
        rules.append(_rule("rate_limit", 2, statement, Action=action))
    rules += _groups(config)
    acl = wafv2.WebACL(
        base,
        Scope="REGIONAL",
        DefaultAction=wafv2.DefaultAction(Allow=wafv2.AllowAction()),
        Rules=rules,
        VisibilityConfig=_visibility(metric_name),
        Tags=tag_list(tags),
    )
    redacted = _redacted(redacted_headers, redact_query)
    return WebAcl(ip_sets, acl, _logging(base, acl, log_group_name, redacted))


def web_acl_association(
    name: str, *, acl_arn: Value, api_id_value: Value, stage_name: Value
) -> WebAclAssociation:
    """Build what puts a web ACL before the stage of the API `name`.

    Give `stage_name` as a reference to the stage, so that it is there first. A stage takes one ACL.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-wafv2-webaclassociation.html
    """
    stage = "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}"
    return WebAclAssociation(
        wafv2.WebACLAssociation(
            f"{api_id(name)}WebAclAssociation",
            ResourceArn=sub(stage, {"Api": api_id_value, "Stage": stage_name}),
            WebACLArn=acl_arn,
        )
    )


def _ip_sets(
    base: str, key: str, addresses: Sequence[Value], tags: TagMap
) -> dict[str, wafv2.IPSet]:
    """Build a set for each family of addresses; what is not literal is taken for IPv4."""
    held: dict[str, list[Value]] = {family: [] for family in _FAMILIES}
    for address in addresses:
        held["IPV6" if isinstance(address, str) and ":" in address else "IPV4"].append(address)
    return {
        f"{key} {family}": wafv2.IPSet(
            f"{base}{pascal(key)}{family.capitalize()}",
            Addresses=given,
            IPAddressVersion=family,
            Scope="REGIONAL",
            Tags=tag_list(tags),
        )
        for family, given in held.items()
        if given
    }


def _in_any(ip_sets: Sequence[wafv2.IPSet]) -> wafv2.Statement:
    statements = [
        wafv2.Statement(
            IPSetReferenceStatement=wafv2.IPSetReferenceStatement(Arn=attribute(item, "Arn"))
        )
        for item in ip_sets
    ]
    if len(statements) == 1:
        return statements[0]
    return wafv2.Statement(OrStatement=wafv2.OrStatement(Statements=statements))


def _groups(config: WafConfig) -> list[wafv2.WebACLRule]:
    """Build a rule for each of AWS's groups, in the order in which AWS WAF is to ask them."""
    rules = []
    for position, (key, group) in enumerate(GROUPS.items()):
        if key not in config.groups:
            continue
        counted = [
            wafv2.RuleActionOverride(Name=rule, ActionToUse=_action("Count"))
            for rule in config.exclude.get(key, [])
        ]
        managed = wafv2.ManagedRuleGroupStatement(
            VendorName="AWS",
            Name=group.name,
            **({"RuleActionOverrides": counted} if counted else {}),
        )
        statement = wafv2.Statement(ManagedRuleGroupStatement=managed)
        override: dict[str, Any] = {"Count" if config.counts(key) else "None": {}}
        rules.append(
            _rule(
                key,
                _FIRST_GROUP + position,
                statement,
                OverrideAction=wafv2.OverrideAction(**override),
            )
        )
    return rules


def _blocking(config: WafConfig, key: str) -> str:
    return "Count" if config.counts(key) else "Block"


def _action(kind: str) -> wafv2.RuleAction:
    actions = {"Allow": wafv2.AllowAction, "Block": wafv2.BlockAction, "Count": wafv2.CountAction}
    return wafv2.RuleAction(**{kind: actions[kind]()})


def _rule(
    key: str, priority: int, statement: wafv2.Statement, **action: wafv2.RuleAction
) -> wafv2.WebACLRule:
    return wafv2.WebACLRule(
        Name=key,
        Priority=priority,
        Statement=statement,
        VisibilityConfig=_visibility(key),
        **action,
    )


def _visibility(metric_name: str) -> wafv2.VisibilityConfig:
    return wafv2.VisibilityConfig(
        CloudWatchMetricsEnabled=True, MetricName=metric_name, SampledRequestsEnabled=False
    )


def _redacted(headers: Sequence[str], query: bool) -> list[wafv2.LoggingConfigurationFieldToMatch]:
    """Return what the log leaves out; a header's name is the same in any case, so each is once."""
    names = dict.fromkeys((*REDACTED, *(header.lower() for header in headers)))
    fields = [
        wafv2.LoggingConfigurationFieldToMatch(SingleHeader=wafv2.SingleHeader(Name=name))
        for name in names
    ]
    if query:
        fields.append(wafv2.LoggingConfigurationFieldToMatch(QueryString={}))
    return fields


def _logging(
    base: str,
    acl: wafv2.WebACL,
    log_group_name: Value | None,
    redacted: list[wafv2.LoggingConfigurationFieldToMatch],
) -> wafv2.LoggingConfiguration | None:
    if log_group_name is None:
        return None
    # GetAtt of a log group's ARN ends in ":*", which this destination must not.
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${LogGroup}"
    return wafv2.LoggingConfiguration(
        f"{base}Logging",
        ResourceArn=attribute(acl, "Arn"),
        LogDestinationConfigs=[sub(group, {"LogGroup": log_group_name})],
        RedactedFields=redacted,
    )

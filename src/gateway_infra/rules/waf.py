"""Rules of AWS WAF's own settings: its web ACL, what it leaves out, and what has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gateway_infra.rules.access import blocking
from gateway_infra.rules.environment_queries import region_of
from gateway_infra.rules.rule import Found, Rule, Subject
from gateway_infra.sections.protection import as_written
from gateway_infra.values.values import known

_WAF = "https://docs.aws.amazon.com/waf/latest/developerguide/"


def _at(name: str, *parts: str) -> tuple[str, ...]:
    return tuple(f"{name}_{part}" for part in parts)


_PLACES = ("BODY", "URIPATH", "QUERYARGUMENTS")

RULE_NAMES: dict[str, frozenset[str]] = {
    "core": frozenset(
        (
            "NoUserAgent_HEADER",
            "UserAgent_BadBots_HEADER",
            *_at("SizeRestrictions", "QUERYSTRING", "Cookie_HEADER", "BODY", "URIPATH"),
            *_at("EC2MetaDataSSRF", "COOKIE", *_PLACES),
            *_at("GenericLFI", *_PLACES),
            *_at("RestrictedExtensions", "URIPATH", "QUERYARGUMENTS"),
            *_at("GenericRFI", *_PLACES),
            *_at("CrossSiteScripting", "COOKIE", *_PLACES),
        )
    ),
    "known_bad_inputs": frozenset(
        (
            *_at("JavaDeserializationRCE", "HEADER", "BODY", "URIPATH", "QUERYSTRING"),
            "Host_localhost_HEADER",
            "PROPFIND_METHOD",
            "ExploitablePaths_URIPATH",
            *_at("Log4JRCE", "HEADER", "QUERYSTRING", "BODY", "URIPATH"),
            "ReactJSRCE_BODY",
        )
    ),
    "sql": frozenset(
        (
            *_at("SQLi", "COOKIE", *_PLACES),
            *_at("SQLiExtendedPatterns", "HEADER", *_PLACES),
        )
    ),
    "ip_reputation": frozenset(
        ("AWSManagedIPReputationList", "AWSManagedReconnaissanceList", "AWSManagedIPDDoSList")
    ),
}
"""The rules of the groups that are used unless the file says otherwise.

https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-use-case.html
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-ip-rep.html
"""


def _elsewhere(subject: Subject) -> Iterator[Found]:
    waf = subject.environment.api.waf
    acl = waf.acl if waf is not None else None
    there = region_of(known(acl)) if acl is not None else None
    region = subject.environment.region
    if there not in (None, region):
        message = f"is a web ACL in {there}, and a stage takes one of its own region alone; name "
        yield Found(("api", "waf", "acl"), f"{message}one in {region}, or remove acl")


def _unknown_rules(subject: Subject) -> Iterator[Found]:
    waf = subject.environment.api.waf
    for group, names in waf.exclude.items() if waf is not None else ():
        rules = RULE_NAMES.get(group, frozenset())
        for position, name in enumerate(names):
            if rules and name not in rules:
                near = get_close_matches(name, sorted(rules), n=1, cutoff=0.6)
                hint = f"did you mean '{near[0]}'?" if near else "correct it, or remove it"
                message = f"is '{name}', which AWS does not list among the rules of {group}; {hint}"
                yield Found(("api", "waf", "exclude", group, position), message)


def _allowed_and_blocked(subject: Subject) -> Iterator[Found]:
    waf = subject.environment.api.waf
    if waf is None:
        return
    allowed = as_written(waf.allow)
    for position, address in enumerate(as_written(waf.block)):
        if address in allowed:
            message = f"names '{address}', which `allow` names too, and that comes first: it is "
            message += "let through; remove one of the two"
            yield Found(("api", "waf", "block", position), message)


def _no_rule(subject: Subject) -> Iterator[Found]:
    waf = subject.environment.api.waf
    if waf is not None and waf.acl is None and not blocking(waf):
        message = "has no rule that could block, and costs money all the same; remove `waf`, or "
        yield Found(("api", "waf"), f"{message}list groups, block, or a rate_limit above 0")


RULES = (
    Rule(
        "GI963",
        "error",
        "A web ACL of another region",
        "A stage of API Gateway can be associated with a web ACL of its own region alone.",
        "Write the ARN of a web ACL in the environment's region, or let one be made.",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html",
        check=_elsewhere,
        acceptable=False,
    ),
    Rule(
        "GI964",
        "warning",
        "A rule that its group does not have",
        'AWS: "With managed rule groups, AWS WAF silently ignores any override that uses an '
        'invalid rule name." So the rule that was meant goes on blocking.',
        "Write the rule's name as AWS lists it; accept it for a rule that is newer than the list.",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html",
        check=_unknown_rules,
    ),
    Rule(
        "GI965",
        "warning",
        "An address that is allowed and blocked",
        "Rules are asked in order, and the first that allows or blocks ends that; allow comes "
        "before block.",
        "Remove the address from one of the two.",
        f"{_WAF}web-acl-processing-order.html",
        check=_allowed_and_blocked,
    ),
    Rule(
        "GI968",
        "warning",
        "A firewall without a rule that blocks",
        "A web ACL is paid for by the month and by the request, whether it has rules or not.",
        "Remove waf, or give it rules.",
        "https://aws.amazon.com/waf/pricing/",
        check=_no_rule,
    ),
)

"""Rules of AWS WAF's own settings: its web ACL, what it leaves out, and what has no effect."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.access import blocking
from gateway_infra.rules.environment_queries import listed, region_of
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.waf import FREE_CAPACITY
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
        (*_at("SQLi", "COOKIE", *_PLACES), *_at("SQLiExtendedPatterns", "HEADER", *_PLACES))
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


def _elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    waf = subject.environment.api.waf
    acl = waf.acl if waf is not None else None
    there = region_of(known(acl)) if acl is not None else None
    region = subject.environment.region
    if there not in (None, region):
        message = f"is a web ACL in {there}, and a stage takes one of its own region alone; name "
        yield Diagnostic(("api", "waf", "acl"), f"{message}one in {region}, or remove acl")


def _unknown_rules(subject: Subject) -> Iterator[Diagnostic]:
    waf = subject.environment.api.waf
    for group, names in waf.exclude.items() if waf is not None else ():
        rules = RULE_NAMES.get(group, frozenset())
        for position, name in enumerate(names):
            if rules and name not in rules:
                near = get_close_matches(name, sorted(rules), n=1, cutoff=0.6)
                hint = f"did you mean '{near[0]}'?" if near else "correct it, or remove it"
                message = f"is '{name}', which AWS does not list among the rules of {group}; {hint}"
                yield Diagnostic(("api", "waf", "exclude", group, position), message)


def _allowed_and_blocked(subject: Subject) -> Iterator[Diagnostic]:
    waf = subject.environment.api.waf
    if waf is None:
        return
    allowed = [str(address) for address in waf.allow]
    for position, address in enumerate(map(str, waf.block)):
        if address in allowed:
            message = f"names '{address}', which `allow` names too, and that comes first: it is "
            message += "let through; remove one of the two"
            yield Diagnostic(("api", "waf", "block", position), message)


def _no_rule(subject: Subject) -> Iterator[Diagnostic]:
    waf = subject.environment.api.waf
    if waf is not None and waf.acl is None and not blocking(waf):
        message = "has no rule that could block, and costs money all the same; remove `waf`, or "
        yield Diagnostic(("api", "waf"), f"{message}list groups, block, or a rate_limit above 0")


_LARGE_BODIES = "SizeRestrictions_BODY"
"""The rule of the group ``core`` that blocks bodies above 8 KB."""


def _paid_capacity(subject: Subject) -> Iterator[Diagnostic]:
    waf = subject.environment.api.waf
    if waf is not None and waf.acl is None and waf.capacity > FREE_CAPACITY:
        message = f"takes {waf.capacity:,} WCU, and above {FREE_CAPACITY:,} each request costs "
        yield Diagnostic(("api", "waf", "groups"), f"{message}more; leave a group out")


def _other_groups(subject: Subject) -> Iterator[Diagnostic]:
    waf = subject.environment.api.waf
    if waf is None or waf.acl is not None:
        return
    there = set(waf.groups) | ({"block"} if waf.block else set()) | {"all"}
    there |= {"rate_limit"} if waf.rate_limit else set()
    for position, key in enumerate(waf.count):
        if key not in there:
            add = _ADD.get(key, f"add {key} to api.waf.groups")
            message = f"is '{key}', which the file does not use: {add}, or remove it here"
            yield Diagnostic(("api", "waf", "count", position), message)
    for group in waf.exclude:
        if group not in there:
            message = "is none of `groups`, so that there is nothing to exclude; remove it"
            yield Diagnostic(("api", "waf", "exclude", group), message)


_ADD = {
    "block": "list addresses under api.waf.block",
    "rate_limit": "write an api.waf.rate_limit above 0",
}


def _blocks_nothing(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    waf = environment.api.waf
    if waf is None or waf.acl is not None or environment.tier != "prod":
        return
    rules = blocking(waf)
    if rules and all(waf.counts(rule) for rule in rules):
        message = "blocks nothing in production: each rule only counts; read the log, then remove "
        yield Diagnostic(("api", "waf", "count"), f"{message}`count`")


def _large_bodies(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    waf = api.waf
    if waf is None or waf.acl is not None or not api.binary_media_types:
        return
    excluded = _LARGE_BODIES in waf.exclude.get("core", [])
    if "core" in waf.groups and not waf.counts("core") and not excluded:
        message = f"takes {listed(sorted(api.binary_media_types))}, and WAF's group core blocks "
        message += f"bodies above 8 KB; write waf.exclude: {{core: [{_LARGE_BODIES}]}}, or send "
        yield Diagnostic(
            ("api", "binary_media_types"), f"{message}files to the bucket by signed URLs"
        )


RULES = (
    Rule.error(
        "GI963",
        "A web ACL of another region",
        "A stage of API Gateway can be associated with a web ACL of its own region alone.",
        "Write the ARN of a web ACL in the environment's region, or let one be made.",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html",
        check=_elsewhere,
    ),
    Rule.warning(
        "GI964",
        "A rule that its group does not have",
        'AWS: "With managed rule groups, AWS WAF silently ignores any override that uses an '
        'invalid rule name." So the rule that was meant goes on blocking.',
        "Write the rule's name as AWS lists it; accept it for a rule that is newer than the list.",
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html",
        check=_unknown_rules,
    ),
    Rule.warning(
        "GI965",
        "An address that is allowed and blocked",
        "Rules are asked in order, and the first that allows or blocks ends that; allow comes "
        "before block.",
        "Remove the address from one of the two.",
        f"{_WAF}web-acl-processing-order.html",
        check=_allowed_and_blocked,
    ),
    Rule.warning(
        "GI968",
        "A firewall without a rule that blocks",
        "A web ACL is paid for by the month and by the request, whether it has rules or not.",
        "Remove waf, or give it rules.",
        "https://aws.amazon.com/waf/pricing/",
        check=_no_rule,
    ),
    Rule.warning(
        "GI958",
        "More rules than the price of a request holds",
        "Rules take capacity units (WCU). The basic price of a web ACL holds 1,500 of them; above "
        "that, WAF charges more for each request.",
        "Leave out groups for what the functions do not run.",
        f"{_WAF}aws-waf-capacity-units.html",
        check=_paid_capacity,
    ),
    Rule.error(
        "GI959",
        "A group of rules that is not used",
        "What only counts, and what is left out of a group, must be there; otherwise it is a "
        "mistake in writing, and something else blocks.",
        "Add the group, or remove its name.",
        f"{_WAF}web-acl-rule-group-override-options.html",
        check=_other_groups,
    ),
    Rule.advice(
        "GI960",
        "A firewall that only counts",
        "Counting is for a trial: what each rule would have blocked is in the log and in metrics.",
        "Remove count once the log shows that the rules block no good request.",
        f"{_WAF}web-acl-testing.html",
        check=_blocks_nothing,
    ),
    Rule.warning(
        "GI961",
        "Uploads that the firewall blocks",
        "The rule SizeRestrictions_BODY of AWS's core rule set blocks bodies above 8 KB (8,192 "
        "bytes), with 403. What is left out of it is looked at in its first 16 KB only.",
        "Exclude that rule, or let files go to the bucket by signed URLs.",
        f"{_WAF}aws-managed-rule-groups-baseline.html",
        check=_large_bodies,
    ),
)

"""Rules of what stands before the API: its endpoint, its policy's allow-lists, AWS WAF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from typing import Any, cast

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.route_queries import GUIDE, and_more, signed
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.access import OWN_SIDE, any_parameter
from gateway_infra.sections.routes import split_route
from gateway_infra.sections.waf import WafConfig
from gateway_infra.values.values import Value

_FLOW = f"{GUIDE}apigateway-authorization-flow.html"
_KEYS = f"{GUIDE}apigateway-resource-policies-aws-condition-keys.html"
_PRIVATE = f"{GUIDE}apigateway-private-apis.html"


def _ranges(subject: Subject) -> Iterator[tuple[KeyPath, str]]:
    """Yield each literal range of addresses."""
    api = subject.environment.api
    lists: list[tuple[KeyPath, Sequence[Value]]] = []
    if api.access is not None:
        lists.append((("api", "access", "cidrs"), api.access.cidrs))
    if api.waf is not None:
        lists.append((("api", "waf", "allow"), api.waf.allow))
        lists.append((("api", "waf", "block"), api.waf.block))
    for path, values in lists:
        for position, value in enumerate(values):
            if isinstance(value, str):
                yield (*path, position), value


def _no_network(subject: Subject) -> Iterator[Diagnostic]:
    for path, text in _ranges(subject):
        first = text.split("/")[0]
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            yield Diagnostic(path, f"is '{text}', which is no range of IPv4 or IPv6 addresses")
            continue
        if network.network_address != ip_address(first):
            message = f"is '{text}', which is an address in '{network}'; write that, or "
            yield Diagnostic(
                path, f"{message}'{first}/{network.max_prefixlen}' for the address alone"
            )


def _private_addresses(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.api.endpoint == "private":
        return
    for path, text in _ranges(subject):
        if any(_within(text, block) for block in _NOT_ON_THE_INTERNET):
            message = f"is '{text}', from which nobody calls over the internet: a NAT gateway or "
            message += "proxy shows its own public address; write that, or endpoint: private"
            yield Diagnostic(path, message)


_NOT_ON_THE_INTERNET = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "fc00::/7",
)
"""RFC 1918, RFC 6598 and RFC 4193."""


def _within(text: str, block: str) -> bool:
    try:
        inner, outer = ip_network(text, strict=False), ip_network(block)
    except ValueError:
        return False
    return inner.version == outer.version and inner.subnet_of(cast("Any", outer))


def _nobody_may_call(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    named = api.access is not None and (api.access.vpcs or api.access.vpc_endpoints)
    if api.endpoint == "private" and not api.vpc_endpoints and not named:
        message = "is private, and no network may call; list api.vpc_endpoints, or "
        yield Diagnostic(("api", "endpoint"), f"{message}api.access.vpcs or .vpc_endpoints")


def _not_private(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.endpoint == "private":
        return
    message = "is for a private API, and this one is regional: calls over the internet come "
    message += "through no VPC or endpoint; write endpoint: private, or list access.cidrs"
    if api.vpc_endpoints:
        yield Diagnostic(("api", "vpc_endpoints"), message)
    if api.access is not None:
        for key in ("vpcs", "vpc_endpoints"):
            if getattr(api.access, key):
                yield Diagnostic(("api", "access", key), message)


def _accounts_of_nobody(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    unsigned = [key for key, route in api.routes.items() if not signed(route, api)]
    if api.access is not None and api.access.accounts and unsigned:
        message = f"is for signed calls, and {and_more(unsigned, 'route', 'takes', 'take')} calls "
        message += "that are not; write authorization: iam, or remove accounts"
        yield Diagnostic(("api", "access", "accounts"), message)


def _covers(wide: str, narrow: str) -> bool:
    """Tell whether a policy's pattern for a route holds calls of another route too."""
    method, path = split_route(wide)
    other, below = split_route(narrow)
    if "ANY" not in (method, other) and method != other:
        return False
    return fnmatchcase(below, any_parameter(path))


_OVERRULED = {
    "iam": "is signed, and the API's policy lets everyone call '{}', whose pattern holds it: users "
    "and roles of this account need no permission of their own to call it",
    "lambda": "is decided by a function, and the API's policy lets everyone call '{}', whose "
    "pattern holds it: who is not allowed by the function is let in by the policy, unless the "
    "function answers with a Deny",
}
"""What an open route above does to one of each kind in `OWN_SIDE`."""


def _opened_by_another(subject: Subject) -> Iterator[Diagnostic]:
    api = subject.environment.api
    if api.access is None and api.endpoint != "private":
        return
    kinds = {
        key: (route.authorization or api.authorization).type for key, route in api.routes.items()
    }
    everyone = [key for key, kind in kinds.items() if kind not in OWN_SIDE]
    for key, kind in kinds.items():
        above = [other for other in everyone if kind in OWN_SIDE and _covers(other, key)]
        if above:
            yield Diagnostic(("api", "routes", key), _OVERRULED[kind].format(above[0]))


def blocking(waf: WafConfig) -> list[str]:
    """Return the names of the rules that may block a request."""
    rules = [*waf.groups, *(["block"] if waf.block else [])]
    return [*rules, *(["rate_limit"] if waf.rate_limit else [])]


RULES = (
    Rule.error(
        "GI951",
        "A private API that nobody can call",
        'AWS: "Your private API must have a resource policy that allows specific VPCs and VPC '
        'endpoints to invoke your API." Without networks in it, either nobody could call, or '
        "every VPC of every account.",
        "List the endpoints of execute-api under api.vpc_endpoints, or networks under api.access.",
        f"{GUIDE}apigateway-private-api-test-invoke-url.html",
        check=_nobody_may_call,
    ),
    Rule.error(
        "GI952",
        "Networks for an API that is on the internet",
        'AWS of aws:SourceVpc and aws:SourceVpce: "This key can be used only for private APIs." '
        "In the policy of a regional API they would match no call, and so refuse all.",
        "Write api.endpoint: private, or list addresses under api.access.cidrs.",
        _KEYS,
        check=_not_private,
    ),
    Rule.error(
        "GI953",
        "Accounts of callers that do not sign",
        "Whose account a caller is of is known of signed calls alone: a route without iam would "
        "refuse everyone.",
        "Write authorization: iam for all routes, or remove access.accounts.",
        _FLOW,
        check=_accounts_of_nobody,
    ),
    Rule.warning(
        "GI954",
        "A signed or decided route below one that is open to all",
        "Within an account, AWS lets a signed call pass if either its own policy or the API's "
        "allows it, and so with what a Lambda authorizer answers. The API's must allow everyone to "
        "call an open route, or one of Cognito, and where its pattern holds another route too, "
        "users and roles of this account may call that one without a permission of their own; "
        "those of other accounts may not. A Lambda authorizer keeps out only whom it denies: an "
        "answer that does not name the call lets it pass.",
        "Give the open route another path, let it ask as the other does, or let the authorizer "
        "answer with an explicit Deny.",
        _FLOW,
        check=_opened_by_another,
    ),
    Rule.error(
        "GI955",
        "An address that is no range",
        "A range is its first address and how many bits of it count. With further bits set it is "
        "one address or a network, and which one is meant cannot be told.",
        "Write the network, or /32 (IPv6: /128) for one address.",
        "https://docs.aws.amazon.com/waf/latest/developerguide/waf-ip-set-managing.html",
        check=_no_network,
    ),
    Rule.warning(
        "GI956",
        "Private addresses for an API on the internet",
        "A regional API sees the public address of whoever calls. Addresses that are used inside "
        "networks alone (RFC 1918, 6598, 4193) never come there.",
        "Write the public addresses of the NAT gateway or the proxy, or api.endpoint: private.",
        _KEYS,
        check=_private_addresses,
    ),
)

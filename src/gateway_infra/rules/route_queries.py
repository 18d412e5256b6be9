"""What rules of routes share: where a route is written, who may call it, how many are alike."""

from __future__ import annotations

from collections.abc import Sequence

from gateway_infra.reading.diagnostics import KeyPath
from gateway_infra.sections.api import ApiSection
from gateway_infra.sections.route import RouteConfig

GUIDE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
"""Where AWS's pages on REST APIs begin."""


def at_route(key: str, *below: str | int) -> KeyPath:
    """Return the path of a route's setting."""
    return ("api", "routes", key, *below)


def signed(route: RouteConfig, api: ApiSection) -> bool:
    """Whether callers of a route must sign their requests (``iam``)."""
    return (route.authorization or api.authorization).type == "iam"


def asked(route: RouteConfig, api: ApiSection) -> bool:
    """Whether callers of a route are asked who they are, in whichever way."""
    return (route.authorization or api.authorization).type != "none"


def and_more(items: Sequence[str], what: str, does: str = "", do: str = "") -> str:
    """Return ``GET /a asks`` for one, and ``GET /a and 2 more routes ask`` for several."""
    more = len(items) - 1
    named = f"{items[0]} and {more} more {what}{'s' if more > 1 else ''}" if more else items[0]
    return f"{named} {do if more else does}".rstrip()

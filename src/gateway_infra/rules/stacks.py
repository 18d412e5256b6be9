"""Rules of stacks: layouts, stacks for routes, deployers, protection, and the account's quotas."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath, near_miss
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject
from gateway_infra.sections.layout import FAMILIES, OPTIONAL
from gateway_infra.sections.quotas import FIXED, QuotasConfig
from gateway_infra.sections.routes import all_paths

_LAYOUTS = "docs/layouts.md"


def _families_twice(subject: Subject) -> Iterator[Diagnostic]:
    layout = subject.environment.layout
    home: dict[str, str] = {}
    for key, families in layout.items() if isinstance(layout, dict) else ():
        for position, family in enumerate(families):
            if family in home:
                message = f"is '{family}', which stands in layout.{home[family]} already; keep one"
                yield Diagnostic(("layout", key, position), message)
            home.setdefault(family, key)


def _families_missing(subject: Subject) -> Iterator[Diagnostic]:
    layout = subject.environment.layout
    if isinstance(layout, dict):
        named = {family for families in layout.values() for family in families}
        missing = [family for family in FAMILIES if family not in named | OPTIONAL]
        if missing:
            message = f"leaves out {', '.join(missing)}; give each family a stack"
            yield Diagnostic(("layout",), message)


def _empty_stacks(subject: Subject) -> Iterator[Diagnostic]:
    """Find stacks for routes that would hold nothing."""
    environment = subject.environment
    if environment.route_stacks and environment.api.definition == "openapi":
        message = "has nothing to hold: `api.definition: openapi` makes one resource of all routes"
        yield Diagnostic(("route_stacks",), f"{message}; remove one of the two")
        return
    paths = all_paths(environment.api.routes)
    for group, heads in environment.route_stacks.items():
        for position, head in enumerate(heads):
            if head not in {*paths, "/"}:
                hint = near_miss(head, paths)
                path: KeyPath = ("route_stacks", group, position)
                yield Diagnostic(path, f"is '{head}', below which there is no route{hint}")
        if not heads:
            yield Diagnostic(("route_stacks", group), "lists no path; list one, or remove it")


def _paths_twice(subject: Subject) -> Iterator[Diagnostic]:
    home: dict[str, str] = {}
    for group, heads in subject.environment.route_stacks.items():
        for position, head in enumerate(heads):
            path: KeyPath = ("route_stacks", group, position)
            if head == "/":
                yield Diagnostic(path, "is '/', which stays with the API; list the paths below it")
            elif head in home:
                message = f"is '{head}', which stands in route_stacks.{home[head]} already; "
                yield Diagnostic(path, f"{message}keep one")
            home.setdefault(head, group)


def _unprotected(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.tier == "prod" and not subject.environment.protect:
        message = "is false in prod: whoever may delete the stacks takes the service down with one "
        yield Diagnostic(("protect",), f"{message}command; write true")


def _for_the_account(subject: Subject) -> Iterator[Diagnostic]:
    if subject.environment.account.api_gateway_log_role:
        message = "sets the role of all APIs of the account and region: the last stack that sets it"
        message += " wins; let one environment of the account do that, and no other"
        yield Diagnostic(("account", "api_gateway_log_role"), message)


def _raised(subject: Subject) -> Iterator[Diagnostic]:
    quotas = subject.environment.account.quotas
    for name in FIXED:
        default = int(QuotasConfig.model_fields[name].default)
        if (value := int(getattr(quotas, name))) > default:
            message = f"is {value:,}, and AWS raises it above {default:,} for nobody, as far as its"
            yield Diagnostic(("account", "quotas", name), f"{message} pages say")


RULES = (
    Rule.error(
        "GI713",
        "A family in two stacks",
        "Its resources can be made once only.",
        "Keep one of the two.",
        _LAYOUTS,
        check=_families_twice,
    ),
    Rule.error(
        "GI714",
        "A family without a stack",
        "Its resources would be made nowhere, or in a stack that nobody chose. Families of what "
        "the file does not have are listed too, so that a later line of the file needs no thought "
        "about stacks.",
        "Add it to the list of a stack.",
        _LAYOUTS,
        check=_families_missing,
    ),
    Rule.error(
        "GI716",
        "A stack for routes that would hold nothing",
        "CloudFormation refuses a template without resources.",
        "Name a path that has a route at it or below it, or remove the stack.",
        _LAYOUTS,
        check=_empty_stacks,
    ),
    Rule.error(
        "GI717",
        "A path in two stacks, or the root in one",
        "A path's resource can be made once only, and all other paths hang below the root, which "
        "is made with the API.",
        "Keep the path in one stack; list the paths below the root.",
        _LAYOUTS,
        check=_paths_twice,
    ),
    Rule.warning(
        "GI721",
        "Stacks of prod that anyone can delete",
        "Termination protection costs nothing. Without it one command, or a wrong click, deletes "
        "the API and its functions.",
        "Write protect: true, the default of prod.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
        "using-cfn-protect-stacks.html",
        check=_unprotected,
    ),
    Rule.advice(
        "GI722",
        "The account's log role comes from this environment",
        "AWS::ApiGateway::Account is one setting for an account and region: a second stack that "
        "holds it overwrites the first one's. What account another environment is deployed to, "
        "its file does not say, so that this cannot be checked. The stack keeps both when it is "
        "deleted.",
        "Let one environment, or better a stack of the account's own, make the role.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
        "aws-resource-apigateway-account.html",
        check=_for_the_account,
    ),
    Rule.warning(
        "GI723",
        "A quota above what AWS gives",
        "AWS's pages call it fixed, or name no way to raise it. The deploy would fail where this "
        "project no longer warns.",
        "Remove it, unless AWS's page says otherwise today.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html",
        check=_raised,
    ),
)

"""What a deploy of new templates does to what an earlier run wrote, where that needs a person.

Stacks are deployed one after the other, and each deletes at its end what left its template. So what
an earlier stack no longer has is gone while a later one still refers to it, what moves to an
earlier stack is made while it is still there, and a stack that is no longer made stays. All of this
can be told from the files; what is deployed may be older than they are, and is not asked.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gateway_infra.facts import API_DEFINITION, TYPES
from gateway_infra.writers.plan import Plan
from gateway_infra.writers.previous_output import Written, WrittenStack, from_plan
from gateway_infra.writers.previous_routes import api_paths, called_routes

_FUNCTION = "AWS::Lambda::Function"
_ROUTE_HOLDERS = ("AWS::ApiGateway::Method", "AWS::ApiGateway::RestApi")

_UNNOTICED, _NAMED, _ONE_OF_A_KIND = (
    frozenset(row.type for row in TYPES if row.moves == moves)
    for moves in ("unnoticed", "blocked", "renewed")
)

_SHOWN = 3
"""How many routes or resources a message names."""


class _Comparison(NamedTuple):
    """The old output and the new, with the functions of the old by logical id."""

    old: Written
    new: Written
    functions: dict[str, str]

    def is_made(self, logical_id: str) -> bool:
        """Tell whether any new stack has the resource."""
        return any(logical_id in stack.resources for stack in self.new.stacks.values())

    def home(self, logical_id: str) -> WrittenStack | None:
        """Return the new stack of a resource."""
        found = (stack for stack in self.new.stacks.values() if logical_id in stack.resources)
        return next(found, None)

    def goes_first(self, first: str, second: str) -> bool:
        """Tell whether the stack `first` is deployed, and before `second` where that is too."""
        names = list(self.new.stacks)
        if first not in names:
            return False
        return second not in names or names.index(first) < names.index(second)

    def owner(self, logical_id: str) -> str | None:
        """Return the logical id of the function that a resource is a part of."""
        owners = [name for name in self.functions if logical_id.startswith(name)]
        return max(owners, key=len, default=None)


class _Dangling(NamedTuple):
    """An old reference over stacks to what is no longer made."""

    stack: str
    target: str
    user_stack: str
    user: str


def changes(old: Written | None, plan: Plan) -> tuple[str, ...]:
    """Return what a person should know before deploying the plan over what was written.

    Nothing is said of what one deploy does well: a changed image, a route that comes or goes.
    """
    new = from_plan(plan)
    if old is None or old.environment != new.environment:
        return ()
    if elsewhere := _elsewhere(old, new):
        return (elsewhere,)
    comparison = _Comparison(old, new, _functions(old))
    return (
        *_removed_under_use(comparison),
        *_moved(comparison),
        *_gone_stacks(comparison),
        *_renamed_parameters(comparison),
        *_other_definition(comparison),
        *_other_endpoint(comparison),
        *_other_password(comparison),
    )


def _elsewhere(old: Written, new: Written) -> str:
    """Return what there is to say where all stacks have other names, or are in another region."""
    names = ", ".join(reversed(list(old.stacks)))
    if old.service != new.service:
        return (
            f"service: was '{old.service}' and is '{new.service}', so all stacks have other names, "
            f"and the API another address; the old stacks stay until you delete them: {names}"
        )
    if old.region != new.region:
        return (
            f"region: was {old.region} and is {new.region}, so all is made anew there, and the API "
            f"has another address; the stacks in {old.region} stay until you delete them: {names}"
        )
    return ""


def _functions(old: Written) -> dict[str, str]:
    """Return the functions' keys in the environment file, by logical id."""
    prefix = f"{old.service}-{old.environment}-"
    return {
        logical_id: str(item.properties.get("FunctionName", logical_id)).removeprefix(prefix)
        for stack in old.stacks.values()
        for logical_id, item in stack.resources.items()
        if item.type == _FUNCTION
    }


def _dangling(comparison: _Comparison) -> Iterator[_Dangling]:
    """Yield what a later stack refers to, and an earlier one deletes before that is deployed."""
    for stack in comparison.old.stacks.values():
        for user, item in stack.resources.items():
            for reference in sorted(item.references):
                source = stack.sources.get(reference.target)
                producer = comparison.old.stacks.get(source[0]) if source else None
                if source is None or producer is None or source[1] not in producer.outputs:
                    continue
                target = producer.outputs[source[1]].target
                found = producer.resources.get(target)
                if found is None or found.kept or comparison.is_made(target):
                    continue
                if comparison.goes_first(producer.name, stack.name):
                    yield _Dangling(producer.name, target, stack.name, user)


def _removed_under_use(comparison: _Comparison) -> Iterator[str]:
    """Say which functions go while deployed routes call them, and what else goes under use."""
    of_functions: dict[str, list[_Dangling]] = {}
    for item in _dangling(comparison):
        owner = comparison.owner(item.target)
        if owner is not None and not comparison.is_made(owner):
            of_functions.setdefault(owner, []).append(item)
            continue
        target = comparison.old.stacks[item.stack].resources[item.target]
        user = comparison.old.stacks[item.user_stack].resources[item.user]
        # Nobody is served from an API's definition, but from the deployment's copy of it.
        if target.type in API_DEFINITION or target.type in _UNNOTICED or user.type in _UNNOTICED:
            continue
        yield (
            f"{item.target} of the stack {item.stack} is removed, and {item.user} of "
            f"{item.user_stack}, which is deployed after it, refers to it until then: deploy first "
            "with it and without that reference, then without it"
        )
    for owner, items in sorted(of_functions.items()):
        routes = _routes_of(comparison, items)
        if routes:
            yield _removed_function(comparison, owner, routes)


def _routes_of(comparison: _Comparison, items: Iterable[_Dangling]) -> list[str]:
    """Return the routes among what refers to a function."""
    found: set[str] = set()
    for item in items:
        stack = comparison.old.stacks[item.user_stack]
        if stack.resources[item.user].type in _ROUTE_HOLDERS:
            names = {
                name
                for name, source in stack.sources.items()
                if source[0] == item.stack
                and comparison.old.stacks[item.stack].outputs[source[1]].target == item.target
            }
            found |= set(called_routes(comparison.old, stack, item.user, names))
    return sorted(found, key=lambda route: route.split(" ")[::-1])


def _removed_function(comparison: _Comparison, owner: str, routes: list[str]) -> str:
    key = f"functions.{comparison.functions[owner]}"
    several = len(routes) > 1
    return (
        f"{key}: is removed while deployed routes call it: {_listed(routes)}. In several stacks "
        f"that takes two deploys, or {'they answer' if several else 'it answers'} 500 in between: "
        f"deploy first with {key} and no route that leads to it, then without it"
    )


def _moved(comparison: _Comparison) -> Iterator[str]:
    """Say what another stack is to make that is still there, or is gone for a while."""
    pairs: dict[tuple[str, str], list[str]] = {}
    types: dict[str, str] = {}
    for stack in comparison.old.stacks.values():
        for logical_id, item in stack.resources.items():
            home = comparison.home(logical_id)
            if home is not None and home.name != stack.name and item.type not in _UNNOTICED:
                pairs.setdefault((stack.name, home.name), []).append(logical_id)
                types[logical_id] = item.type
    # All of an API that is made anew is made anew in it, where nothing is in the way.
    free = "AWS::ApiGateway::" if "AWS::ApiGateway::RestApi" in types.values() else "-"
    for (source, target), moved in sorted(pairs.items()):
        if source not in comparison.new.stacks:
            continue  # _gone_stacks tells of it.
        where = f"now in the stack {target} and no longer in {source}"
        moved.sort()
        if anew := [name for name in moved if types[name] in _ONE_OF_A_KIND]:
            yield (
                f"{_listed(anew)}: {where}, where AWS makes it anew: an API gets another address, "
                "and a key another value"
            )
        if comparison.goes_first(source, target):
            if served := [name for name in moved if types[name] not in API_DEFINITION]:
                yield (
                    f"{_listed(served)}: {where}, which is deployed first and deletes what the "
                    "other then makes anew; callers get errors in between"
                )
        elif named := [n for n in moved if types[n] in _NAMED and not types[n].startswith(free)]:
            yield (
                f"{_listed(named)}: {where}, which still holds it when the other is to make it: "
                f"deploy {source} first, this once"
            )


def _gone_stacks(comparison: _Comparison) -> Iterator[str]:
    """Say which stacks are no longer made, and when they must be deleted."""
    gone = [s for name, s in comparison.old.stacks.items() if name not in comparison.new.stacks]
    blocking = [
        stack
        for stack in gone
        if any(item.type in _NAMED and comparison.is_made(n) for n, item in stack.resources.items())
    ]
    if blocking:
        yield _blocked(gone)
        return
    copies = [s.name for s in comparison.new.stacks.values() if _has(s, "::Deployment")]
    for stack in gone:
        text = (
            f"the stack {stack.name} is no longer made, and stays until you delete it: "
            f"aws cloudformation delete-stack --stack-name {stack.name}"
        )
        if copies and any(item.type in API_DEFINITION for item in stack.resources.values()):
            text += f" (before you deploy {copies[0]}, or its routes are still served)"
        yield text


def _blocked(gone: Iterable[WrittenStack]) -> str:
    """Say in which order old stacks must go before the new ones can be made."""
    # What refers to a stack's outputs is in a later one, so the last one goes first.
    stacks = list(gone)[::-1]
    types = {item.type for stack in stacks for item in stack.resources.values()} - _UNNOTICED
    text = (
        "the stacks are others now, and the new ones cannot make what the old ones still hold: "
        f"delete these first, in this order: {', '.join(stack.name for stack in stacks)}"
    )
    if types - API_DEFINITION:
        text += ". Callers get errors until the new ones are deployed"
    if types & _ONE_OF_A_KIND:
        text += ". An API gets another address, and a key another value"
    return text


def _has(stack: WrittenStack, ending: str) -> bool:
    return any(item.type.endswith(ending) for item in stack.resources.values())


def _renamed_parameters(comparison: _Comparison) -> Iterator[str]:
    """Say which path parameters have another name: API Gateway takes one at a level.

    "A sibling ({id}) of this resource already has a variable path part -- only one is allowed":
    https://github.com/amazon-archives/aws-apigateway-importer/issues/202
    """
    new = {
        path.rpartition("/")[0]: (path, stack)
        for path, stack in api_paths(comparison.new).items()
        if path.rpartition("/")[2].startswith("{")
    }
    for path, stack in sorted(api_paths(comparison.old).items()):
        above, _, last = path.rpartition("/")
        if not last.startswith("{") or above not in new or new[above][0] == path:
            continue
        other, home = new[above]
        if stack != home and comparison.goes_first(stack, home):
            continue
        yield (
            f"api.routes: {path} becomes {other}, and API Gateway refuses the new name while the "
            f"old one is there: keep the old name, or deploy first without the routes at and "
            f"below {path}, then with {other}"
        )


def _other_definition(comparison: _Comparison) -> Iterator[str]:
    """Say that an API's routes cannot change from resources to a document, or back."""
    before, after = _has_methods(comparison.old), _has_methods(comparison.new)
    if before == after or not _has_api(comparison.old) or not _has_api(comparison.new):
        return
    if before:
        yield (
            "api.definition: the routes were resources and become a document: CloudFormation makes "
            "the new ones before it deletes the old ones, which are the same paths and methods of "
            "the same API; deploy once with --import-ready first, which keeps the old ones, and "
            "then this (docs/deploying.md)"
        )
    else:
        yield (
            "api.definition: the routes were a document and become resources, which API Gateway "
            "refuses while the document's are there; deploy it as another service beside this one, "
            "and move the callers"
        )


def _other_endpoint(comparison: _Comparison) -> Iterator[str]:
    """Say that callers of an API that leaves the internet, or comes there, need another address.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-api-migration.html
    """
    kinds = (_endpoint(comparison.old), _endpoint(comparison.new))
    if kinds == ("regional", "private"):
        yield (
            "api.endpoint: was regional and becomes private: it stops answering on the internet "
            "while this is deployed, and from then on does so through VPC endpoints alone, at "
            "another address (the output ApiUrl)"
        )
    elif kinds == ("private", "regional"):
        yield (
            "api.endpoint: was private and becomes regional: it answers on the internet from then "
            "on, to whomever authorization and api.access let call; VPCs whose endpoint for "
            "execute-api has private DNS do not reach it"
        )


def _endpoint(written: Written) -> str:
    """Return the endpoint type of the API, in the file's word; empty where there is none."""
    for stack in written.stacks.values():
        for item in stack.resources.values():
            if item.type == "AWS::ApiGateway::RestApi":
                configuration = item.properties.get("EndpointConfiguration")
                types = configuration.get("Types") if isinstance(configuration, dict) else None
                return str(types[0]).lower() if isinstance(types, list) and types else ""
    return ""


def _other_password(comparison: _Comparison) -> Iterator[str]:
    """Say that CloudFormation generates a secret anew where what it is generated by changes.

    "When you make a change to this property, a new secret version is created":
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
    """
    generated = "GenerateSecretString"
    for stack in comparison.old.stacks.values():
        for logical_id, item in stack.resources.items():
            home = comparison.home(logical_id) if generated in item.properties else None
            if home is None:
                continue
            now = home.resources[logical_id].properties.get(generated)
            if now != item.properties[generated]:
                yield (
                    f"{logical_id}: what it is generated by changes, and CloudFormation generates "
                    "another password with it: set that in the database as soon as it is "
                    "deployed, or logins are refused (docs/security.md)"
                )


def _has_methods(written: Written) -> bool:
    return any(_has(stack, "::Method") for stack in written.stacks.values())


def _has_api(written: Written) -> bool:
    return any(_has(stack, "::RestApi") for stack in written.stacks.values())


def _listed(names: Iterable[str]) -> str:
    """Return the first few names, and how many more there are."""
    found = list(names)
    shown = ", ".join(found[:_SHOWN])
    rest = len(found) - _SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown

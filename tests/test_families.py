"""Rows of families, compared with the templates that the cases generate."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_args

import pytest

from gateway_infra.families import ROWS, Family, FamilyFacts
from gateway_infra.graph import Resource, needs
from tests.support import CASES, MINIMAL, ROOT, generate_text, generated_case
from tests.test_cases import NAMES

RECORDED = {"role", "function", "api", "permission", "deployment", "monitoring"}
"""Stacks of the decision record (docs/decisions.md). A family outside them is optional."""

JOINING = {"endpoint-ingress", "network-policy"}
"""Optional families inside a stack of the decision record."""

SOURCE = ROOT / "src" / "gateway_infra"

SHARED = {
    "assembly": "access authorizers environment graph_builder guardrails sources",
    "builders": "access openapi",
    "rules": "accept access additions authorizers bucket cache catalog connectivity database "
    "egress environment_queries file guardrails models names openapi removed route_queries "
    "routes rule "
    "secret_detection stacks throttling values variables",
    "sections": "access access_log additions authorizers bucket database database_auth "
    "environment function_variables guardrails layout managed_rules models parameters postures "
    "quotas route route_checks routes schema schema_rules variables version_description",
    "suppressions": "active builder_wildcards catalog log_bucket metadata policies suppression",
}
"""Modules of each storey that belong to no family: what several share, and other sections."""

ONLY_SINGLE = {"user-pool": {"users"}}
"""Stacks of the families that no golden case has in the layout `split`."""

FIRST = {
    *("account", "alarms", "api", "api-log-groups", "cors", "dashboard", "database-ingress"),
    *("deployment", "endpoint-ingress", "function", "function-log-group", "key"),
    *("network-policy", "permission", "role", "secret", "security-group", "stage", "topic"),
    *("usage-plan", "user-pool", "waf"),
}
"""Families of the first list in CHANGELOG.md, which describes them in prose."""

ROUTES = """\
service: jobs
region: us-east-1
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
functions:
  web: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1}
api:
  authorization: iam
  cors: {origins: [https://app.example.com]}
  routes: {GET /jobs: web, GET /users: web}
alarms: {emails: [oncall@example.com]}
route_stacks: {users: [/users]}
"""


class Seen(NamedTuple):
    """What the cases generate: each family's stacks by layout, sources, and families it needs."""

    stacks: dict[tuple[str, str], set[str]]
    sources: dict[str, set[str]]
    needs: dict[str, set[str]]


def built(item: Resource) -> bool:
    """Return whether a builder made the resource, not `resources` or the customize hook."""
    return bool(item.source) and item.source[0] not in ("customize", "resources")


@functools.cache
def seen() -> Seen:
    found = Seen({}, {}, {})
    for name in NAMES:
        case = generated_case(name)
        home = dict(_homes(name))
        layout = case.loaded.environment.layout
        resources = case.graph.resources
        for key, item in resources.items():
            if not built(item):
                continue
            if isinstance(layout, str) and key in home:
                found.stacks.setdefault((item.family, layout), set()).add(home[key])
            found.sources.setdefault(item.family, set()).add(str(item.source[0]))
            others = {resources[other].family for other in needs(case.graph, key)}
            found.needs.setdefault(item.family, set()).update(others - {item.family, "added"})
    return found


def _homes(name: str) -> Iterator[tuple[str, str]]:
    """Yield each logical ID of a golden case with the key of its stack, as its files have it."""
    for manifest in (CASES / name).rglob("manifest.json"):
        for stack in json.loads(manifest.read_text())["stacks"]:
            template = json.loads((manifest.parent / stack["template"]).read_text())
            for logical_id in template["Resources"]:
                yield logical_id, stack["key"]


@functools.cache
def of_routes() -> frozenset[str]:
    """Return the families that a group of routes takes with it."""
    resources = generate_text(ROUTES).graph.resources.values()
    return frozenset(item.family.partition("/")[0] for item in resources if "/" in item.family)


def rows(table: Sequence[FamilyFacts]) -> Iterator[str]:
    """Yield the families without exactly one row."""
    names = [row.name for row in table]
    for name in sorted({*get_args(Family), *seen().sources, *names}):
        if names.count(name) != 1 or name not in get_args(Family):
            yield f"{name}: row: the table has {names.count(name)} rows of this name."
    stacks = list(dict.fromkeys(row.stack for row in table))
    home = {str(row.name): stacks.index(row.stack) for row in table}
    for name, others in seen().needs.items():
        for other in sorted(others & home.keys()):
            if name in home and home[name] < home[other]:
                yield f"{name}: row: precedes {other}, which it refers to."


def module(table: Sequence[FamilyFacts]) -> Iterator[str]:
    added = {
        name: file.read_text()
        for file in (SOURCE / "assembly").glob("*.py")
        for name in re.findall(r'builder\.add(?:_each)?\(\s*"([a-z-]+)"', file.read_text())
    }
    for row in table:
        if f"gateway_infra.builders.{row.module} import" not in added.get(row.name, ""):
            yield f"{row.name}: module: is '{row.module}', which the assembly does not use for it."


def stack(table: Sequence[FamilyFacts]) -> Iterator[str]:
    for row in table:
        found = seen().stacks.get((row.name, "split")) or ONLY_SINGLE.get(row.name)
        if found != {row.stack}:
            yield f"{row.name}: stack: is '{row.stack}', but the cases have {found}."


def near(table: Sequence[FamilyFacts]) -> Iterator[str]:
    required = {row.name: row.stack for row in table if not row.optional}
    for row in table:
        joins = row.optional and row.stack in required.values()
        if not joins and row.near is not None:
            yield f"{row.name}: near: is '{row.near}', but the family has a stack of its own."
        elif joins:
            links = seen().needs[row.name] | {
                name for name, needed in seen().needs.items() if row.name in needed
            }
            fits = {name for name in links if required.get(name) == row.stack}
            if row.near not in fits:
                yield f"{row.name}: near: is '{row.near}', not one of {sorted(fits)}."


def optional(table: Sequence[FamilyFacts]) -> Iterator[str]:
    for row in table:
        if row.optional != (row.stack not in RECORDED or row.name in JOINING):
            yield f"{row.name}: optional: is {row.optional}, against the decision record."


def of_account(table: Sequence[FamilyFacts]) -> Iterator[str]:
    for row in table:
        sources = seen().sources.get(row.name, set())
        if row.of_account != (sources <= {"account", "guards"}):
            yield f"{row.name}: of_account: is {row.of_account}, but comes from {sorted(sources)}."


def of_route(table: Sequence[FamilyFacts]) -> Iterator[str]:
    for row in table:
        if row.of_route != (row.name in of_routes()):
            yield f"{row.name}: of_route: is {row.of_route}, against `route_stacks`."


CHECKS = {
    check.__name__: check for check in (rows, module, stack, near, optional, of_account, of_route)
}


@pytest.mark.parametrize("column", CHECKS)
def test_every_family_has_a_value_in_every_column(column: str) -> None:
    assert list(CHECKS[column](ROWS)) == []


@pytest.mark.parametrize("name", get_args(Family))
def test_every_family_has_one_row(name: str) -> None:
    """Without its row, no case with the family can be generated for the checks above."""
    assert [row.name for row in ROWS].count(name) == 1, f"{name}: row"


def test_every_column_has_a_check() -> None:
    assert {*CHECKS} == {*FamilyFacts._fields[1:], "rows"}


@pytest.mark.parametrize("storey", SHARED)
def test_a_family_has_one_module_name_on_every_storey(storey: str) -> None:
    """A module is named after a family (`families.ROWS`), or is listed as shared."""
    found = {file.stem for file in (SOURCE / storey).glob("*.py")} - {"__init__"}
    families = {row.module for row in ROWS}
    assert found - families == set(SHARED[storey].split()) - families
    if storey == "builders":
        assert families <= found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_family_has_a_test_module(row: FamilyFacts) -> None:
    assert (ROOT / "tests" / "builders" / f"test_{row.module}.py").is_file()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_changelog_names_every_family(row: FamilyFacts) -> None:
    """A line in CHANGELOG.md contains the name of the family as code: `waf`."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert row.name in FIRST or f"`{row.name}`" in changelog


def test_in_the_layout_single_only_the_account_has_its_own_stacks() -> None:
    by_name: dict[str, FamilyFacts] = {row.name: row for row in ROWS}
    found = {name: keys for (name, layout), keys in seen().stacks.items() if layout == "single"}
    assert found
    assert found == {name: {by_name[name].single} for name in found}


def _mutations() -> Iterator[tuple[str, str, list[FamilyFacts]]]:
    """Yield tables with one row or cell removed or flipped, with the row and the column."""
    for position, row in enumerate(ROWS):
        others = ROWS[:position], ROWS[position + 1 :]
        yield row.name, "row", [*others[0], *others[1]]
        for column in FamilyFacts._fields:
            value = getattr(row, column)
            if value is not None:
                blank: Any = not value if isinstance(value, bool) else ""
                changed = row._replace(**{column: blank})
                label = "row" if column == "name" else column
                yield row.name, label, [*others[0], changed, *others[1]]


def test_no_cell_can_be_removed_unnoticed() -> None:
    unnoticed = []
    cells = list(_mutations())
    for name, column, table in cells:
        check = CHECKS["rows" if column == "row" else column]
        if not any(line.startswith(f"{name}: {column}: ") for line in check(table)):
            unnoticed.append((name, column))
    assert unnoticed == []
    assert len(cells) == len(ROWS) * 7 + sum(row.near is not None for row in ROWS)


@pytest.mark.parametrize("layout", ["single", "split"])
def test_a_family_of_nobody_is_no_family(layout: str) -> None:
    """A resource that an environment file adds joins a stack, not a family."""
    text = f"{MINIMAL}resources: {{Queue: {{Type: AWS::SQS::Queue}}}}\n"
    item = generate_text(text, layout=layout)
    assert item.graph.resources["Queue"].family not in get_args(Family)

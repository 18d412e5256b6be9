"""Every rule of the project, found by walking the package.

A rule lives in the room that its check needs: a model's rule in `sections`, a rule across sections
in `rules`, a rule of the templates in `template_checks`. `rule_homes` reads the IDs from the source
without importing it, so that a run loads only the modules that it uses anyway.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from gateway_infra.reading.diagnostics import near_miss
from gateway_infra.reading.rule import Rule

_PACKAGE = "gateway_infra"
_NUMBER = re.compile(r"GI[0-9]{3}")
OF_CFN_LINT = re.compile(r"[EIW][0-9]{4}")
_DEFINITION = re.compile(r"\bRule(?:\.\w+)?\(\s*\"(GI[0-9]{3})\"")


class Group(NamedTuple):
    """Rules whose ids begin alike, and what they are about."""

    prefix: str
    title: str


GROUPS: dict[str, Group] = {
    "file": Group("GI0", "reading the file, its keys, and what it accepts"),
    "values": Group("GI1", "values, network, database, bucket, secrets"),
    "functions": Group("GI2", "functions and what they may do"),
    "api": Group("GI3", "the API, its routes and models, OpenAPI documents"),
    "cors": Group("GI4", "calls from browsers"),
    "stage": Group("GI5", "throttling, logs, cache, usage plan"),
    "alarms": Group("GI6", "alarms, and how long logs are kept"),
    "stacks": Group("GI7", "names, tags, stacks, quotas, deployers"),
    "additions": Group("GI8", "overrides, resources of one's own, customize"),
    "security": Group("GI9", "posture, roles, keys, who may call, protection, guards"),
}
"""The groups of rules by name."""


@cache
def environment_rules() -> tuple[Rule, ...]:
    """Return the rules that look across sections, by ID."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules([str(Path(__file__).parent)], "gateway_infra.rules."):
        if module.name != __name__:
            found += (rule for rule in _rules_in(import_module(module.name)) if rule.check)
    return tuple(sorted(found, key=lambda rule: rule.id))


@cache
def rule_homes() -> Mapping[str, str]:
    """Return the module that defines each rule, by ID; no module is imported."""
    found = {
        rule: module
        for module, text in _sources(files(_PACKAGE), _PACKAGE)
        for rule in _DEFINITION.findall(text)
    }
    return MappingProxyType(dict(sorted(found.items())))


def find_rule(rule_id: str) -> Rule | None:
    """Return one rule, importing only its module; `None` if no rule ever had this ID."""
    loaded = next((rule for rule in environment_rules() if rule.id == rule_id), None)
    if loaded is not None or rule_id not in rule_homes():
        return loaded
    module = import_module(rule_homes()[rule_id])
    return next(rule for rule in _rules_in(module) if rule.id == rule_id)


def near_rule(name: str) -> str:
    """Return the hint for an ID that no rule has; to a number, the next one says nothing."""
    if _NUMBER.fullmatch(name):
        return ""
    return near_miss(name.upper().replace("O", "0"), rules_by_id())


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return every rule that is not removed, by ID."""
    modules = dict.fromkeys(rule_homes().values())
    found = {rule.id: rule for name in modules for rule in _rules_in(import_module(name))}
    return tuple(rule for _, rule in sorted(found.items()) if rule.status != "removed")


@cache
def rules_by_id() -> Mapping[str, Rule]:
    """Return every rule that is not removed by its ID, sorted."""
    return MappingProxyType({rule.id: rule for rule in all_rules()})


def _rules_in(module: ModuleType) -> Iterator[Rule]:
    """Yield the rules that a module defines or imports, as constants or in `RULES`."""
    for value in vars(module).values():
        if isinstance(value, Rule):
            yield value
    yield from getattr(module, "RULES", ())


def _sources(folder: Traversable, package: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each module below a package."""
    for item in folder.iterdir():
        if item.is_dir():
            yield from _sources(item, f"{package}.{item.name}")
        elif item.name.endswith(".py"):
            stem = item.name.removesuffix(".py")
            yield package if stem == "__init__" else f"{package}.{stem}", item.read_text("utf-8")

"""From an environment's name to one validated model, or to all that is wrong with it.

``read`` (YAML with places) → ``merge`` (base, overlay, ``--set``, the tier's defaults) → the
models → checks across sections. Nothing is printed and nothing is written here.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from gateway_infra.config.checks import (
    cross_section_errors,
    dynamic_reference_errors,
    route_errors,
    warnings,
)
from gateway_infra.config.environment import TIERS, Environment
from gateway_infra.config.merge import (
    apply_overrides,
    defaults_node,
    merge,
    read_layers,
    without_nulls,
)
from gateway_infra.config.models import with_models
from gateway_infra.config.openapi.document import WithDocument, is_document
from gateway_infra.config.problems import ConfigError, KeyPath, Place, Problem, did_you_mean
from gateway_infra.config.rules.accept import accept_errors, not_accepted
from gateway_infra.config.rules.catalog import RULES
from gateway_infra.config.rules.rule import Subject, broken
from gateway_infra.config.section import NAME_PATTERN
from gateway_infra.config.source import Node
from gateway_infra.config.translate import problems_of

MAX_NAME = 30
"""Characters of an environment's name, which is part of every physical name."""


class Loaded(NamedTuple):
    """A validated environment with its name, its findings and where its values are written.

    `findings` are warnings and advice; those of rules that the file accepts are under `accepted`.
    """

    name: str
    environment: Environment
    source: Node
    findings: tuple[Problem, ...]
    accepted: tuple[Problem, ...] = ()

    @property
    def subject(self) -> Subject:
        """What rules look at."""
        return Subject(self.name, self.environment, self.source)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The findings that are warnings."""
        return tuple(item for item in self.findings if item.severity == "warning")

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return a problem at the place where `path` is written."""
        return Problem(self.source.find(path).place, path, message)


def environment_names(folder: Path, shown: str) -> list[str]:
    """Return the environments of a folder: its YAML files but ``base.yaml`` and ``_*.yaml``.

    An OpenAPI document beside them (`api.openapi`) is none either.
    """
    if not folder.is_dir():
        message = "there is no such folder; name it with --environments"
        raise ConfigError([Problem(Place(shown), (), message)])
    files = [path for path in folder.glob("*.yaml") if path.stem[0] != "_" and path.stem != "base"]
    return sorted(path.stem for path in files if not is_document(path))


def load(folder: Path, name: str, overrides: Sequence[str] = (), shown: str = "") -> Loaded:
    """Read, merge and validate the environment `name` of `folder`.

    `overrides` are ``key.path=value`` texts; `shown` is what messages call the folder. Raise
    `ConfigError` with every problem that was found.
    """
    shown = shown or folder.as_posix()
    _refuse_unknown(folder, name, shown)
    layers = apply_overrides(read_layers(folder, name, shown), overrides)
    documented = _documented(layers, folder, shown)
    written = without_nulls(documented.node)
    source, problems, doubts = with_models(_with_tier(written, name), folder, shown)
    data = source.plain()
    environment: Environment | None
    try:
        environment = Environment.model_validate(data)
    except ValidationError as error:
        problems += problems_of(error, Environment, source)
        environment = _sound_part(data, error)
    problems += route_errors(data, source)
    problems += dynamic_reference_errors(source)
    found = [] if environment is None else _found(Subject(name, environment, source))
    accepted = {} if environment is None else environment.accept
    problems += [item for item in not_accepted(found, accepted) if item.severity == "error"]
    if environment is None or problems:
        raise ConfigError(documented.grouped(problems))
    told = [item._replace(severity="warning") for item in (*doubts, *warnings(environment, source))]
    told += [item for item in found if item.severity != "error" or item.rule in accepted]
    told = documented.grouped(told)
    told += [item._replace(severity="warning") for item in documented.warnings]
    return Loaded(
        name,
        environment,
        source,
        tuple(not_accepted(told, accepted)),
        tuple(item for item in told if item.rule in accepted),
    )


def _found(subject: Subject) -> list[Problem]:
    """Return what the checks across sections and the rules find."""
    found = [*accept_errors(subject)]
    found += cross_section_errors(subject.name, subject.environment, subject.source)
    for rule in RULES:
        found += broken(rule, subject)
    return found


def _documented(layers: Node, folder: Path, shown: str) -> WithDocument:
    """Lay the environment over its OpenAPI document; who has none need not wait for its readers."""
    if layers.find(("api", "openapi")) is layers.find(("api",)):
        return WithDocument(layers)
    from gateway_infra.config.openapi.translation import with_openapi  # noqa: PLC0415

    return with_openapi(layers, folder, shown)


def _sound_part(data: Any, error: ValidationError) -> Environment | None:
    """Return a wrong file without its wrong values, so that checks across sections can run too.

    Only single values with a default and unknown keys are left out: without a whole section or an
    entry of a list, those checks would find what is no fault. ``None`` where more is wrong.
    """
    rest = copy.deepcopy(data)
    for detail in error.errors(include_url=False):
        *way, last = detail["loc"]
        container = rest
        for part in way:
            container = container.get(part)
            if not isinstance(container, dict):
                return None
        if isinstance(detail["input"], dict | list) and detail["type"] != "extra_forbidden":
            return None
        container.pop(last, None)
    try:
        return Environment.model_validate(rest)
    except ValidationError:
        return None


def _refuse_unknown(folder: Path, name: str, shown: str) -> None:
    """Refuse an environment that is not there, naming those that are."""
    known = environment_names(folder, shown)
    listed = f"; there are {', '.join(known)}" if known else ""
    near = did_you_mean(name, known)
    hint = (near.rstrip("?") if "did you mean" in near else "") + listed
    if name == "base":
        message = f"'base' is what all environments share, and none itself{listed}"
    elif not NAME_PATTERN.fullmatch(name) or len(name) > MAX_NAME:
        rule = f"up to {MAX_NAME} small letters, digits and single hyphens, as in prod-eu"
        rename = f"; rename {name}.yaml" if name in known else hint
        message = f"'{name}' is no environment's name ({rule}){rename}"
    elif name not in known:
        message = f"there is no environment '{name}': no file {name}.yaml{hint}"
    else:
        return
    raise ConfigError([Problem(Place(shown), (), message)])


def _with_tier(written: Node, name: str) -> Node:
    """Lay what is written over the defaults of its tier."""
    entries = dict(written.value) if isinstance(written.value, dict) else {}
    if "tier" not in entries and name in TIERS:
        entries["tier"] = Node(name, Place("default"))
    tier = entries["tier"].value if "tier" in entries else None
    tier_defaults = TIERS.get(tier, {}) if isinstance(tier, str) else {}
    # A section that must be written stays missing when it is not.
    fields = Environment.model_fields
    defaults = {
        key: value
        for key, value in tier_defaults.items()
        if key in entries or not fields[key].is_required()
    }
    base = defaults_node(defaults, f"default of tier {tier}")
    return merge(base, Node(entries, written.place))

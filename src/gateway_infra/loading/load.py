"""From an environment's name to one validated model, or to all that is wrong with it.

``read`` (YAML with places) → ``merge`` (base, overlay, ``--set``, the defaults of posture and tier)
→ the models → checks across sections. Nothing is printed and nothing is written here.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from gateway_infra.loading.salvage import PartialEnvironment, sound_part
from gateway_infra.loading.translate import problems_of
from gateway_infra.openapi_input.document import WithDocument, is_document
from gateway_infra.reading.diagnostics import ConfigError, Diagnostic, KeyPath, Place, near_miss
from gateway_infra.reading.merge import (
    Overridden,
    defaults_node,
    merge,
    read_layers,
    with_overrides,
    without_nulls,
)
from gateway_infra.reading.redaction import HIDDEN, literal_secrets
from gateway_infra.reading.source import Node
from gateway_infra.rules.accept import accept_errors, accepted_rules, not_accepted
from gateway_infra.rules.catalog import environment_rules
from gateway_infra.rules.rule import Subject, broken
from gateway_infra.rules.values import dynamic_reference_errors
from gateway_infra.sections.environment import TIERS, Environment
from gateway_infra.sections.models import with_models
from gateway_infra.sections.postures import at_posture, with_posture
from gateway_infra.sections.route_checks import route_errors
from gateway_infra.values.section import NAME_PATTERN

MAX_NAME = 30
"""Characters of an environment's name, which is part of every physical name."""


class Loaded(NamedTuple):
    """A validated environment with its name, its findings and where its values are written.

    `findings` are warnings and advice; those of rules that the file accepts are under `accepted`.
    """

    name: str
    environment: Environment
    source: Node
    findings: tuple[Diagnostic, ...]
    accepted: tuple[Diagnostic, ...] = ()

    @property
    def subject(self) -> Subject:
        """What rules look at."""
        return Subject(self.name, self.environment, self.source)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that are warnings."""
        return tuple(item for item in self.findings if item.severity == "warning")

    def problem(self, path: KeyPath, message: str) -> Diagnostic:
        """Return a problem at the place where `path` is written."""
        return at_posture(
            Diagnostic(path, message, place=self.source.find(path).place), self.source
        )


def environment_names(folder: Path, shown: str) -> list[str]:
    """Return the environments of a folder: its YAML files but ``base.yaml`` and ``_*.yaml``.

    An OpenAPI document beside them (`api.openapi`) is none either.
    """
    if not folder.is_dir():
        message = "there is no such folder; name it with --environments"
        raise ConfigError([Diagnostic((), message, place=Place(shown))])
    files = [path for path in folder.glob("*.yaml") if path.stem[0] != "_" and path.stem != "base"]
    return sorted(path.stem for path in files if not is_document(path))


def load(folder: Path, name: str, overrides: Sequence[str] = (), shown: str = "") -> Loaded:
    """Read, merge and validate the environment `name` of `folder`.

    `overrides` are ``key.path=value`` texts; `shown` is what messages call the folder. Raise
    `ConfigError` with every problem that was found.
    """
    shown = shown or folder.as_posix()
    _refuse_unknown(folder, name, shown)
    given = _given(folder, name, overrides, shown)
    documented, undocumented = _documented(given.node, folder, shown)
    written = without_nulls(with_posture(documented.node))
    source, problems, doubts = with_models(_with_tier(written, name), folder, shown)
    data = source.plain()
    wrong: ValidationError | None = None
    sound: PartialEnvironment | None
    astray = list(route_errors(data, source))
    problems += astray
    problems += dynamic_reference_errors(source)
    try:
        sound = PartialEnvironment(Environment.model_validate(data), frozenset())
    except ValidationError as error:
        wrong, sound = error, None
        problems += problems_of(error, Environment, source)
    if wrong or astray:
        sound = sound_part(data, wrong)
    if undocumented or given.problems:
        problems = _known_to_be_wrong(problems, given.lost, documented=not undocumented)
        problems += (*undocumented, *given.problems)
        sound = None
    found = [] if sound is None else sound.told(_found(Subject(name, sound.environment, source)))
    found = [at_posture(item, source) for item in found]
    problems = [at_posture(item, source) for item in problems]
    accepted = {} if sound is None else accepted_rules(sound.environment.accept)
    problems += [item for item in not_accepted(found, accepted) if item.severity == "error"]
    if sound is None or problems:
        raise ConfigError(_without_secrets(documented.grouped(problems), data))
    environment = sound.environment
    told = [item._replace(severity="warning") for item in doubts]
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


def _found(subject: Subject) -> list[Diagnostic]:
    """Return what the checks across sections and the rules find."""
    found = [*accept_errors(subject)]
    for rule in environment_rules():
        found += broken(rule, subject)
    return found


def _without_secrets(problems: Sequence[Diagnostic], data: Any) -> list[Diagnostic]:
    """Return problems whose messages hold nothing that the file has in place of a secret.

    An alias may show in one place what is a secret in another.
    """
    secrets = sorted(literal_secrets(data), key=len, reverse=True)
    told: list[Diagnostic] = []
    for problem in problems:
        message = problem.message
        for secret in secrets:
            message = message.replace(secret, HIDDEN)
        told.append(problem._replace(message=message))
    return told


def _given(folder: Path, name: str, overrides: Sequence[str], shown: str) -> Overridden:
    """Read the files and lay ``--set`` over them; raise with the faults of both."""
    try:
        layers = read_layers(folder, name, shown)
    except ConfigError as error:
        nothing = with_overrides(Node({}, Place(shown)), overrides)
        raise ConfigError([*error.problems, *nothing.problems]) from error
    return with_overrides(layers, overrides)


def _documented(
    layers: Node, folder: Path, shown: str
) -> tuple[WithDocument, tuple[Diagnostic, ...]]:
    """Lay the environment over its OpenAPI document, and say what is wrong with that.

    Who has none need not wait for its readers.
    """
    if layers.find(("api", "openapi")) is layers.find(("api",)):
        return WithDocument(layers), ()
    from gateway_infra.openapi_input.translation import with_openapi

    try:
        return with_openapi(layers, folder, shown), ()
    except ConfigError as error:
        return WithDocument(layers), error.problems


def _known_to_be_wrong(
    problems: Sequence[Diagnostic], lost: Sequence[KeyPath], *, documented: bool
) -> list[Diagnostic]:
    """Return the problems but for those that come of what could not be read.

    `lost` are keys that were to be set, with an empty path for any; without its document,
    an environment lacks routes and models.
    """
    unread = [*lost, *(() if documented else (("api", "routes"), ("api", "models")))]
    kept: list[Diagnostic] = []
    for problem in problems:
        absent = problem.rule == "GI003" or "holds nothing" in problem.message
        path = problem.path
        follows = any(path[: len(other)] == other[: len(path)] for other in unread) and absent
        if not documented:
            # The reader of documents has said what is wrong with the key itself.
            follows |= path[:2] == ("api", "openapi") or "not under `api.models`" in problem.message
        if not follows:
            kept.append(problem)
    return kept


def _refuse_unknown(folder: Path, name: str, shown: str) -> None:
    """Refuse an environment that is not there, naming those that are."""
    if _is_environment(folder, name):
        return
    known = environment_names(folder, shown)
    listed = f"; there are {', '.join(known)}" if known else ""
    hint = near_miss(name, known).rstrip("?") + listed
    if name == "base":
        message = f"'base' is what all environments share, and none itself{listed}"
    elif not NAME_PATTERN.fullmatch(name) or len(name) > MAX_NAME:
        rule = f"up to {MAX_NAME} small letters, digits and single hyphens, as in prod-eu"
        rename = f"; rename {name}.yaml" if name in known else hint
        message = f"'{name}' is no environment's name ({rule}){rename}"
    else:
        there = f"rename {name}.yml" if (folder / f"{name}.yml").is_file() else ""
        message = f"there is no environment '{name}': no file {name}.yaml"
        message += f"; {there}" if there else hint
    raise ConfigError([Diagnostic((), message, place=Place(shown))])


def _is_environment(folder: Path, name: str) -> bool:
    """Whether a folder has an environment, told without a look into the other files there.

    The folder's own listing says it, as some systems open a file by its name in other letters too.
    """
    if name == "base" or not NAME_PATTERN.fullmatch(name) or len(name) > MAX_NAME:
        return False
    file = f"{name}.yaml"
    return folder.is_dir() and file in os.listdir(folder) and not is_document(folder / file)


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

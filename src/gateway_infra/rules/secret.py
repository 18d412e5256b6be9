"""Rules of secrets: where they may stand, and how the function's code finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway_infra.reading.diagnostics import Diagnostic, KeyPath
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import Node
from gateway_infra.rules.environment_queries import by_posture, region_of, secrets_of
from gateway_infra.rules.rule import Subject
from gateway_infra.rules.secret_detection import (
    is_literal_secret,
    looks_random,
    name_below,
    names_a_secret,
    shape_of_secret,
    without_samples,
)
from gateway_infra.sections.variables import CREDENTIALS
from gateway_infra.values.values import DeployTimeValue, known

_ENV = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
_TYPES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html"
_INSTEAD = "write {environment_variable: NAME}, or {secret: name} for what the code reads itself"
_IN_TEMPLATES = (
    "write {environment_variable: NAME}, or '{{resolve:secretsmanager:NAME:SecretString:KEY}}'"
)
_AT_STAGES = (
    "whoever may look at the stage sees it: give the function a variable, by "
    "{environment_variable: NAME} or {secret: name}"
)
_OF_OTHERS = (("api", "authorizers"), ("api", "models"), ("api", "routes"))
"""Schemas, names and texts for people, of which an OpenAPI document's examples may be a part."""

_ADDED = ("overrides", "resources")
"""What is written in CloudFormation's words."""

_NO_VALUE = r"(?i)(arn|id|name|path|uri|url)$"
"""How the name of an open value ends that is not the secret itself."""


def _elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    region = subject.environment.region
    for path, value in secrets_of(subject):
        there = _region(value.secret)
        if there not in (None, region):
            message = f"is a secret in {there}, but functions run in {region}, where the SDK asks "
            yield Diagnostic((*path, "secret"), f"{message}first; replicate it to {region}")


def _keys_elsewhere(subject: Subject) -> Iterator[Diagnostic]:
    region = subject.environment.region
    for path, value in secrets_of(subject):
        there = _region(value.kms_key)
        if there not in (None, region):
            message = f"is a key in {there}, but the role may decrypt through Secrets Manager of "
            yield Diagnostic((*path, "kms_key"), f"{message}{region} alone; name the key there")


def _region(arn: str | DeployTimeValue | None) -> str | None:
    return None if arn is None else region_of(known(arn))


def _shapes(subject: Subject) -> Iterator[Diagnostic]:
    for path, text in _texts(subject.source):
        what = shape_of_secret(without_samples(text) if path[:2] in _OF_OTHERS else text)
        # GI221 says what to do about these, whatever their value is.
        of_role = path[:1] == ("functions",) and CREDENTIALS.intersection(map(str, path[3:4]))
        if what and not of_role:
            message = f"holds {what}, which stands in the file, in git and in the template; take "
            yield Diagnostic(path, f"{message}it out, {_out(path)}")


def _out(path: KeyPath) -> str:
    """Say what to do about a secret that has been taken out of `path`."""
    anew = "give it out anew where it was used"
    if path[0] in _ADDED:
        return f"{anew}, and {_IN_TEMPLATES}"
    return f"{anew}, and {_INSTEAD}" if "variables" in path[2:3] else f"and {anew}"


def _texts(source: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text of the file; keys stand at the place of their mapping."""
    if isinstance(source.value, str):
        yield path, source.value
    elif isinstance(source.value, dict):
        for key, node in source.value.items():
            if path:
                yield path, key
            yield from _texts(node, (*path, key))
    elif isinstance(source.value, list):
        for position, node in enumerate(source.value):
            yield from _texts(node, (*path, position))


def _given(subject: Subject) -> Iterator[tuple[KeyPath, str, str | DeployTimeValue]]:
    """Yield what has a name and reaches code or a resource: path, name, value."""
    environment = subject.environment
    for key, function in environment.functions.items():
        for name, value in function.variables.items():
            if isinstance(value, str | DeployTimeValue):
                yield ("functions", key, "variables", name), name, value
    for name, value in environment.api.stage.variables.items():
        yield ("api", "stage", "variables", name), name, value
    for number, override in environment.overrides.items():
        names = [part for part in override.keys if isinstance(part, str)]
        yield from _added(("overrides", number, "value"), names[-1], override.value)
    for logical_id, resource in environment.resources.items():
        for part in ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy"):
            yield from _added(("resources", logical_id, part), part, getattr(resource, part))


def _added(
    path: KeyPath, name: str, value: Any
) -> Iterator[tuple[KeyPath, str, str | DeployTimeValue]]:
    """Yield the texts and open values of template data, each with its name."""
    if isinstance(value, str | DeployTimeValue):
        yield path, name, value
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _added((*path, position), name, item)
    elif isinstance(value, dict):
        for key, item in value.items():
            called = name_below(key, name, value)
            if called:
                yield from _added((*path, key), called, item)


def _literals(subject: Subject) -> Iterator[tuple[KeyPath, str, str]]:
    """Yield texts, and defaults of parameters, that have a name: path, name, text."""
    for path, name, value in _given(subject):
        text = known(value)
        if isinstance(text, str) and shape_of_secret(text) is None:
            yield path, name, text


def _named(subject: Subject) -> Iterator[Diagnostic]:
    for path, name, text in _literals(subject):
        if is_literal_secret(name, text):
            message = "looks like a secret by its name, and stands in the template and in git; "
            yield Diagnostic(path, message + _instead(path))


def _instead(path: KeyPath) -> str:
    """Return what to write in place of a secret at `path`."""
    if path[0] in _ADDED:
        return _IN_TEMPLATES
    return _AT_STAGES if path[0] == "api" else _INSTEAD


def _random(subject: Subject) -> Iterator[Diagnostic]:
    for path, name, text in _literals(subject):
        if path[0] in _ADDED and "Variables" not in path:
            continue
        if not names_a_secret(name) and looks_random(name, text):
            message = f"looks like a secret, {len(text)} characters as programs make them, and "
            yield Diagnostic(path, f"{message}stands in the template and in git; {_instead(path)}")


def _shown(subject: Subject) -> Iterator[Diagnostic]:
    for path, name, value in _given(subject):
        if not isinstance(value, DeployTimeValue) or value.secret or known(value) is not None:
            continue
        if names_a_secret(name) and not re.search(_NO_VALUE, value.name):
            message = f"is a secret by its name, and `{value.form}` shows the value to whoever "
            message += "may look at the stack"
            if value.form == "ssm":
                message += " (and takes no SecureString)"
            yield Diagnostic(path, f"{message}; {_instead(path)}")


def _shown_password(subject: Subject) -> Iterator[Diagnostic]:
    database = subject.environment.database
    password = database.password if database else None
    if subject.environment.posture == "hardened" and isinstance(password, DeployTimeValue):
        message = "is in the functions' variables and in their published versions, where whoever "
        message += "may look at a function reads it, though the posture is hardened; write secret: "
        message += "{} and password: null, or say in `accept` why it must be so"
        yield Diagnostic(("database", "password"), message)


def _for_nobody(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    database = environment.database
    if database is None or database.secret is None:
        return
    if not any("database" in function.uses for function in environment.functions.values()):
        path = ("database", "secret")
        message = f"is made{by_posture(subject, path)} for nobody: no function has database among "
        message += "its `uses`, and none may read it; add it there, or leave out the section "
        yield Diagnostic(path, f"{message}`database`")


RULES = (
    Rule.warning(
        "GI143",
        "A secret in another region",
        "A client in Lambda asks the region that it runs in, where there is no such secret, unless "
        "the code names the other region; and then each cold start crosses regions.",
        "Replicate the secret to the region of the functions, and write the replica's ARN.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html",
        check=_elsewhere,
    ),
    Rule.error(
        "GI144",
        "The key of a secret in another region",
        "The role may use the key only through Secrets Manager in the functions' region "
        "(kms:ViaService), and a KMS key works in its own region alone, so reading the secret "
        "would be refused.",
        "Name the key that encrypts the secret in the functions' region.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html",
        check=_keys_elsewhere,
        acceptable=True,
    ),
    Rule.error(
        "GI151",
        "A secret in the file, by its shape",
        "Keys of AWS, GitHub, Slack and others have a form of their own, as the passwords in URLs "
        "and connection strings have, which whoever searches public and leaked repositories looks "
        "for. What stood in git once is to be given out anew.",
        "Take it out, revoke it, and pass the new one by {environment_variable: NAME} or "
        "{secret: name}.",
        _ENV,
        check=_shapes,
        acceptable=True,
    ),
    Rule.warning(
        "GI152",
        "A secret's name and a literal value",
        "A literal in a variable, an override or a resource stands in git, in the template and in "
        "what AWS shows of it, where everyone who may read one of them reads it.",
        "Write {environment_variable: NAME}, or {secret: name} in a function's variables, or a "
        "dynamic reference in overrides and resources; accept it where it is no secret.",
        _ENV,
        check=_named,
    ),
    Rule.warning(
        "GI153",
        "A value that looks like a key that a program made",
        "A long word of small letters, capitals and digits in disorder is mostly a key or a token, "
        "and a literal stands in git and in the template.",
        "Write {environment_variable: NAME}, or {secret: name}; accept it where it is no secret.",
        _ENV,
        check=_random,
    ),
    Rule.warning(
        "GI154",
        "A secret by its name that is given by what shows it",
        "A parameter without NoEcho, an output, an export and a plain SSM parameter are shown with "
        "the stack; CloudFormation takes no SecureString for a parameter.",
        "Write {environment_variable: NAME}, a NoEcho parameter, or {secret: name}.",
        _TYPES,
        check=_shown,
    ),
    Rule.warning(
        "GI921",
        "A password in a variable, though the posture is hardened",
        "Variables are shown by lambda:GetFunctionConfiguration, and each published version keeps "
        "its own. What is written stands above the posture, which would make a secret that only "
        "the functions' roles read.",
        "Write database.secret: {}, or database.password: {secret: name} for one that exists, or "
        "database.iam.",
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html",
        check=_shown_password,
    ),
    Rule.warning(
        "GI923",
        "A secret that is made for nobody",
        "A function that uses the database gets the ARN of its secret in a variable, and its role "
        "may read it. Where none does, there is a secret, billed by the month, with a password "
        "that nothing logs in with.",
        "Add database to `uses` of the functions that log in, or remove the section `database`.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html",
        check=_for_nobody,
    ),
)
"""Rules of secrets."""

"""Rules of secrets: where they may stand, and how the function's code finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway_infra.config.problems import KeyPath
from gateway_infra.config.rules.leaks import is_reference, looks_random, shape_of_secret
from gateway_infra.config.rules.places import secrets_of
from gateway_infra.config.rules.rule import Found, Rule, Subject
from gateway_infra.config.source import Node
from gateway_infra.config.values import Open, known
from gateway_infra.config.variables import names_a_secret

_SECRETS = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/"
_ENV = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"
_TYPES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html"

_INSTEAD = "write {environment_variable: NAME}, or {secret: name} for what the code reads itself"

_OF_OTHERS = (("api", "models"), ("api", "routes"))
"""Schemas and texts for people, of which an OpenAPI document's examples may be a part."""

_NO_VALUE = r"(?i)(arn|id|name|path|uri|url)$"
"""How the name of an open value ends that is not the secret itself."""


def _elsewhere(subject: Subject) -> Iterator[Found]:
    region = subject.environment.region
    for path, value in secrets_of(subject):
        there = _region(value.secret)
        if there not in (None, region):
            message = f"is a secret in {there}, but functions run in {region}, where the SDK asks "
            yield Found((*path, "secret"), f"{message}first; replicate it to {region}")


def _keys_elsewhere(subject: Subject) -> Iterator[Found]:
    region = subject.environment.region
    for path, value in secrets_of(subject):
        there = _region(value.kms_key)
        if there not in (None, region):
            message = f"is a key in {there}, but the role may decrypt through Secrets Manager of "
            yield Found((*path, "kms_key"), f"{message}{region} alone; name the key there")


def _region(arn: str | Open | None) -> str | None:
    text = None if arn is None else known(arn)
    return text.split(":")[3] if isinstance(text, str) and text.startswith("arn:") else None


def _shapes(subject: Subject) -> Iterator[Found]:
    for path, text in _texts(subject.source):
        what = shape_of_secret(text)
        if what and path[:2] not in _OF_OTHERS:
            message = f"holds {what}, which stands in the file, in git and in the template; take "
            yield Found(
                path, f"{message}it out, give it out anew where it was used, and {_INSTEAD}"
            )


def _texts(source: Node, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield every text of the file."""
    if isinstance(source.value, str):
        yield path, source.value
    elif isinstance(source.value, dict):
        for key, node in source.value.items():
            yield from _texts(node, (*path, key))
    elif isinstance(source.value, list):
        for position, node in enumerate(source.value):
            yield from _texts(node, (*path, position))


def _literals(subject: Subject) -> Iterator[tuple[KeyPath, str, str]]:
    """Yield literals, and defaults of parameters, that reach code: path, variable, text."""
    for key, function in subject.environment.functions.items():
        for name, value in function.variables.items():
            text = known(value) if isinstance(value, str | Open) else None
            if isinstance(text, str) and shape_of_secret(text) is None:
                yield ("functions", key, "variables", name), name, text
    for name, text in subject.environment.api.stage.variables.items():
        yield ("api", "stage", "variables", name), name, text


def _named(subject: Subject) -> Iterator[Found]:
    for path, name, text in _literals(subject):
        if text and names_a_secret(name) and not is_reference(text):
            message = "looks like a secret by its name, and stands in the template and in git; "
            yield Found(path, message + _INSTEAD)


def _random(subject: Subject) -> Iterator[Found]:
    for path, name, text in _literals(subject):
        if not names_a_secret(name) and looks_random(name, text):
            message = f"looks like a secret, {len(text)} characters as programs make them, and "
            yield Found(path, f"{message}stands in the template and in git; {_INSTEAD}")


def _shown(subject: Subject) -> Iterator[Found]:
    for key, function in subject.environment.functions.items():
        for name, value in function.variables.items():
            if not isinstance(value, Open) or value.secret or known(value) is not None:
                continue
            if names_a_secret(name) and not re.search(_NO_VALUE, value.name):
                message = f"is a secret by its name, and `{value.form}` shows the value to whoever "
                message += "may look at the stack"
                if value.form == "ssm":
                    message += " (and takes no SecureString)"
                yield Found(("functions", key, "variables", name), f"{message}; {_INSTEAD}")


RULES = (
    Rule(
        "GI141",
        "error",
        "A password written in the file, or given by what would show it",
        "It would stand in git and in the template, where everyone who may read either reads it; "
        "parameters, outputs and SSM parameters are shown with the stack.",
        "Write {environment_variable: NAME}, which becomes a NoEcho parameter without a default, "
        "or {secret: name}, which the code reads itself.",
        _SECRETS + "best-practices.html",
        acceptable=False,
    ),
    Rule(
        "GI142",
        "error",
        "A secret's name or ARN that Secrets Manager would read as another",
        "Secrets Manager ends a secret's ARN in a hyphen and six characters. A name that ends so "
        "is taken for an ARN, and a permission on an ARN without them fits no secret.",
        "Write the whole ARN, or the name alone.",
        _SECRETS + "troubleshoot.html",
        acceptable=False,
    ),
    Rule(
        "GI143",
        "warning",
        "A secret in another region",
        "A client in Lambda asks the region that it runs in, where there is no such secret, unless "
        "the code names the other region; and then each cold start crosses regions.",
        "Replicate the secret to the region of the functions, and write the replica's ARN.",
        _SECRETS + "replicate-secrets.html",
        check=_elsewhere,
    ),
    Rule(
        "GI144",
        "error",
        "The key of a secret in another region",
        "The role may use the key only through Secrets Manager in the functions' region "
        "(kms:ViaService), and a KMS key works in its own region alone, so reading the secret "
        "would be refused.",
        "Name the key that encrypts the secret in the functions' region.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html",
        check=_keys_elsewhere,
    ),
    Rule(
        "GI151",
        "error",
        "A secret in the file, by its shape",
        "Keys of AWS, GitHub, Slack and others have a form of their own, which whoever searches "
        "public and leaked repositories looks for. What stood in git once is to be given out anew.",
        "Take it out, revoke it, and pass the new one by {environment_variable: NAME} or "
        "{secret: name}.",
        _ENV,
        check=_shapes,
    ),
    Rule(
        "GI152",
        "warning",
        "A variable with a secret's name and a literal value",
        "A literal stands in git, in the template and in the function's configuration, where "
        "everyone who may read one of them reads it.",
        "Write {environment_variable: NAME}, or {secret: name}; accept it where it is no secret.",
        _ENV,
        check=_named,
    ),
    Rule(
        "GI153",
        "warning",
        "A value that looks like a key that a program made",
        "A long word of small letters, capitals and digits in disorder is mostly a key or a token, "
        "and a literal stands in git and in the template.",
        "Write {environment_variable: NAME}, or {secret: name}; accept it where it is no secret.",
        _ENV,
        check=_random,
    ),
    Rule(
        "GI154",
        "warning",
        "A variable with a secret's name that is given by what shows it",
        "A parameter without NoEcho, an output, an export and a plain SSM parameter are shown with "
        "the stack; CloudFormation takes no SecureString for a parameter.",
        "Write {environment_variable: NAME}, a NoEcho parameter, or {secret: name}.",
        _TYPES,
        check=_shown,
    ),
)
"""Rules of secrets."""

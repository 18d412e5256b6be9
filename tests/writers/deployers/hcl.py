"""As much of Terraform's language as the generated configurations use, evaluated.

Terraform's JSON syntax: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

_TOKEN = re.compile(r"\$\$\{|%%\{|\$\{|%\{")
_CALL = re.compile(r'(file|filesha256)\("(.*)"\)')
_OUTPUT = re.compile(r'((?:data\.)?aws_cloudformation_stack\.[\w-]+)\.outputs\["(\w+)"\]')
_ATTRIBUTE = re.compile(r"((?:data\.)?\w+\.[\w-]+)\.(\w+)")


class HclError(ValueError):
    """What Terraform would refuse."""


class Applied(NamedTuple):
    """What the provider is asked to make."""

    address: str
    arguments: dict[str, Any]


def apply(
    main: Mapping[str, Any],
    folder: Path,
    variables: Mapping[str, str],
    outputs: Mapping[str, Mapping[str, str]],
) -> list[Applied]:
    """Evaluate each resource once all that it refers to is there; return them in that order.

    `outputs` are those that each stack has, by its name.
    """
    world: dict[str, dict[str, Any]] = {"path": {"module": str(folder)}}
    world["var"] = {name: _given(name, body, variables) for name, body in _each(main, "variable")}
    for kind, name, body in _blocks(main, "data"):
        arguments = evaluate(body, world)
        world[f"data.{kind}.{name}"] = _computed(kind, arguments, outputs)
    done: list[Applied] = []
    waiting = {f"{kind}.{name}": body for kind, name, body in _blocks(main, "resource")}
    while waiting:
        ready = [name for name, body in waiting.items() if not _needs(body) & waiting.keys()]
        if not ready:
            raise HclError(f"a cycle: {sorted(waiting)}")
        for address in ready:
            body = waiting.pop(address)
            arguments = evaluate({k: v for k, v in body.items() if k != "depends_on"}, world)
            done.append(Applied(address, arguments))
            world[address] = _computed(address.split(".")[0], arguments, outputs)
    for name, body in _each(main, "output"):
        world[f"output.{name}"] = {"value": evaluate(body["value"], world)}
    return done


def evaluate(value: Any, world: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a JSON value as an expression: strings are templates, in keys too."""
    if isinstance(value, dict):
        return {evaluate(key, world): evaluate(inner, world) for key, inner in value.items()}
    if isinstance(value, list):
        return [evaluate(inner, world) for inner in value]
    if not isinstance(value, str):
        return value
    parts = [
        _expression(text, world) if dynamic else text for dynamic, text in template_parts(value)
    ]
    return parts[0] if len(parts) == 1 else "".join(parts)


def template_parts(text: str) -> Iterator[tuple[bool, str]]:
    """Split a string template into literal text and interpolations."""
    plain, position = "", 0
    while found := _TOKEN.search(text, position):
        plain += text[position : found.start()]
        position = found.end()
        if found[0] in ("$${", "%%{"):
            plain += found[0][1:]
        elif found[0] == "%{":
            raise HclError(f"a directive: {text}")
        else:
            if plain:
                yield False, plain
            plain, end = "", _closing(text, position)
            yield True, text[position:end]
            position = end + 1
    plain += text[position:]
    if plain or not text:
        yield False, plain


def _closing(text: str, position: int) -> int:
    depth = 1
    for end in range(position, len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if not depth:
            return end
    raise HclError(f"no end: {text}")


def _expression(text: str, world: Mapping[str, Mapping[str, Any]]) -> Any:
    if call := _CALL.fullmatch(text):
        content = Path(evaluate(call[2], world)).read_bytes()
        return content.decode() if call[1] == "file" else hashlib.sha256(content).hexdigest()
    try:
        if output := _OUTPUT.fullmatch(text):
            return world[output[1]]["outputs"][output[2]]
        if found := _ATTRIBUTE.fullmatch(text):
            return world[found[1]][found[2]]
        root, _, name = text.partition(".")
        return world[root][name]
    except KeyError as error:
        raise HclError(f"{text} leads nowhere") from error


def _needs(body: Mapping[str, Any]) -> set[str]:
    text = repr({k: v for k, v in body.items() if k != "depends_on"})
    found = re.findall(r"(?<![\w.])(aws_\w+\.[\w-]+)\.", text)
    return {*found, *body.get("depends_on", [])}


def _computed(
    kind: str, arguments: Mapping[str, Any], outputs: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """Return a thing's arguments, and what the provider adds."""
    if kind == "aws_cloudformation_stack":
        return {**arguments, "outputs": dict(outputs.get(arguments["name"], {}))}
    host = f"{arguments['bucket']}.s3.us-east-1.amazonaws.com"
    return {**arguments, "id": arguments["bucket"], "bucket_regional_domain_name": host}


def _given(name: str, body: Mapping[str, Any], variables: Mapping[str, str]) -> str:
    if name in variables:
        return variables[name]
    if "default" not in body:
        raise HclError(f"no value for {name}")
    return str(body["default"])


def _each(main: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    yield from main.get(kind, {}).items()


def _blocks(main: Mapping[str, Any], kind: str) -> Iterator[tuple[str, str, Any]]:
    for type_, named in _each(main, kind):
        for name, body in named.items():
            yield type_, name, body

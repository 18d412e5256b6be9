"""The ``manifest.json`` of an output folder, as a deployer reads it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Outputs = Mapping[str, str]


class ParameterError(ValueError):
    """A parameter has no value."""


@dataclass(frozen=True)
class StackEntry:
    """One stack of a manifest."""

    key: str
    name: str
    template: Path
    capabilities: tuple[str, ...]
    parameters: Mapping[str, Mapping[str, Any]]
    tags: Mapping[str, str]


def read_stacks(folder: Path) -> list[StackEntry]:
    """Read the stacks of a folder in the order in which they are deployed."""
    manifest = json.loads((folder / "manifest.json").read_text())
    return [
        StackEntry(
            key=stack["key"],
            name=stack["name"],
            template=folder / stack["template"],
            capabilities=tuple(stack.get("capabilities") or ()),
            parameters=stack.get("parameters") or {},
            tags=stack.get("tags") or {},
        )
        for stack in manifest["stacks"]
    ]


@dataclass(frozen=True)
class ParameterResolver:
    """Finds the value of each parameter.

    ``values`` wins over what the manifest says; ``environment`` stands for the environment
    variables of whoever deploys, and nothing else is read from there.
    """

    outputs: Callable[[str], Outputs]
    environment: Mapping[str, str]
    values: Mapping[str, str]

    def resolve(self, stack: StackEntry) -> dict[str, str]:
        """Give a value to every parameter of a stack."""
        return {
            name: self._value(stack, name)
            for name, source in stack.parameters.items()
            if name in self.values or source != {"required": False}
        }

    def _value(self, stack: StackEntry, name: str) -> str:
        source = stack.parameters[name]
        if name in self.values:
            return self.values[name]
        if "value" in source:
            return _text(source["value"])
        if "from" in source:
            return self._output(stack, name, source["from"])
        if variable := source.get("environment_variable"):
            if variable in self.environment:
                return self.environment[variable]
            raise ParameterError(f"{stack.name}: {name} wants the variable {variable}.")
        raise ParameterError(f"{stack.name}: {name} must be given a value.")

    def _output(self, stack: StackEntry, name: str, source: Mapping[str, str]) -> str:
        outputs = self.outputs(source["stack"])
        if source["output"] in outputs:
            return outputs[source["output"]]
        raise ParameterError(
            f"{stack.name}: {name} wants the output {source['output']} of {source['stack']}, "
            f"which has {', '.join(sorted(outputs)) or 'none'}."
        )


def _text(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value).lower() if isinstance(value, bool) else str(value)

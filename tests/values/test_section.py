"""What every section of an environment file has in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway_infra.sections.environment import Environment
from gateway_infra.values.section import Section


def models(base: type[Section] = Section) -> Iterator[type[Section]]:
    for model in base.__subclasses__():
        yield model
        yield from models(model)


@pytest.mark.parametrize("model", [*models()], ids=lambda model: model.__name__)
def test_no_section_replaces_the_check_of_doubled_items(model: type[Section]) -> None:
    """Pydantic drops a validator of the base class if a subclass has one of the same name."""
    assert issubclass(Environment, Section)
    shared = Section.__pydantic_decorators__.model_validators
    own = model.__pydantic_decorators__.model_validators
    assert [name for name in shared if own[name].func is not shared[name].func] == []

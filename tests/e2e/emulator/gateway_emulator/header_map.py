"""The header map of mapping templates, which looks a name up in the spelling it was sent with.

LocalStack finds ``origin`` under ``Origin`` too, which hides a template that reads one of them.
"""

from typing import Any

from localstack.services.apigateway.next_gen.execute_api.template_mapping import VelocityInput

_init = VelocityInput.__init__


def install() -> None:
    """Give templates a plain mapping."""
    VelocityInput.__init__ = _case_sensitive


def _case_sensitive(velocity_input: VelocityInput, body: Any, params: Any) -> None:
    if params and params.get("header") is not None:
        params = {**params, "header": dict(params["header"])}
    _init(velocity_input, body, params)

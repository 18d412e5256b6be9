"""The template of every stack: Sceptre calls this, with the stack's user data."""

from gateway_infra.sceptre import sceptre_handler

__all__ = ["sceptre_handler"]

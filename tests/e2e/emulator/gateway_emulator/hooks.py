"""The entry point: everything is put in place when the server starts."""

import os
import signal
import sys
import threading

from localstack.runtime import hooks

from . import (
    authorization,
    authorizers,
    binary_types,
    engine,
    gateway_responses,
    header_map,
    images,
    keys,
    openapi_import,
    permissions,
    pools,
    resource_policies,
    settings,
    validation,
)


@hooks.on_infra_start()
def install() -> None:
    """Install every extension, and end with the process that started the server."""
    images.install()
    keys.install()
    engine.install()
    gateway_responses.install()
    header_map.install()
    binary_types.install()
    authorization.install()
    authorizers.install()
    resource_policies.install()
    openapi_import.install()
    permissions.install()
    pools.install()
    validation.install()
    if os.environ.get(settings.EXIT_WITH_PARENT):
        threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """Wait for the end of the standard input, which the parent holds open, and end the group."""
    while sys.stdin.buffer.read(1024):
        pass
    os.killpg(0, signal.SIGKILL)

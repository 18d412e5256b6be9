"""Image functions as child processes instead of containers.

AWS starts the image's entry point with its command as the handler. Here one interpreter runs
``awslambdaric`` on the handler in one folder, whichever image the version names; the function can
tell its image from ``EMULATED_IMAGE_URI``, which names the one of the version that was invoked.
Children stay in the server's process group, so that ending the group ends them too.
"""

import json
import os
import subprocess
import tempfile
from typing import Any

from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from .runtime_api import Result, RuntimeApi
from .settings import ImageRuntime

IMAGE_VARIABLE = "EMULATED_IMAGE_URI"
START_SECONDS = 20


class ProcessExecutor(RuntimeExecutor):
    """One execution environment of one function version."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._variables: dict[str, str] = {}
        self._api: RuntimeApi | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._reported = 0
        self._log = tempfile.TemporaryFile()  # noqa: SIM115

    def start(self, env_vars: dict[str, Any]) -> None:
        """Start the runtime, and fail as Lambda does when the handler cannot be loaded."""
        self._variables = {key: str(value) for key, value in env_vars.items() if value is not None}
        self._launch()

    def stop(self) -> None:
        """End the process; the next invocation would start another."""
        process, api = self._process, self._api
        self._process = self._api = None
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if api:
            api.close()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation; a runtime that hung or died is replaced at the next one."""
        if not self._is_alive():
            self._launch()
        assert self._api is not None
        result = self._api.invoke(payload, self._is_alive)
        request_id = payload["invoke-id"]
        if result is None:
            error = self._timeout_error(request_id) if self._is_alive() else self._exit_error()
            self.stop()
            result = Result(error, is_error=True)
        logs = self._report(request_id)
        return InvocationResult(request_id, result.body, is_error=result.is_error, logs=logs)

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return f"http://{self._api.address}" if self._api else "http://127.0.0.1:0"

    def get_logs(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Nothing to fetch: there is no image."""

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Nothing to remove."""

    def _report(self, request_id: str) -> str:
        """Give the output since the last invocation, between the lines that Lambda adds."""
        output = self.get_logs()
        new, self._reported = output[self._reported :], len(output)
        version = self.function_version.id.qualifier
        return (
            f"START RequestId: {request_id} Version: {version}\n{new}END RequestId: {request_id}\n"
        )

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _launch(self) -> None:
        self.stop()
        config = self.function_version.config
        if not config.image:
            raise StatusErrorException(
                "Environment startup failed",
                payload=_error("Emulator.Unsupported", "The emulator runs image functions only."),
            )
        runtime = ImageRuntime.from_environment()
        command = config.image_config.command if config.image_config else None
        self._api = RuntimeApi(config.timeout)
        self._process = subprocess.Popen(
            [runtime.python, "-m", "awslambdaric", command[0] if command else runtime.handler],
            cwd=runtime.root,
            env={
                "PYTHONPATH": str(runtime.root),
                **self._variables,
                "PATH": os.environ["PATH"],
                "LAMBDA_TASK_ROOT": str(runtime.root),
                "AWS_LAMBDA_RUNTIME_API": self._api.address,
                IMAGE_VARIABLE: config.image.image_uri,
            },
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        self._wait_until_ready(self._api)

    def _wait_until_ready(self, api: RuntimeApi) -> None:
        for _ in range(START_SECONDS * 20):
            if api.ready.wait(0.05) or not self._is_alive():
                break
        if api.init_error or not api.ready.is_set():
            error = api.init_error or self._exit_error()
            self.stop()
            raise StatusErrorException("Environment startup failed", payload=error)

    def _exit_error(self) -> bytes:
        return _error("Runtime.ExitError", f"The runtime exited: {self.get_logs()[-500:]}")

    def _timeout_error(self, request_id: str) -> bytes:
        seconds = self.function_version.config.timeout
        message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
        return _error("Sandbox.Timedout", message)


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Offered under the name that ``LAMBDA_RUNTIME_EXECUTOR`` selects."""

    name = "process"

    def load(self, *_: Any, **__: Any) -> type[ProcessExecutor]:
        return ProcessExecutor


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()

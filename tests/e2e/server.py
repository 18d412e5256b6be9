"""The emulator's server as a child process."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from .environments import BYTECODE

REGION = "us-east-1"
ACCOUNT = "000000000000"
START_SECONDS = 90.0
STOP_SECONDS = 3.0
DROPPED_PREFIXES = ("AWS_", "PYTHON", "LOCALSTACK_", "COV_")
DROPPED_SUFFIXES = ("_PROXY", "_proxy")


class ServerError(RuntimeError):
    """The server did not start."""


@dataclass(frozen=True)
class Image:
    """What runs instead of a container image: an interpreter, a folder and a handler in it."""

    python: Path
    folder: Path
    handler: str = "app.handler"


@dataclass
class EmulatorServer:
    """One emulated account on a free loopback port.

    The server and the functions that it starts form a process group, which ends with the server,
    and with this process even when that is killed: the server watches a pipe that it holds open.
    """

    python: Path
    image: Image
    folder: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _log: IO[bytes] | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """Give the URL that stands for every service of AWS."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def _temporary(self) -> Path:
        return self.folder / "tmp"

    @property
    def log_file(self) -> Path:
        """Tell where the server writes."""
        return self.folder / "emulator.log"

    def api_url(self, api_id: str, path: str, stage: str = "v1") -> str:
        """Give the URL of a path of a deployed API."""
        return f"{self.endpoint}/_aws/execute-api/{api_id}/{stage}/{path.lstrip('/')}"

    def log_tail(self, lines: int = 60) -> str:
        """Give the end of the log."""
        if not self.log_file.exists():
            return "(no log)"
        text = self.log_file.read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._temporary.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._log = self.log_file.open("ab")
        self._process = subprocess.Popen(
            [str(self.python), "-m", "localstack.runtime.main"],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and its functions, by force if they do not end on their own."""
        process, self._process = self._process, None
        if process:
            end_group(process)
            if process.stdin:
                process.stdin.close()
        if self._log:
            self._log.close()
            self._log = None

    def __enter__(self) -> "EmulatorServer":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if answers(f"{self.endpoint}/_localstack/health"):
                return
            time.sleep(0.1)
        raise ServerError(f"The emulator did not start. Its log ends:\n{self.log_tail()}")

    def _environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(DROPPED_PREFIXES) and not name.endswith(DROPPED_SUFFIXES)
        }
        address = f"127.0.0.1:{self.port}"
        return {
            **inherited,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "DISABLE_EVENTS": "1",
            "DNS_ADDRESS": "0",
            "EMULATOR_EXIT_WITH_PARENT": "1",
            "EMULATOR_IMAGE_HANDLER": self.image.handler,
            "EMULATOR_IMAGE_PYTHON": str(self.image.python),
            "EMULATOR_IMAGE_ROOT": str(self.image.folder),
            "EMULATOR_REPOSITORY": str(Path(__file__).resolve().parents[2]),
            "FILESYSTEM_ROOT": str(self.folder / "files"),
            "GATEWAY_LISTEN": address,
            "LAMBDA_RUNTIME_EXECUTOR": "process",
            "LOCALSTACK_HOST": address,
            "PYTHONPYCACHEPREFIX": str(BYTECODE),
            "PYTHONUNBUFFERED": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            # Where LocalStack takes the host for a container, it keeps its state there.
            "TMPDIR": str(self._temporary),
        }


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started, by force if it does not end on its own."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        if process.poll() is not None:
            break
        _signal_group(process, number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    _signal_group(process, signal.SIGKILL)  # what the server left behind


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def free_port() -> int:
    """Find a port of the loopback address that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Tell whether a server is there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False

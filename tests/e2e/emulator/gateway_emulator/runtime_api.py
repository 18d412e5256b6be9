"""The Lambda Runtime API of one execution environment, on a loopback port.

AWS documents four calls: the runtime polls ``/runtime/invocation/next``, posts the result to
``/runtime/invocation/{id}/response`` or ``/error``, and reports a failed start to
``/runtime/init/error``.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BASE = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class Result:
    """What the runtime answered for one invocation."""

    body: bytes
    is_error: bool


class RuntimeApi:
    """Hands invocations to one polling runtime and collects its results."""

    def __init__(self, timeout: int) -> None:
        self.timeout = timeout
        self.ready = threading.Event()
        self.init_error: bytes | None = None
        self._invocations: queue.Queue[dict[str, str] | None] = queue.Queue()
        self._results: dict[str, queue.Queue[Result]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """The value of ``AWS_LAMBDA_RUNTIME_API``."""
        return f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Release the poller and stop listening."""
        self._invocations.put(None)
        self._server.shutdown()
        self._server.server_close()

    def invoke(self, invocation: dict[str, str], is_alive: Callable[[], bool]) -> Result | None:
        """Hand over one invocation and wait; ``None`` after the time limit or a dead runtime."""
        request_id = invocation["invoke-id"]
        results = self._results[request_id] = queue.Queue()
        self._invocations.put(invocation)
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline and is_alive():
            try:
                return results.get(timeout=0.1)
            except queue.Empty:
                continue
        self._results.pop(request_id, None)
        return None

    def next_invocation(self) -> dict[str, str] | None:
        """Wait for work; ``None`` means that the environment is closing."""
        self.ready.set()
        return self._invocations.get()

    def fail_start(self, error: bytes) -> None:
        """Note why the runtime could not load the handler."""
        self.init_error = error
        self.ready.set()

    def finish(self, request_id: str, result: Result) -> None:
        """Pass a result to the waiting caller, if it still waits."""
        if waiting := self._results.pop(request_id, None):
            waiting.put(result)


def _handler_for(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    """Make the request handler of one API."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Keep polling out of the log."""

        def do_GET(self) -> None:
            if self.path != BASE + "invocation/next":
                return self._send(404)
            invocation = api.next_invocation()
            if invocation is None:
                self.close_connection = True
                return None
            deadline = int((time.time() + api.timeout) * 1000)
            return self._send(
                200,
                invocation["payload"].encode(),
                {
                    "Content-Type": "application/json",
                    "Lambda-Runtime-Aws-Request-Id": invocation["invoke-id"],
                    "Lambda-Runtime-Deadline-Ms": str(deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": invocation["invoked-function-arn"],
                    "Lambda-Runtime-Trace-Id": invocation.get("trace-id") or "",
                },
            )

        def do_POST(self) -> None:
            body = self._body()
            self._send(202, b'{"status":"OK"}')
            if self.path == BASE + "init/error":
                api.fail_start(body)
            else:
                request_id, kind = self.path.removeprefix(BASE + "invocation/").split("/")
                api.finish(request_id, Result(body, kind == "error"))

        def _body(self) -> bytes:
            if "chunked" not in (self.headers.get("Transfer-Encoding") or ""):
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        def _send(
            self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler

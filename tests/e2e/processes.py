"""Looks at what other users of a machine could see of a program."""

import os
import subprocess
import time
from pathlib import Path


def command_lines(process: "subprocess.Popen[str]") -> set[bytes]:
    """Give the command lines that a program's session had, until it ends.

    Other tests run beside it, with secrets of their own in what they call: only processes of the
    session that `process` leads (``start_new_session``) count.
    """
    seen: set[bytes] = set()
    while process.poll() is None:
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.getsid(int(number)) == process.pid:
                    seen.add(Path("/proc", number, "cmdline").read_bytes())
            except OSError:  # it has ended
                continue
        time.sleep(0.005)  # a program takes longer than that to start
    return seen

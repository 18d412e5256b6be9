"""The process behind ``gateway-infra``, ``python -m gateway_infra`` and ``generate.py``."""

import gc
import io
import os
import sys

# A run is short and makes many small objects that live to its end: collecting costs a tenth of its
# time and frees nothing. Most of them are made by the imports below, so it is off before them.
gc.disable()
# What is written depends on the file alone, not on pydantic plugins that happen to be installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

# A terminal that cannot print a character gets an escape for it, not a failure.
for stream in (sys.stdout, sys.stderr):
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")

try:
    from gateway_infra.cli import main
except KeyboardInterrupt:  # Half of a run are its imports.
    sys.exit(130)

if __name__ == "__main__":
    sys.exit(main())

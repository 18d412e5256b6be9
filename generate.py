"""Write the templates: the same command as ``gateway-infra generate``."""

import sys

from gateway_infra.__main__ import main

sys.exit(main(["generate", *sys.argv[1:]]))

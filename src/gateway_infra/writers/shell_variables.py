"""Environment variables that a generated bash script cannot read, as they mean something else.

The scripts' own variables are in lower case, and those of an environment file in capitals, so these
never meet. Left are the names that bash sets or obeys, and those that the AWS CLI obeys:

- bash: the chapter "Shell Variables" of its manual, but for what is of interactive shells alone
  https://www.gnu.org/software/bash/manual/html_node/Shell-Variables.html
- the AWS CLI https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html and its
  proxies https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html; its source
  (``botocore/endpoint.py``) has ``REQUESTS_CA_BUNDLE``
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway_infra.writers.plan import Plan, UnsupportedError

_BASH = """
CDPATH CHILD_MAX COLUMNS COPROC DIRSTACK EMACS ENV EPOCHREALTIME EPOCHSECONDS EUID EXECIGNORE
FIGNORE FUNCNAME FUNCNEST GLOBIGNORE GROUPS HISTCMD HOME HOSTNAME HOSTTYPE IFS LANG LINENO LINES
MACHTYPE MAPFILE OLDPWD OPTARG OPTERR OPTIND OSTYPE PATH PIPESTATUS POSIXLY_CORRECT PPID PS4 PWD
RANDOM REPLY SECONDS SHELL SHELLOPTS SHLVL SRANDOM TERM TIMEFORMAT TMOUT TMPDIR UID
"""
_AWS = "HTTP_PROXY HTTPS_PROXY NO_PROXY REQUESTS_CA_BUNDLE"
_NAMES = frozenset(f"{_BASH} {_AWS}".split())
_PREFIXES = ("AWS_", "BASH", "COMP_", "LC_")


def environment_variables(plan: Plan) -> list[str]:
    """Return the environment variables that parameters are filled from, sorted."""
    return sorted(
        {
            str(how["environment_variable"])
            for stack in plan.stacks
            for how in stack.parameters.values()
            if "environment_variable" in how
        }
    )


def refuse_taken_names(plan: Plan, also: Iterable[str] = ()) -> None:
    """Raise `UnsupportedError` for an environment variable that a script cannot read.

    `also` are further names that the script, or a program that it runs, gives a meaning; one that
    ends in ``_`` stands for all that begin with it.
    """
    further = frozenset(also)
    prefixes = (*_PREFIXES, *(name for name in further if name.endswith("_")))
    for name in environment_variables(plan):
        if name in _NAMES | further or name.startswith(prefixes):
            raise UnsupportedError(
                f"cannot read the environment variable {name} in a bash script, where bash or a "
                "program that it runs gives that name a meaning of its own; rename the variable"
            )

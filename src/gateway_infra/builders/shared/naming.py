"""Logical ids and physical names: the only place where either is made.

Logical ids are public API: CloudFormation replaces a resource whose id changes. They come from
keys of the environment file, never from the environment, the region, an order or a position.
Physical names stand only where a thing must be known without a reference to it: the role names
the function's log group, the function names the role, and a dashboard names them all.
"""

from __future__ import annotations

import hashlib
import re

_PLAIN_PART = re.compile(r"[a-z][a-z0-9]*")


def pascal(name: str) -> str:
    """Return ``job-worker`` as ``JobWorker``."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


def path_words(path: str) -> str:
    """Return an API path as part of a logical id: ``/jobs/{id}`` as ``JobsById``.

    Parts with anything but small letters and digits lose something on the way, so a hash of the
    whole path is added for them; two paths that agree all the same are refused with the graph.
    """
    words: list[str] = []
    exact = True
    for part in path.strip("/").split("/"):
        if not part:
            continue
        if part.startswith("{"):
            # API Gateway takes one path parameter at a level, so its spelling cannot clash.
            words.append("By" + re.sub(r"[^a-z0-9]", "", part.lower()).capitalize())
        else:
            exact = exact and bool(_PLAIN_PART.fullmatch(part)) and part != "by"
            words.append(re.sub(r"[^a-z0-9]+", "", part.lower()).capitalize())
    text = "".join(words)
    return text if exact else text + hashlib.sha256(path.encode()).hexdigest()[:6]


def function_id(name: str) -> str:
    """Return the logical id of a function; those of its parts begin with it."""
    return f"Function{pascal(name)}"


def user_pool_id(name: str) -> str:
    """Return the logical id of an authorizer's user pool; those of its parts begin with it."""
    return f"UserPool{pascal(name)}"


def api_id(name: str) -> str:
    """Return the logical id of an API; those of its parts begin with it."""
    return pascal(name)


def endpoint_id(service: str) -> str:
    """Return the logical id of a service's VPC endpoint: ``ecr.api`` has ``EndpointEcrApi``."""
    return f"Endpoint{pascal(service)}"


def service_name(service: str, environment: str) -> str:
    """Return the name of a service in an environment: the API's, and the stacks' prefix."""
    return f"{service}-{environment}"


def function_name(service: str, environment: str, function: str) -> str:
    """Return the physical name of a function; Lambda takes 64 characters."""
    return f"{service}-{environment}-{function}"


def function_log_group(name: str) -> str:
    """Return the log group that Lambda writes to unless told otherwise.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """
    return f"/aws/lambda/{name}"


def waf_log_group(service: str, environment: str) -> str:
    """Return the name of the log group of a service's web ACL, which must begin so.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    """
    return f"aws-waf-logs-{service_name(service, environment)}"


def trail_log_group(trail_name: str) -> str:
    """Return the log group of a trail, which its key and its role know before it exists."""
    return f"/aws/cloudtrail/{trail_name}"

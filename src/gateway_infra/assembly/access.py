"""The policy of the API and the VPC endpoints that it is tied to."""

from __future__ import annotations

from typing import Any

from gateway_infra.builders.access import api_policy
from gateway_infra.builders.stage import STAGE_NAME
from gateway_infra.inputs import in_template
from gateway_infra.loading.load import Loaded
from gateway_infra.sections.access import AccessConfig


def policy_of(loaded: Loaded) -> dict[str, Any] | None:
    """Return the API's policy: the file's lists, and the endpoints that the API is tied to."""
    section = loaded.environment.api
    access = section.access or AccessConfig.model_construct()
    endpoints = dict.fromkeys((*section.vpc_endpoints, *access.vpc_endpoints))
    return api_policy(
        section,
        stage_name=STAGE_NAME,
        routes=section.routes,
        authorization=section.authorization,
        preflights=section.cors is not None,
        cidrs=[in_template(item) for item in access.cidrs],
        vpcs=[in_template(item) for item in access.vpcs],
        vpc_endpoints=[in_template(item) for item in endpoints],
        accounts=[in_template(item) for item in access.accounts],
    )


def endpoints_of(loaded: Loaded) -> list[Any]:
    """Return the VPC endpoints that the API is tied to."""
    return [in_template(item) for item in loaded.environment.api.vpc_endpoints]

"""What the record rejects or puts off is not generated."""

from __future__ import annotations

import pytest

from gateway_infra.reading.diagnostics import ConfigError
from tests.decisions.shipped import changed, every_environment, shipped, types


@every_environment
@pytest.mark.parametrize(
    "prefix",
    ["AWS::ElasticLoadBalancing", "AWS::ECS::", "AWS::ApplicationAutoScaling::"],
)
def test_no_load_balancer_and_no_containers_that_run_all_the_time(name: str, prefix: str) -> None:
    """Rejected: a load balancer with ECS on Fargate, which costs while nobody calls."""
    assert not [item for item in types(shipped(name)) if item.startswith(prefix)]


@every_environment
def test_no_provisioned_concurrency(name: str) -> None:
    """Rejected: provisioned concurrency; cold starts are accepted."""
    assert "Provisioned" not in "".join(shipped(name).files.values())


@every_environment
@pytest.mark.parametrize("text", ["DomainName", "BasePathMapping", "CertificateManager", "Route53"])
def test_no_custom_domain(name: str, text: str) -> None:
    """Put off: a domain of its own; the API answers at AWS's address."""
    assert not [item for item in types(shipped(name)) if text in item]


@every_environment
def test_no_authorizer_and_a_written_reason(name: str) -> None:
    """Put off: an authorizer; the file must say why anyone may call."""
    assert "AWS::ApiGateway::Authorizer" not in types(shipped(name))
    assert not [item for item in types(shipped(name)) if item.startswith("AWS::WAF")]
    with pytest.raises(ConfigError, match=r"api\.authorization"):
        changed(name, "api.authorization.reason=null")


@every_environment
def test_no_cache_and_no_secrets_manager(name: str) -> None:
    """Put off: caching, and a password in Secrets Manager."""
    text = "".join(shipped(name).files.values())
    assert "CacheCluster" not in text
    assert "secretsmanager" not in text

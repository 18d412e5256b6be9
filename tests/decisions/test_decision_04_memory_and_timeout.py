"""Decision 4: 3,008 MB, 60 seconds."""

from __future__ import annotations

from tests.decisions.shipped import changed, every_environment, properties, shipped, the


@every_environment
def test_memory_and_timeout(name: str) -> None:
    """Decision 4: nothing is written in the files: both are defaults."""
    function = the(name, "AWS::Lambda::Function")
    assert function["MemorySize"] == 3008
    assert function["Timeout"] == 60


@every_environment
def test_the_gateway_gives_up_after_29_seconds_and_the_file_says_why(name: str) -> None:
    """Decision 4: the gateway's own limit is explicit; that it is below the function's is told."""
    for body in properties(shipped(name), "AWS::ApiGateway::Method").values():
        if body["HttpMethod"] != "OPTIONS":
            assert body["Integration"]["TimeoutInMillis"] == 29_000
    [said] = [item for item in shipped(name).accepted if item.rule == "GI201"]
    assert said.path == ("functions", "web", "timeout")
    assert "60 s" in shipped(name).reasons["GI201"]


def test_a_raised_quota_is_one_setting() -> None:
    """Decision 4: AWS may raise the 29 seconds for an account; a hard check would be wrong."""
    generated = changed("prod", "api.integration_timeout=60")
    methods = properties(generated, "AWS::ApiGateway::Method").values()
    limits = {body["Integration"].get("TimeoutInMillis") for body in methods}
    assert limits == {60_000, None}


@every_environment
def test_nothing_is_kept_warm_or_reserved(name: str) -> None:
    """Decision 4: reserved concurrency is a setting, unset in the record."""
    assert "ReservedConcurrentExecutions" not in the(name, "AWS::Lambda::Function")

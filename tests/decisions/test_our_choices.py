"""Where the record is silent: what this project chose."""

from __future__ import annotations

import pytest

from gateway_infra.sections.environment import TIERS
from tests.decisions.shipped import changed, every_environment, properties, shipped
from tests.support import generate_text, of_type


@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_brings_the_records_figures_to_an_environment_of_any_name(tier: str) -> None:
    """Ours: ``prod-eu`` is as strict as ``prod``; the file stands above its tier."""
    text = f"""\
service: jobs
region: eu-west-1
tier: {tier}
network: {{vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}}
functions: {{web: {{image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/jobs:1}}}}
api: {{authorization: iam, routes: {{GET /jobs: web}}, throttling: {{burst: 7}}}}
"""
    generated = generate_text(text, name="somewhere")
    [stage] = properties(generated, "AWS::ApiGateway::Stage").values()
    [settings] = stage["MethodSettings"]
    assert settings["LoggingLevel"] == TIERS[tier]["api"]["stage"]["logging_level"]
    assert settings["ThrottlingRateLimit"] == TIERS[tier]["api"]["throttling"]["rate"]
    assert settings["ThrottlingBurstLimit"] == 7


@every_environment
def test_versions_are_kept_and_log_groups_go_with_their_stack(name: str) -> None:
    """Ours: an old version is what one rolls back to; logs of a deleted service are not kept."""
    for body in of_type(shipped(name), "AWS::Lambda::Version").values():
        assert body["DeletionPolicy"] == "RetainExceptOnCreate"
        assert body["UpdateReplacePolicy"] == "Retain"
    for body in of_type(shipped(name), "AWS::Logs::LogGroup").values():
        assert body["DeletionPolicy"] == body["UpdateReplacePolicy"] == "Delete"


@every_environment
def test_callers_reach_the_alias_live(name: str) -> None:
    """Ours: the gateway calls an alias, so a version is switched in one step."""
    [alias] = properties(shipped(name), "AWS::Lambda::Alias").values()
    assert alias["Name"] == "live"


@pytest.mark.parametrize(
    ("override", "kind"),
    [
        ("functions.web.redeploy=again", "AWS::Lambda::Version"),
        ("api.redeploy=again", "AWS::ApiGateway::Deployment"),
    ],
)
def test_redeploy_makes_a_new_version_or_deployment(override: str, kind: str) -> None:
    """Ours: for values that the template does not know, such as a new password."""
    before, after = of_type(shipped("prod"), kind), of_type(changed("prod", override), kind)
    assert set(before) != set(after)


@every_environment
def test_preflights_answer_204_and_may_be_kept_ten_minutes(name: str) -> None:
    """Ours: 204 has no body; 600 seconds is long enough to matter, short enough to change."""
    for body in properties(shipped(name), "AWS::ApiGateway::Method").values():
        if body["HttpMethod"] == "OPTIONS":
            [response] = body["Integration"]["IntegrationResponses"]
            assert response["StatusCode"] == "204"
            template = response["ResponseTemplates"]["application/json"]
            assert "Access-Control-Max-Age = '600'" in template


@every_environment
def test_any_throttling_rings(name: str) -> None:
    """Ours: the record asks for alarms on throttling without a figure; one is enough."""
    alarms = properties(shipped(name), "AWS::CloudWatch::Alarm")
    assert alarms["FunctionWebThrottlesAlarm"]["Threshold"] == 0
    assert alarms["ApiThrottledAlarm"]["Threshold"] == 0


@every_environment
def test_arns_hold_in_every_partition(name: str) -> None:
    """Ours: nothing names ``aws`` where China or GovCloud have another word."""
    for file, text in shipped(name).files.items():
        assert "arn:aws:" not in text, file
        assert "execute-api.us-east-1" not in text, file


@every_environment
def test_deployers_keep_the_stacks_of_prod_alone(name: str) -> None:
    """Ours: deleting prod takes two steps."""
    assert shipped(name).plan.protect == (name == "prod")

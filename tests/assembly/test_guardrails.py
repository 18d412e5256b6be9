"""What guards are told of the rest of the file, and the web ACL's log of the authorizers."""

from __future__ import annotations

from typing import Any

import pytest

from gateway_infra.assembly.environment import assemble
from tests.rules.apis import environment
from tests.support import load_text

BUCKET = "bucket: {name: jobs-uploads}\n"
DATABASE = (
    "database: {host: db.example.com, name: jobs, user: jobs_app, password: {secret: jobs/db}, "
    "security_group: sg-0a1b2c3d, %s}\n"
)
AUTHORIZER = "waf: {}\nauthorizers: {partner: {type: lambda, function: thumbs%s}}"
REQUEST = ", kind: request, identity_sources: [%s]"


def made(text: str, resource_type: str) -> dict[str, dict[str, Any]]:
    """Return the properties of what is made of one type, by logical id."""
    return {
        key: item.body["Properties"]
        for key, item in assemble(load_text(text)).resources.items()
        if item.body["Type"] == resource_type
    }


@pytest.mark.parametrize(("settings", "recorded"), [("{}", False), ("{data_events: true}", True)])
def test_each_object_is_recorded_only_where_the_file_says_so(settings: str, recorded: bool) -> None:
    text = environment(more=f"{BUCKET}guards: {{trail: {settings}}}")
    [trail] = made(text, "AWS::CloudTrail::Trail").values()
    assert ("jobs-uploads" in str(trail.get("EventSelectors"))) is recorded
    assert ("EventSelectors" in trail) is recorded


@pytest.mark.parametrize(("api", "checked"), [("", False), ("waf: {}", True)])
def test_a_web_acl_is_asked_for_where_the_file_has_one(api: str, checked: bool) -> None:
    text = environment(api=api, more="guards: {config_rules: {}}")
    rules = made(text, "AWS::Config::ConfigRule")
    assert ("ConfigRuleApiGwAssociatedWithWaf" in rules) is checked
    assert len(rules) > 1


@pytest.mark.parametrize(
    ("database", "saved"),
    [
        ("cluster_identifier: jobs-cluster", ":cluster:jobs-cluster"),
        ("instance_identifier: jobs-instance", ":db:jobs-instance"),
    ],
)
def test_the_database_is_backed_up_be_it_a_cluster_or_an_instance(
    database: str, saved: str
) -> None:
    text = environment(more=f"{DATABASE % database}guards: {{backup: {{}}}}")
    selections = made(text, "AWS::Backup::BackupSelection").values()
    arns = [str(arn) for item in selections for arn in item["BackupSelection"]["Resources"]]
    assert len(arns) == 1
    assert saved in arns[0]


@pytest.mark.parametrize(
    ("authorizer", "headers", "query"),
    [
        ("", [], False),
        (", header: X-Partner-Token", ["x-partner-token"], False),
        (REQUEST % "header.X-Tenant-Key, context.path", ["x-tenant-key"], False),
        (REQUEST % "querystring.token", [], True),
        (REQUEST % "header.Cookie, header.X-A, querystring.a, querystring.b", ["x-a"], True),
    ],
)
def test_the_firewalls_log_leaves_out_what_authorizers_decide_by(
    authorizer: str, headers: list[str], query: bool
) -> None:
    text = environment(api=AUTHORIZER % authorizer, authorization="lambda")
    [log] = made(text, "AWS::WAFv2::LoggingConfiguration").values()
    expected: list[Any] = [
        {"SingleHeader": {"Name": name}}
        for name in ("authorization", "cookie", "x-api-key", *headers)
    ]
    assert log["RedactedFields"] == expected + [{"QueryString": {}}] * query

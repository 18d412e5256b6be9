"""Rules of the account's guards."""

from __future__ import annotations

import pytest

from gateway_infra.rules.catalog import rules_by_id
from tests.rules.apis import environment, found, problems_in, severities
from tests.rules.files import file

BUCKET = "name: jobs-uploads"
INSTANCE = "instance_identifier: jobs-prod"
CLUSTER = "cluster_identifier: jobs"


def guards(
    settings: str, *, database: str | None = None, bucket: str | None = None, more: str = ""
) -> str:
    """Return an environment with these guards."""
    return file(database=database, bucket=bucket, more=f"guards: {{{settings}}}\n{more}")


FAILING: tuple[tuple[str, str, str], ...] = (
    (
        "GI970",
        guards("backup: {continuous: true, retention_days: 36}", bucket=BUCKET),
        "guards.backup.retention_days: is 36, and continuous backups are kept 35 days at most",
    ),
    (
        "GI971",
        guards("config_rules: {rules: [lambda-inside-vcp]}"),
        "guards.config_rules.rules[0]: is 'lambda-inside-vcp', which is none of the rules that can "
        "be named here; did you mean 'lambda-inside-vpc'?",
    ),
    (
        "GI971",
        guards("config_rules: {rules: [LAMBDA_INSIDE_VPC]}"),
        "guards.config_rules.rules[0]: is 'LAMBDA_INSIDE_VPC', which is none of the rules that can "
        "be named here; did you mean 'lambda-inside-vpc'?",
    ),
    (
        "GI972",
        guards("backup: {}"),
        "guards.backup: has nothing to keep: the file has neither `database` nor `bucket`",
    ),
    (
        "GI972",
        guards("backup: {}", database="port: 5432"),
        "guards.backup: has nothing to keep: `database` names neither instance_identifier nor",
    ),
    (
        "GI973",
        guards("backup: {}", database="port: 5432", bucket=BUCKET),
        "guards.backup: keeps the bucket alone: `database` names neither instance_identifier nor",
    ),
    (
        "GI974",
        guards("backup: {}", bucket=BUCKET),
        "guards.backup: keeps the bucket only if that has versioning, which no file here shows",
    ),
    ("GI975", guards("flow_logs: {}"), "guards.flow_logs: records all of the VPC, whoever uses"),
    ("GI975", guards("trail: {}"), "guards.trail: records the whole account: a second environment"),
    ("GI975", guards("recorder: true"), "guards.recorder: is one for the account and region:"),
    (
        "GI976",
        guards("config_rules: {}"),
        "guards.config_rules: needs a recorder of AWS Config in the account and region, without",
    ),
    ("GI976", guards("drift: {}"), "guards.drift: needs a recorder of AWS Config in the account"),
    (
        "GI977",
        guards("trail: {data_events: true}"),
        "guards.trail.data_events: records objects of `bucket`, which the file does not have; add",
    ),
    (
        "GI978",
        guards("trail: {delete_after_days: 89}"),
        "guards.trail.delete_after_days: is 89, and CloudTrail keeps 90 days of calls without any",
    ),
    (
        "GI979",
        guards("flow_logs: {traffic: accept}"),
        "guards.flow_logs.traffic: is accept, which leaves refused attempts out; write all",
    ),
    (
        "GI979",
        guards("flow_logs: {traffic: reject}"),
        "guards.flow_logs.traffic: is reject, which leaves what got through out; write all",
    ),
    (
        "GI980",
        guards("config_rules: {rules: [lambda-inside-vpc, s3-bucket-ssl-requests-only]}"),
        "guards.config_rules.rules[1]: is s3-bucket-ssl-requests-only, and the file has no "
        "`bucket`: it would look at every bucket of the account; add the bucket, or remove",
    ),
    (
        "GI980",
        guards("config_rules: {rules: [rds-storage-encrypted]}"),
        "guards.config_rules.rules[0]: is rds-storage-encrypted, and the file has no `database`",
    ),
    (
        "GI980",
        guards("config_rules: {rules: [api-gw-associated-with-waf]}"),
        "guards.config_rules.rules[0]: is api-gw-associated-with-waf, and there is no `api.waf`:",
    ),
    (
        "GI981",
        guards("trail: {}", more="deployers: [stack-sets]"),
        "guards.trail: is of all regions, and a stack set makes one in each of its regions: the",
    ),
    (
        "GI982",
        guards("backup: {}", database=CLUSTER),
        "guards.backup: keeps the cluster only if the region has opted in to Aurora in AWS Backup",
    ),
)

PASSING: tuple[tuple[str, str], ...] = (
    ("GI970", guards("backup: {continuous: true}", bucket=BUCKET)),
    ("GI970", guards("backup: {retention_days: 365}", bucket=BUCKET)),
    ("GI971", guards("config_rules: {rules: [lambda-inside-vpc]}")),
    ("GI972", file(database="port: 5432")),
    ("GI972", guards("backup: {}", bucket=BUCKET)),
    ("GI972", guards("backup: {}", database=INSTANCE)),
    ("GI973", guards("backup: {}", database=INSTANCE, bucket=BUCKET)),
    ("GI973", guards("backup: {}", database=CLUSTER, bucket=BUCKET)),
    ("GI973", guards("backup: {}", bucket=BUCKET)),
    ("GI973", guards("backup: {}", database="port: 5432")),
    ("GI973", file(database="port: 5432", bucket=BUCKET)),
    ("GI974", guards("backup: {}", database=INSTANCE)),
    ("GI974", file(bucket=BUCKET)),
    ("GI975", file()),
    ("GI975", guards("recorder: false, drift: {}, config_rules: {}")),
    ("GI976", guards("recorder: true, config_rules: {}, drift: {}")),
    ("GI976", guards("trail: {}")),
    ("GI977", guards("trail: {data_events: true}", bucket=BUCKET)),
    ("GI977", guards("trail: {}")),
    ("GI978", guards("trail: {delete_after_days: 90}")),
    ("GI978", guards("trail: {}")),
    ("GI979", guards("flow_logs: {traffic: all}")),
    ("GI979", guards("trail: {}")),
    ("GI980", guards("config_rules: {rules: [s3-bucket-ssl-requests-only]}", bucket=BUCKET)),
    ("GI980", guards("config_rules: {rules: [rds-storage-encrypted]}", database=INSTANCE)),
    ("GI980", guards("config_rules: {}")),
    (
        "GI980",
        environment(
            api="waf: {}", more="guards: {config_rules: {rules: [api-gw-associated-with-waf]}}"
        ),
    ),
    ("GI981", guards("trail: {}", more="deployers: [sam]")),
    ("GI981", guards("flow_logs: {}", more="deployers: [stack-sets]")),
    ("GI982", guards("backup: {}", database=INSTANCE)),
    ("GI982", file(database=CLUSTER)),
)


@pytest.mark.parametrize(("rule", "text", "message"), FAILING)
def test_a_rule_finds_it(rule: str, text: str, message: str) -> None:
    assert any(item.startswith(message) for item in found(rule, text)), found(rule, text)
    assert severities(rule, text) == {rules_by_id()[rule].severity}


@pytest.mark.parametrize(("rule", "text"), PASSING)
def test_a_rule_finds_nothing(rule: str, text: str) -> None:
    assert found(rule, text) == []


def test_one_message_for_one_recorder_that_is_not_here() -> None:
    assert len(found("GI976", guards("config_rules: {}, drift: {}"))) == 1


SCHEDULES = {
    "0 3 * * ? *": True,
    "0 3 ? * MON-FRI *": True,
    "0/15 8-17,20 L JAN,JUL ? 2026-2030": True,
    "59 23 15W 12 ? *": True,
    "5 0 ? * 6#3 *": True,
    "5 0 ? * 6L 2199": True,
    "0 3 * * * *": False,
    "0 3 ? * ? *": False,
    "0 3 1 * MON *": False,
    "60 3 * * ? *": False,
    "0 24 * * ? *": False,
    "0 25 * * ? *": False,
    "0 3 32 * ? *": False,
    "0 3 0 * ? *": False,
    "0 3 1 13 ? *": False,
    "0 3 ? * 8 *": False,
    "0 3 ? * 0 *": False,
    "0 3 * * ? 1969": False,
    "0 3 * * ?": False,
    "0  3 * * ? *": False,
}


@pytest.mark.parametrize("fields", SCHEDULES)
def test_schedules_are_those_that_aws_takes(fields: str) -> None:
    text = guards(f"backup: {{schedule: 'cron({fields})'}}", bucket=BUCKET)
    told = [problem for problem in problems_in(text) if "schedule" in problem.path]
    assert (not told) == SCHEDULES[fields], told

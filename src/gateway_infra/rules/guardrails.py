"""Rules of the account's guards: what they need and no file shows, and what they would miss."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.problems import KeyPath
from gateway_infra.rules.rule import Found, Rule, Subject
from gateway_infra.sections.managed_rules import MANAGED_RULES, OF_THE_WEB_ACL

EVENT_HISTORY = 90
"""Days that CloudTrail keeps management events without any trail:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html"""

_BACKUP = "https://docs.aws.amazon.com/aws-backup/latest/devguide/"
_CONFIG = "https://docs.aws.amazon.com/config/latest/developerguide/"
_TRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"

_ONCE = {
    "flow_logs": "records all of the VPC, whoever uses it: a second environment of the VPC would "
    "pay for the same lines again",
    "trail": "records the whole account: a second environment of the account would pay for the "
    "same events again",
    "recorder": "is one for the account and region: where there is one, AWS refuses this one",
}


def _for_the_account(subject: Subject) -> Iterator[Found]:
    for key, said in _ONCE.items():
        if getattr(subject.environment.guards, key) not in (None, False):
            yield Found(("guards", key), f"{said}; let one environment do that, and no other")


def _unrecorded(subject: Subject) -> Iterator[Found]:
    guards = subject.environment.guards
    for key in ("config_rules", "drift"):
        if getattr(guards, key) is not None and not guards.recorder:
            message = "needs a recorder of AWS Config in the account and region, without which AWS "
            message += "refuses it; where there is none, write guards.recorder: true"
            yield Found(("guards", key), message)
            return


def _nothing_kept(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    if environment.guards.backup is None or environment.bucket is not None:
        return
    database = environment.database
    if database is None:
        message = "has nothing to keep: the file has neither `database` nor `bucket`; remove it"
        yield Found(("guards", "backup"), message)
    elif database.instance_identifier is None and database.cluster_identifier is None:
        message = "has nothing to keep: `database` names neither instance_identifier nor "
        yield Found(("guards", "backup"), f"{message}cluster_identifier; write the one that it has")


def _database_not_kept(subject: Subject) -> Iterator[Found]:
    environment, database = subject.environment, subject.environment.database
    if environment.guards.backup is None or environment.bucket is None or database is None:
        return
    if database.instance_identifier is None and database.cluster_identifier is None:
        message = "keeps the bucket alone: `database` names neither instance_identifier nor "
        yield Found(("guards", "backup"), f"{message}cluster_identifier; write the one that it has")


def _versions_unseen(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    if environment.guards.backup is not None and environment.bucket is not None:
        message = "keeps the bucket only if that has versioning, which no file here shows"
        yield Found(("guards", "backup"), message)


def _opted_in(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    database = environment.database
    if environment.guards.backup is not None and database and database.cluster_identifier:
        message = "keeps the cluster only if the region has opted in to Aurora in AWS Backup's "
        yield Found(("guards", "backup"), f"{message}settings, which no file here shows")


def _no_objects(subject: Subject) -> Iterator[Found]:
    trail = subject.environment.guards.trail
    if trail is not None and trail.data_events and subject.environment.bucket is None:
        message = "records objects of `bucket`, which the file does not have; add one, or remove it"
        yield Found(("guards", "trail", "data_events"), message)


def _soon_gone(subject: Subject) -> Iterator[Found]:
    trail = subject.environment.guards.trail
    days = trail.delete_after_days if trail else None
    if days is not None and days < EVENT_HISTORY:
        message = f"is {days}, and CloudTrail keeps {EVENT_HISTORY} days of calls without any "
        yield Found(("guards", "trail", "delete_after_days"), f"{message}trail; keep them longer")


def _half_of_it(subject: Subject) -> Iterator[Found]:
    logs = subject.environment.guards.flow_logs
    if logs is not None and logs.traffic != "all":
        missing = "refused attempts" if logs.traffic == "accept" else "what got through"
        message = f"is {logs.traffic}, which leaves {missing} out; write all"
        yield Found(("guards", "flow_logs", "traffic"), message)


def _beside_the_point(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    rules = environment.guards.config_rules
    for position, name in enumerate((rules.rules if rules else None) or ()):
        about = MANAGED_RULES[name].about
        path: KeyPath = ("guards", "config_rules", "rules", position)
        if about == "bucket" and environment.bucket is None:
            message = f"is {name}, and the file has no `bucket`: it would look at every bucket of "
            yield Found(path, f"{message}the account; add the bucket, or remove the rule")
        if name in OF_THE_WEB_ACL and environment.api.waf is None:
            message = (
                f"is {name}, and there is no `api.waf`: the rule would always fail; add the web "
            )
            yield Found(path, f"{message}ACL, or remove the rule")
        if about == "database" and environment.database is None:
            message = f"is {name}, and the file has no `database`: it would look at those of "
            yield Found(path, f"{message}others alone; remove the rule")


def _in_each_region(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    if environment.guards.trail is not None and "stack-sets" in environment.deployers:
        message = (
            "is of all regions, and a stack set makes one in each of its regions: the name is "
        )
        yield Found(("guards", "trail"), f"{message}taken in the second; give it one region")


RULES = (
    Rule(
        "GI970",
        "error",
        "Continuous backups for longer than AWS keeps them",
        "A continuous backup restores any second of at most the last 35 days; AWS Backup refuses a "
        "plan that wants more.",
        "Write retention_days: 35 or less, or leave continuous out.",
        f"{_BACKUP}point-in-time-recovery.html",
        acceptable=False,
    ),
    Rule(
        "GI971",
        "error",
        "A rule of AWS Config that cannot be named here",
        "The list holds AWS's own rules that need no settings and fit what an environment makes or "
        "uses, so that each has a sensible scope.",
        "Take one of the list that `gateway-infra schema` has; add any other under `resources` as "
        "AWS::Config::ConfigRule.",
        f"{_CONFIG}managed-rules-by-aws-config.html",
        acceptable=False,
    ),
    Rule(
        "GI972",
        "error",
        "A backup plan for nothing",
        "The plan would run each day, succeed, and keep nothing.",
        "Name the database's instance_identifier or cluster_identifier, add the bucket, or remove "
        "the plan.",
        f"{_BACKUP}assigning-resources.html",
        check=_nothing_kept,
        acceptable=False,
    ),
    Rule(
        "GI973",
        "warning",
        "A backup plan without the database",
        "AWS Backup knows databases by the ARN of the instance or the cluster, which a host name "
        "does not give. The plan succeeds without it.",
        "Write database.instance_identifier or cluster_identifier; accept it where RDS's own "
        "backups are what is wanted.",
        f"{_BACKUP}assigning-resources.html",
        check=_database_not_kept,
    ),
    Rule(
        "GI974",
        "advice",
        "A bucket whose versioning nobody has seen",
        "AWS Backup keeps only buckets with versioning; the job fails for another. The bucket is "
        "made elsewhere, so that its settings do not stand in the file.",
        "See that the bucket has versioning, with a lifecycle rule for old versions.",
        f"{_BACKUP}s3-backups.html",
        check=_versions_unseen,
    ),
    Rule(
        "GI975",
        "advice",
        "A guard of the account comes from this environment",
        "What account another environment is deployed to, its file does not say, so that two "
        "guards of one account cannot be seen here.",
        "Write it in the file of one environment for an account, or leave it to whoever runs the "
        "account.",
        f"{_TRAIL}cloudtrail-trail-manage-costs.html",
        check=_for_the_account,
    ),
    Rule(
        "GI976",
        "advice",
        "Rules of AWS Config without a recorder here",
        "AWS refuses a rule where no recorder is. An account has one in a region, often made by "
        "whoever runs it, so that the file does not show it.",
        "Ask whether the account has a recorder that records all resources; where it has none, "
        "write guards.recorder: true.",
        f"{_CONFIG}stop-start-recorder.html",
        check=_unrecorded,
    ),
    Rule(
        "GI977",
        "error",
        "Data events of no bucket",
        "Without a bucket there is nothing to record, and nobody would notice.",
        "Add the bucket, or remove data_events.",
        f"{_TRAIL}logging-data-events-with-cloudtrail.html",
        check=_no_objects,
        acceptable=False,
    ),
    Rule(
        "GI978",
        "warning",
        "A trail that keeps less than there is without it",
        "CloudTrail's event history shows the management events of the last 90 days at no cost. A "
        "trail is for what is asked later.",
        "Keep the files for a year or longer, or for good.",
        f"{_TRAIL}view-cloudtrail-events.html",
        check=_soon_gone,
    ),
    Rule(
        "GI979",
        "warning",
        "Flow logs of half of the traffic",
        "What was let through shows where an intruder went, what was refused shows who tried. "
        "Scanners ask for both.",
        "Write traffic: all, the default; accept it where cost decides.",
        "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
        check=_half_of_it,
    ),
    Rule(
        "GI980",
        "warning",
        "A rule of AWS Config about what the file does not have",
        "Without a name the rule looks at everything of its kind in the account, and what it finds "
        "is another's; one on a web ACL fails for every stage without one.",
        "Remove the rule, or add the section that it is about.",
        "https://docs.aws.amazon.com/config/latest/APIReference/API_Scope.html",
        check=_beside_the_point,
    ),
    Rule(
        "GI981",
        "warning",
        "A trail of all regions in a stack set",
        "A trail of all regions is there in each of them under its name. A stack set that is "
        "deployed to a second region makes a second one of that name, and fails.",
        "Deploy the stack set to one region of an account, or make the trail elsewhere.",
        f"{_TRAIL}cloudtrail-concepts.html",
        check=_in_each_region,
    ),
    Rule(
        "GI982",
        "advice",
        "A cluster in a region that may not have opted in",
        "AWS Backup takes what a plan names by ARN, but Aurora only where the region's settings "
        "have it switched on.",
        "See AWS Backup's settings in the region: Aurora must be enabled.",
        f"{_BACKUP}working-with-supported-services.html",
        check=_opted_in,
    ),
)
"""Rules of guards."""

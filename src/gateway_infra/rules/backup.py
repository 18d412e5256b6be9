"""Rules of the backup plan."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.reading.diagnostics import Diagnostic
from gateway_infra.reading.rule import Rule
from gateway_infra.rules.rule import Subject

_BACKUP = "https://docs.aws.amazon.com/aws-backup/latest/devguide/"


def _nothing_kept(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    if environment.guards.backup is None or environment.bucket is not None:
        return
    database = environment.database
    if database is None:
        message = "has nothing to keep: the file has neither `database` nor `bucket`; remove it"
        yield Diagnostic(("guards", "backup"), message)
    elif database.instance_identifier is None and database.cluster_identifier is None:
        message = "has nothing to keep: `database` names neither instance_identifier nor "
        yield Diagnostic(
            ("guards", "backup"), f"{message}cluster_identifier; write the one that it has"
        )


def _database_not_kept(subject: Subject) -> Iterator[Diagnostic]:
    environment, database = subject.environment, subject.environment.database
    if environment.guards.backup is None or environment.bucket is None or database is None:
        return
    if database.instance_identifier is None and database.cluster_identifier is None:
        message = "keeps the bucket alone: `database` names neither instance_identifier nor "
        yield Diagnostic(
            ("guards", "backup"), f"{message}cluster_identifier; write the one that it has"
        )


def _versions_unseen(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    if environment.guards.backup is not None and environment.bucket is not None:
        message = "keeps the bucket only if that has versioning, which no file here shows"
        yield Diagnostic(("guards", "backup"), message)


def _opted_in(subject: Subject) -> Iterator[Diagnostic]:
    environment = subject.environment
    database = environment.database
    if environment.guards.backup is not None and database and database.cluster_identifier:
        message = "keeps the cluster only if the region has opted in to Aurora in AWS Backup's "
        yield Diagnostic(("guards", "backup"), f"{message}settings, which no file here shows")


RULES = (
    Rule.error(
        "GI972",
        "A backup plan for nothing",
        "The plan would run each day, succeed, and keep nothing.",
        "Name the database's instance_identifier or cluster_identifier, add the bucket, or remove "
        "the plan.",
        f"{_BACKUP}assigning-resources.html",
        check=_nothing_kept,
    ),
    Rule.warning(
        "GI973",
        "A backup plan without the database",
        "AWS Backup knows databases by the ARN of the instance or the cluster, which a host name "
        "does not give. The plan succeeds without it.",
        "Write database.instance_identifier or cluster_identifier; accept it where RDS's own "
        "backups are what is wanted.",
        f"{_BACKUP}assigning-resources.html",
        check=_database_not_kept,
    ),
    Rule.advice(
        "GI974",
        "A bucket whose versioning nobody has seen",
        "AWS Backup keeps only buckets with versioning; the job fails for another. The bucket is "
        "made elsewhere, so that its settings do not stand in the file.",
        "See that the bucket has versioning, with a lifecycle rule for old versions.",
        f"{_BACKUP}s3-backups.html",
        check=_versions_unseen,
    ),
    Rule.advice(
        "GI982",
        "A cluster in a region that may not have opted in",
        "AWS Backup takes what a plan names by ARN, but Aurora only where the region's settings "
        "have it switched on.",
        "See AWS Backup's settings in the region: Aurora must be enabled.",
        f"{_BACKUP}working-with-supported-services.html",
        check=_opted_in,
    ),
)

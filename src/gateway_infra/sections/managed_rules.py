"""AWS's own rules of AWS Config that fit what an environment makes or uses.

Names, identifiers, triggers and resource types:
https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

from gateway_infra.reading.diagnostics import did_you_mean, kind_of
from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import InSchema, wrong

About: TypeAlias = Literal["service", "bucket", "database", "account"]
"""What a rule looks at: what has the tag of the service, the bucket of the file, all database
instances of the account and region (AWS Config knows them by an id that no file has), or the
account."""


class ManagedRule(NamedTuple):
    """A rule: what AWS calls it in templates, and what it looks at."""

    identifier: str
    about: About


MANAGED_RULES: dict[str, ManagedRule] = {
    "api-gw-associated-with-waf": ManagedRule("API_GW_ASSOCIATED_WITH_WAF", "service"),
    "api-gw-execution-logging-enabled": ManagedRule("API_GW_EXECUTION_LOGGING_ENABLED", "service"),
    "api-gw-xray-enabled": ManagedRule("API_GW_XRAY_ENABLED", "service"),
    "cloud-trail-encryption-enabled": ManagedRule("CLOUD_TRAIL_ENCRYPTION_ENABLED", "account"),
    "cloud-trail-log-file-validation-enabled": ManagedRule(
        "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", "account"
    ),
    "db-instance-backup-enabled": ManagedRule("DB_INSTANCE_BACKUP_ENABLED", "database"),
    "lambda-function-public-access-prohibited": ManagedRule(
        "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", "service"
    ),
    "lambda-inside-vpc": ManagedRule("LAMBDA_INSIDE_VPC", "service"),
    "lambda-vpc-multi-az-check": ManagedRule("LAMBDA_VPC_MULTI_AZ_CHECK", "service"),
    "multi-region-cloudtrail-enabled": ManagedRule("MULTI_REGION_CLOUD_TRAIL_ENABLED", "account"),
    "rds-instance-public-access-check": ManagedRule("RDS_INSTANCE_PUBLIC_ACCESS_CHECK", "database"),
    "rds-storage-encrypted": ManagedRule("RDS_STORAGE_ENCRYPTED", "database"),
    "s3-bucket-public-read-prohibited": ManagedRule("S3_BUCKET_PUBLIC_READ_PROHIBITED", "bucket"),
    "s3-bucket-public-write-prohibited": ManagedRule("S3_BUCKET_PUBLIC_WRITE_PROHIBITED", "bucket"),
    "s3-bucket-ssl-requests-only": ManagedRule("S3_BUCKET_SSL_REQUESTS_ONLY", "bucket"),
    "s3-bucket-versioning-enabled": ManagedRule("S3_BUCKET_VERSIONING_ENABLED", "bucket"),
    "vpc-flow-logs-enabled": ManagedRule("VPC_FLOW_LOGS_ENABLED", "account"),
}
"""The rules by the names that AWS's pages have."""

OF_THE_SERVICE = (
    "api-gw-execution-logging-enabled",
    "api-gw-xray-enabled",
    "lambda-function-public-access-prohibited",
    "lambda-inside-vpc",
    "lambda-vpc-multi-az-check",
)
"""Rules for what every environment makes."""

OF_THE_BUCKET = (
    "s3-bucket-public-read-prohibited",
    "s3-bucket-public-write-prohibited",
    "s3-bucket-ssl-requests-only",
)
OF_A_KEPT_BUCKET = ("s3-bucket-versioning-enabled",)
"""A bucket that is backed up needs versions."""

OF_THE_DATABASE = ("rds-instance-public-access-check", "rds-storage-encrypted")
OF_THE_TRAIL = (
    "cloud-trail-encryption-enabled",
    "cloud-trail-log-file-validation-enabled",
    "multi-region-cloudtrail-enabled",
)
OF_THE_WEB_ACL = ("api-gw-associated-with-waf",)
OF_FLOW_LOGS = ("vpc-flow-logs-enabled",)
RULE_SHAPE = InSchema({"enum": sorted(MANAGED_RULES)})


def checked_rule(value: Any) -> Any:
    """Refuse what is no rule of the table, naming the nearest one."""
    if not isinstance(value, str):
        raise wrong(f"must be a rule's name, as in lambda-inside-vpc, not {kind_of(value)}")
    if value in MANAGED_RULES:
        return value
    near = did_you_mean(value.lower().replace("_", "-"), MANAGED_RULES)
    raise wrong(f"is '{value}', which is none of the rules that can be named here{near}", "GI971")


RULES = (
    Rule.error(
        "GI971",
        "A rule of AWS Config that cannot be named here",
        "The list holds AWS's own rules that need no settings and fit what an environment makes or "
        "uses, so that each has a sensible scope.",
        "Take one of the list that `gateway-infra schema` has; add any other under `resources` as "
        "AWS::Config::ConfigRule.",
        "https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html",
    ),
)

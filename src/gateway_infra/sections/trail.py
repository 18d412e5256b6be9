"""The section on the CloudTrail trail."""

from __future__ import annotations

from pydantic import Field

from gateway_infra.sections.logs import RetentionDays
from gateway_infra.values.section import Section


class TrailConfig(Section):
    """Who called which AWS API in the account, in all regions.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
    """

    data_events: bool = Field(
        default=False,
        description="whether to record each object that is read or written in `bucket`, too",
    )
    retention_days: RetentionDays | None = Field(
        default=None, description="days in the log group; unset: those of `logs`", examples=[365]
    )
    delete_after_days: int | None = Field(
        default=None,
        ge=1,
        le=36500,
        description="days in the bucket, after which the files are gone; unset: kept for good",
        examples=[2557],
    )

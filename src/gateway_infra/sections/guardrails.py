"""The section on guards of the account: what watches or keeps more than this service."""

from __future__ import annotations

from pydantic import Field

from gateway_infra.sections.backup import BackupConfig
from gateway_infra.sections.config_rules import ConfigRulesConfig
from gateway_infra.sections.drift import DriftConfig
from gateway_infra.sections.flow_logs import FlowLogsConfig
from gateway_infra.sections.trail import TrailConfig
from gateway_infra.values.section import Section


class GuardsConfig(Section):
    """Guards of the account; each is made only where it is written, if only as ``{}``."""

    flow_logs: FlowLogsConfig | None = Field(
        default=None, description="flow logs of `network.vpc`; unset: none"
    )
    trail: TrailConfig | None = Field(
        default=None, description="a CloudTrail trail of the account; unset: none"
    )
    recorder: bool = Field(
        default=False,
        description="whether to make the recorder that AWS Config's rules need; an account has one "
        "in a region",
    )
    config_rules: ConfigRulesConfig | None = Field(
        default=None, description="rules of AWS Config; unset: none"
    )
    drift: DriftConfig | None = Field(
        default=None, description="a rule of AWS Config on changes by hand; unset: none"
    )
    backup: BackupConfig | None = Field(
        default=None, description="backups of database and bucket; unset: none"
    )

"""Suppressions of the network: security groups and subnets."""

from __future__ import annotations

from typing import Any

from gateway_infra.suppressions.suppression import (
    ScannedResource,
    ScannerRule,
    Suppression,
    is_intrinsic,
)

_GROUP = "AWS::EC2::SecurityGroup"
_ANYWHERE = ("0.0.0.0/0", "::/0")
_HTTPS = "AWS's services have no fixed addresses"
_DATABASE = "the database's are not known here"
_FURTHER = "nor are those of what the function's `egress_ports` are for"

_ADDRESSES = {
    (_HTTPS,): _HTTPS,
    (_DATABASE,): "the database's addresses are not known here",
    (_FURTHER,): "the addresses of what the function's `egress_ports` are for are not known here",
    (_HTTPS, _DATABASE): f"{_HTTPS}, and {_DATABASE}",
    (_HTTPS, _FURTHER): f"{_HTTPS}, {_FURTHER}",
    (_DATABASE, _FURTHER): f"the database's addresses are not known here, {_FURTHER}",
    (_HTTPS, _DATABASE, _FURTHER): f"{_HTTPS}, {_DATABASE}, {_FURTHER}",
}


def _egress(seen: ScannedResource) -> list[dict[str, Any]]:
    """Return the outbound rules to anywhere that name one port, and not all protocols."""
    rules = seen.properties.get("SecurityGroupEgress", [])
    return [
        rule
        for rule in rules
        if isinstance(rule, dict)
        and (rule.get("CidrIp") in _ANYWHERE or rule.get("CidrIpv6") in _ANYWHERE)
    ]


def _why_port(seen: ScannedResource, rule: dict[str, Any]) -> str | None:
    """Return why a rule of the builder leads to any address, by its words; of others, ``None``."""
    port = rule.get("FromPort")
    if rule.get("IpProtocol") != "tcp" or port is None or port != rule.get("ToPort"):
        return None
    words = rule.get("Description")
    if words == "HTTPS to AWS services and beyond" and port == 443:
        return _HTTPS
    if words == "PostgreSQL" and _is_of_database(seen, port):
        return _DATABASE
    if words == f"Port {port} of other services" and _is_further(seen, port):
        return _FURTHER
    return None


def _is_of_database(seen: ScannedResource, port: Any) -> bool:
    if seen.environment is None or not isinstance(port, int):
        return True
    database = seen.environment.database
    return database is not None and port == database.port


def _is_further(seen: ScannedResource, port: Any) -> bool:
    if seen.environment is None:
        return True
    name = str(seen.source[1]) if seen.source[:1] == ("functions",) else ""
    config = seen.environment.functions.get(name)
    return config is not None and port in config.egress_ports


def _why_anywhere(seen: ScannedResource) -> str:
    rules = _egress(seen)
    named = [rule["FromPort"] for rule in rules]
    texts = [str(port) if isinstance(port, int | str) else "of the database" for port in named]
    listed = list(dict.fromkeys(texts))
    ports = " and ".join([*([", ".join(listed[:-1])] if listed[1:] else []), listed[-1]])
    found = {_why_port(seen, rule) for rule in rules}
    why = _ADDRESSES[tuple(word for word in (_HTTPS, _DATABASE, _FURTHER) if word in found)]
    return f"TCP to port {ports} only: {why}."


ROWS: tuple[Suppression, ...] = (
    Suppression(
        "egress-to-anywhere",
        "Outbound rules to any address",
        (_GROUP,),
        lambda seen: bool(_egress(seen)) and all(_why_port(seen, rule) for rule in _egress(seen)),
        (
            ScannerRule("guard", "EC2_SECURITY_GROUP_EGRESS_OPEN_TO_WORLD_RULE"),
            ScannerRule("cfn_nag", "W5"),
        ),
        _why_anywhere,
        "outbound rules to security groups or prefix lists",
        "TCP to port 443 and 5432 only: AWS's services have no fixed addresses, and the database's "
        "are not known here.",
    ),
    Suppression(
        "open-database-port",
        "A database's port that is known to CloudFormation only",
        ("AWS::EC2::SecurityGroupIngress",),
        lambda seen: (
            is_intrinsic(seen.properties.get("FromPort"))
            and "SourceSecurityGroupId" in seen.properties
        ),
        (ScannerRule("cdk_nag", "CdkNagValidationFailure"),),
        "The port is a parameter; only the function's security group may connect to it.",
        "a port written in the file",
    ),
)

"""Exceptions of functions, their roles, their network, and the permission to call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway_infra.suppressions.builder_wildcards import SHAPES, words_for
from gateway_infra.suppressions.policies import (
    Allowed,
    everything,
    has_to_be,
    wildcards,
    within_bounds,
)
from gateway_infra.suppressions.suppression import Row, ScannerRule, Seen, has_own_key

_FUNCTION = "AWS::Lambda::Function"
_ROLE = "AWS::IAM::Role"
_POLICY = "AWS::IAM::ManagedPolicy"
_GROUP = "AWS::EC2::SecurityGroup"
_ANYWHERE = ("0.0.0.0/0", "::/0")
_MANAGED = {
    "AWSLambdaVPCAccessExecutionRole": "AWS's own policy for functions in a VPC makes network "
    "interfaces; it also allows writing to any log group.",
    "AmazonAPIGatewayPushToCloudWatchLogs": "The one policy that API Gateway takes for the "
    "account's log role; it writes to log groups only.",
    "AWS_ConfigRole": "AWS's own policy for the recorder reads settings of every type of resource, "
    "and follows what AWS adds.",
    "AWSBackupServiceRolePolicyForBackup": "AWS's own policy for making backups; it restores none.",
    "AWSBackupServiceRolePolicyForS3Backup": "AWS's own policy for backups of buckets.",
    "ReadOnlyAccess": "What compares stacks with templates reads settings of every type of "
    "resource; reading data is denied beside it.",
}
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


def _under(seen: Seen, *keys: str) -> Any:
    """Return what stands under keys of a resource's properties."""
    value: Any = seen.properties
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _egress(seen: Seen) -> list[dict[str, Any]]:
    """Return the outbound rules to anywhere that name one port, and not all protocols."""
    rules = seen.properties.get("SecurityGroupEgress", [])
    return [
        rule
        for rule in rules
        if isinstance(rule, dict)
        and (rule.get("CidrIp") in _ANYWHERE or rule.get("CidrIpv6") in _ANYWHERE)
    ]


def _why_port(seen: Seen, rule: dict[str, Any]) -> str | None:
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


def _is_of_database(seen: Seen, port: Any) -> bool:
    if seen.environment is None or not isinstance(port, int):
        return True
    database = seen.environment.database
    return database is not None and port == database.port


def _is_further(seen: Seen, port: Any) -> bool:
    if seen.environment is None:
        return True
    name = str(seen.source[1]) if seen.source[:1] == ("functions",) else ""
    config = seen.environment.functions.get(name)
    return config is not None and port in config.egress_ports


def _why_anywhere(seen: Seen) -> str:
    rules = _egress(seen)
    listed = list(dict.fromkeys(_text(rule["FromPort"]) for rule in rules))
    ports = " and ".join([*([", ".join(listed[:-1])] if listed[1:] else []), listed[-1]])
    found = {_why_port(seen, rule) for rule in rules}
    why = _ADDRESSES[tuple(word for word in (_HTTPS, _DATABASE, _FURTHER) if word in found)]
    return f"TCP to port {ports} only: {why}."


def _text(port: Any) -> str:
    return str(port) if isinstance(port, int | str) else "of the database"


def _managed(seen: Seen) -> list[str]:
    """Return the names of AWS's policies on a role, where all of them are known here."""
    known = set(_MANAGED)
    if seen.environment is not None and seen.environment.roles.scoped:
        known.remove("AWSLambdaVPCAccessExecutionRole")
    given = seen.properties.get("ManagedPolicyArns", [])
    names = [_last(arn) for arn in given if _is_of_aws(arn)] if isinstance(given, list) else []
    return names if all(name in known for name in names) else []


def _arn(value: Any) -> str:
    text = value.get("Fn::Sub", "") if isinstance(value, dict) else value
    return text if isinstance(text, str) else ""


def _is_of_aws(value: Any) -> bool:
    return ":iam::aws:" in _arn(value)


def _last(value: Any) -> str:
    return _arn(value).rpartition("/")[2]


def _wildcards_in_bounds(seen: Seen) -> bool:
    found = wildcards(seen.properties)
    return bool(found) and all(_is_excused(seen, item) for item in found)


def _is_excused(seen: Seen, item: Allowed) -> bool:
    """Tell whether there is a reason for a statement's wildcards.

    One is that they have to be, one that a builder made the statement; what the file's own
    `statements` name, within bounds, is its author's to answer for, and is named.
    """
    if not within_bounds(item):
        return False
    return "*" in item.resources or words_for(item) is not None or _is_of_file(seen, item)


def _is_of_file(seen: Seen, item: Allowed) -> bool:
    return seen.environment is not None and re.fullmatch(r"Extra\d+", item.sid) is not None


def _why_wildcards(seen: Seen) -> str:
    return f"Wildcards within bounds: {'; '.join(_needs(seen))}."


def _needs(seen: Seen) -> Iterator[str]:
    found = wildcards(seen.properties)
    actions = sorted({action for item in found if "*" in item.resources for action in item.actions})
    if actions:
        yield f"{', '.join(actions)} take no resource"
    narrower = [item for item in found if "*" not in item.resources]
    built = {words_for(item) for item in narrower}
    yield from dict.fromkeys(shape.words for shape in SHAPES if shape.words in built)
    yield from (_named(item) for item in narrower if words_for(item) is None)


def _named(item: Allowed) -> str:
    """Name a statement of the file; ``${…}`` outside of ``Fn::Sub`` is a fault to cfn-lint."""
    arns = re.sub(r"\$\{([^}]*)\}", r"<\1>", ", ".join(item.resources))
    return f"the file's own statement: {', '.join(item.actions)} on {arns}"


def _everything_has_to_be(seen: Seen) -> bool:
    found = everything(seen.properties)
    return bool(found) and all(map(has_to_be, found))


def _of_cloudformation(value: Any) -> bool:
    return isinstance(value, dict)


def _open_subnets(seen: Seen) -> bool:
    subnets = _under(seen, "VpcConfig", "SubnetIds")
    return _of_cloudformation(subnets) or (
        isinstance(subnets, list) and any(map(_of_cloudformation, subnets))
    )


ROWS: tuple[Row, ...] = (
    Row(
        "no-reserved-concurrency",
        "A function without a concurrency of its own",
        (_FUNCTION,),
        lambda seen: "ReservedConcurrentExecutions" not in seen.properties,
        (
            ScannerRule("checkov", "CKV_AWS_115"),
            ScannerRule("guard", "LAMBDA_CONCURRENCY_CHECK"),
            ScannerRule("cfn_nag", "W92"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-LambdaConcurrency"),
        ),
        "The stage's throttling limits calls; reserving takes from what the account has for all.",
        "`functions.NAME.reserved_concurrency`",
    ),
    Row(
        "no-dead-letter-queue",
        "A function without a dead-letter queue",
        (_FUNCTION,),
        lambda seen: not _under(seen, "DeadLetterConfig", "TargetArn"),
        (
            ScannerRule("checkov", "CKV_AWS_116"),
            ScannerRule("guard", "LAMBDA_DLQ_CHECK"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-LambdaDLQ"),
        ),
        "API Gateway calls it and waits for the answer; such a queue takes asynchronous events.",
        "nothing: no event comes asynchronously",
    ),
    Row(
        "variables-without-key",
        "Variables of a function without a key of one's own",
        (_FUNCTION,),
        lambda seen: (
            bool(_under(seen, "Environment", "Variables"))
            and "KmsKeyArn" not in seen.properties
            and not has_own_key(seen)
        ),
        (ScannerRule("checkov", "CKV_AWS_173"),),
        "Lambda encrypts variables with a key of AWS's; no key of one's own is set.",
        "a customer managed key",
    ),
    Row(
        "log-permission-in-role",
        "A function whose role a scanner of one template does not see",
        (_FUNCTION,),
        lambda _: True,
        (ScannerRule("cfn_nag", "W58"),),
        "Its role may write to its own log group, which is there before the function.",
        "nothing: the rule looks for CreateLogGroup in the same template",
    ),
    Row(
        "subnets-from-outside",
        "Subnets that are known to CloudFormation only",
        (_FUNCTION,),
        _open_subnets,
        (ScannerRule("control_tower", "CT.LAMBDA.PR.3"),),
        "The function is in the VPC; the rule takes no parameter for a subnet.",
        "subnets written in the file",
    ),
    Row(
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
    Row(
        "open-database-port",
        "A database's port that is known to CloudFormation only",
        ("AWS::EC2::SecurityGroupIngress",),
        lambda seen: (
            _of_cloudformation(seen.properties.get("FromPort"))
            and "SourceSecurityGroupId" in seen.properties
        ),
        (ScannerRule("cdk_nag", "CdkNagValidationFailure"),),
        "The port is a parameter; only the function's security group may connect to it.",
        "a port written in the file",
    ),
    Row(
        "managed-policy",
        "A policy of AWS on a role",
        (_ROLE,),
        lambda seen: bool(_managed(seen)),
        (ScannerRule("cdk_nag", "AwsSolutions-IAM4"),),
        lambda seen: " ".join(_MANAGED[name] for name in _managed(seen)),
        "statements of one's own for network interfaces",
        "AWS's own policy for functions in a VPC makes network interfaces; it also allows writing "
        "to any log group.",
    ),
    Row(
        "inline-policy",
        "Policies that stand on the role itself",
        (_ROLE,),
        lambda seen: bool(seen.properties.get("Policies")),
        (
            ScannerRule("guard", "IAM_NO_INLINE_POLICY_CHECK"),
            ScannerRule("cdk_nag", "NIST.800.53.R5-IAMNoInlinePolicy"),
        ),
        "Written for this role alone, it is there before what uses the role, and goes with it.",
        "a customer managed policy",
    ),
    Row(
        "all-resources",
        "`*` as a resource, where IAM takes nothing else",
        (_ROLE, _POLICY),
        _everything_has_to_be,
        (
            ScannerRule("guard", "IAM_POLICYDOCUMENT_NO_WILDCARD_RESOURCE"),
            ScannerRule("cfn_nag", "W11", lambda seen: "PolicyDocument" not in seen.properties),
            ScannerRule("cfn_nag", "W13", lambda seen: "PolicyDocument" in seen.properties),
        ),
        lambda seen: f"{next(_needs(seen))}: IAM takes nothing but * for them.",
        "nothing: these actions have no resource type",
        "xray:PutTelemetryRecords, xray:PutTraceSegments take no resource: IAM takes nothing but * "
        "for them.",
    ),
    Row(
        "wildcards-in-arns",
        "Wildcards in the resources of a policy",
        (_ROLE, _POLICY),
        _wildcards_in_bounds,
        (ScannerRule("cdk_nag", "AwsSolutions-IAM5"),),
        _why_wildcards,
        "nothing for streams and objects; identifiers of the databases end that of `rds`, and ARNs "
        "without `*` that of the file's own `statements`",
        "Wildcards within bounds: xray:PutTelemetryRecords, xray:PutTraceSegments take no "
        "resource; streams of one log group; objects of one bucket.",
    ),
    Row(
        "source-of-permission",
        "A permission whose source is known to CloudFormation only",
        ("AWS::Lambda::Permission",),
        lambda seen: (
            _of_cloudformation(seen.properties.get("SourceArn"))
            and _of_cloudformation(seen.properties.get("SourceAccount"))
        ),
        (ScannerRule("control_tower", "CT.LAMBDA.PR.2"),),
        "SourceArn and SourceAccount are given; the rule takes neither Fn::Sub nor AWS::AccountId.",
        "nothing: no ARN of this account is a literal",
    ),
)

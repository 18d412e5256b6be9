"""Rules of what overrides, resources and `customize` weaken; checks: `preflight.weakened`."""

from __future__ import annotations

from gateway_infra.rules.rule import Rule

_LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_VPC = "https://docs.aws.amazon.com/vpc/latest/userguide/"

PERMISSION = Rule(
    "GI900",
    "warning",
    "A permission that others than this API may use",
    "A service principal stands for that service in every account: without SourceArn and "
    "SourceAccount, an API of another account may call the function as well.",
    "Leave SourceArn, SourceAccount and the principal as they are, or accept it with a reason.",
    f"{_LAMBDA}permissions-function-services.html",
)
INGRESS = Rule(
    "GI901",
    "warning",
    "An inbound rule for any address",
    "Nothing connects to a function's network interface, and a database is for its functions only.",
    "Name a security group as the source.",
    f"{_VPC}security-group-rules.html",
)
EGRESS = Rule(
    "GI902",
    "warning",
    "An outbound rule for all ports to any address",
    "Whatever runs in the function can send anything anywhere, and through any protocol.",
    "Name one port, or a security group; functions.NAME.egress_ports opens further ones.",
    f"{_VPC}security-group-rules.html",
)
TRACE = Rule(
    "GI903",
    "warning",
    "Whole requests of production in the log, by an override",
    "The log holds bodies and headers, with what callers sent in confidence.",
    "Remove DataTraceEnabled, or accept it while you look for a fault.",
    f"{_GATEWAY}set-up-logging.html",
)
ACTIONS = Rule(
    "GI904",
    "warning",
    "A wildcard in the actions of a policy",
    "What AWS adds to a service later is allowed as well, and so is what nobody asked for.",
    "Name the actions.",
    f"{_IAM}best-practices.html",
)
RESOURCES = Rule(
    "GI905",
    "warning",
    "All resources in a policy, for actions that take one",
    "The action is allowed on everything of its kind in the account, and on what comes later.",
    "Name the ARN.",
    f"{_IAM}best-practices.html",
)
TRUST = Rule(
    "GI906",
    "warning",
    "A role of a function that others than Lambda may take",
    "Who is trusted there can do all that the function can.",
    "Trust lambda.amazonaws.com only; give others a role of their own.",
    f"{_LAMBDA}lambda-intro-execution-role.html",
)
ANYONE = Rule(
    "GI907",
    "warning",
    "A policy of a topic, queue or bucket that allows anyone",
    "The principal * is everyone with an AWS account, and for some actions everyone.",
    "Name who may, or set a condition on the account.",
    f"{_IAM}reference_policies_elements_principal.html",
)
URL = Rule(
    "GI908",
    "warning",
    "A function with a URL of its own",
    "It leads around the API: its authorization, throttling, validation and logs.",
    "Add a route; or accept it, with AuthType AWS_IAM.",
    f"{_LAMBDA}urls-auth.html",
)
STAGE = Rule(
    "GI909",
    "warning",
    "A stage without what watches and limits it",
    "Without logs nobody can tell what happened; without a throttle of its own, the API takes all "
    "calls that the account has for every API.",
    "Leave AccessLogSetting, TracingEnabled and the settings of all methods as they are made.",
    f"{_GATEWAY}api-gateway-request-throttling.html",
)

RULES = (
    PERMISSION,
    INGRESS,
    EGRESS,
    TRACE,
    ACTIONS,
    RESOURCES,
    TRUST,
    ANYONE,
    URL,
    STAGE,
)

"""Deliberate weakenings of a good environment, and who catches each.

Each is a change of the text of `GOOD`, or an override or resource added to it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

GOOD = """\
service: jobs
region: us-east-1
tier: prod
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
database:
  host: {stack_output: database/Host}
  security_group: {stack_output: database/SecurityGroupId}
  name: jobs
  user: jobs_app
  password: {environment_variable: DB_PASSWORD}
  instance_identifier: jobs-prod
bucket: {name: jobs-uploads}
encryption: {key: made}
functions:
  web:
    image: {parameter: Image}
    timeout: 29
    statements:
      - actions: ['sqs:SendMessage']
        resources: ['arn:aws:sqs:us-east-1:123456789012:jobs']
api:
  authorization: iam
  routes: {GET /jobs: web, POST /jobs: {function: web, api_key: true}}
  usage_plan: {keys: [partner]}
  cors: {origins: ['https://jobs.example.com']}
  waf: {}
alarms: {emails: [oncall@example.com]}
"""
"""An environment of which nothing below is true."""

By = Literal["model", "rule", "checkov", "exceptions"]
"""A model refuses the value, a preflight rule finds it, checkov finds it in the template as it is
written, or no exception stands for it any more: then cdk-nag finds the rule that is named."""


class Weakening(NamedTuple):
    """What is weakened, who says so with which id, and the change: a text and what replaces it."""

    what: str
    by: By
    id: str
    old: str
    new: str


def _override(resource: str, path: str, value: str) -> str:
    return f"overrides: [{{resource: {resource}, path: 'Properties.{path}', value: {value}}}]\n"


def _removed(resource: str, path: str) -> str:
    return f"overrides: [{{resource: {resource}, path: 'Properties.{path}', remove: true}}]\n"


def _own(kind: str, properties: str) -> str:
    return f"resources: {{Mine: {{Type: '{kind}', Properties: {properties}}}}}\n"


def _changed(what: str, by: By, rule: str, old: str, new: str) -> Weakening:
    return Weakening(what, by, rule, old, new)


def _added(what: str, by: By, rule: str, text: str) -> Weakening:
    return Weakening(what, by, rule, "alarms:", f"{text}alarms:")


_ACTIONS = "actions: ['sqs:SendMessage']"
_ROLE = "FunctionWebRole"
_STATEMENT = "{Effect: Allow, Action: ACTION, Resource: RESOURCE}"


def _allowing(action: str, resource: str) -> str:
    statement = _STATEMENT.replace("ACTION", action).replace("RESOURCE", resource)
    return _override(_ROLE, "Policies[0].PolicyDocument.Statement[0]", statement)


WEAKENINGS: tuple[Weakening, ...] = (
    # What the file itself says.
    _changed(
        "a wildcard for all actions of a service", "rule", "GI231", _ACTIONS, "actions: ['sqs:*']"
    ),
    _changed(
        "all origins, with credentials",
        "rule",
        "GI402",
        "origins: ['https://jobs.example.com']",
        "origins: ['*'], credentials: true",
    ),
    _changed(
        "any origin echoed in errors, with credentials",
        "rule",
        "GI403",
        "com']}",
        "com'], credentials: true, error_origin: echo}",
    ),
    _changed("an unencrypted origin", "rule", "GI408", "['https://jobs.", "['http://jobs."),
    _changed(
        "no authorization, and no word why",
        "model",
        "GI340",
        "authorization: iam",
        "authorization: none",
    ),
    _changed(
        "API keys as the only protection",
        "rule",
        "GI342",
        "authorization: iam",
        "authorization: {type: none, reason: Partners have a key.}",
    ),
    _changed(
        "whole requests of production in the log",
        "rule",
        "GI510",
        "  waf: {}",
        "  waf: {}\n  stage: {data_trace: true, logging_level: INFO}",
    ),
    _changed(
        "API keys in the access log",
        "rule",
        "GI517",
        "  waf: {}",
        "  waf: {}\n  stage: {access_log_fields: {key: '$context.identity.apiKey'}}",
    ),
    _changed(
        "answers of production kept unencrypted",
        "rule",
        "GI537",
        "GET /jobs: web, POST /jobs: {function: web, api_key: true}}",
        "GET /jobs: {function: web, cache: {}}, POST /jobs: {function: web, api_key: true}}\n"
        "  stage: {cache: {size: 0.5, encrypted: false}}",
    ),
    _changed(
        "a password in the file",
        "rule",
        "GI141",
        "{environment_variable: DB_PASSWORD}",
        "correct-horse-battery",
    ),
    _changed(
        "a default for a secret",
        "rule",
        "GI141",
        "{environment_variable: DB_PASSWORD}",
        "{parameter: Password, default: correct-horse}",
    ),
    _changed(
        "a literal secret in a variable",
        "rule",
        "GI152",
        "    timeout: 29",
        "    timeout: 29\n    variables: {STRIPE_SECRET: 4242aa}",
    ),
    _changed(
        "a key of AWS in a variable",
        "rule",
        "GI151",
        "    timeout: 29",
        "    timeout: 29\n    variables: {ID: AKIAIOSFODNN7EXAMPLQ}",
    ),
    _changed(
        "a subnet that is public by its name",
        "rule",
        "GI113",
        "subnet-1a2b3c4d]",
        "{stack_output: network/PublicSubnetA}]",
    ),
    # What overrides weaken behind the file's back.
    _added(
        "a permission without SourceArn",
        "rule",
        "GI900",
        _removed("FunctionWebPermission", "SourceArn"),
    ),
    _added(
        "a permission without SourceAccount",
        "rule",
        "GI900",
        _removed("FunctionWebPermission", "SourceAccount"),
    ),
    _added(
        "a permission for everyone",
        "rule",
        "GI900",
        _override("FunctionWebPermission", "Principal", "'*'"),
    ),
    _added(
        "a permission for every action",
        "rule",
        "GI900",
        _override("FunctionWebPermission", "Action", "'lambda:*'"),
    ),
    _added(
        "a public inbound rule of the database",
        "rule",
        "GI901",
        _own(
            "AWS::EC2::SecurityGroupIngress",
            "{GroupId: sg-0a1b2c3d, IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0}",
        ),
    ),
    _added(
        "a public inbound rule of the function",
        "rule",
        "GI901",
        _override(
            "FunctionWebSecurityGroup",
            "SecurityGroupIngress",
            "[{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]",
        ),
    ),
    _added(
        "all ports out to any address",
        "rule",
        "GI902",
        _override(
            "FunctionWebSecurityGroup",
            "SecurityGroupEgress",
            "[{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]",
        ),
    ),
    _added(
        "data trace in production, by an override",
        "rule",
        "GI903",
        _override("ApiStage", "MethodSettings[0].DataTraceEnabled", "true"),
    ),
    _added("every action of every service", "rule", "GI904", _allowing("'*'", "'*'")),
    _added(
        "every action of S3, by an override",
        "rule",
        "GI904",
        _allowing("'s3:*'", "'arn:aws:s3:::jobs-uploads/*'"),
    ),
    _added(
        "a secret of any name", "rule", "GI905", _allowing("'secretsmanager:GetSecretValue'", "'*'")
    ),
    _added(
        "a role that any account may take",
        "rule",
        "GI906",
        _override(_ROLE, "AssumeRolePolicyDocument.Statement[0].Principal", "{AWS: '*'}"),
    ),
    _added(
        "a role that another service may take",
        "rule",
        "GI906",
        _override(
            _ROLE,
            "AssumeRolePolicyDocument.Statement[0].Principal",
            "{Service: ec2.amazonaws.com}",
        ),
    ),
    _added(
        "a topic that anyone may publish to",
        "rule",
        "GI907",
        _override(
            "AlarmTopicPolicy",
            "PolicyDocument",
            "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: '*', Action: 'sns:Publish', Resource: '*'}]}",
        ),
    ),
    _added(
        "a URL of the function, around the API",
        "rule",
        "GI908",
        _own("AWS::Lambda::Url", "{AuthType: NONE, TargetFunctionArn: {Ref: FunctionWeb}}"),
    ),
    _added("no access log", "rule", "GI909", _removed("ApiStage", "AccessLogSetting")),
    _added(
        "no throttle on the stage",
        "rule",
        "GI909",
        _removed("ApiStage", "MethodSettings[0].ThrottlingRateLimit"),
    ),
    _added(
        "no execution log",
        "rule",
        "GI909",
        _override("ApiStage", "MethodSettings[0].LoggingLevel", "'OFF'"),
    ),
    _added(
        "an OPTIONS method that asks for a login",
        "rule",
        "GI839",
        _override("ApiMethodOptionsJobs", "AuthorizationType", "AWS_IAM"),
    ),
    _added(
        "a stage made by the deployment",
        "rule",
        "GI832",
        _override("ApiDeployment", "StageName", "v2"),
    ),
    _added(
        "a private API without a policy",
        "rule",
        "GI833",
        _override("Api", "EndpointConfiguration", "{Types: [PRIVATE]}"),
    ),
    _added(
        "a custom authorizer that is not named",
        "rule",
        "GI840",
        _override("ApiMethodGetJobs", "AuthorizationType", "CUSTOM"),
    ),
    # What scanners find in the templates as they are written, exceptions and all.
    _added(
        "no access log, to a scanner",
        "checkov",
        "CKV_AWS_76",
        _removed("ApiStage", "AccessLogSetting"),
    ),
    _added("X-Ray off", "checkov", "CKV_AWS_73", _override("ApiStage", "TracingEnabled", "false")),
    _added(
        "an authorizer taken from a route",
        "checkov",
        "CKV_AWS_59",
        _override("ApiMethodGetJobs", "AuthorizationType", "NONE"),
    ),
    _added(
        "a log group that is kept for ever",
        "checkov",
        "CKV_AWS_66",
        _removed("FunctionWebLogGroup", "RetentionInDays"),
    ),
    _added(
        "a log group without the key",
        "checkov",
        "CKV_AWS_158",
        _removed("FunctionWebLogGroup", "KmsKeyId"),
    ),
    _added(
        "variables without the key", "checkov", "CKV_AWS_173", _removed("FunctionWeb", "KmsKeyArn")
    ),
    _added(
        "a topic without the key", "checkov", "CKV_AWS_26", _removed("AlarmTopic", "KmsMasterKeyId")
    ),
    _added(
        "a key that is not rotated",
        "checkov",
        "CKV_AWS_7",
        _override("EncryptionKey", "EnableKeyRotation", "false"),
    ),
    _added(
        "a key for everyone",
        "checkov",
        "CKV_AWS_33",
        _override("EncryptionKey", "KeyPolicy.Statement[0].Principal", "{AWS: '*'}"),
    ),
    _added(
        "a function outside of the VPC",
        "checkov",
        "CKV_AWS_117",
        _removed("FunctionWeb", "VpcConfig"),
    ),
    _added(
        "a permission without any source",
        "checkov",
        "CKV_AWS_364",
        "overrides:\n  - {resource: FunctionWebPermission, path: Properties.SourceArn, remove: true}\n  - {resource: FunctionWebPermission, path: Properties.SourceAccount, remove: true}\n",
    ),
    _added(
        "a URL of the function without a login",
        "checkov",
        "CKV_AWS_258",
        _own("AWS::Lambda::Url", "{AuthType: NONE, TargetFunctionArn: {Ref: FunctionWeb}}"),
    ),
    _added("every action, to a scanner", "checkov", "CKV_AWS_63", _allowing("'*'", "'*'")),
    _added(
        "a role for any account, to a scanner",
        "checkov",
        "CKV_AWS_60",
        _override(_ROLE, "AssumeRolePolicyDocument.Statement[0].Principal", "{AWS: '*'}"),
    ),
    _added(
        "SSH from anywhere",
        "checkov",
        "CKV_AWS_24",
        _override(
            "FunctionWebSecurityGroup",
            "SecurityGroupIngress",
            "[{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]",
        ),
    ),
    _added(
        "a web ACL without known bad inputs",
        "checkov",
        "CKV_AWS_192",
        _removed("ApiWebAcl", "Rules"),
    ),
    # What cdk-nag finds, since no exception stands for it.
    _added(
        "all ports out, to a scanner",
        "exceptions",
        "egress-to-anywhere",
        _override(
            "FunctionWebSecurityGroup",
            "SecurityGroupEgress",
            "[{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]",
        ),
    ),
    _added(
        "a wildcard action, to a scanner",
        "exceptions",
        "wildcards-in-arns",
        _allowing("'s3:*'", "'arn:aws:s3:::jobs-uploads/*'"),
    ),
    _added(
        "a policy of AWS for power users",
        "exceptions",
        "managed-policy",
        _override(_ROLE, "ManagedPolicyArns", "['arn:aws:iam::aws:policy/PowerUserAccess']"),
    ),
)
"""The table."""

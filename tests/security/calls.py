"""Calls that a function's code, or Lambda for it, may try with its role, and what becomes of each.

One table for two judges: `tests/security/test_least_privilege.py` asks the tests' own evaluation of
policies about every row, and `tests/e2e/test_least_privilege.py` makes each call that an emulator
can judge with a session of the deployed role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Posture = Literal["record", "hardened"]
POSTURES: tuple[Posture, ...] = ("record", "hardened")

AWS = "arn:aws:{service}:us-east-1:{account}:"


@dataclass(frozen=True)
class Call:
    """An operation of boto3, and the error that it may end in once it is authorized."""

    service: str
    operation: str
    parameters: Mapping[str, Any]
    then: str | None = None


@dataclass(frozen=True)
class Row:
    """An action on resources, whether each posture allows it, and the call that tries it.

    Names in braces are filled in by the judges. Without a call, or for a posture that `emulator`
    leaves out, only the evaluation judges: the emulator knows no conditions.
    """

    what: str
    action: str
    resources: tuple[str, ...]
    record: bool
    hardened: bool
    call: Call | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    emulator: tuple[Posture, ...] = POSTURES

    def allowed(self, posture: Posture) -> bool:
        """Tell what is expected."""
        return self.record if posture == "record" else self.hardened

    def judges(self, posture: Posture) -> str:
        """Tell who judges."""
        return "both" if self.call and posture in self.emulator else "evaluation"


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Fill the names in braces in."""
    if isinstance(value, str):
        return value.format_map(names)
    if isinstance(value, Mapping):
        return {key: filled(item, names) for key, item in value.items()}
    return [filled(item, names) for item in value] if isinstance(value, list) else value


def row(
    what: str,
    action: str,
    resources: str | tuple[str, ...],
    allowed: bool | tuple[bool, bool],
    call: Call | None = None,
    **more: Any,
) -> Row:
    """Make a row; one verdict stands for both postures."""
    record, hardened = (allowed, allowed) if isinstance(allowed, bool) else allowed
    each = (resources,) if isinstance(resources, str) else resources
    return Row(what, action, each, record, hardened, call, **more)


YES, NO = True, False
RECORD_ONLY = (True, False)
"""What AWS's managed policy, or the record, allows, and ``hardened`` does not."""


def s3(operation: str, bucket: str, key: str = "", then: str | None = None, **more: Any) -> Call:
    """Make a call to S3."""
    named = {"Key": key} if key else {}
    return Call("s3", operation, {"Bucket": bucket, **named, **more}, then)


BUCKET, OTHER_BUCKET = "{bucket}", "{other_bucket}"
OBJECTS, OTHER_OBJECTS = "arn:aws:s3:::{bucket}", "arn:aws:s3:::{other_bucket}"
POLICY = '{{"Version": "2012-10-17", "Statement": []}}'

STORAGE = [
    row("read an object of the bucket", "s3:GetObject", f"{OBJECTS}/kept", YES, s3("get_object", BUCKET, "kept")),
    row("read one that is not there", "s3:GetObject", f"{OBJECTS}/none", YES, s3("get_object", BUCKET, "none", "NoSuchKey")),
    row("write an object", "s3:PutObject", f"{OBJECTS}/new", YES, s3("put_object", BUCKET, "new")),
    row("delete an object", "s3:DeleteObject", f"{OBJECTS}/new", YES, s3("delete_object", BUCKET, "new")),
    row("list the bucket", "s3:ListBucket", OBJECTS, YES, s3("list_objects_v2", BUCKET)),
    row("read an object of another bucket", "s3:GetObject", f"{OTHER_OBJECTS}/kept", NO, s3("get_object", OTHER_BUCKET, "kept")),
    row("write to another bucket", "s3:PutObject", f"{OTHER_OBJECTS}/new", NO, s3("put_object", OTHER_BUCKET, "new")),
    row("delete in another bucket", "s3:DeleteObject", f"{OTHER_OBJECTS}/kept", NO, s3("delete_object", OTHER_BUCKET, "kept")),
    row("list another bucket", "s3:ListBucket", OTHER_OBJECTS, NO, s3("list_objects_v2", OTHER_BUCKET)),
    row("list all buckets", "s3:ListAllMyBuckets", "*", NO, Call("s3", "list_buckets", {})),
    row("set the bucket's policy", "s3:PutBucketPolicy", OBJECTS, NO, s3("put_bucket_policy", BUCKET, Policy=POLICY)),
    row("read the bucket's policy", "s3:GetBucketPolicy", OBJECTS, NO, s3("get_bucket_policy", BUCKET)),
    row("remove the bucket's policy", "s3:DeleteBucketPolicy", OBJECTS, NO, s3("delete_bucket_policy", BUCKET)),
    row("set an object's access list", "s3:PutObjectAcl", f"{OBJECTS}/kept", NO, s3("put_object_acl", BUCKET, "kept", ACL="public-read")),
    row("delete the bucket", "s3:DeleteBucket", OBJECTS, NO, s3("delete_bucket", BUCKET)),
    row("create a bucket", "s3:CreateBucket", "arn:aws:s3:::brand-new-uploads", NO, s3("create_bucket", "brand-new-uploads")),
]  # fmt: skip


def logs(operation: str, group: str, stream: str = "", **more: Any) -> Call:
    """Make a call to CloudWatch Logs."""
    named = {"logStreamName": stream} if stream else {}
    return Call("logs", operation, {"logGroupName": group, **named, **more})


LOGS = AWS.replace("{service}", "logs") + "log-group:"
# What is asked of a group as a whole is asked on its streams, with no name after that, as AWS's
# denials say: elastic/apm-aws-lambda #526, aws-solutions/instance-scheduler-on-aws #578.
GROUP, OTHER_GROUP = LOGS + "{group}", LOGS + "{other_group}"
EVENTS = [{"timestamp": 1, "message": "a line"}]

LOGGING = [
    row("open a stream in its own log group", "logs:CreateLogStream", f"{GROUP}:log-stream:new", YES, logs("create_log_stream", "{group}", "new")),
    row("write to its own log group", "logs:PutLogEvents", f"{GROUP}:log-stream:kept", YES, logs("put_log_events", "{group}", "kept", logEvents=EVENTS)),
    row("open a stream in another log group (the managed policy allows it on all)", "logs:CreateLogStream", f"{OTHER_GROUP}:log-stream:new", RECORD_ONLY, logs("create_log_stream", "{other_group}", "new")),
    row("write to another log group (the managed policy allows it on all)", "logs:PutLogEvents", f"{OTHER_GROUP}:log-stream:kept", RECORD_ONLY, logs("put_log_events", "{other_group}", "kept", logEvents=EVENTS)),
    row("create its own log group, which the template makes", "logs:CreateLogGroup", f"{GROUP}:log-stream:", RECORD_ONLY, Call("logs", "create_log_group", {"logGroupName": "{group}"}, "ResourceAlreadyExistsException")),
    row("create another log group (the managed policy allows it on all)", "logs:CreateLogGroup", LOGS + "/brand/new:log-stream:", RECORD_ONLY, logs("create_log_group", "/brand/new")),
    row("read its own log group", "logs:GetLogEvents", f"{GROUP}:log-stream:kept", NO, logs("get_log_events", "{group}", "kept")),
    row("change how long its logs are kept", "logs:PutRetentionPolicy", f"{GROUP}:log-stream:", NO, logs("put_retention_policy", "{group}", retentionInDays=1)),
    row("delete its own log group", "logs:DeleteLogGroup", f"{GROUP}:log-stream:", NO, logs("delete_log_group", "{group}")),
    row("send traces, which have no resource", "xray:PutTraceSegments", "*", YES),
    row("send what X-Ray counts", "xray:PutTelemetryRecords", "*", YES),
]  # fmt: skip

IAM = "arn:aws:iam::{account}:"
ROLE, OTHER_ROLE = IAM + "role/{role}", IAM + "role/{other_role}"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

IDENTITIES = [
    row("create a user", "iam:CreateUser", IAM + "user/new", NO, Call("iam", "create_user", {"UserName": "new"})),
    row("make a key for a user", "iam:CreateAccessKey", IAM + "user/somebody", NO, Call("iam", "create_access_key", {"UserName": "somebody"})),
    row("make itself administrator", "iam:AttachRolePolicy", ROLE, NO, Call("iam", "attach_role_policy", {"RoleName": "{role}", "PolicyArn": ADMINISTRATOR})),
    row("write itself a policy", "iam:PutRolePolicy", ROLE, NO, Call("iam", "put_role_policy", {"RoleName": "{role}", "PolicyName": "More", "PolicyDocument": POLICY})),
    row("remove a policy of its own", "iam:DeleteRolePolicy", ROLE, NO, Call("iam", "delete_role_policy", {"RoleName": "{role}", "PolicyName": "Function"})),
    row("let others assume its role", "iam:UpdateAssumeRolePolicy", ROLE, NO, Call("iam", "update_assume_role_policy", {"RoleName": "{role}", "PolicyDocument": POLICY})),
    row("create a role", "iam:CreateRole", IAM + "role/new", NO, Call("iam", "create_role", {"RoleName": "new", "AssumeRolePolicyDocument": POLICY})),
    row("hand its role to a service", "iam:PassRole", ROLE, NO),
    row("assume another role", "sts:AssumeRole", OTHER_ROLE, NO, Call("sts", "assume_role", {"RoleArn": OTHER_ROLE, "RoleSessionName": "test"})),
]  # fmt: skip

VIA_SECRETS = {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}
VIA_BUCKETS = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
CIPHER = {"CiphertextBlob": b"cipher"}


def kms(operation: str, key: str, **more: Any) -> Call:
    """Make a call to KMS."""
    return Call("kms", operation, {"KeyId": key, **more})


KEYS = [
    row("decrypt with the secret's key through Secrets Manager", "kms:Decrypt", "{key}", YES, context=VIA_SECRETS),
    row("decrypt with the secret's key by itself", "kms:Decrypt", "{key}", NO),
    row("decrypt with the secret's key through S3", "kms:Decrypt", "{key}", NO, context=VIA_BUCKETS),
    row("decrypt with another key", "kms:Decrypt", "{other_key}", NO, kms("decrypt", "{other_key}", **CIPHER), context=VIA_SECRETS),
    row("encrypt with the secret's key", "kms:Encrypt", "{key}", NO, kms("encrypt", "{key}", Plaintext=b"plain"), context=VIA_SECRETS),
    row("make a data key", "kms:GenerateDataKey", "{key}", NO, kms("generate_data_key", "{key}", KeySpec="AES_256")),
    row("create a key", "kms:CreateKey", "*", NO, Call("kms", "create_key", {})),
    row("delete the key", "kms:ScheduleKeyDeletion", "{key}", NO, kms("schedule_key_deletion", "{key}")),
    row("set the key's policy", "kms:PutKeyPolicy", "{key}", NO, kms("put_key_policy", "{key}", Policy=POLICY)),
    row("turn the key's rotation off", "kms:DisableKeyRotation", "{key}", NO, kms("disable_key_rotation", "{key}")),
]  # fmt: skip


def secret(operation: str, name: str, **more: Any) -> Call:
    """Make a call to Secrets Manager."""
    return Call("secretsmanager", operation, {"SecretId": name, **more})


SECRETS = [
    row("read the secret", "secretsmanager:GetSecretValue", "{secret}", YES, secret("get_secret_value", "{secret}")),
    row("read another secret", "secretsmanager:GetSecretValue", "{other_secret}", NO, secret("get_secret_value", "{other_secret}")),
    row("read a secret whose name begins alike", "secretsmanager:GetSecretValue", "{longer_secret}", NO, secret("get_secret_value", "{longer_secret}")),
    row("change the secret", "secretsmanager:PutSecretValue", "{secret}", NO, secret("put_secret_value", "{secret}", SecretString="x")),
    row("look at what is told of the secret", "secretsmanager:DescribeSecret", "{secret}", NO, secret("describe_secret", "{secret}")),
    row("delete the secret", "secretsmanager:DeleteSecret", "{secret}", NO, secret("delete_secret", "{secret}")),
    row("list the secrets", "secretsmanager:ListSecrets", "*", NO, Call("secretsmanager", "list_secrets", {})),
    row("read a parameter", "ssm:GetParameter", AWS.replace("{service}", "ssm") + "parameter/jobs", NO, Call("ssm", "get_parameter", {"Name": "jobs"})),
]  # fmt: skip

RDS = AWS.replace("{service}", "rds")


def rds(operation: str, name: str, then: str | None = None, **more: Any) -> Call:
    """Make a call to RDS about an instance."""
    return Call("rds", operation, {"DBInstanceIdentifier": name, **more}, then)


DATABASES = [
    row("look at its database", "rds:DescribeDBInstances", RDS + "db:jobs", RECORD_ONLY, rds("describe_db_instances", "jobs", "DBInstanceNotFound")),
    row("look at another database", "rds:DescribeDBInstances", RDS + "db:other", NO, rds("describe_db_instances", "other")),
    row("list all databases", "rds:DescribeDBInstances", RDS + "db:*", NO, Call("rds", "describe_db_instances", {})),
    row("list all clusters, where the file names none", "rds:DescribeDBClusters", RDS + "cluster:*", RECORD_ONLY, Call("rds", "describe_db_clusters", {})),
    row("change its database", "rds:ModifyDBInstance", RDS + "db:jobs", NO, rds("modify_db_instance", "jobs", MasterUserPassword="password")),
    row("delete its database", "rds:DeleteDBInstance", RDS + "db:jobs", NO, rds("delete_db_instance", "jobs", SkipFinalSnapshot=True)),
    row("copy its database", "rds:CreateDBSnapshot", (RDS + "db:jobs", RDS + "snapshot:copy"), NO, rds("create_db_snapshot", "jobs", DBSnapshotIdentifier="copy")),
    row("log in to the database by IAM", "rds-db:connect", "arn:aws:rds-db:us-east-1:{account}:dbuser:db-ABCDEFGHIJKL01234/jobs_app", NO),
]  # fmt: skip

SQS, TABLES = AWS.replace("{service}", "sqs"), AWS.replace("{service}", "dynamodb") + "table/"
KEY_OF_ITEM = {"id": {"S": "1"}}

GRANTED = [
    row("send to the queue that its statements name", "sqs:SendMessage", SQS + "jobs", YES, Call("sqs", "send_message", {"QueueUrl": "{queues}/jobs", "MessageBody": "x"})),
    row("send to another queue", "sqs:SendMessage", SQS + "other", NO, Call("sqs", "send_message", {"QueueUrl": "{queues}/other", "MessageBody": "x"})),
    row("take from the queue", "sqs:ReceiveMessage", SQS + "jobs", NO, Call("sqs", "receive_message", {"QueueUrl": "{queues}/jobs"})),
    row("delete the queue", "sqs:DeleteQueue", SQS + "jobs", NO, Call("sqs", "delete_queue", {"QueueUrl": "{queues}/jobs"})),
    row("read from the table that its statements name", "dynamodb:GetItem", TABLES + "jobs", YES, Call("dynamodb", "get_item", {"TableName": "jobs", "Key": KEY_OF_ITEM}, "ResourceNotFoundException")),
    row("write to the table", "dynamodb:PutItem", TABLES + "jobs", NO, Call("dynamodb", "put_item", {"TableName": "jobs", "Item": KEY_OF_ITEM})),
    row("read from another table", "dynamodb:GetItem", TABLES + "other", NO, Call("dynamodb", "get_item", {"TableName": "other", "Key": KEY_OF_ITEM})),
    row("publish to the topic of the alarms", "sns:Publish", AWS.replace("{service}", "sns") + "alarms", NO, Call("sns", "publish", {"TopicArn": AWS.replace("{service}", "sns") + "alarms", "Message": "x"})),
]  # fmt: skip

LAMBDA = AWS.replace("{service}", "lambda") + "function:"


def function(operation: str, name: str = "{function}", **more: Any) -> Call:
    """Make a call to Lambda."""
    return Call("lambda", operation, {"FunctionName": name, **more})


FUNCTIONS = [
    row("call itself", "lambda:InvokeFunction", LAMBDA + "{function}", NO, function("invoke")),
    row("call another function", "lambda:InvokeFunction", LAMBDA + "other", NO, function("invoke", "other")),
    row("change its code", "lambda:UpdateFunctionCode", LAMBDA + "{function}", NO, function("update_function_code", ImageUri="x:2")),
    row("change its settings", "lambda:UpdateFunctionConfiguration", LAMBDA + "{function}", NO, function("update_function_configuration", Timeout=1)),
    row("let others call it", "lambda:AddPermission", LAMBDA + "{function}", NO, function("add_permission", StatementId="s", Action="lambda:InvokeFunction", Principal="*")),
    row("read its settings and variables", "lambda:GetFunction", LAMBDA + "{function}", NO, function("get_function")),
]  # fmt: skip

EC2 = AWS.replace("{service}", "ec2")
VPC, OTHER_VPC = {"ec2:Vpc": EC2 + "vpc/{vpc}"}, {"ec2:Vpc": EC2 + "vpc/vpc-11111111"}
CODE = {"lambda:SourceFunctionArn": LAMBDA + "{function}"}
"""What calls of the function's own code hold, and those that Lambda makes for it do not."""
CREATED = EC2 + "network-interface/*"
INTERFACE = EC2 + "network-interface/eni-0a1b2c3d4e5f60718"
MISSING = "InvalidNetworkInterfaceID.NotFound"


def create(subnet: str, group: str) -> Call:
    """Make a network interface."""
    return Call("ec2", "create_network_interface", {"SubnetId": subnet, "Groups": [group]})


def interface(operation: str, **more: Any) -> Call:
    """Do something to an interface, which is not there."""
    return Call("ec2", operation, {"NetworkInterfaceId": "eni-0a1b2c3d4e5f60718", **more}, MISSING)


def made_in(subnet: str, group: str) -> tuple[str, ...]:
    """Name all that is asked for when an interface is made."""
    return (CREATED, f"{EC2}subnet/{subnet}", f"{EC2}security-group/{group}")


HERE = made_in("{subnet}", "{security_group}")
UNASSIGN = {"PrivateIpAddresses": ["10.0.1.9"]}
ONLY_RECORD: Any = {"emulator": ("record",)}

NETWORK = [
    row("Lambda makes an interface in the function's subnet and group", "ec2:CreateNetworkInterface", HERE, YES, create("{subnet}", "{security_group}"), context=VPC, **ONLY_RECORD),
    row("Lambda makes one in another subnet", "ec2:CreateNetworkInterface", made_in("{other_subnet}", "{security_group}"), RECORD_ONLY, create("{other_subnet}", "{security_group}"), context=VPC),
    row("Lambda makes one with another group", "ec2:CreateNetworkInterface", made_in("{subnet}", "{other_group_id}"), RECORD_ONLY, create("{subnet}", "{other_group_id}"), context=VPC),
    row("Lambda makes one in another network, be the names alike", "ec2:CreateNetworkInterface", HERE, RECORD_ONLY, context=OTHER_VPC),
    row("the code makes an interface itself", "ec2:CreateNetworkInterface", HERE, RECORD_ONLY, create("{subnet}", "{security_group}"), context={**VPC, **CODE}),
    row("Lambda removes an interface", "ec2:DeleteNetworkInterface", INTERFACE, YES, interface("delete_network_interface"), context=VPC, **ONLY_RECORD),
    row("the code removes an interface", "ec2:DeleteNetworkInterface", INTERFACE, RECORD_ONLY, interface("delete_network_interface"), context={**VPC, **CODE}),
    row("Lambda gives an interface an address", "ec2:AssignPrivateIpAddresses", INTERFACE, YES, interface("assign_private_ip_addresses", SecondaryPrivateIpAddressCount=1), context=VPC, **ONLY_RECORD),
    row("the code gives an interface an address", "ec2:AssignPrivateIpAddresses", INTERFACE, RECORD_ONLY, interface("assign_private_ip_addresses", SecondaryPrivateIpAddressCount=1), context={**VPC, **CODE}),
    row("Lambda takes an address", "ec2:UnassignPrivateIpAddresses", INTERFACE, YES, interface("unassign_private_ip_addresses", **UNASSIGN), context=VPC, **ONLY_RECORD),
    row("the code takes an address", "ec2:UnassignPrivateIpAddresses", INTERFACE, RECORD_ONLY, interface("unassign_private_ip_addresses", **UNASSIGN), context={**VPC, **CODE}),
    row("Lambda looks interfaces up", "ec2:DescribeNetworkInterfaces", "*", YES, Call("ec2", "describe_network_interfaces", {}), **ONLY_RECORD),
    row("Lambda looks subnets up", "ec2:DescribeSubnets", "*", YES, Call("ec2", "describe_subnets", {}), **ONLY_RECORD),
    row("the code looks interfaces up", "ec2:DescribeNetworkInterfaces", "*", RECORD_ONLY, Call("ec2", "describe_network_interfaces", {}), context=CODE),
    row("the code looks subnets up", "ec2:DescribeSubnets", "*", RECORD_ONLY, Call("ec2", "describe_subnets", {}), context=CODE),
    row("look networks up", "ec2:DescribeVpcs", "*", NO, Call("ec2", "describe_vpcs", {})),
    row("open its security group", "ec2:AuthorizeSecurityGroupIngress", EC2 + "security-group/{security_group}", NO, Call("ec2", "authorize_security_group_ingress", {"GroupId": "{security_group}", "IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "0.0.0.0/0"})),
    row("widen where it may connect", "ec2:AuthorizeSecurityGroupEgress", EC2 + "security-group/{security_group}", NO, Call("ec2", "authorize_security_group_egress", {"GroupId": "{security_group}", "IpPermissions": [{"IpProtocol": "-1"}]})),
    row("start a machine", "ec2:RunInstances", EC2 + "instance/*", NO),
    row("change a stack", "cloudformation:UpdateStack", AWS.replace("{service}", "cloudformation") + "stack/jobs-prod-role/*", NO),
    row("stop the trail", "cloudtrail:StopLogging", AWS.replace("{service}", "cloudtrail") + "trail/all", NO),
]  # fmt: skip

ROWS: list[Row] = [
    *STORAGE,
    *LOGGING,
    *IDENTITIES,
    *KEYS,
    *SECRETS,
    *DATABASES,
    *GRANTED,
    *FUNCTIONS,
    *NETWORK,
]

USERS = "arn:aws:rds-db:us-east-1:{account}:dbuser:"
OWN_SECRET, OWN_KEY = "{database_secret}", "{encryption_key}"

LOGIN_BY_IAM = [
    row("log in as its user", "rds-db:connect", USERS + "db-ABCDEFGHIJKL01234/jobs_app", YES),
    row("log in as another user", "rds-db:connect", USERS + "db-ABCDEFGHIJKL01234/postgres", NO),
    row("log in to another database", "rds-db:connect", USERS + "db-OTHER000000000000/jobs_app", NO),
    row("log in as a user whose name begins alike", "rds-db:connect", USERS + "db-ABCDEFGHIJKL01234/jobs_app_admin", NO),
]  # fmt: skip

LOGIN_BY_SECRET = [
    row("read the login", "secretsmanager:GetSecretValue", OWN_SECRET, YES),
    row("read another secret still", "secretsmanager:GetSecretValue", "{other_secret}", NO),
    row("change the login", "secretsmanager:PutSecretValue", OWN_SECRET, NO),
    row("have it rotated", "secretsmanager:RotateSecret", OWN_SECRET, NO),
    row("delete it", "secretsmanager:DeleteSecret", OWN_SECRET, NO),
    row("let others read it", "secretsmanager:PutResourcePolicy", OWN_SECRET, NO),
    row("decrypt it through Secrets Manager", "kms:Decrypt", OWN_KEY, YES, context=VIA_SECRETS),
    row("decrypt with its key, which is that of the logs, by itself", "kms:Decrypt", OWN_KEY, NO),
    row("decrypt with its key through S3", "kms:Decrypt", OWN_KEY, NO, context=VIA_BUCKETS),
    row("encrypt with its key", "kms:Encrypt", OWN_KEY, NO, context=VIA_SECRETS),
    row("log in by IAM", "rds-db:connect", USERS + "db-ABCDEFGHIJKL01234/jobs_app", NO),
]  # fmt: skip

LOGINS: dict[str, tuple[tuple[str, ...], list[Row]]] = {
    "a token of IAM": (
        ("database.password=null", "database.iam={resource_id: db-ABCDEFGHIJKL01234}"),
        LOGIN_BY_IAM,
    ),
    "a secret that is made": (
        ("database.password=null", "database.secret={}", "encryption.key=made"),
        LOGIN_BY_SECRET,
    ),
}
"""Ways to log in to the database other than by the password of a variable: what sets each, and the
calls that differ. Only the evaluation judges them."""

"""Requests and policies with the verdict that AWS's pages give, for this evaluation and others.

Pages: see `evaluate` and `conditions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.policies.evaluate import ANYONE, Document, Request

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/function"
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/other"
FOREIGN_ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/function"
OBJECT = "arn:aws:s3:::uploads/a/b.txt"
BUCKET = "arn:aws:s3:::uploads"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0a1b2c3d-0000-0000-0000-000000000000"
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:jobs"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alarms"
STREAM = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/web:log-stream:1"
INTERFACE = f"arn:aws:ec2:us-east-1:{ACCOUNT}:network-interface/eni-0a1b2c3d"
SUBNET = f"arn:aws:ec2:us-east-1:{ACCOUNT}:subnet/subnet-0a1b2c3d"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:web"
API = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:a1b2c3"
VPC = f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc/vpc-0a1b2c3d"


@dataclass(frozen=True)
class Case:
    """A request, the policies that it meets, and whether it is allowed."""

    name: str
    allowed: bool
    request: Request
    identity: tuple[Document, ...] = ()
    resource: tuple[Document, ...] = ()
    resource_must_allow: bool = False


def document(*statements: Mapping[str, Any]) -> Document:
    """Make a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def statement(effect: str, action: str | list[str], resource: Any = "*", **more: Any) -> Any:
    """Make a statement; further elements by their names."""
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def identity(
    name: str,
    expected: bool,
    action: str,
    resource: str,
    *statements: Mapping[str, Any],
    **context: Any,
) -> Case:
    """Make a case of a role's policy alone; ``aws__SourceIp`` is the key ``aws:SourceIp``."""
    keys = {key.replace("__", ":").replace("_slash_", "/"): value for key, value in context.items()}
    return Case(name, expected, Request(action, resource, ROLE, keys), (document(*statements),))


def guarded(
    name: str,
    expected: bool,
    request: Request,
    *statements: Mapping[str, Any],
    own: Any = None,
    key: bool = False,
) -> Case:
    """Make a case of a resource's policy, with a statement of the caller's own policy."""
    return Case(
        name, expected, request, (document(own),) if own else (), (document(*statements),), key
    )


GET = "s3:GetObject"
ON_OBJECTS = "arn:aws:s3:::uploads/*"
ALLOW_GET = statement("Allow", GET, ON_OBJECTS)

ELEMENTS = [
    identity("nothing is allowed by default", False, GET, OBJECT, statement("Allow", "s3:PutObject")),
    identity("an action on a resource", True, GET, OBJECT, ALLOW_GET),
    identity("the same action on another", False, GET, "arn:aws:s3:::other/b.txt", ALLOW_GET),
    identity("objects are not the bucket", False, "s3:ListBucket", BUCKET, statement("Allow", "s3:ListBucket", ON_OBJECTS)),
    identity("the bucket is not its objects", False, GET, OBJECT, statement("Allow", GET, BUCKET)),
    identity("a longer name begins alike", False, GET, "arn:aws:s3:::uploads-2/b", statement("Allow", GET, "arn:aws:s3:::uploads/*")),
    identity("a star without a slash takes the longer name too", True, GET, "arn:aws:s3:::uploads-2/b", statement("Allow", GET, "arn:aws:s3:::uploads*")),
    identity("a deny outweighs an allow", False, GET, OBJECT, ALLOW_GET, statement("Deny", "s3:*", "arn:aws:s3:::uploads/a/*")),
    identity("a deny outweighs it in any order", False, GET, OBJECT, statement("Deny", GET), ALLOW_GET),
    identity("a deny of something else does not", True, GET, OBJECT, ALLOW_GET, statement("Deny", "s3:DeleteObject")),
    identity("actions know no case", True, "S3:getobject", OBJECT, ALLOW_GET),
    identity("resources do", False, GET, "arn:aws:s3:::uploads/A", statement("Allow", GET, "arn:aws:s3:::uploads/a")),
    identity("a star in an action", True, GET, OBJECT, statement("Allow", "s3:Get*")),
    identity("a question mark in an action", True, GET, OBJECT, statement("Allow", "s3:?etObject")),
    identity("a question mark is one character", False, GET, OBJECT, statement("Allow", "s3:G?Object")),
    identity("a list of actions", True, GET, OBJECT, statement("Allow", ["s3:PutObject", GET])),
    identity("a list of resources", True, GET, OBJECT, statement("Allow", GET, [BUCKET, ON_OBJECTS])),
    identity("a dot is a dot", False, GET, "arn:aws:s3:::uploads/a_txt", statement("Allow", GET, "arn:aws:s3:::uploads/a.txt")),
    identity("all but an action", True, GET, OBJECT, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    identity("that action", False, "iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/a", {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    identity("all but a resource", True, GET, OBJECT, {"Effect": "Allow", "Action": GET, "NotResource": "arn:aws:s3:::secret/*"}),
    identity("that resource", False, GET, "arn:aws:s3:::secret/a", {"Effect": "Allow", "Action": GET, "NotResource": "arn:aws:s3:::secret/*"}),
    identity("a deny of all but", False, "s3:PutObject", OBJECT, statement("Allow", "s3:*"), {"Effect": "Deny", "NotAction": GET, "Resource": "*"}),
    identity("an action without a resource type", True, "ec2:DescribeSubnets", "*", statement("Allow", "ec2:DescribeSubnets")),
    identity("a star goes over slashes", True, GET, OBJECT, statement("Allow", GET, "arn:aws:s3:::*/b.txt")),
    identity("the streams of a group", True, "logs:PutLogEvents", STREAM, statement("Allow", "logs:PutLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/web:*")),
    identity("a group is not its streams", False, "logs:PutLogEvents", STREAM, statement("Allow", "logs:PutLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/web")),
    identity("another account's queue", False, "sqs:SendMessage", QUEUE, statement("Allow", "sqs:SendMessage", f"arn:aws:sqs:us-east-1:{OTHER_ACCOUNT}:jobs")),
    identity("a variable of the policy", True, GET, "arn:aws:s3:::uploads/vpc-1/a", statement("Allow", GET, "arn:aws:s3:::uploads/${aws:SourceVpc}/*"), aws__SourceVpc="vpc-1"),
    identity("a variable with another value", False, GET, "arn:aws:s3:::uploads/vpc-2/a", statement("Allow", GET, "arn:aws:s3:::uploads/${aws:SourceVpc}/*"), aws__SourceVpc="vpc-1"),
    identity("a variable without a value", False, GET, "arn:aws:s3:::uploads//a", statement("Allow", GET, "arn:aws:s3:::uploads/${aws:SourceVpc}/*")),
]  # fmt: skip


def when(operator: str, key: str, value: Any, effect: str = "Allow", action: str = GET) -> Any:
    """Make a statement with one condition."""
    return statement(effect, action, "*", Condition={operator: {key: value}})


def to(*principals: str, service: str = "", **more: Any) -> dict[str, Any]:
    """Name principals of a statement by ARN or account, or one service."""
    who: Any = {"Service": service} if service else {"AWS": list(principals)}
    return {"Principal": "*" if principals == ("*",) else who, **more}


def decrypt(context: Mapping[str, str]) -> Request:
    """Ask to decrypt with the key."""
    return Request("kms:Decrypt", KEY, ROLE, context, ACCOUNT)


ROOT = f"arn:aws:iam::{ACCOUNT}:root"
VIA = "secretsmanager.us-east-1.amazonaws.com"
CONDITIONS = [
    guarded("equal", True, decrypt({"kms:ViaService": VIA}), statement("Allow", "kms:*", **to(ROOT)), own=when("StringEquals", "kms:ViaService", VIA, action="kms:Decrypt"), key=True),
    guarded("not equal", False, decrypt({"kms:ViaService": "s3.us-east-1.amazonaws.com"}), statement("Allow", "kms:*", **to(ROOT)), own=when("StringEquals", "kms:ViaService", VIA, action="kms:Decrypt"), key=True),
    guarded("without the key", False, decrypt({}), statement("Allow", "kms:*", **to(ROOT)), own=when("StringEquals", "kms:ViaService", VIA, action="kms:Decrypt"), key=True),
    identity("one of two values", True, GET, OBJECT, when("StringEquals", "aws:SourceVpc", ["vpc-1", "vpc-2"]), aws__SourceVpc="vpc-2"),
    identity("keys know no case", True, GET, OBJECT, when("StringEquals", "aws:sourcevpc", "vpc-1"), aws__SourceVpc="vpc-1"),
    identity("values do", False, GET, OBJECT, when("StringEquals", "aws:SourceVpc", "VPC-1"), aws__SourceVpc="vpc-1"),
    identity("values do not where the operator says so", True, GET, OBJECT, when("StringEqualsIgnoreCase", "aws:SourceVpc", "VPC-1"), aws__SourceVpc="vpc-1"),
    identity("a star is a character to equal", False, GET, OBJECT, when("StringEquals", "aws:SourceVpc", "vpc-*"), aws__SourceVpc="vpc-1"),
    identity("a star is a pattern to like", True, GET, OBJECT, when("StringLike", "aws:SourceVpc", "vpc-*"), aws__SourceVpc="vpc-1"),
    identity("two keys are both needed", False, GET, OBJECT, statement("Allow", GET, Condition={"StringEquals": {"aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1"}}), aws__SourceVpc="vpc-1"),
    identity("two operators are both needed", False, GET, OBJECT, statement("Allow", GET, Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}, "Bool": {"aws:SecureTransport": "true"}}), aws__SourceVpc="vpc-1", aws__SecureTransport="false"),
    identity("a deny of what differs", False, GET, OBJECT, ALLOW_GET, when("StringNotEquals", "aws:SourceVpc", "vpc-1", "Deny"), aws__SourceVpc="vpc-2"),
    identity("a deny of what differs, where it does not", True, GET, OBJECT, ALLOW_GET, when("StringNotEquals", "aws:SourceVpc", "vpc-1", "Deny"), aws__SourceVpc="vpc-1"),
    identity("what is absent differs", False, GET, OBJECT, ALLOW_GET, when("StringNotEquals", "aws:SourceVpc", "vpc-1", "Deny")),
    identity("what is absent differs with IfExists too", False, GET, OBJECT, ALLOW_GET, when("StringNotEqualsIfExists", "aws:SourceVpc", "vpc-1", "Deny")),
    identity("a value is neither of two", True, GET, OBJECT, when("StringNotEquals", "aws:SourceVpc", ["vpc-1", "vpc-2"]), aws__SourceVpc="vpc-3"),
    identity("a value is one of two", False, GET, OBJECT, when("StringNotEquals", "aws:SourceVpc", ["vpc-1", "vpc-2"]), aws__SourceVpc="vpc-2"),
    identity("absent, if it exists", True, GET, OBJECT, when("StringEqualsIfExists", "aws:SourceVpc", "vpc-1")),
    identity("present, if it exists", False, GET, OBJECT, when("StringEqualsIfExists", "aws:SourceVpc", "vpc-1"), aws__SourceVpc="vpc-2"),
    identity("not like", False, GET, OBJECT, when("StringNotLike", "aws:SourceVpc", "vpc-*"), aws__SourceVpc="vpc-2"),
    identity("true", True, GET, OBJECT, when("Bool", "aws:SecureTransport", True), aws__SecureTransport="true"),
    identity("false", False, GET, OBJECT, when("Bool", "aws:SecureTransport", "true"), aws__SecureTransport="false"),
    identity("no transport is not false", True, GET, OBJECT, ALLOW_GET, when("Bool", "aws:SecureTransport", "false", "Deny")),
    identity("absent is null", True, GET, OBJECT, when("Null", "aws:SourceVpc", "true")),
    identity("present is not", False, GET, OBJECT, when("Null", "aws:SourceVpc", "true"), aws__SourceVpc="vpc-1"),
    identity("a key must be there", False, GET, OBJECT, when("Null", "aws:SourceVpc", "false")),
    identity("an address in the network", True, GET, OBJECT, when("IpAddress", "aws:SourceIp", "203.0.113.0/24"), aws__SourceIp="203.0.113.7"),
    identity("an address elsewhere", False, GET, OBJECT, when("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "198.51.100.1/32"]), aws__SourceIp="198.51.100.2"),
    identity("an address of the newer protocol", True, GET, OBJECT, when("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"]), aws__SourceIp="2001:db8::1"),
    identity("a deny of other addresses", False, GET, OBJECT, ALLOW_GET, when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "Deny"), aws__SourceIp="198.51.100.2"),
    identity("a deny of other addresses than this", True, GET, OBJECT, ALLOW_GET, when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "Deny"), aws__SourceIp="203.0.113.2"),
    identity("no address is another one", False, GET, OBJECT, ALLOW_GET, when("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", "Deny")),
    identity("ARNs are like", True, "sqs:SendMessage", QUEUE, when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*", action="sqs:SendMessage"), aws__PrincipalArn=ROLE),
    identity("ARNs are equal with a star, too", True, "sqs:SendMessage", QUEUE, when("ArnEquals", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/func*", action="sqs:SendMessage"), aws__PrincipalArn=ROLE),
    identity("a star of an ARN stays in its part", False, "sqs:SendMessage", QUEUE, when("ArnLike", "aws:PrincipalArn", "arn:aws:*:role/function", action="sqs:SendMessage"), aws__PrincipalArn=ROLE),
    identity("ARNs of another account", False, "sqs:SendMessage", QUEUE, when("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OTHER_ACCOUNT}:role/*", action="sqs:SendMessage"), aws__PrincipalArn=ROLE),
    identity("any of several values", True, "s3:PutObject", OBJECT, when("ForAnyValue:StringEquals", "aws:TagKeys", ["a", "b"], action="s3:PutObject"), aws__TagKeys=["c", "b"]),
    identity("none of several values", False, "s3:PutObject", OBJECT, when("ForAnyValue:StringEquals", "aws:TagKeys", ["a", "b"], action="s3:PutObject"), aws__TagKeys=["c"]),
    identity("any of no values", False, "s3:PutObject", OBJECT, when("ForAnyValue:StringEquals", "aws:TagKeys", ["a"], action="s3:PutObject")),
    identity("any of no values differs from nothing", False, "s3:PutObject", OBJECT, when("ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"], action="s3:PutObject")),
    identity("all of several values", False, "s3:PutObject", OBJECT, when("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], action="s3:PutObject"), aws__TagKeys=["a", "c"]),
    identity("all of no values", True, "s3:PutObject", OBJECT, when("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"], action="s3:PutObject")),
    identity("an old protocol", False, GET, OBJECT, ALLOW_GET, when("NumericLessThan", "s3:TlsVersion", "1.2", "Deny"), s3__TlsVersion="1.1"),
    identity("the oldest protocol that will do", True, GET, OBJECT, ALLOW_GET, when("NumericLessThan", "s3:TlsVersion", "1.2", "Deny"), s3__TlsVersion="1.2"),
    identity("as new a protocol as is wanted", True, GET, OBJECT, when("NumericGreaterThanEquals", "s3:TlsVersion", "1.2"), s3__TlsVersion="1.2"),
    identity("no protocol as new as is wanted", False, GET, OBJECT, when("NumericGreaterThanEquals", "s3:TlsVersion", "1.2"), s3__TlsVersion="1.1"),
    identity("a new protocol", True, GET, OBJECT, ALLOW_GET, when("NumericLessThan", "s3:TlsVersion", "1.2", "Deny"), s3__TlsVersion="1.3"),
    identity("a variable in a value", False, GET, OBJECT, when("StringEquals", "aws:PrincipalTag/team", "${aws:ResourceTag/team}"), **{"aws__PrincipalTag_slash_team": "a"}),
    identity("a call of the function's own code", False, "ec2:CreateNetworkInterface", INTERFACE, statement("Allow", "ec2:CreateNetworkInterface"), when("ArnEquals", "lambda:SourceFunctionArn", FUNCTION, "Deny", "ec2:CreateNetworkInterface"), lambda__SourceFunctionArn=FUNCTION),
    identity("a call of Lambda itself", True, "ec2:CreateNetworkInterface", INTERFACE, statement("Allow", "ec2:CreateNetworkInterface"), when("ArnEquals", "lambda:SourceFunctionArn", FUNCTION, "Deny", "ec2:CreateNetworkInterface")),
    identity("a subnet of this network", True, "ec2:CreateNetworkInterface", SUBNET, when("ArnEquals", "ec2:Vpc", VPC, action="ec2:CreateNetworkInterface"), ec2__Vpc=VPC),
]  # fmt: skip


SEND = Request("sqs:SendMessage", QUEUE, ROLE, account=ACCOUNT)
DECRYPT = decrypt({})
PUBLISH = Request("sns:Publish", TOPIC, "cloudwatch.amazonaws.com", {"aws:SourceAccount": ACCOUNT}, ACCOUNT)  # fmt: skip
OWN_DECRYPT = statement("Allow", "kms:Decrypt", KEY)
OWN_SEND = statement("Allow", "sqs:SendMessage", QUEUE)
CALL = Request("execute-api:Invoke", f"{API}/v1/GET/jobs", ANYONE, {"aws:SourceIp": "203.0.113.7", "aws:SourceVpce": "vpce-1"}, ACCOUNT)  # fmt: skip


def send(*principals: str, effect: str = "Allow", **more: Any) -> Any:
    """Make a statement of the queue's policy."""
    return statement(effect, "sqs:SendMessage", QUEUE, **to(*principals, **more))


RESOURCES = [
    guarded("the queue allows the role", True, SEND, send(ROLE)),
    guarded("the queue allows another role", False, SEND, send(OTHER_ROLE)),
    guarded("the queue allows everyone", True, SEND, send("*")),
    guarded("the queue allows everyone by a star for an ARN", True, SEND, statement("Allow", "sqs:SendMessage", QUEUE, Principal={"AWS": "*"})),
    guarded("the queue denies what the role is allowed", False, SEND, send("*", effect="Deny"), own=OWN_SEND),
    guarded("the queue denies the account", False, SEND, send(ROOT, effect="Deny"), own=OWN_SEND),
    guarded("the queue leaves it to the account, which allows", True, SEND, send(ACCOUNT), own=OWN_SEND),
    guarded("the queue leaves it to the account, which does not", False, SEND, send(ROOT)),
    guarded("the role alone is enough in its account", True, SEND, send(OTHER_ROLE), own=OWN_SEND),
    guarded("a role of another account needs both", False, Request("sqs:SendMessage", QUEUE, FOREIGN_ROLE, account=ACCOUNT), send(FOREIGN_ROLE)),
    guarded("a role of another account has both", True, Request("sqs:SendMessage", QUEUE, FOREIGN_ROLE, account=ACCOUNT), send(FOREIGN_ROLE), own=OWN_SEND),
    guarded("a role of another account with its own only", False, Request("sqs:SendMessage", QUEUE, FOREIGN_ROLE, account=ACCOUNT), send(ROLE), own=OWN_SEND),
    guarded("the key leaves it to the account, which allows", True, DECRYPT, statement("Allow", "kms:*", **to(ROOT)), own=OWN_DECRYPT, key=True),
    guarded("the key leaves it to the account, which does not", False, DECRYPT, statement("Allow", "kms:*", **to(ROOT)), key=True),
    guarded("the key leaves it to the account by its number", True, DECRYPT, statement("Allow", "kms:*", **to(ACCOUNT)), own=OWN_DECRYPT, key=True),
    guarded("the key does not know the account", False, DECRYPT, statement("Allow", "kms:*", **to(OTHER_ROLE)), own=OWN_DECRYPT, key=True),
    guarded("the key allows the role itself", True, DECRYPT, statement("Allow", "kms:Decrypt", **to(ROLE)), key=True),
    guarded("a service publishes", True, PUBLISH, statement("Allow", "sns:Publish", TOPIC, **to(service="cloudwatch.amazonaws.com"), Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})),
    guarded("a service for another account", False, PUBLISH, statement("Allow", "sns:Publish", TOPIC, **to(service="cloudwatch.amazonaws.com"), Condition={"StringEquals": {"aws:SourceAccount": OTHER_ACCOUNT}})),
    guarded("another service", False, PUBLISH, statement("Allow", "sns:Publish", TOPIC, **to(service="events.amazonaws.com"))),
    guarded("anyone calls an API", True, CALL, statement("Allow", "execute-api:Invoke", f"{API}/*", **to("*"))),
    guarded("a stage of an API", False, CALL, statement("Allow", "execute-api:Invoke", f"{API}/v2/*", **to("*"))),
    guarded("an API denies all but one endpoint", False, CALL, statement("Allow", "execute-api:Invoke", f"{API}/*", **to("*")), statement("Deny", "execute-api:Invoke", f"{API}/*", **to("*"), Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-2"}})),
    guarded("an API denies all but this endpoint", True, CALL, statement("Allow", "execute-api:Invoke", f"{API}/*", **to("*")), statement("Deny", "execute-api:Invoke", f"{API}/*", **to("*"), Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})),
    guarded("an API denies other addresses", True, CALL, statement("Allow", "execute-api:Invoke", f"{API}/*", **to("*")), statement("Deny", "execute-api:Invoke", f"{API}/*", **to("*"), Condition={"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}})),
    guarded("an API that allows nobody", False, CALL, statement("Deny", "execute-api:Invoke", f"{API}/*", **to("*"), Condition={"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}})),
]  # fmt: skip

CASES = [*ELEMENTS, *CONDITIONS, *RESOURCES]

"""An account that enforces IAM, with the roles of both postures deployed in it."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.policies.evaluate import Document
from tests.policies.resolve import known
from tests.policies.templates import own_policies
from tests.security import roles
from tests.security.calls import POSTURES, Posture, Row, filled

from . import environments, foundation
from .manifest import ParameterResolver, StackEntry, read_stacks
from .server import REGION, ServerError, answers, end_group, free_port

ACCOUNT = "123456789012"  # moto's own
START_SECONDS = 90.0
SERVER = environments.HERE / "enforcement" / "server.py"
DENIED = ("AccessDenied", "AccessDeniedException")
REFUSED = (*DENIED, "403", "AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch")
ROLE = "FunctionWebRole"


_CLIENT: Callable[..., Any] = boto3.client
"""Its stubs know services by their literal names alone."""


@dataclass
class Account:
    """A running server; `administrator` is whoever asks before it enforces anything."""

    endpoint: str
    _sessions: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, credentials: Mapping[str, str] | None = None) -> Any:
        """Give a client of a service for a session, or for the administrator."""
        given = credentials or {"AccessKeyId": "administrator", "SecretAccessKey": "x"}
        key = f"{given['AccessKeyId']} {service}"
        if key not in self._sessions:
            self._sessions[key] = _CLIENT(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given.get("SessionToken"),
                config=Config(
                    proxies={}, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
                ),
            )
        return self._sessions[key]

    def create(self, name: str, template: str, parameters: Mapping[str, str]) -> None:
        """Create a stack."""
        self.client("cloudformation").create_stack(
            StackName=name,
            TemplateBody=template,
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Capabilities=["CAPABILITY_IAM"],
        )

    def outputs(self, stack: str) -> dict[str, str]:
        """Give a stack's outputs."""
        [found] = self.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        return {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}

    def resources(self, stack: str) -> dict[str, str]:
        """Give the physical ids of a stack's resources, by logical id."""
        found = self.client("cloudformation").list_stack_resources(StackName=stack)
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in found["StackResourceSummaries"]
        }

    def assume(self, role: str) -> dict[str, str]:
        """Start a session of a role, as Lambda does for a function."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        found = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="function")
        credentials: dict[str, str] = found["Credentials"]
        return credentials

    def ask(self, path: str, data: bytes) -> None:
        """Tell the server itself something."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        url = f"{self.endpoint}/moto-api/{path}"
        headers = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(url, data, headers)
        opener.open(request, timeout=10).close()


@contextmanager
def running(folder: Path) -> Iterator[Account]:
    """Run the server."""
    port = free_port()
    account = Account(f"http://127.0.0.1:{port}")
    log = folder / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [str(environments.build(environments.MOTO)), str(SERVER), str(port)],
            cwd=folder,
            env={
                "AWS_DEFAULT_REGION": REGION,
                "HOME": str(folder),
                "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
                "PATH": os.environ["PATH"],
                "PYTHONPYCACHEPREFIX": str(environments.BYTECODE),
            },
            stdin=subprocess.PIPE,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not answers(f"{account.endpoint}/moto-api/data.json"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ServerError(f"The server did not start:\n{log.read_text()[-3000:]}")
                time.sleep(0.1)
            yield account
        finally:
            end_group(process)
            if process.stdin:
                process.stdin.close()


@dataclass(frozen=True)
class Deployed:
    """The role of one posture: what the names of the calls are, and a session of it."""

    posture: Posture
    names: Mapping[str, str]
    credentials: Mapping[str, str]
    generated: Mapping[str, Document]
    stored: Mapping[str, Document]


@dataclass(frozen=True)
class Enforced:
    """The account once it enforces: sessions of the roles, and of one that may make every call."""

    account: Account
    deployed: Mapping[Posture, Deployed]
    control: Mapping[str, str]

    def make(self, row: Row, posture: Posture, credentials: Mapping[str, str]) -> str:
        """Make a row's call, and give the code of the error that it ends in, or nothing."""
        assert row.call is not None
        client = self.account.client(row.call.service, credentials)
        parameters = filled(row.call.parameters, self.deployed[posture].names)
        try:
            getattr(client, row.call.operation)(**parameters)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return ""


def prepare(account: Account, folder: Path, rows: list[Row]) -> Enforced:
    """Make what the calls are about, deploy each posture, and turn enforcement on."""
    account.ask("config", b'{"lambda": {"use_docker": false}}')
    shared = _surroundings(account)
    deployed = {posture: _deploy(account, folder, posture, shared) for posture in POSTURES}
    control = _control(account, rows, [each.names for each in deployed.values()])
    account.ask("reset-auth", b"0")
    return Enforced(account, deployed, control)


def _surroundings(account: Account) -> dict[str, str]:
    """Make the stacks that exist before, and all that is not the function's."""
    for name, template in (("network", foundation.network()), ("storage", foundation.storage())):
        account.create(name, json.dumps(template), {})
    network = account.outputs("network")
    account.create("database", json.dumps(foundation.database()), {"VpcId": network["VpcId"]})
    bucket = account.outputs("storage")["UploadBucket"]
    storage, ec2 = account.client("s3"), account.client("ec2")
    storage.create_bucket(Bucket="uploads-of-others")
    for each in (bucket, "uploads-of-others"):
        storage.put_object(Bucket=each, Key="kept", Body=b"x")
    for queue in ("jobs", "other"):
        made = account.client("sqs").create_queue(QueueName=queue)["QueueUrl"]
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/other")
    logs.create_log_stream(logGroupName="/aws/lambda/other", logStreamName="kept")
    keys = [account.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    secrets = [
        account.client("secretsmanager").create_secret(Name=name, SecretString="x")["ARN"]
        for name in ("jobs/token", "other/token", "jobs/token-of-others")
    ]
    account.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=_trust("*"))
    account.client("iam").create_user(UserName="somebody")
    subnet = ec2.create_subnet(VpcId=network["VpcId"], CidrBlock="10.0.9.0/24")["Subnet"]
    group = ec2.create_security_group(GroupName="o", Description="o", VpcId=network["VpcId"])
    return {
        **roles.NAMES,
        "account": ACCOUNT,
        "bucket": bucket,
        "key": keys[0],
        "other_key": keys[1],
        "secret": secrets[0],
        "other_secret": secrets[1],
        "longer_secret": secrets[2],
        "vpc": network["VpcId"],
        "subnet": network["PrivateSubnetA"],
        "other_subnet": subnet["SubnetId"],
        "other_group_id": group["GroupId"],
        "queues": made.rpartition("/")[0],
    }


def _deploy(
    account: Account, folder: Path, posture: Posture, shared: Mapping[str, str]
) -> Deployed:
    """Create the stacks of a posture that hold its role, function and policies."""
    output = folder / posture
    output.mkdir()
    for name, text in roles.generated(posture, "split").files.items():
        (output / name).write_text(text)
    resolver = ParameterResolver(
        account.outputs, {"DB_PASSWORD": "x"}, {"TokenKeyArn": shared["key"]}
    )
    values: dict[str, str] = {}
    resources: dict[str, Any] = {}
    for stack in _with_policies(read_stacks(output)):
        parameters = resolver.resolve(stack)
        account.create(stack.name, stack.template.read_text(), parameters)
        template = json.loads(stack.template.read_text())
        made = account.resources(stack.name)
        values |= {**parameters, **made}
        resources |= template["Resources"]
        if "FunctionWebSecurityGroup" in made:
            values["FunctionWebSecurityGroup.GroupId"] = made["FunctionWebSecurityGroup"]
    names = {
        **shared,
        **{key: roles.names(posture)[key] for key in ("function", "group")},
        "role": values[ROLE],
        "security_group": values["FunctionWebSecurityGroup"],
    }
    account.client("logs").create_log_stream(logGroupName=names["group"], logStreamName="kept")
    return Deployed(
        posture,
        names,
        account.assume(names["role"]),
        own_policies(resources, ROLE, known(values)),
        _stored(account, names["role"]),
    )


def _with_policies(stacks: list[StackEntry]) -> list[StackEntry]:
    """Keep the stacks with a function or a policy, and those whose outputs these take."""
    kept: list[StackEntry] = []
    for stack in reversed(stacks):
        text = stack.template.read_text()
        taken = {
            given["from"]["stack"]
            for later in kept
            for given in later.parameters.values()
            if "from" in given
        }
        if stack.name in taken or any(kind in text for kind in ("AWS::IAM::", "Lambda::Function")):
            kept.append(stack)
    return kept[::-1]


def _stored(account: Account, role: str) -> dict[str, Document]:
    """Read back what the account keeps of a role's policies."""
    iam = account.client("iam")
    found: dict[str, Document] = {}
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        found[name] = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = policy["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        kept = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
        found[arn] = kept["Document"]
    return found


def _control(account: Account, rows: list[Row], names: list[Mapping[str, str]]) -> dict[str, str]:
    """Make a role that is allowed each row's action on the row's resources and nothing else."""
    statements = [
        {"Effect": "Allow", "Action": row.action, "Resource": filled(list(row.resources), each)}
        for row in rows
        for each in names
    ]
    policy = {"Version": "2012-10-17", "Statement": statements}
    iam = account.client("iam")
    iam.create_role(RoleName="control", AssumeRolePolicyDocument=_trust(ACCOUNT))
    iam.put_role_policy(RoleName="control", PolicyName="Control", PolicyDocument=json.dumps(policy))
    return account.assume("control")


def _trust(account: str) -> str:
    principal = {"AWS": account}
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

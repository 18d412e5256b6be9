"""Deploys stacks to the emulator, through change sets as ``aws cloudformation deploy`` does."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .manifest import ParameterResolver, StackEntry, read_stacks
from .server import ACCOUNT, REGION

Outcome = Literal["created", "updated", "unchanged"]

DIRECT_BYTES = 51_200  # what CloudFormation takes in a request; more goes through a bucket
WAIT_SECONDS = 180.0
POLL_SECONDS = 0.03


class DeploymentError(RuntimeError):
    """A stack did not reach its goal; the message lists the events that tell why."""


@dataclass(frozen=True)
class DeployedStack:
    """What became of a stack."""

    name: str
    outcome: Outcome
    outputs: Mapping[str, str]


@dataclass
class Deployer:
    """A client of one emulated account."""

    endpoint: str
    region: str = REGION
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:
        """Give a boto3 client of a service, which ignores the user's own configuration of AWS."""
        if service not in self._clients:
            create: Callable[..., Any] = boto3.client
            self._clients[service] = create(
                service,
                endpoint_url=self.endpoint,
                region_name=self.region,
                aws_access_key_id=ACCOUNT,
                aws_secret_access_key="test",
                config=Config(
                    proxies={}, retries={"max_attempts": 1}, s3={"addressing_style": "path"}
                ),
            )
        return self._clients[service]

    def deploy(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str] | None = None,
        values: Mapping[str, str] | None = None,
    ) -> dict[str, DeployedStack]:
        """Deploy every stack of a folder; the result is keyed as the manifest is."""
        resolver = ParameterResolver(self.outputs, environment or {}, values or {})
        return {
            stack.key: self._deploy_entry(stack, resolver.resolve(stack))
            for stack in read_stacks(folder)
        }

    def delete(self, folder: Path) -> None:
        """Delete every stack of a folder, the last first."""
        for stack in reversed(read_stacks(folder)):
            self.delete_stack(stack.name)

    def deploy_stack(
        self,
        name: str,
        template: str | Mapping[str, Any],
        *,
        parameters: Mapping[str, str] | None = None,
        capabilities: tuple[str, ...] = (),
        tags: Mapping[str, str] | None = None,
    ) -> DeployedStack:
        """Create or update one stack and wait for it."""
        exists = self.status(name) is not None
        body = template if isinstance(template, str) else json.dumps(template)
        with self._template_argument(name, body) as argument:
            changes = self._create_change_set(
                name,
                "UPDATE" if exists else "CREATE",
                **argument,
                Parameters=_pairs(parameters or {}, "ParameterKey", "ParameterValue"),
                Tags=_pairs(tags or {}, "Key", "Value"),
                Capabilities=list(capabilities),
            )
        if not changes:
            return DeployedStack(name, "unchanged", self.outputs(name))
        goal = "UPDATE_COMPLETE" if exists else "CREATE_COMPLETE"
        self._wait_for_stack(name, goal)
        return DeployedStack(name, "updated" if exists else "created", self.outputs(name))

    def delete_stack(self, name: str) -> None:
        """Delete one stack and wait for it; a stack that does not exist is fine."""
        if stack := self._describe(name):
            self.client("cloudformation").delete_stack(StackName=name)
            self._wait_for_stack(str(stack["StackId"]), "DELETE_COMPLETE")

    def status(self, name: str) -> str | None:
        """Give the status of a stack, ``None`` when there is none."""
        stack = self._describe(name)
        return str(stack["StackStatus"]) if stack else None

    def outputs(self, name: str) -> dict[str, str]:
        """Give the outputs of a stack, which may be one of another project."""
        stack = self._describe(name)
        if stack is None:
            raise DeploymentError(f"There is no stack {name}.")
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def resources(self, name: str) -> dict[str, str]:
        """Give the physical ids of a stack's resources, by logical id."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources")
        return {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in pages.paginate(StackName=name)
            for resource in page["StackResourceSummaries"]
        }

    def events(self, name: str) -> list[dict[str, Any]]:
        """Give the events of a stack, the newest first."""
        answer = self.client("cloudformation").describe_stack_events(StackName=name)
        return list(answer["StackEvents"])

    def _deploy_entry(self, stack: StackEntry, parameters: Mapping[str, str]) -> DeployedStack:
        return self.deploy_stack(
            stack.name,
            stack.template.read_text(),
            parameters=parameters,
            capabilities=stack.capabilities,
            tags=stack.tags,
        )

    def _create_change_set(self, stack: str, kind: str, **arguments: Any) -> bool:
        """Create and execute a change set; ``False`` when there is nothing to change."""
        client = self.client("cloudformation")
        name = f"deploy-{uuid.uuid4().hex}"
        try:
            client.create_change_set(
                StackName=stack, ChangeSetName=name, ChangeSetType=kind, **arguments
            )
        except ClientError as error:
            raise DeploymentError(f"{stack}: {error}") from error
        change_set = _poll(
            lambda: client.describe_change_set(StackName=stack, ChangeSetName=name),
            lambda answer: answer["Status"] in ("CREATE_COMPLETE", "FAILED"),
        )
        if change_set["Status"] == "FAILED":
            reason = change_set.get("StatusReason", "")
            if _is_unchanged(reason):
                return False
            raise DeploymentError(f"{stack}: {reason}")
        client.execute_change_set(StackName=stack, ChangeSetName=name)
        return True

    def _wait_for_stack(self, name: str, goal: str) -> None:
        status = _poll(
            lambda: self.status(name) or "DELETE_COMPLETE",
            lambda answer: answer != "REVIEW_IN_PROGRESS" and not answer.endswith("IN_PROGRESS"),
        )
        if status != goal:
            raise DeploymentError(f"{name} is {status}.\n{self._failures(name)}")

    def _failures(self, name: str) -> str:
        lines = [
            f"  {event['LogicalResourceId']} ({event['ResourceType']}) "
            f"{event['ResourceStatus']}: {event.get('ResourceStatusReason', '')}"
            for event in reversed(self.events(name))
            if event["ResourceStatus"].endswith("FAILED")
        ]
        return "\n".join(lines) or "  (no event tells why)"

    def _describe(self, name: str) -> dict[str, Any] | None:
        try:
            stacks = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        found: dict[str, Any] = stacks[0]
        return found if found["StackStatus"] != "REVIEW_IN_PROGRESS" else None

    @contextmanager
    def _template_argument(self, name: str, body: str) -> Iterator[dict[str, str]]:
        """Give the template as an argument, through a bucket of its own when it is large."""
        if len(body.encode()) <= DIRECT_BYTES:
            yield {"TemplateBody": body}
            return
        storage = self.client("s3")
        bucket = f"template-{uuid.uuid4().hex}"
        place = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        storage.create_bucket(Bucket=bucket, **({} if self.region == REGION else place))
        storage.put_object(Bucket=bucket, Key=name, Body=body.encode())
        try:
            yield {"TemplateURL": f"{self.endpoint}/{bucket}/{name}"}
        finally:
            storage.delete_object(Bucket=bucket, Key=name)
            storage.delete_bucket(Bucket=bucket)


def _poll(ask: Callable[[], Any], is_done: Callable[[Any], bool]) -> Any:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_done(answer := ask()):
        if time.monotonic() > deadline:
            raise DeploymentError(f"Nothing happened for {WAIT_SECONDS:.0f} s: {answer}")
        time.sleep(POLL_SECONDS)
    return answer


def _pairs(mapping: Mapping[str, str], key: str, value: str) -> list[dict[str, str]]:
    return [{key: name, value: content} for name, content in mapping.items()]


def _is_unchanged(reason: str) -> bool:
    return "didn't contain changes" in reason or "No updates are to be performed" in reason

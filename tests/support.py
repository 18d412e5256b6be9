"""What tests share: environments from text, plain template data, VTL."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from troposphere import AWSObject, encode_to_dict

from gateway_infra.loading.load import Loaded, load
from gateway_infra.pipeline import Generated, generate

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"

MINIMAL = """\
service: jobs
region: us-east-1
network: {vpc: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a2b3c4d]}
functions:
  web: {image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1}
api:
  authorization: iam
  routes: {GET /jobs: web}
"""
"""The shortest environment that works."""

HARDENED = "posture=hardened"
HARDENED_BUT = ("api.require_authorization=false", "api.require_models=false")
"""What an environment has to say beside `HARDENED` that is open, or describes no bodies."""


def written(name: str, text: str) -> Path:
    """Write the file of an environment, and return the folder where it is alone.

    A new file is written in a thirtieth of the time that ext4 takes to empty one, and to remove a
    folder: it waits for the disk (``auto_da_alloc`` in https://docs.kernel.org/admin-guide/ext4.html).
    """
    file = folder_for(name) / f"{name}.yaml"
    file.unlink(missing_ok=True)
    file.write_text(text)
    return file.parent


@cache
def folder_for(name: str) -> Path:
    """Return a folder for the file of one environment, until this process ends.

    Not a `TemporaryDirectory`: a forked child drops the functions that wait for the end of the
    process, from Python 3.13 on. With its last reference, the object would delete the folder.
    Source: https://github.com/python/cpython/issues/83856
    """
    folder = tempfile.mkdtemp(prefix=f"{name}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def load_text(text: str = MINIMAL, name: str = "prod", overrides: Sequence[str] = ()) -> Loaded:
    """Load an environment from the text of its file."""
    folder = written(name, text)
    return load(folder, name, overrides, shown="environments")


def generate_text(
    text: str = MINIMAL,
    name: str = "prod",
    layout: str | None = None,
    overrides: Sequence[str] = (),
) -> Generated:
    """Generate an environment from the text of its file."""
    folder = written(name, text)
    return generate(folder, name, layout=layout, overrides=overrides, shown="environments")


@cache
def generated_case(name: str) -> Generated:
    """Generate a golden case once per process. Tests share the result and must not change it."""
    return generate(CASES, name, shown="cases")


def resources_of(generated: Generated) -> dict[str, dict[str, Any]]:
    """Return every resource of every stack by logical id."""
    return {
        logical_id: body
        for stack in generated.stacks
        for logical_id, body in stack.template["Resources"].items()
    }


def of_type(generated: Generated, resource_type: str) -> dict[str, dict[str, Any]]:
    """Return the resources of one CloudFormation type by logical id."""
    found = resources_of(generated)
    return {key: body for key, body in found.items() if body["Type"] == resource_type}


def plain(bundle: Iterable[AWSObject]) -> dict[str, dict[str, Any]]:
    """Return a bundle's resources as they stand in a template, by logical id."""
    return {item.title: encode_to_dict(item) for item in bundle}

"""The section on the bucket."""

from __future__ import annotations

from pydantic import Field

from gateway_infra.sections.variables import VariableName
from gateway_infra.values.section import Section
from gateway_infra.values.value_types import BucketName


class BucketSection(Section):
    """The bucket that functions read and write; its name reaches them as a variable."""

    name: BucketName = Field(
        description="the bucket's name",
        examples=["jobs-uploads", {"stack_output": "storage/UploadBucket"}],
    )
    variable: VariableName = Field(default="BUCKET_NAME", description="the variable's name")

"""CloudTrail's own API, which LocalStack's core does not offer and the moto beneath it has.

A trail is stored with its selectors and records nothing. That its bucket exists is asked of the
emulator's S3, as moto would ask its own.
"""

from typing import Any

from localstack.aws.api import RequestContext, ServiceRequest
from localstack.aws.connect import connect_to
from localstack.aws.skeleton import Skeleton
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service, aws_provider
from moto.cloudtrail.exceptions import S3BucketDoesNotExistException
from moto.cloudtrail.models import Trail


@aws_provider(api="cloudtrail")
def cloudtrail() -> Service:
    """Offer every operation, each answered by moto."""
    Trail.check_bucket_exists = _check_bucket
    model = load_service("cloudtrail")
    table = dict.fromkeys(model.operation_names, _answer)
    return Service("cloudtrail", skeleton=Skeleton(model, table))


def _answer(context: RequestContext, _request: ServiceRequest) -> Any:
    return call_moto(context)


def _check_bucket(trail: Trail) -> None:
    s3 = connect_to(aws_access_key_id=trail.account_id, region_name=trail.region_name).s3
    try:
        s3.head_bucket(Bucket=trail.bucket_name)
    except s3.exceptions.ClientError:
        message = f"S3 bucket {trail.bucket_name} does not exist!"
        raise S3BucketDoesNotExistException(message) from None

"""Plugins for LocalStack's open-source core: enough AWS to deploy and call an API for real.

LocalStack core emulates the services' own APIs well, CloudFormation less so, and runs functions
only with Docker. This package adds, in a module each:

``executor`` and ``runtime_api``
    Image functions as child processes that speak the Lambda Runtime API.
``images``
    A digest for each image URI, and the "nothing changed since the last version" refusal.
``engine``
    Replacement decided from values, ``DeletionPolicy`` and ``UpdateReplacePolicy``, and failures
    that LocalStack would hide: an update it cannot do, a type it does not know, a failed delete.
``providers``
    CloudFormation resource types that are missing, or that lack properties or an update.
``gateway_responses``
    Header mappings and body templates of API Gateway's own 4xx and 5xx answers.
``permissions``
    The Lambda resource policy, checked before API Gateway invokes a function.
``authorization``
    A method with ``AWS_IAM`` refuses a request that is not signed.
``authorizers`` and ``pools``
    A method with an authorizer asks a function and reads its policy, or checks a user pool's token.
``resource_policies``
    An API's resource policy, for a call that says where it comes from.
``keys``
    KMS keys on Python 3.11.
``openapi_import``
    What an OpenAPI document says of gateway responses, signatures and cache keys, and its modes.
``header_map``
    Mapping templates look headers up case-sensitively.
``cloudtrail``
    CloudTrail's own API: trails are stored, and record nothing.
``binary_types``
    The media type ``*/*`` keeps templates from mapping what is not converted to text.

Nothing is faked here: every provider calls the emulator's own service API, and a resource type or
an update without a provider fails the stack with a message that names it.

What AWS does and the emulator does not:

* throttling, quotas (``429``), WAF's rules, TLS, custom domains, private endpoints, and caching;
* IAM: roles and policies are stored and not enforced (the Lambda resource policy is), and any
  signature is taken for a good one;
* the network: subnets and security groups are stored and do not restrict a function;
* guards: flow logs, trails, and the rules and recorder of AWS Config are stored; none of them
  writes, records or evaluates anything; there is no AWS Backup;
* metrics and access logs: metric filters and alarms are stored and never evaluated, access logs
  are not written (what a function prints does reach its log group);
* an integration's time limit: the function's own is kept, API Gateway's is not;
* a rollback: a failed create or update leaves what it made; deleting the stack removes it;
* capabilities: a template with a role deploys without ``CAPABILITY_IAM``;
* stack tags: they are kept on the stack and do not spread to its resources;
* an image: ``EntryPoint`` and ``WorkingDirectory`` are ignored, one folder stands for all images.
"""

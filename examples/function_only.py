"""One family alone: a container-image function in a template of your own."""

from troposphere import GetAtt, Parameter, Ref, Template

from gateway_infra import (
    FunctionConfig,
    LogsConfig,
    function_log_group,
    function_security_group,
    image_function,
)

template = Template("Thumbnails")
image, vpc, subnet_a, subnet_b, role_arn = (
    template.add_parameter(Parameter(name, Type=kind))
    for name, kind in (
        ("ImageUri", "String"),
        ("VpcId", "AWS::EC2::VPC::Id"),
        ("SubnetA", "AWS::EC2::Subnet::Id"),
        ("SubnetB", "AWS::EC2::Subnet::Id"),
        ("RoleArn", "String"),
    )
)
tags = {"Service": "thumbs"}

group = function_security_group("thumbs", vpc_id=Ref(vpc), tags=tags)
# Lambda would make the log group itself, and keep what is in it for ever.
logs = function_log_group(
    "thumbs", LogsConfig(retention_days=30), log_group_name="/aws/lambda/thumbs", tags=tags
)
function = image_function(
    "thumbs",
    FunctionConfig(memory=1769, timeout=20),
    function_name="thumbs",
    image=Ref(image),
    role_arn=Ref(role_arn),
    subnet_ids=[Ref(subnet_a), Ref(subnet_b)],
    security_group_ids=[GetAtt(group.group, "GroupId")],
    variables={"LOG_LEVEL": "info"},
    # The image is known only when the template is deployed: a new one must publish a version.
    version_description=Ref(image),
    depends_on=[logs.group.title],
    tags=tags,
)
template.add_resource([*group, *logs, *function])
print(template.to_json())

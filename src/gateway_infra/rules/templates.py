"""Rules that need the templates: their words; the checks are in `gateway_infra.template_checks`."""

from __future__ import annotations

from gateway_infra.rules.rule import Rule

_CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
_LIMITS = f"{_CFN}cloudformation-limits.html"
_FEWER = (
    "Let /{proxy+} take routes that lead to the same function, write api.definition: openapi, "
    "which makes one resource of all routes, or give paths stacks of their own with route_stacks."
)

SHARED_ID = Rule(
    "GI731",
    "error",
    "Two resources of one logical id",
    "Logical ids are made of names in the file, and of what a resource is for the one that is "
    "named: the function web has a role FunctionWebRole, and so is called a function web-role.",
    "Rename one; that replaces its resources.",
    f"{_CFN}resources-section-structure.html",
    acceptable=False,
)
SHARED_NAME = Rule(
    "GI732",
    "error",
    "A parameter with the name of a resource",
    "A template's parameters and resources have one space of names. A value that goes from stack "
    "to stack is named after its resource: FunctionWebAliasArn.",
    "Rename the parameter, as in {parameter: WebImage}.",
    f"{_CFN}parameters-section-structure.html",
    acceptable=False,
)
LONG_ID = Rule(
    "GI733",
    "error",
    "A logical id that is too long",
    "Ids of routes are made of all the words of their path, and CloudFormation takes 255 "
    "characters.",
    "Shorten the path or the name, or let /{proxy+} take what is below.",
    _LIMITS,
    acceptable=False,
)
RESOURCES = Rule(
    "GI741",
    "error",
    "More resources than a stack takes",
    "CloudFormation takes 500 resources in a template, and does not raise that.",
    _FEWER,
    _LIMITS,
    acceptable=False,
)
PARAMETERS = Rule(
    "GI742",
    "error",
    "More parameters than a template takes",
    "Each open value is a parameter, and each value that comes from another stack; CloudFormation "
    "takes 200.",
    "Write some values, or keep what refers to each other in one stack.",
    _LIMITS,
    acceptable=False,
)
OUTPUTS = Rule(
    "GI743",
    "error",
    "More outputs than a template takes",
    "A function offers several outputs, whatever the API does; CloudFormation takes 200.",
    "Make services of their own of some functions.",
    _LIMITS,
    acceptable=False,
)
BYTES = Rule(
    "GI744",
    "error",
    "A template that is too large",
    "CloudFormation takes 1 MB from S3. A template this large is written without line breaks "
    "already.",
    _FEWER,
    _LIMITS,
    acceptable=False,
)
DYNAMIC = Rule(
    "GI745",
    "error",
    "More dynamic references than a template takes",
    "An {ssm: …} with a version is a dynamic reference wherever it stands; CloudFormation takes 60 "
    "in a template.",
    "Leave out the versions, which makes parameters of them.",
    _LIMITS,
    acceptable=False,
)
NEAR = Rule(
    "GI746",
    "warning",
    "A stack near a quota",
    "Past 90 % a few more routes fail the deploy, and then there is no time to move them: a path "
    "that moves to another stack is made there before it is deleted here, which API Gateway "
    "refuses.",
    _FEWER,
    _LIMITS,
)
LARGE = Rule(
    "GI747",
    "advice",
    "A template that goes through S3",
    "A request to CloudFormation holds 51,200 bytes. A larger template is uploaded to a bucket "
    "first, which must be there.",
    "Give the deployer a bucket, or make the template smaller.",
    "docs/layouts.md",
)
LARGE_VALUE = Rule(
    "GI748",
    "error",
    "A parameter's value that is too large",
    "CloudFormation takes 4,096 bytes.",
    "Write the value in place of the parameter, or let the application read it at run time.",
    _LIMITS,
    acceptable=False,
)
PATHS = Rule(
    "GI751",
    "warning",
    "More paths than an API has by default",
    "Each path is a resource of the API, however it is defined, and an API has 300 until the "
    "account's quota is raised. The deploy fails at the 301st.",
    "Let /{proxy+} take some, split the API, or have the quota raised and write it in "
    "account.quotas.api_resources.",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
)
ROLE = Rule(
    "GI752",
    "error",
    "A role's policies that are too large",
    "IAM takes 10,240 characters of inline policies for a role, white space not counted, and does "
    "not raise that. What is known only at deploy time is counted as nothing here.",
    "Let one statement name several actions or resources, with * where that is safe; or give the "
    "function less to do.",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    acceptable=False,
)
ROLE_NEAR = Rule(
    "GI753",
    "warning",
    "A role's policies that may be too large",
    "IAM takes 10,240 characters of inline policies for a role. Values that are known only at "
    "deploy time are counted as 80 characters each, about as long as an ARN.",
    "Let one statement name several actions or resources, with * where that is safe.",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
MANAGED = Rule(
    "GI910",
    "error",
    "A managed policy that is too large",
    "A scoped role has all that it may do in a managed policy, of which IAM takes 6,144 "
    "characters, white space not counted, and does not raise that. What is known only at deploy "
    "time is counted as nothing here.",
    "Let one statement name several actions or resources, with * where that is safe; or write "
    "roles.network_policy: managed, with which 10,240 characters stand in the role itself.",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    acceptable=False,
)
MANAGED_NEAR = Rule(
    "GI911",
    "warning",
    "A managed policy that may be too large",
    "A scoped role has all that it may do in a managed policy, of which IAM takes 6,144 "
    "characters. Values that are known only at deploy time are counted as 80 characters each, "
    "about as long as an ARN.",
    "Let one statement name several actions or resources, with * where that is safe; or write "
    "roles.network_policy: managed.",
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
)
FUNCTION_POLICY = Rule(
    "GI754",
    "error",
    "A function's resource policy that is too large",
    "Lambda takes 20 KB of permissions for a function or an alias, and does not raise that. Each "
    "permission makes a statement; its size is computed as Lambda shows it, with a statement id as "
    "long as CloudFormation makes them, and values that are not known as 80 characters.",
    "Let one permission cover more, with * in its SourceArn.",
    "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
)
GROUP_RULES = Rule(
    "GI755",
    "warning",
    "More rules than the database's security group takes",
    "Each function that uses the database has an inbound rule there, beside those that the group "
    "has already; a group takes 60 until the quota is raised.",
    "Let fewer functions use the database, or have the quota raised and write it in "
    "account.quotas.security_group_rules.",
    "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html",
)
MANY_CALLS = Rule(
    "GI756",
    "advice",
    "An API of many resources",
    "API Gateway takes five new resources a second from an account, and CloudFormation asks for "
    "many at once: deploys with some hundred were answered 429, and rolled back for it "
    "(aws-cdk #15573, #22229).",
    "Write api.definition: openapi, which sends the whole API in one request; or add routes over "
    "several deploys.",
    "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
)
SNAPSHOT = Rule(
    "GI757",
    "advice",
    "The deployment in the API's own stack",
    "CloudFormation makes the new deployment before it deletes the methods that are gone, so that "
    "a removed route stays live until the deploy after.",
    "Use the layout split, or api.definition: openapi; or change api.redeploy after a route has "
    "gone, and deploy once more.",
    "docs/deploying.md",
)

RULES = (
    SHARED_ID,
    SHARED_NAME,
    LONG_ID,
    RESOURCES,
    PARAMETERS,
    OUTPUTS,
    BYTES,
    DYNAMIC,
    NEAR,
    LARGE,
    LARGE_VALUE,
    PATHS,
    ROLE,
    ROLE_NEAR,
    MANAGED,
    MANAGED_NEAR,
    FUNCTION_POLICY,
    GROUP_RULES,
    MANY_CALLS,
    SNAPSHOT,
)

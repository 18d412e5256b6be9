"""Rules of what overrides, resources and `customize` make; the checks are in `preflight.added`."""

from __future__ import annotations

from gateway_infra.rules.rule import Rule

_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_TYPES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"

CANARY = Rule(
    "GI831",
    "warning",
    "A canary on the stage",
    "While a stage has a canary, a deployment to it goes to the canary's share of the calls alone, "
    "and a change of the API reaches the others only when the canary is promoted by hand.",
    "Shift traffic with the weights of the function's alias, or accept it and promote.",
    f"{_GATEWAY}canary-release.html",
)
STAGE_OF_DEPLOYMENT = Rule(
    "GI832",
    "error",
    "A deployment that makes a stage of its own",
    "StageName makes API Gateway create that stage, or take one that is there, outside of the "
    "resource that stands for it; StageDescription belongs to it. The two then undo each other.",
    "Set the property on the stage's own resource, ApiStage.",
    f"{_TYPES}aws-resource-apigateway-deployment.html",
)
PRIVATE = Rule(
    "GI833",
    "error",
    "A private API that nobody can call",
    "A private API refuses every call that no resource policy allows.",
    "Give Api a Policy too, which allows your VPC endpoint or VPC.",
    f"{_GATEWAY}apigateway-private-api-create.html",
)
AUTHORIZERS = Rule(
    "GI834",
    "error",
    "More authorizers than an API takes",
    "API Gateway refuses a further authorizer.",
    "Let routes share authorizers; AWS raises the quota: account.quotas.api_authorizers.",
    f"{_GATEWAY}api-gateway-execution-service-limits-table.html",
)
API_POLICY = Rule(
    "GI835",
    "error",
    "A resource policy of the API that is too large",
    "API Gateway refuses a longer policy.",
    "Name ranges instead of single addresses, or use AWS WAF; AWS raises the quota: "
    "account.quotas.api_policy_characters.",
    f"{_GATEWAY}api-gateway-execution-service-limits-table.html",
)
LOG_KEY = Rule(
    "GI836",
    "advice",
    "A key for a log group, which CloudWatch Logs must be allowed to use",
    "CloudWatch Logs refuses to make or encrypt a group with a key whose policy does not name "
    "logs.REGION.amazonaws.com.",
    "Allow that principal in the key's policy, for this group's ARN.",
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
)
WAF_LOGS = Rule(
    "GI837",
    "error",
    "A log group for AWS WAF with a name that WAF refuses",
    "WAF writes only to groups whose names begin with aws-waf-logs-.",
    "Name it so, as in aws-waf-logs-jobs-prod.",
    "https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html",
)
ONE_ACCOUNT = Rule(
    "GI838",
    "warning",
    "The account's settings of API Gateway in a stack of the service",
    "There is one AWS::ApiGateway::Account for an account and region: every stack that has it "
    "overwrites it, and logging of all APIs ends when the stack is deleted.",
    "Write account.api_gateway_log_role: true in one service, which keeps it in a stack apart.",
    f"{_TYPES}aws-resource-apigateway-account.html",
)

PREFLIGHT = Rule(
    "GI839",
    "warning",
    "A preflight that needs a login",
    "Browsers send OPTIONS without key and login, and call nothing when it is refused.",
    "Change the methods of the routes alone: family: api, not the type, which CORS's methods are "
    "of too.",
    f"{_GATEWAY}how-to-cors.html",
)
NO_AUTHORIZER = Rule(
    "GI840",
    "error",
    "A method whose authorizer is not named",
    "API Gateway refuses a method with COGNITO_USER_POOLS or CUSTOM that names no authorizer.",
    "Set AuthorizerId too.",
    f"{_TYPES}aws-resource-apigateway-method.html",
)
RENAMED_FUNCTION = Rule(
    "GI841",
    "warning",
    "A function with a name of its own",
    "The log group, what the role may write to, alarms and dashboard name the function as "
    "gateway-infra calls it: they would watch and keep nothing, and the function could not log.",
    "Let the key under `functions` name it, or change the others too.",
    "docs/customizing.md",
)
REFUSED_VARIABLES = Rule(
    "GI842",
    "error",
    "Variables that Lambda refuses",
    "Lambda sets some variables itself, and takes 4 KB of names and values in all.",
    "Remove what Lambda sets, and keep what is long elsewhere.",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
)

MIXED = Rule(
    "GI843",
    "error",
    "An API of a document, with methods beside it",
    "An import of the document removes what is not in it, or stops at what is there: the two ways "
    "of defining one API undo each other.",
    "Write the route under api.routes, or api.definition: resources.",
    f"{_GATEWAY}api-gateway-import-api.html",
)

RULES = (
    CANARY,
    STAGE_OF_DEPLOYMENT,
    PRIVATE,
    AUTHORIZERS,
    API_POLICY,
    LOG_KEY,
    WAF_LOGS,
    ONE_ACCOUNT,
    PREFLIGHT,
    NO_AUTHORIZER,
    RENAMED_FUNCTION,
    REFUSED_VARIABLES,
    MIXED,
)

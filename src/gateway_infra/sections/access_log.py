"""The access log of the stage: its own fields, and the variables that others may hold."""

from __future__ import annotations

ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "user": "$context.identity.user",
    "apiKeyId": "$context.identity.apiKeyId",
    "httpMethod": "$context.httpMethod",
    "path": "$context.path",
    "resourcePath": "$context.resourcePath",
    "protocol": "$context.protocol",
    "status": "$context.status",
    "responseType": "$context.error.responseType",
    "error": "$context.error.message",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationStatus": "$context.integrationStatus",
    "integrationError": "$context.integrationErrorMessage",
    "xrayTraceId": "$context.xrayTraceId",
}
"""What a line of the access log holds; nothing in it is the caller's free text, such as the user
agent: whether API Gateway escapes quotes there no page says, and one could break or forge the line.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html"""

CONTEXT_VARIABLES = frozenset(
    (
        "accountId", "apiId", "authenticate.error", "authenticate.latency", "authenticate.status",
        "authorize.error", "authorize.latency", "authorize.status", "authorizer.error",
        "authorizer.integrationLatency", "authorizer.integrationStatus", "authorizer.latency",
        "authorizer.principalId", "authorizer.requestId", "authorizer.status",
        "awsEndpointRequestId", "cipherSuite", "customDomain.basePathMatched",
        "customDomain.routingRuleIdMatched", "deploymentId", "domainName", "domainPrefix",
        "endpointType", "error.message", "error.messageString", "error.responseType",
        "error.validationErrorString", "extendedRequestId", "httpMethod", "identity.accountId",
        "identity.apiKey", "identity.apiKeyId", "identity.caller",
        "identity.clientCert.clientCertPem", "identity.clientCert.issuerDN",
        "identity.clientCert.serialNumber", "identity.clientCert.subjectDN",
        "identity.clientCert.validity.notAfter", "identity.clientCert.validity.notBefore",
        "identity.cognitoAuthenticationProvider", "identity.cognitoAuthenticationType",
        "identity.cognitoIdentityId", "identity.cognitoIdentityPoolId", "identity.principalOrgId",
        "identity.sourceIp", "identity.user", "identity.userAgent", "identity.userArn",
        "identity.vpcId", "identity.vpceId", "integration.error",
        "integration.integrationStatus", "integration.latency", "integration.requestId",
        "integration.responseTransferMode", "integration.status", "integration.timeToAllHeaders",
        "integration.timeToFirstContent", "integrationErrorMessage", "integrationLatency",
        "integrationStatus", "isCanaryRequest", "path", "protocol", "requestId", "requestTime",
        "requestTimeEpoch", "resourceId", "resourcePath", "responseLatency", "responseLength",
        "responseOverride.status", "stage", "status", "tlsVersion", "waf.error", "waf.latency",
        "waf.status", "wafResponseCode", "webaclArn", "xrayTraceId",
    )
)  # fmt: skip
"""Names of variables, behind ``$context.``, for access logs of REST APIs; case counts.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-routing-rules-troubleshoot.html
The list grows; some of the newer names are in public copies of it alone."""

OPEN_VARIABLES = (
    "authorizer.", "requestOverride.header.", "requestOverride.path.",
    "requestOverride.querystring.", "responseOverride.header.",
)  # fmt: skip
"""Behind these, any name may stand."""

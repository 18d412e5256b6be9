"""What the gateway answers under CORS, whichever way the API is defined: a template and headers.

The answer to a preflight is computed, as one fixed header cannot name several origins:

* the request's ``Origin`` is compared as a whole string, so ``https://a.example.com.evil.net`` is
  a stranger;
* it is read from the header map only, as ``$input.params('origin')`` would also take it from the
  query string; the map is case-sensitive, browsers send ``Origin`` and HTTP/2 sends ``origin``;
* a stranger gets no Allow header at all, and ``Vary: Origin`` keeps caches from mixing answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway_infra.sections.cors import CorsConfig


def preflight_template(config: CorsConfig, methods: Sequence[str]) -> str:
    """Return the mapping template (VTL) that answers a preflight for a path with `methods`."""
    allow = {
        "Access-Control-Allow-Origin": "'*'" if config.origins == ["*"] else "$origin",
        "Access-Control-Allow-Methods": f"'{','.join(methods)}'",
        "Access-Control-Allow-Headers": f"'{','.join(config.headers)}'",
        "Access-Control-Max-Age": f"'{config.max_age}'",
    }
    if config.credentials:
        allow["Access-Control-Allow-Credentials"] = "'true'"
    known = " || ".join(f"$origin == '{origin}'" for origin in config.origins)
    condition = "$origin != ''" if config.origins == ["*"] else known
    lines = [
        "#set($headers = $input.params().header)",
        # Quoted and quiet, so that a header that is missing is empty text, whatever it is to `if`.
        "#set($origin = \"$!headers.get('origin')\")",
        "#if($origin == '')#set($origin = \"$!headers.get('Origin')\")#end",
        "#set($context.responseOverride.header.Vary = 'Origin')",
        f"#if({condition})",
        *(f"#set($context.responseOverride.header.{key} = {allow[key]})" for key in sorted(allow)),
        "#end",
    ]
    return "\n".join(lines) + "\n"


def error_headers(config: CorsConfig) -> dict[str, str]:
    """Return the header mappings of the gateway responses, sorted.

    A browser hides an error without them. They are mapped, not computed, so they cannot compare:
    with several origins they name the first, or with ``error_origin: echo`` whatever ``Origin``
    the request sent.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
    """
    origin = f"'{config.origins[0]}'"
    if config.error_origin == "echo" and config.origins != ["*"]:
        origin = "method.request.header.Origin"
    headers = {
        "Access-Control-Allow-Headers": f"'{','.join(config.headers)}'",
        "Access-Control-Allow-Origin": origin,
        "Vary": "'Origin'",
    }
    if config.credentials:
        headers["Access-Control-Allow-Credentials"] = "'true'"
    return {f"gatewayresponse.header.{key}": value for key, value in sorted(headers.items())}

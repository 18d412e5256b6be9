"""CORS rules of the API."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from gateway_infra.reading.rule import Rule
from gateway_infra.values.section import DISTINCT, InSchema, Section, like, matches, wrong

_ORIGIN = re.compile(r"(https?)://([A-Za-z0-9.-]+)(:([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_HEADER = matches(r"[A-Za-z0-9!#$%&*+.^_|~-]+", "a header's name, as in Content-Type")


def _origin(origin: str) -> str:
    """Take an origin in the one spelling that browsers send, as it is compared as text."""
    if origin == "*":
        return origin
    scheme, colons, rest = origin.partition("://")
    if "," in origin or " " in origin.strip():
        raise wrong("holds several origins, or none; make each an item of the list", "GI405")
    if "*" in origin and "/" not in rest:
        message = "holds a wildcard, and origins are compared as text; list each of them"
        raise wrong(message, "GI404")
    match = _ORIGIN.fullmatch(scheme.lower() + colons + rest)
    if not match:
        if colons:
            message = "is no origin: scheme, host and port only, no path, no slash at the end"
            raise wrong(message, "GI405")
        raise wrong("is no origin; write the scheme too, as in https://app.example.com", "GI405")
    port = match[4]
    if port and not 0 < int(port) < 65536:
        raise wrong("is no origin: ports go from 1 to 65535", "GI405")
    sent = f"{match[1]}://{match[2].lower()}"
    if port and port != _DEFAULT_PORTS[match[1]]:
        sent += f":{int(port)}"
    if sent != origin:
        raise wrong(f"is '{origin}', but browsers send '{sent}'; write that", "GI406")
    return origin


_PORT = "[1-9][0-9]{0,4}"

Origin = Annotated[
    str,
    AfterValidator(_origin),
    InSchema(
        like(
            rf"\*|http://[a-z0-9.-]+(:(?!80$){_PORT})?|https://[a-z0-9.-]+(:(?!443$){_PORT})?",
            "an origin as browsers send it, as in https://app.example.com, or '*'",
        )
    ),
]


class CorsConfig(Section):
    """Which browser origins may call; answered by the gateway, without the function.

    An origin that is not listed gets no Allow header at all.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    """

    origins: list[Origin] = Field(
        min_length=1,
        description="exact origins, or '*' alone",
        json_schema_extra={**DISTINCT, "if": {"contains": {"const": "*"}}, "then": {"maxItems": 1}},
        examples=[["https://app.example.com"], ["*"]],
    )
    headers: list[Annotated[str, _HEADER]] = Field(
        default=["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key"],
        description="request headers that a browser may send",
        json_schema_extra=DISTINCT,
    )
    methods: list[Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]] = Field(
        default=["GET", "POST", "OPTIONS"],
        min_length=1,
        description="what ANY stands for",
        json_schema_extra=DISTINCT,
    )
    max_age: int = Field(
        default=600, ge=0, le=86400, description="seconds that a browser may keep the answer"
    )
    credentials: bool = Field(
        default=False, description="whether cookies and logins may be sent along"
    )
    error_origin: Literal["first", "echo"] = Field(
        default="first",
        description="the origin named in the gateway's own errors, which cannot compare: "
        "the first of the list, or what the request sent as `Origin` (HTTP/2 clients may spell it "
        "`origin`, which AWS's pages leave open here)",
    )

    @model_validator(mode="after")
    def _safe(self) -> CorsConfig:
        if "*" in self.origins and len(self.origins) > 1:
            at = ("origins", self.origins.index("*"))
            raise wrong("lists '*' beside other origins; keep either", "GI401", at)
        if "*" in self.origins and self.credentials:
            message = "has '*' together with credentials, which browsers refuse; list origins"
            raise wrong(message, "GI402", ("origins",))
        if self.error_origin == "echo" and self.credentials:
            raise wrong(
                "echoes any origin together with credentials, which lets every site read errors "
                "as the user; use error_origin: first",
                "GI403",
                ("error_origin",),
            )
        return self


_ORIGIN_PAGE = "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Origin"

RULES = (
    Rule.error(
        "GI401",
        "All origins, and others beside",
        "'*' stands for every origin, so that the others say nothing, or the '*' is a mistake.",
        "Keep either.",
        "https://fetch.spec.whatwg.org/#http-cors-protocol",
    ),
    Rule.error(
        "GI402",
        "All origins together with credentials",
        "A browser refuses an answer with Access-Control-Allow-Origin: * to a request with cookies "
        "or a login.",
        "List the origins.",
        "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
    ),
    Rule.error(
        "GI403",
        "Any origin echoed together with credentials",
        "The gateway's own errors would name whatever origin asked, and any site could read them "
        "as the user who is logged in.",
        "Write error_origin: first.",
        "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
    ),
    Rule.error(
        "GI404",
        "An origin with a wildcard",
        "A browser compares its origin with the answer as text: there are no patterns, and a "
        "gateway that matched them would open the API to look-alikes.",
        "List each origin.",
        "https://fetch.spec.whatwg.org/#cors-check",
    ),
    Rule.error(
        "GI405",
        "What is no origin",
        "An origin is a scheme, a host and maybe a port. With a path, a slash at the end or "
        "without the scheme it is equal to none that a browser sends, and every page is refused.",
        "Write it as in https://app.example.com.",
        _ORIGIN_PAGE,
    ),
    Rule.error(
        "GI406",
        "An origin in a spelling that browsers do not use",
        "Browsers write hosts in small letters and leave out the scheme's own port (443 for https, "
        "80 for http), and origins are compared as text.",
        "Write it as the message says.",
        "https://www.rfc-editor.org/rfc/rfc6454#section-6.2",
    ),
)

"""CORS as a browser meets it: preflights, and the gateway's own errors."""

from collections.abc import Iterator

import pytest

from .service import Cloud, Service, cors_headers

LISTED = ["https://a.example", "http://localhost:3000"]
STRANGERS = [
    "https://stranger.example",
    "https://a.example.evil.net",  # begins as a listed one does
    "https://not-a.example",
    "evil://https://a.example",  # ends as a listed one does
    "http://a.example",  # another scheme
    "https://a.example:8443",  # another port
    "https://a.example/",
    "https://A.example",
    "https://aXexample",  # what a regular expression would take for the same
    "http://localhost:30000",
    "http://localhost",
    "https://a.example,http://localhost:3000",
    "*",
    "null",
    "'",
]
PATHS = ["/", "/jobs", "/jobs/7", "/jobs/7/results", "/v1", "/v1/things"]
METHODS = {
    "/jobs": "GET,OPTIONS,POST",
    "/jobs/7/results": "GET,OPTIONS",
    "/v1/things": "DELETE,OPTIONS",
    # What lies between has no route.
    "/": "OPTIONS",
    "/jobs/7": "OPTIONS",
    "/v1": "OPTIONS",
}
ALLOW_HEADERS = "Content-Type,X-Amz-Date,Authorization,X-Api-Key"
VARY = {"Vary": "Origin"}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=any"}
ERROR_HEADERS = {
    "Access-Control-Allow-Headers": ALLOW_HEADERS,
    "Access-Control-Allow-Origin": LISTED[0],
    **VARY,
}


@pytest.fixture(scope="module")
def plain(cloud: Cloud) -> Iterator[Service]:
    """Deploy one stack: there DependsOn alone puts gateway responses before the deployment."""
    with cloud.case("plain", "single") as service:
        service.set("functions.web.variables.ALLOWED_ORIGINS", " ".join(LISTED))
        service.deploy()
        yield service


@pytest.fixture(scope="module")
def guarded(cloud: Cloud) -> Iterator[Service]:
    with cloud.case("guarded") as service:
        service.deploy()
        yield service


@pytest.mark.parametrize("spelling", ["Origin", "origin"])
@pytest.mark.parametrize("origin", LISTED)
def test_preflight_of_a_listed_origin(plain: Service, origin: str, spelling: str) -> None:
    for path in PATHS:
        answer = plain.call(
            "OPTIONS",
            path,
            {
                spelling: origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )
        assert (answer.status_code, answer.content) == (204, b"")
        assert cors_headers(answer) == {
            "Access-Control-Allow-Headers": ALLOW_HEADERS,
            "Access-Control-Allow-Methods": METHODS[path],
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Max-Age": "600",
            **VARY,
        }


def test_preflight_of_a_stranger_allows_nothing(plain: Service) -> None:
    for path in PATHS:
        for origin in STRANGERS:
            for spelling in ("Origin", "origin"):
                answer = plain.call("OPTIONS", path, {spelling: origin})
                assert answer.status_code == 204
                assert cors_headers(answer) == VARY, origin


def test_preflight_without_an_origin_allows_nothing(plain: Service) -> None:
    for path in PATHS:
        answer = plain.call("OPTIONS", path)
        assert (answer.status_code, cors_headers(answer)) == (204, VARY)


def test_origin_is_not_read_from_the_query_string(plain: Service) -> None:
    for name in ("Origin", "origin"):
        answer = plain.call("OPTIONS", f"/jobs?{name}={LISTED[0]}")
        assert cors_headers(answer) == VARY


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "*/*"},
        {"Accept": "text/html,application/xhtml+xml"},
        {"Accept": "image/png"},
        {"Content-Type": "application/json"},
    ],
    ids=str,
)
def test_preflight_needs_neither_signature_nor_key(
    guarded: Service, headers: dict[str, str]
) -> None:
    """All content is binary in this case, which a mock integration must not stumble over."""
    for path, methods in {
        "/": "OPTIONS",
        "/jobs": "GET,OPTIONS",
        "/jobs/7": "GET,OPTIONS,POST",
        "/priced": "GET,OPTIONS,POST",
    }.items():
        for origin in LISTED:
            answer = guarded.call("OPTIONS", path, {"Origin": origin, **headers})
            assert answer.status_code == 204
            assert cors_headers(answer) == {
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Allow-Headers": "Content-Type,X-Api-Key",
                "Access-Control-Allow-Methods": methods,
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Max-Age": "60",
                **VARY,
            }
        answer = guarded.call("OPTIONS", path, {"Origin": STRANGERS[0], **headers})
        assert (answer.status_code, cors_headers(answer)) == (204, VARY)


@pytest.mark.parametrize("origin", [*LISTED, STRANGERS[0], None])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 403), ("PUT", "/jobs", 403), ("GET", "/crash", 502)],
)
def test_errors_of_the_gateway_name_the_first_origin(
    plain: Service, method: str, path: str, status: int, origin: str | None
) -> None:
    """A gateway response cannot compare; where it names the wrong one, a browser hides the body."""
    answer = plain.call(method, path, {"Origin": origin} if origin else None)

    assert (answer.status_code, cors_headers(answer)) == (status, ERROR_HEADERS)


def test_refusals_carry_cors_headers_too(guarded: Service) -> None:
    expected = {
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Headers": "Content-Type,X-Api-Key",
        "Access-Control-Allow-Origin": LISTED[0],
        **VARY,
    }
    without_signature = guarded.call("GET", "/jobs", {"Origin": LISTED[0]})
    without_key = guarded.call("POST", "/priced", {"Origin": LISTED[0]})

    assert without_signature.json() == {"message": "Missing Authentication Token"}
    assert without_key.json() == {"message": "Forbidden"}
    for answer in (without_signature, without_key):
        assert (answer.status_code, cors_headers(answer)) == (403, expected)


def test_function_out_of_reach_is_an_error_with_cors_headers(plain: Service) -> None:
    """A stage that the function's permission does not name gets 500 from Lambda's refusal."""
    gateway = plain.deployer.client("apigateway")
    api = plain.outputs["ApiId"]
    deployed = gateway.get_stage(restApiId=api, stageName="v1")["deploymentId"]
    gateway.create_stage(restApiId=api, stageName="other", deploymentId=deployed)
    try:
        answer = plain.call("GET", "/jobs", stage="other")
    finally:
        gateway.delete_stage(restApiId=api, stageName="other")

    assert (answer.status_code, cors_headers(answer)) == (500, ERROR_HEADERS)


def test_ordinary_answers_have_the_headers_of_the_application(plain: Service) -> None:
    """The proxy integration hands them through, so the gateway adds none of its own."""
    allowed = plain.call("GET", "/jobs", {"Origin": LISTED[1]})
    refused = plain.call("GET", "/jobs", {"Origin": STRANGERS[0]})

    assert cors_headers(allowed) == {"Access-Control-Allow-Origin": LISTED[1], **VARY}
    assert cors_headers(refused) == VARY


def test_echo_names_whoever_asked(cloud: Cloud) -> None:
    with cloud.case("plain", settings={"api.cors.error_origin": "echo"}) as service:
        service.deploy()
        for origin in (LISTED[1], STRANGERS[0]):
            for spelling in ("Origin", "origin"):
                answer = service.call("GET", "/nowhere", {spelling: origin})
                expected = {**ERROR_HEADERS, "Access-Control-Allow-Origin": origin}
                assert cors_headers(answer) == expected
        # The errors echo; preflights still compare.
        assert cors_headers(service.call("OPTIONS", "/jobs", {"Origin": STRANGERS[0]})) == VARY


def test_any_origin_is_allowed_where_the_file_says_so(cloud: Cloud) -> None:
    with cloud.case("plain", settings={"api.cors.origins": ["*"]}) as service:
        service.deploy()
        for spelling in ("Origin", "origin"):
            answer = service.call("OPTIONS", "/jobs", {spelling: STRANGERS[0]})
            assert cors_headers(answer)["Access-Control-Allow-Origin"] == "*"
        assert cors_headers(service.call("OPTIONS", "/jobs")) == VARY
        answer = service.call("GET", "/nowhere", {"Origin": STRANGERS[0]})
        assert cors_headers(answer)["Access-Control-Allow-Origin"] == "*"


def test_without_the_section_there_is_no_cors(cloud: Cloud) -> None:
    with cloud.case("plain", settings={"api.cors": None}) as service:
        service.deploy()
        preflight = service.call("OPTIONS", "/jobs", {"Origin": LISTED[0]})
        assert (preflight.status_code, cors_headers(preflight)) == (403, {})
        assert cors_headers(service.call("GET", "/nowhere")) == {}

"""Who may call: user pools, functions, signatures, and nobody's word for it; in both definitions.

What the emulator does of it is in ``emulator/gateway_emulator/authorizers.py`` and ``pools.py``: it
keeps no decisions, and nobody signs in at a pool.
"""

import base64
import itertools
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from .service import Cloud, Service, cors_headers

pytestmark = pytest.mark.e2e

BY_POOL = {"type": "cognito", "authorizer": "users"}
ORIGIN = "https://a.example"
BOTH = pytest.mark.parametrize("definition", ["resources", "openapi"])

POOL = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {"Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {}}},
    "Outputs": {
        "Arn": {"Value": {"Fn::GetAtt": ["Pool", "Arn"]}},
        "Id": {"Value": {"Ref": "Pool"}},
    },
}
"""A pool that was there before."""


_numbers = itertools.count(1)


@contextmanager
def _service(cloud: Cloud, definition: str) -> Iterator[tuple[Service, str]]:
    """Deploy the case; give it, and the id of the pool that was there before."""
    number = next(_numbers)
    given = cloud.deployer.deploy_stack(f"given-pool-{number}", POOL).outputs
    # A stack that is no longer made keeps its domain, which nobody else may have.
    domain = {"api.authorizers.users.pool.domain": f"authorizers-{number}"}
    settings = {"api.definition": definition, **domain}
    with cloud.case("authorizers", settings=settings) as service:
        service.values["GivenPoolArn"] = given["Arn"]
        service.deploy()
        yield service, given["Id"]


def _token(service: Service, pool: str, use: str, **claims: Any) -> str:
    """Have the emulator make a token of a pool, for one `use`: id or access."""
    url = f"{service.emulator.endpoint}/_emulator/user-pools/{pool}/tokens"
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(url, json={"token_use": use, **claims}, timeout=30)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


def _get(service: Service, path: str, token: str | None = None, **headers: str) -> Any:
    bearer = {} if token is None else {"Authorization": token}
    return service.call("GET", path, {"Origin": ORIGIN, **bearer, **headers})


def _status(service: Service, path: str, token: str | None = None, **headers: str) -> int:
    return int(_get(service, path, token, **headers).status_code)


def _forged(token: str) -> str:
    """Change what a token says, and keep its signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    text = json.dumps({**claims, "sub": "somebody-else"}).encode()
    return f"{head}.{base64.urlsafe_b64encode(text).decode().rstrip('=')}.{signature}"


@BOTH
def test_each_way_lets_in_whom_it_should(cloud: Cloud, definition: str) -> None:
    with _service(cloud, definition) as (service, given):
        _by_tokens_of_the_pool(service, given)
        _by_scopes(service)
        _by_a_function_and_a_token(service)
        _by_a_function_and_a_request(service)
        _by_signature_by_key_and_by_nothing(service)
        _browsers_may_ask_and_read(service)


def _by_tokens_of_the_pool(service: Service, given: str) -> None:
    users = service.outputs["UserPoolUsersId"]
    mine = _token(service, users, use="id", sub="ada", email="ada@example.com")
    assert _status(service, "/jobs") == 401
    assert _status(service, "/jobs", "nonsense") == 401
    answer = _get(service, "/jobs", mine)
    assert answer.status_code == 200, answer.text
    claims = answer.json()["authorizer"]["claims"]
    assert (claims["sub"], claims["email"]) == ("ada", "ada@example.com")
    assert claims["iss"] == service.outputs["UserPoolUsersIssuer"]
    assert _status(service, "/jobs", f"Bearer {mine}") == 200
    assert _status(service, "/jobs", _forged(mine)) == 401
    past = int(time.time()) - 1
    assert _status(service, "/jobs", _token(service, users, use="id", exp=past)) == 401, "expired"
    lent = _token(service, users, use="id", iss="https://issuer.example")
    assert _status(service, "/jobs", lent) == 401, "another issuer"
    foreign = _token(service, given, use="id")
    assert _status(service, "/jobs", foreign) == 401, "another pool"
    assert _status(service, "/given", foreign) == 200, "the pool that was there before"
    assert _status(service, "/given", mine) == 401
    access = _token(service, users, use="access", scope="jobs/read")
    assert _status(service, "/jobs", access) == 401, "without scopes ID tokens are asked for"


def _by_scopes(service: Service) -> None:
    def with_scope(scope: str, use: str = "access") -> int:
        pool = service.outputs["UserPoolUsersId"]
        return _status(service, "/scoped", _token(service, pool, use=use, scope=scope))

    assert with_scope("openid jobs/read") == 200
    assert with_scope("jobs/admin") == 200, "any one of those that are asked for"
    assert with_scope("jobs/write") == 403
    assert with_scope("jobs/readers") == 403
    assert with_scope("jobs/read", use="id") == 401


def _by_a_function_and_a_token(service: Service) -> None:
    assert _status(service, "/token") == 401
    assert _status(service, "/token", "allow") == 401, "no fit for the pattern"
    answer = _get(service, "/token", "Bearer allow")
    assert answer.status_code == 200, answer.text
    told = answer.json()["authorizer"]
    assert told["principalId"] == "holder-of-allow"
    assert (told["kind"], told["number"], told["key"]) == ("TOKEN", "7", "allow")
    assert _status(service, "/token", "Bearer deny") == 403
    assert _status(service, "/token", "Bearer stranger") == 403, "a policy that allows nothing"
    assert _status(service, "/token", "Bearer unauthorized") == 401
    assert _status(service, "/token", "Bearer broken") == 500
    assert _status(service, "/other", "Bearer everything") == 200


def _by_a_function_and_a_request(service: Service) -> None:
    key = {"X-Key": "allow"}
    assert _status(service, "/request?page=1") == 401
    assert _status(service, "/request", **key) == 401, "one of two sources is not there"
    answer = _get(service, "/request?page=1", **key)
    assert answer.status_code == 200, answer.text
    assert answer.json()["authorizer"]["kind"] == "REQUEST"
    assert _status(service, "/request?page=1", **{"X-Key": "deny"}) == 403


def _by_signature_by_key_and_by_nothing(service: Service) -> None:
    assert _status(service, "/signed") == 403
    assert _status(service, "/signed", "AWS4-HMAC-SHA256 Credential=a/b, Signature=c") == 200
    assert _status(service, "/priced", "Bearer allow") == 403, "a key as well"
    client = service.deployer.client("apigateway")
    key = client.get_api_key(apiKey=service.outputs["ApiKeyPartnerId"], includeValue=True)["value"]
    assert _status(service, "/priced", "Bearer allow", **{"X-Api-Key": key}) == 200
    assert _status(service, "/priced", **{"X-Api-Key": key}) == 401, "a key is no token"
    answer = _get(service, "/open")
    assert answer.status_code == 200
    assert answer.json()["authorizer"] is None


def _browsers_may_ask_and_read(service: Service) -> None:
    for path in ("/jobs", "/scoped", "/given", "/token", "/request", "/signed", "/priced"):
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
        preflight = service.call("OPTIONS", path, asked)
        assert preflight.status_code == 204, path
        assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
        refused = _get(service, path)
        assert refused.status_code in (401, 403), path
        assert cors_headers(refused)["Access-Control-Allow-Origin"] == ORIGIN, path
    denied = _get(service, "/token", "Bearer deny")
    assert cors_headers(denied)["Access-Control-Allow-Origin"] == ORIGIN
    headers = {"Origin": ORIGIN, "Authorization": "Bearer allow"}
    invalid = service.call("POST", "/checked", headers, body={"name": "no title"})
    assert invalid.status_code == 400
    assert cors_headers(invalid)["Access-Control-Allow-Origin"] == ORIGIN
    assert service.call("POST", "/checked", headers, body={"title": "a"}).status_code == 200


@BOTH
def test_a_changed_authorizer_reaches_the_stage(cloud: Cloud, definition: str) -> None:
    with _service(cloud, definition) as (service, given):
        before = service.resource("ApiDeployment")
        service.set("api.authorizers.tokens.header", "X-Token")
        del service.settings["api.authorizers.users.pool.domain"]
        service.set("api.authorizers.users.pool", None)
        service.set("api.authorizers.users.pools", [_arn(given)])
        service.set('api.routes["GET /scoped"]', None)
        service.set('api.routes["GET /open"].authorization', None)
        service.set("api.authorization", {"type": "lambda", "authorizer": "tokens"})
        service.set('api.routes["GET /jobs"]', {"authorization": BY_POOL, "function": "web"})
        service.deploy()
        assert service.resource("ApiDeployment") != before
        assert _status(service, "/token", "Bearer allow") == 401
        assert _status(service, "/token", **{"X-Token": "Bearer allow"}) == 200
        assert _status(service, "/open") == 401
        assert _status(service, "/open", **{"X-Token": "Bearer everything"}) == 200
        assert _status(service, "/jobs", _token(service, given, use="id")) == 200


def _arn(pool: str) -> str:
    return f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"


@BOTH
def test_only_the_authorizers_of_this_api_may_call_the_function(
    cloud: Cloud, definition: str
) -> None:
    """Without its permission API Gateway cannot ask, and lets nobody in."""
    with _service(cloud, definition) as (service, _):
        function = service.outputs["FunctionDecideAliasArn"]
        client = service.deployer.client("lambda")
        statements = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
        sources = [item["Condition"]["ArnLike"]["AWS:SourceArn"] for item in statements]
        assert len(sources) == 2
        beginning = f":{service.outputs['ApiId']}/authorizers/"
        assert all(beginning in source for source in sources)
        assert any(source.endswith("/*") for source in sources) == (definition == "openapi")
        for item in statements:
            client.remove_permission(FunctionName=function, StatementId=item["Sid"])
        assert _status(service, "/token", "Bearer allow") == 500


def test_the_pool_stays_when_its_stack_goes(cloud: Cloud) -> None:
    with _service(cloud, "resources") as (service, _):
        pool = service.outputs["UserPoolUsersId"]
    assert _token(service, pool, use="id")

"""User pools: moto's, each with a key of its own, the set of its public keys, and tokens.

Nobody signs in here: a token is made by a request to the emulator, which says what is in it. It is
signed with the pool's key, and checked against the public half as anyone would do it.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import json
import time
from collections.abc import Iterable
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError
from localstack.http import Request, Response
from localstack.services.edge import ROUTER
from moto.cognitoidp.models import CognitoIdpUserPool, cognitoidp_backends

KEYS = "/_emulator/user-pools/<pool>/.well-known/jwks.json"
TOKENS = "/_emulator/user-pools/<pool>/tokens"


class InvalidTokenError(ValueError):
    """A token that none of the pools made, or that does not hold any more."""


def install() -> None:
    """Serve the keys of pools, and tokens."""
    ROUTER.add(KEYS, _keys)
    ROUTER.add(TOKENS, _token, methods=["POST"])


def with_own_key(pool: CognitoIdpUserPool) -> CognitoIdpUserPool:
    """Give a pool a key that no other has: moto's pools share one."""
    pool.json_web_key = jwk.RSAKey.generate_key(2048, {"kid": pool.id, "use": "sig"})
    return pool


def issuer(pool: CognitoIdpUserPool) -> str:
    """Give what tokens of a pool have as ``iss``."""
    return f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}"


def verified(token: str, pool_arns: Iterable[str]) -> dict[str, Any]:
    """Give the claims of a token that one of the pools made; raise `InvalidTokenError`."""
    for arn in pool_arns:
        pool = _by_arn(arn)
        if pool is None:
            continue
        public = jwk.RSAKey.import_key(pool.json_web_key.as_dict(private=False))
        try:
            claims = dict(jwt.decode(token, public, algorithms=["RS256"]).claims)
        except (JoseError, ValueError):
            continue
        if claims.get("iss") == issuer(pool) and claims.get("exp", 0) > time.time():
            return claims
    raise InvalidTokenError


def _by_arn(arn: str) -> CognitoIdpUserPool | None:
    _, _, _, region, account, resource = arn.split(":", 5)
    pools: dict[str, CognitoIdpUserPool] = cognitoidp_backends[account][region].user_pools
    return pools.get(resource.removeprefix("userpool/"))


def _pool(name: str) -> CognitoIdpUserPool:
    """Find a pool by its id alone, which begins with its region."""
    region = name.partition("_")[0]
    for account in list(cognitoidp_backends):
        found = cognitoidp_backends[account][region].user_pools.get(name)
        if found is not None:
            return found
    raise KeyError(name)


def _keys(_request: Request, pool: str) -> Response:
    key = _pool(pool).json_web_key.as_dict(private=False)
    return Response(json.dumps({"keys": [key]}), mimetype="application/json")


def _token(request: Request, pool: str) -> Response:
    """Make a token with the claims of the body, over those that every token has."""
    made = _pool(pool)
    now = int(time.time())
    claims = {"iss": issuer(made), "iat": now, "exp": now + 3600, **json.loads(request.data)}
    text = jwt.encode({"alg": "RS256", "kid": made.id}, claims, made.json_web_key)
    return Response(json.dumps({"token": text}), mimetype="application/json")

"""The application that stands for the image: it tells what reached it and which image it is."""

import hashlib
import json
import os
import urllib.request
from typing import Any, NoReturn

from apig_wsgi import make_lambda_handler
from flask import Flask, Response, jsonify, request

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

GIVEN = [
    "API_TOKEN_SECRET_ARN",
    "API_TOKEN_SECRET_KEY",
    "BUCKET_NAME",
    "DB_HOST",
    "DB_IAM_AUTH",
    "DB_NAME",
    "DB_PASSWORD_SECRET_ARN",
    "DB_PASSWORD_SECRET_KEY",
    "DB_PORT",
    "GREETING",
    "MESSAGE",
]
"""Variables that the tests compare, none of them a secret."""

app = Flask(__name__)


def _fingerprint(name: str) -> str | None:
    """Tell two values of a secret apart without telling the secret."""
    value = os.environ.get(name)
    return hashlib.sha256(value.encode()).hexdigest()[:12] if value is not None else None


def _secret() -> str:
    """Read the password in Secrets Manager, as an SDK would call it, where the variables say."""
    call = urllib.request.Request(
        os.environ["EMULATOR"],
        json.dumps({"SecretId": os.environ["DB_PASSWORD_SECRET_ARN"]}).encode(),
        {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "secretsmanager.GetSecretValue",
            "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/"
            "aws4_request, SignedHeaders=host, Signature=0",
        },
    )
    with urllib.request.urlopen(call, timeout=10) as answer:
        secret = json.loads(json.load(answer)["SecretString"])
    value: str = secret[os.environ["DB_PASSWORD_SECRET_KEY"]]
    return value


def _context() -> dict[str, Any]:
    """Give what API Gateway tells of the call, as it stands in the event."""
    event = request.environ.get("apig_wsgi.full_event") or {}
    context: dict[str, Any] = event.get("requestContext") or {}
    return context


def _answer(route: str, **more: Any) -> Response:
    environment = os.environ
    answer: dict[str, Any] = {
        "route": route,
        "method": request.method,
        "path": request.path,
        "query": request.args.to_dict(),
        "body": request.get_json(silent=True),
        "image": environment.get("EMULATED_IMAGE_URI"),
        "function": environment.get("AWS_LAMBDA_FUNCTION_NAME"),
        "version": environment.get("AWS_LAMBDA_FUNCTION_VERSION"),
        "memory": environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
        "message": environment.get("MESSAGE"),
        "database_host": environment.get("DB_HOST"),
        "database_password_sha256": _fingerprint("DB_PASSWORD"),
        "variables": sorted(environment),
        "authorizer": _context().get("authorizer"),
        "given": {name: environment[name] for name in GIVEN if name in environment},
        **more,
    }
    return jsonify(answer)


@app.get("/health")
def health() -> Response:
    return _answer("health")


@app.route("/jobs", methods=["GET", "POST"])
def jobs() -> Response:
    return _answer("jobs")


@app.get("/login")
def login() -> Response:
    """Tell that the secret can be read, without telling it."""
    return _answer("login", secret_sha256=hashlib.sha256(_secret().encode()).hexdigest()[:12])


@app.post("/jobs/register")
def register() -> Response:
    return _answer("register")


@app.get("/jobs/results")
def results() -> Response:
    return _answer("results")


@app.route("/runs", methods=["GET", "POST"])
def runs() -> Response:
    return _answer("runs")


@app.get("/crash")
def crash() -> NoReturn:
    """End the process in the middle of an invocation."""
    os._exit(1)


@app.route("/", defaults={"_path": ""}, methods=METHODS)
@app.route("/<path:_path>", methods=METHODS)
def anything(_path: str) -> Response:
    return _answer("anything")


@app.after_request
def allow_origin(response: Response) -> Response:
    """Answer CORS for the origins in ``ALLOWED_ORIGINS``: a proxy response carries its own."""
    allowed = os.environ.get("ALLOWED_ORIGINS", "").replace(",", " ").split()
    if not allowed:
        return response
    response.headers["Vary"] = "Origin"
    if (origin := request.headers.get("Origin")) in allowed:
        response.headers["Access-Control-Allow-Origin"] = origin
    return response


answer = make_lambda_handler(app)

EFFECTS = {"allow": "Allow", "everything": "Allow", "deny": "Deny"}


def handler(event: dict[str, Any], context: Any) -> Any:
    """Answer a request, or decide about a caller."""
    return decide(event) if event.get("type") in ("TOKEN", "REQUEST") else answer(event, context)


def decide(event: dict[str, Any]) -> dict[str, Any]:
    """Return the policy that a token, or the header ``X-Key`` of a request, asks for.

    ``everything`` is let into the whole stage, and what is none of `EFFECTS` into nothing.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    word = event.get("authorizationToken") or headers.get("x-key", "")
    word = word.removeprefix("Bearer ")
    if word == "unauthorized":
        raise PermissionError("Unauthorized")
    if word == "broken":
        raise RuntimeError("the authorizer itself failed")
    arn = event["methodArn"]
    statement = {
        "Effect": EFFECTS.get(word, "Allow"),
        "Action": "execute-api:Invoke",
        "Resource": "/".join(arn.split("/")[:2]) + "/*" if word == "everything" else arn,
    }
    return {
        "principalId": f"holder-of-{word}",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [statement] if word in EFFECTS else [],
        },
        "context": {"kind": event["type"], "number": 7, "key": word},
    }

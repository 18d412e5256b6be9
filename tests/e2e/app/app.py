"""The application that stands for the image: it tells what reached it and which image it is."""

import hashlib
import os
from typing import Any, NoReturn

from apig_wsgi import make_lambda_handler
from flask import Flask, Response, jsonify, request

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]

GIVEN = [
    "API_TOKEN_SECRET_ARN",
    "API_TOKEN_SECRET_KEY",
    "BUCKET_NAME",
    "DB_HOST",
    "DB_NAME",
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


def _answer(route: str) -> Response:
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
        "given": {name: environment[name] for name in GIVEN if name in environment},
    }
    return jsonify(answer)


@app.get("/health")
def health() -> Response:
    return _answer("health")


@app.route("/jobs", methods=["GET", "POST"])
def jobs() -> Response:
    return _answer("jobs")


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


handler = make_lambda_handler(app)

"""Rules of the key that what is kept is encrypted with."""

from __future__ import annotations

from collections.abc import Iterator

from gateway_infra.rules.environment_queries import by_posture, region_of
from gateway_infra.rules.rule import Found, Rule, Subject
from gateway_infra.values.values import Open, known

_ENV = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html"


def _elsewhere(subject: Subject) -> Iterator[Found]:
    there = region_of(known(subject.environment.encryption.key))
    region = subject.environment.region
    if there not in (None, region):
        message = f"is a key in {there}, and a key encrypts in its own region alone; name one in "
        yield Found(("encryption", "key"), f"{message}{region}, or write made")


def _shown_password(subject: Subject) -> Iterator[Found]:
    database = subject.environment.database
    password = database.password if database else None
    if subject.environment.posture == "hardened" and isinstance(password, Open):
        message = "is in the functions' variables and in their published versions, where whoever "
        message += "may look at a function reads it, though the posture is hardened; write secret: "
        message += "{} and password: null, or say in `accept` why it must be so"
        yield Found(("database", "password"), message)


def _for_nobody(subject: Subject) -> Iterator[Found]:
    environment = subject.environment
    database = environment.database
    if database is None or database.secret is None:
        return
    if not any("database" in function.uses for function in environment.functions.values()):
        path = ("database", "secret")
        message = f"is made{by_posture(subject, path)} for nobody: no function has database among "
        message += "its `uses`, and none may read it; add it there, or leave out the section "
        yield Found(path, f"{message}`database`")


RULES = (
    Rule(
        "GI920",
        "error",
        "A key of another region",
        "A KMS key works in the region that it was made in; CloudWatch Logs, Lambda, SNS and "
        "Secrets Manager refuse one of another. Of a multi-region key, each region has its own "
        "replica, with an ARN of that region.",
        "Write the ARN of a key in the environment's region, or {encryption: {key: made}}.",
        "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
        check=_elsewhere,
        acceptable=False,
    ),
    Rule(
        "GI921",
        "warning",
        "A password in a variable, though the posture is hardened",
        "Variables are shown by lambda:GetFunctionConfiguration, and each published version keeps "
        "its own. What is written stands above the posture, which would make a secret that only "
        "the functions' roles read.",
        "Write database.secret: {}, or database.password: {secret: name} for one that exists, or "
        "database.iam.",
        _ENV,
        check=_shown_password,
    ),
    Rule(
        "GI923",
        "warning",
        "A secret that is made for nobody",
        "A function that uses the database gets the ARN of its secret in a variable, and its role "
        "may read it. Where none does, there is a secret, billed by the month, with a password "
        "that nothing logs in with.",
        "Add database to `uses` of the functions that log in, or remove the section `database`.",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html",
        check=_for_nobody,
    ),
)
"""Rules of encryption and secrets in a hardened environment."""

"""Updates of the API: what callers see after a route or CORS changed, and what does not deploy."""

import pytest

from .deployer import DeploymentError
from .service import LAYOUTS, Cloud, Service, cors_headers

ORIGIN = "https://a.example"


def _status(service: Service, route: str) -> int:
    method, path = route.split()
    return service.call(method, path).status_code


@pytest.mark.parametrize("layout", LAYOUTS)
def test_added_route_answers(cloud: Cloud, layout: str) -> None:
    with cloud.case("plain", layout) as service:
        service.deploy()
        assert _status(service, "PUT /jobs") == 403
        assert _status(service, "GET /runs/7") == 403

        service.set('api.routes["PUT /jobs"]', "web")
        service.set('api.routes["GET /runs/{id}"]', "web")
        service.deploy()
        assert service.ask("/jobs", "PUT")["method"] == "PUT"
        assert service.ask("/runs/7")["path"] == "/runs/7"
        assert service.ask("/jobs")["route"] == "jobs"
        # Preflights know the new ones.
        for path, methods in {"/jobs": "GET,OPTIONS,POST,PUT", "/runs/7": "GET,OPTIONS"}.items():
            headers = cors_headers(service.call("OPTIONS", path, {"Origin": ORIGIN}))
            assert headers["Access-Control-Allow-Methods"] == methods
        assert service.versions() == ["1"]
        assert len(_deployments(service)) == 1


def test_removed_route_is_gone_in_split(cloud: Cloud) -> None:
    """The deployment's stack is updated when that of the API has finished, clean-up included."""
    with cloud.case("plain") as service:
        service.deploy()
        assert _status(service, "POST /jobs") == 200

        service.set('api.routes["POST /jobs"]', None)
        service.set('api.routes["GET /jobs/{id}/results"]', None)
        service.deploy()
        assert _status(service, "POST /jobs") == 403
        assert _status(service, "GET /jobs/7/results") == 403
        assert _status(service, "OPTIONS /jobs/7") == 403
        assert _status(service, "GET /jobs") == 200
        assert len(_deployments(service)) == 1


def test_removed_route_stays_live_in_single_until_the_next_deployment(cloud: Cloud) -> None:
    """As on AWS: a route that was removed goes on answering.

    In one stack, CloudFormation first makes the new Deployment, a copy of the API, and only then,
    in its clean-up, deletes the methods that left the template. The copy still holds them, and
    deploying the same again changes nothing. Ways out: the layout ``split``, or a second deploy
    with a new ``api.redeploy``, whose copy is made when the methods are gone.
    """
    with cloud.case("plain", "single") as service:
        service.deploy()
        service.set('api.routes["POST /jobs"]', None)
        service.set('api.routes["GET /jobs/{id}/results"]', None)
        service.deploy()
        resources = service.resources()
        assert "ApiMethodPostJobs" not in resources
        assert "ApiMethodGetJobsByIdResults" not in resources
        assert _status(service, "POST /jobs") == 200
        assert _status(service, "GET /jobs/7/results") == 200

        assert service.deploy() == {"template": "unchanged"}
        assert _status(service, "POST /jobs") == 200

        service.set("api.redeploy", "without POST /jobs")
        service.deploy()
        assert _status(service, "POST /jobs") == 403
        assert _status(service, "GET /jobs/7/results") == 403
        assert _status(service, "GET /jobs") == 200


def test_removed_route_leads_to_the_catch_all_where_there_is_one(cloud: Cloud) -> None:
    with cloud.case("plain") as service:
        service.set('api.routes["ANY /{proxy+}"]', "web")
        service.deploy()
        service.set('api.routes["DELETE /v1/things"]', None)
        service.deploy()
        assert service.ask("/v1/things", "DELETE")["route"] == "anything"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_path_parameter_is_renamed_in_two_steps(cloud: Cloud, layout: str) -> None:
    """As on AWS: a level has one parameter, and the new one is made before the old one goes."""
    old, new = 'api.routes["GET /jobs/{id}/results"]', 'api.routes["GET /jobs/{jobId}/results"]'
    with cloud.case("plain", layout) as service:
        service.deploy()
        service.set(old, None)
        service.deploy()
        service.set(new, "web")
        service.deploy()
        assert service.ask("/jobs/7/results")["path"] == "/jobs/7/results"

        service.set(new, None)
        service.set(old, "web")
        with pytest.raises(DeploymentError, match="already has a variable path part"):
            service.deploy()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_changed_origins_answer(cloud: Cloud, layout: str) -> None:
    with cloud.case("plain", layout) as service:
        service.deploy()
        service.set("api.cors.origins", ["https://new.example", ORIGIN])
        service.set("api.cors.max_age", 5)
        service.deploy()

        new = cors_headers(service.call("OPTIONS", "/jobs", {"Origin": "https://new.example"}))
        assert new["Access-Control-Allow-Origin"] == "https://new.example"
        assert new["Access-Control-Max-Age"] == "5"
        old = cors_headers(service.call("OPTIONS", "/jobs", {"Origin": "http://localhost:3000"}))
        assert old == {"Vary": "Origin"}
        error = cors_headers(service.call("GET", "/nowhere"))
        assert error["Access-Control-Allow-Origin"] == "https://new.example"


def test_removed_cors_is_gone(cloud: Cloud) -> None:
    with cloud.case("plain") as service:
        service.deploy()
        service.set("api.cors", None)
        service.deploy()

        assert _status(service, "OPTIONS /jobs") == 403
        assert cors_headers(service.call("GET", "/nowhere", {"Origin": ORIGIN})) == {}


def test_changed_authorization_is_in_force(cloud: Cloud) -> None:
    with cloud.case("plain") as service:
        service.deploy()
        service.set('api.routes["GET /jobs"]', {"function": "web", "authorization": "iam"})
        service.deploy()

        assert _status(service, "GET /jobs") == 403
        assert _status(service, "POST /jobs") == 200


def test_stage_changes_without_a_deployment(cloud: Cloud) -> None:
    with cloud.case("plain") as service:
        service.deploy()
        before = service.resources()
        service.set("api.throttling", {"rate": 7, "burst": 9})
        service.set("api.stage", {"logging_level": "ERROR", "variables": {"COLOR": "green"}})
        service.set("logs.retention_days", 3)
        service.set("tags", {"Team": "new"})
        service.deploy()

        assert service.resources() == before
        gateway = service.deployer.client("apigateway")
        stage = gateway.get_stage(restApiId=service.outputs["ApiId"], stageName="v1")
        settings = stage["methodSettings"]["*/*"]
        assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (7, 9)
        assert settings["loggingLevel"] == "ERROR"
        assert stage["variables"] == {"COLOR": "green"}
        assert stage["tags"]["Team"] == "new"
        assert service.versions() == ["1"]
        assert _status(service, "GET /jobs") == 200


def test_changed_salt_deploys_anew(cloud: Cloud) -> None:
    with cloud.case("plain") as service:
        service.deploy()
        before = _deployments(service)
        service.set("api.redeploy", "again")
        outcomes = service.deploy()

        assert outcomes["deployment"] == "updated"
        assert {key for key, outcome in outcomes.items() if outcome != "unchanged"} == {
            "deployment"
        }
        assert len(_deployments(service)) == 1
        assert _deployments(service) != before
        assert _status(service, "GET /jobs") == 200


def _deployments(service: Service) -> list[str]:
    gateway = service.deployer.client("apigateway")
    found = gateway.get_deployments(restApiId=service.outputs["ApiId"])["items"]
    return [deployment["id"] for deployment in found]

"""A service that is deleted, and made again."""

import pytest

from . import inventory
from .service import LAYOUTS, REPOSITORY, Cloud


@pytest.mark.parametrize("layout", LAYOUTS)
def test_delete_after_updates_leaves_nothing(cloud: Cloud, layout: str) -> None:
    """Versions that updates kept go with the function that they are versions of."""
    before = inventory.take(cloud.deployer)
    with cloud.case("plain", layout) as service:
        service.deploy()
        service.set("functions.web.image", f"{REPOSITORY}:2")
        service.set('api.routes["GET /jobs/{id}/results"]', None)
        service.set('api.routes["GET /runs"]', "web")
        service.deploy()
        assert service.versions() == ["1", "2"]
        service.delete()

    assert inventory.take(cloud.deployer) == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_other_layout_takes_the_place_of_a_deleted_one(cloud: Cloud, layout: str) -> None:
    """Names of functions and log groups are fixed: whatever stayed would be in the way."""
    (other,) = set(LAYOUTS) - {layout}
    with cloud.case("plain", layout) as service:
        service.deploy()
        service.delete()
        service.layout = other
        service.deploy()
        assert service.ask()["route"] == "jobs"

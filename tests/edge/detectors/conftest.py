import pytest

from edge.types import Box


@pytest.fixture(scope="session")
def astronaut_face():
    """Where the portrait's face is, by eye: hairline to chin, ear to ear."""
    return Box(180, 72, 270, 178)

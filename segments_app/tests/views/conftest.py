"""The visitors of every page: a stranger, Rolf who reads, Anne who assists, Mona."""

import pytest
from django.test import Client

from segments_app.roles import MARKETING_ASSISTANT, MARKETING_MANAGER, READ_ONLY

from .log_side import visitor


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def rolf():
    """Reads, and nothing else."""
    return visitor("rolf", READ_ONLY)


@pytest.fixture
def anne():
    """Works with segments and logs them, but does not deliver."""
    return visitor("anne", MARKETING_ASSISTANT)


@pytest.fixture
def mona():
    """May also deliver."""
    return visitor("mona", MARKETING_MANAGER)

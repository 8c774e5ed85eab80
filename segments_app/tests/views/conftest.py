"""The visitors of every page: a stranger, Rolf who reads, Anne who assists, Mona."""

import pytest
from django.test import Client

from .log_side import ASSIST, MANAGE, READ, visitor


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def rolf():
    """Reads, and nothing else."""
    return visitor("rolf", *READ)


@pytest.fixture
def anne():
    """Works with segments and logs them, but does not deliver."""
    return visitor("anne", *ASSIST)


@pytest.fixture
def mona():
    """May also deliver."""
    return visitor("mona", *MANAGE)

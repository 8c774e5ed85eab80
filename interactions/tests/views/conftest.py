"""The three visitors of every page: a stranger, Rolf who reads, Mona who works."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client


def visitor(name: str, *actions: str) -> Client:
    """Return the browser of somebody who may do this with everything here."""
    user = User.objects.create_user(name)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label__in=["contacts", "interactions"],
            codename__regex=f"^({'|'.join(actions)})_",
        )
    )
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def stranger():
    return Client()


@pytest.fixture
def nobody():
    """Is logged in and may nothing."""
    browser = Client()
    browser.force_login(User.objects.create_user("nils"))
    return browser


@pytest.fixture
def rolf():
    """Reads, and nothing else."""
    return visitor("rolf", "view")


@pytest.fixture
def mona():
    """Works with the log and the templates."""
    return visitor("mona", "view", "add", "change", "delete")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

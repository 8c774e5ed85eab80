import pytest

from contacts.tests.visitors import make_user

READ = (
    "contacts.view_contact",
    "contacts.view_contactchange",
    "contacts.view_contactcomment",
)
EDIT = (*READ, "contacts.add_contact", "contacts.change_contact")


@pytest.fixture
def editor(client):
    """Astrid, who edits."""
    client.user = make_user("astrid", *EDIT, "contacts.add_contactcomment")
    client.force_login(client.user)
    return client


@pytest.fixture
def reader(client):
    """Rune, who may only look."""
    client.user = make_user("rune", *READ)
    client.force_login(client.user)
    return client

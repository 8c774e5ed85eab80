import pytest

from contacts.tests.visitors import make_user

READ = (
    "contacts.view_contact",
    "contacts.view_contactchange",
    "contacts.view_contactcomment",
)
EDIT = (
    *READ,
    "contacts.add_contact",
    "contacts.change_contact",
    "contacts.add_contactcomment",
)
MANAGE = (
    *EDIT,
    "contacts.delete_contact",
    "contacts.change_privacy",
    "contacts.import_contacts",
    "contacts.export_contacts",
    "contacts.tell_about_contact",
)


@pytest.fixture
def reader(client):
    """Rune, who may only look."""
    client.force_login(make_user("rune", *READ))
    return client


@pytest.fixture
def assistant(client):
    """Astrid, who edits."""
    client.force_login(make_user("astrid", *EDIT))
    return client


@pytest.fixture
def manager(client):
    """Maja, who also deletes, imports and changes privacy."""
    client.force_login(make_user("maja", *MANAGE))
    return client

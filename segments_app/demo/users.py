"""One user per role, with passwords that nobody else can guess."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils.crypto import salted_hmac

from contacts.models import Salesperson
from segments_app.roles import (
    MARKETING_ASSISTANT,
    MARKETING_MANAGER,
    READ_ONLY,
    prepare_roles,
)

from ..models import Segment

USERS = {
    "assistant": (MARKETING_ASSISTANT, "Hilde", "Storvik", "HST"),
    "manager": (MARKETING_MANAGER, "Kristian", "Ravn", "KRA"),
    "reader": (READ_ONLY, "Laura", "Nieminen", "LNI"),
}
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class DemoUser:
    """A user as it is told to the newcomer; no password if it was changed since."""

    name: str
    role: str
    password: str


def load_users() -> list[DemoUser]:
    """Make the users that are missing and return all of them.

    The passwords follow from the secret key of the installation, so that they can be
    told again at the next start without being stored or changed.
    """
    prepare_roles()
    for name, (role, first_name, last_name, salesperson) in USERS.items():
        person = Salesperson.objects.filter(code=salesperson)
        email = person.values_list("email", flat=True).first() or ""
        user = _make(name, first_name=first_name, last_name=last_name, email=email)
        if user:
            user.groups.add(Group.objects.get(name=role))
            person.filter(user=None).update(user=user)
            theirs = Segment.objects.filter(salesperson__code=salesperson, owner=None)
            theirs.update(owner=user)
    _make(ADMINISTRATOR, is_staff=True, is_superuser=True)
    roles = {name: values[0] for name, values in USERS.items()}
    return [
        _told(name, role)
        for name, role in {**roles, ADMINISTRATOR: "Set-up in Django admin"}.items()
    ]


def _password(name: str) -> str:
    return salted_hmac("segments_app.demo", name).hexdigest()[:14]


def _make(name: str, **values: Any) -> Any:
    """Make the user and return it, or None if it is there already."""
    users = get_user_model()._default_manager
    if users.filter(username=name).exists():
        return None
    return users.create_user(name, password=_password(name), **values)


def _told(name: str, role: str) -> DemoUser:
    user = get_user_model()._default_manager.get(username=name)
    password = _password(name)
    return DemoUser(name, role, password if user.check_password(password) else "")

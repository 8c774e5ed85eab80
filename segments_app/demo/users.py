"""One user per role, with passwords that nobody else can guess."""

from dataclasses import dataclass

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

USERS = {
    "assistant": (MARKETING_ASSISTANT, "Hilde", "Storvik", "HST"),
    "manager": (MARKETING_MANAGER, "Kristian", "Ravn", "KRA"),
    "reader": (READ_ONLY, "Laura", "Nieminen", "LNI"),
}


@dataclass(frozen=True)
class DemoUser:
    """A user as it is told to the newcomer; no password if it was changed since."""

    name: str
    role: str
    password: str


def load_users() -> list[DemoUser]:
    """Make the users that are missing and return all three.

    The passwords follow from the secret key of the installation, so that they can be
    told again at the next start without being stored or changed.
    """
    prepare_roles()
    model = get_user_model()
    told = []
    for name, (role, first_name, last_name, salesperson) in USERS.items():
        password = salted_hmac("segments_app.demo", name).hexdigest()[:14]
        user = model._default_manager.filter(username=name).first()
        if user is None:
            user = model._default_manager.create_user(
                name, password=password, first_name=first_name, last_name=last_name
            )
            user.groups.add(Group.objects.get(name=role))
            Salesperson.objects.filter(code=salesperson, user=None).update(user=user)
        known = user.check_password(password)
        told.append(DemoUser(name, role, password if known else ""))
    return told

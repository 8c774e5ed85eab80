"""Users of the worksheet for tests, by what they may do."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

READER = ("view_segment", "view_savedcriteria")
ASSISTANT = (*READER, "add_segment", "change_segment", "add_savedcriteria")
MANAGER = (*ASSISTANT, "delete_segment", "delete_savedcriteria")


def logged_in(permissions, username="kari"):
    """Return a client whose user has these permissions of segments_app."""
    user = get_user_model().objects.create_user(username)
    user.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="segments_app", codename__in=permissions
        )
    )
    client = Client()
    client.force_login(user)
    client.user = user
    return client

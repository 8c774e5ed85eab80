"""Who visits the pages in a test: users who may do what they are given."""

from django.contrib.auth.models import Permission, User


def make_user(name: str, *permissions: str) -> User:
    """Return a stored user with `permissions` such as "contacts.view_contact"."""
    user = User.objects.create_user(name, password="only-for-tests")
    for permission in permissions:
        app_label, codename = permission.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    return user

"""Who may do what: the three roles, made with the database."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command

from segments_app import roles

pytestmark = pytest.mark.django_db

READ_ONLY = ("Read-only",)
ASSISTANT = ("Marketing assistant",)
MANAGER = ("Marketing manager",)
NOBODY = ()


def make_member(*names):
    user = User.objects.create_user("-".join(names) or "nobody")
    user.groups.set(Group.objects.filter(name__in=names))
    return user


@pytest.mark.parametrize(
    ("permission", "allowed"),
    [
        ("contacts.view_contact", READ_ONLY + ASSISTANT + MANAGER),
        ("interactions.view_loggedsegment", READ_ONLY + ASSISTANT + MANAGER),
        ("segments_app.view_segment", READ_ONLY + ASSISTANT + MANAGER),
        ("contacts.change_contact", ASSISTANT + MANAGER),
        ("contacts.add_contactcomment", ASSISTANT + MANAGER),
        ("segments_app.change_segment", ASSISTANT + MANAGER),
        ("segments_app.log_segment", ASSISTANT + MANAGER),
        ("segments_app.delete_savedcriteria", ASSISTANT + MANAGER),
        ("interactions.change_interactionlogentry", ASSISTANT + MANAGER),
        ("segments_app.deliver_segment", MANAGER),
        ("interactions.send_delivery", MANAGER),
        ("interactions.cancel_entry", MANAGER),
        ("interactions.change_interactiontemplate", MANAGER),
        ("contacts.import_contacts", MANAGER),
        ("contacts.export_contacts", MANAGER),
        ("contacts.tell_about_contact", MANAGER),
        ("contacts.merge_contacts", MANAGER),
        ("contacts.change_privacy", MANAGER),
        ("contacts.delete_contact", MANAGER),
        ("segments_app.delete_segment", MANAGER),
        ("contacts.change_marketingsetup", NOBODY),
        ("contacts.add_salutation", NOBODY),
        ("auth.change_user", NOBODY),
    ],
)
def test_each_role_may_what_its_work_needs(permission, allowed):
    members = {role: make_member(role) for role in READ_ONLY + ASSISTANT + MANAGER}
    may = {role for role, user in members.items() if user.has_perm(permission)}
    assert may == set(allowed)


def test_read_only_may_nothing_but_look():
    codenames = Group.objects.get(name=roles.READ_ONLY).permissions.values_list(
        "codename", flat=True
    )
    assert {codename.split("_")[0] for codename in codenames} == {"view"}


def test_each_role_may_what_the_one_before_it_may():
    read_only, assistant, manager = (
        set(Group.objects.get(name=role).permissions.all())
        for role in (
            roles.READ_ONLY,
            roles.MARKETING_ASSISTANT,
            roles.MARKETING_MANAGER,
        )
    )
    assert read_only < assistant < manager


def test_making_the_roles_again_changes_nothing_and_keeps_what_was_added():
    extra = Permission.objects.get(codename="add_campaignstatus")
    group = Group.objects.get(name=roles.MARKETING_ASSISTANT)
    before = set(group.permissions.all())
    group.permissions.add(extra)

    call_command("migrate", verbosity=0)

    assert set(group.permissions.all()) == before | {extra}
    assert Group.objects.count() == 3


def test_roles_come_back_with_the_permissions_they_lost():
    Group.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == [
        "Marketing assistant",
        "Marketing manager",
        "Read-only",
    ]

"""The three roles of the program, as groups with permissions.

*Read-only* looks. The *marketing assistant* also edits contacts, segments and drafts,
and logs without delivery. The *marketing manager* also delivers, imports, exports,
merges, cancels, deletes, changes privacy and tells people what is known of them. Set-up
is for the administrator, who is staff.
"""

from django.apps import apps

READ_ONLY = "Read-only"
MARKETING_ASSISTANT = "Marketing assistant"
MARKETING_MANAGER = "Marketing manager"

APPS = ("jobs", "contacts", "interactions", "segments_app")

ASSISTANT_PERMISSIONS = frozenset(
    {
        "contacts.add_contact",
        "contacts.change_contact",
        *(
            f"contacts.{action}_{model}"
            for action in ("add", "change", "delete")
            for model in (
                "alternativeaddress",
                "alternativeaddressperiod",
                "contactcomment",
                "contactmailinggroup",
                "contactindustrygroup",
                "contactjobresponsibility",
                "contactbusinessrelation",
                "contactwebsource",
                "contactprofileanswer",
            )
        ),
        "contacts.add_contactchannelblock",
        "interactions.add_interactionlogentry",
        "interactions.change_interactionlogentry",
        "interactions.add_interactioncomment",
        "interactions.change_interactioncomment",
        "interactions.add_attachment",
        "segments_app.add_segment",
        "segments_app.change_segment",
        "segments_app.log_segment",
        *(
            f"segments_app.{action}_{model}"
            for action in ("add", "change", "delete")
            for model in ("segmentline", "segmentdocument", "savedcriteria")
        ),
    }
)

MANAGER_PERMISSIONS = frozenset(
    {
        "contacts.delete_contact",
        "contacts.import_contacts",
        "contacts.export_contacts",
        "contacts.tell_about_contact",
        "contacts.merge_contacts",
        "contacts.classify_contacts",
        "contacts.change_privacy",
        "contacts.change_contactchannelblock",
        "contacts.delete_contactchannelblock",
        "interactions.cancel_entry",
        "interactions.send_delivery",
        "interactions.delete_interactionlogentry",
        "interactions.delete_interactioncomment",
        "interactions.change_loggedsegment",
        "interactions.delete_loggedsegment",
        *(
            f"interactions.{action}_{model}"
            for action in ("add", "change", "delete")
            for model in (
                "interactiontemplate",
                "interactiontemplatelanguage",
                "campaign",
            )
        ),
        "segments_app.deliver_segment",
        "segments_app.release_segment",
        "segments_app.delete_segment",
    }
)


def prepare_roles(*, using: str = "default") -> None:
    """Make the groups and give them what their role may do.

    Nothing is taken away: what an administrator added to a group stays.
    """
    # Asked for by name, so that the configuration of the app may import this module.
    groups = apps.get_model("auth.Group").objects.using(using)
    permissions = (
        apps.get_model("auth.Permission")
        .objects.using(using)
        .filter(content_type__app_label__in=APPS)
    )
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permissions.select_related("content_type")
    }
    views = {name for name in known if name.split(".")[1].startswith("view_")}
    roles = {
        READ_ONLY: views,
        MARKETING_ASSISTANT: views | ASSISTANT_PERMISSIONS,
        MARKETING_MANAGER: views | ASSISTANT_PERMISSIONS | MANAGER_PERMISSIONS,
    }
    for role, names in roles.items():
        group, _made = groups.get_or_create(name=role)
        group.permissions.add(*(known[name] for name in names))

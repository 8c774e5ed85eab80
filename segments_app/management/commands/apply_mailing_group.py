"""Put the contacts of a segment into a mailing group, unattended."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import MailingGroup
from segments_app.models import Segment
from segments_app.services import SegmentError
from segments_app.services.apply_mailing_group import (
    GroupEffect,
    apply_mailing_group,
    effect_on_group,
)


class Command(BaseCommand):
    help = (
        "Put everybody on an open segment into a mailing group. The group must exist. "
        "Without --purge nobody is taken out of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="number of the open segment")
        parser.add_argument("code", help="code of the mailing group")
        parser.add_argument(
            "--purge",
            action="store_true",
            help="take everybody else out of the group",
        )
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["number"].strip().upper()
        code = options["code"].strip().upper()
        segment = Segment.objects.filter(number=number).first()
        if segment is None:
            raise CommandError(_("There is no open segment %s.") % number)
        group = MailingGroup.objects.filter(code=code).first()
        if group is None:
            raise CommandError(_("There is no mailing group %s.") % code)
        asked = {"segment": segment, "mailing_group": group, "purge": options["purge"]}
        if options["dry_run"]:
            would = _("(dry run, nothing was changed)")
            self.stdout.write(f"{_one_line(code, effect_on_group(**asked))} {would}")
            return
        try:
            effect = apply_mailing_group(**asked, user=None, at=timezone.now())
        except SegmentError as error:
            raise CommandError(f"{number}: {error}") from error
        self.stdout.write(_one_line(code, effect))


def _one_line(code: str, effect: GroupEffect) -> str:
    added = ngettext(
        "%(count)s contact put into %(group)s",
        "%(count)s contacts put into %(group)s",
        effect.added,
    )
    parts = [added % {"count": effect.added, "group": code}]
    parts.append(_("%s in it already") % effect.already_in)
    if effect.removed:
        parts.append(_("%s taken out") % effect.removed)
    return f"{', '.join(parts)}."

"""Load the demo company, and as many contacts beside it as wanted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from contacts.models import Contact
from segments_app.demo.company import NotOurDatabase, load_company
from segments_app.demo.users import load_users
from segments_app.demo.volume import PARTS, load_volume

MOST = 1_000_000


class Command(BaseCommand):
    help = (
        "Load the demo company and its users into an empty database; one that holds "
        "anything else is refused. A second run changes nothing, but tells the "
        "passwords again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--contacts",
            type=int,
            default=0,
            metavar="N",
            help=f"fill up to N contacts with interactions, at most {MOST:,}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["contacts"]
        if not 0 <= wanted <= MOST:
            said = _("--contacts %(wanted)s: from 0 to %(most)s are possible.")
            raise CommandError(said % {"wanted": wanted, "most": f"{MOST:,}"})
        now = timezone.now()
        try:
            fresh = load_company(at=now)
        except NotOurDatabase as error:
            raise CommandError(str(error)) from error
        before = Contact.objects.count()
        if wanted > before:
            with tqdm(total=len(PARTS), disable=None, unit="part") as bar:
                for part in load_volume(contacts=wanted, at=now):
                    bar.set_postfix_str(part)
                    bar.update()
        count = Contact.objects.count()
        changed = fresh or count > before
        said = (
            _("Demo company: %s contacts, loaded.")
            if changed
            else _("Demo company: %s contacts, there already, nothing was changed.")
        )
        self.stdout.write(said % f"{count:,}")
        for user in load_users():
            password = user.password or _("(its password was changed)")
            self.stdout.write(f"  {user.name:<13} {password}   {user.role}")

"""Everything at once for a newcomer: a demo company, a server and a worker."""

import contextlib
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils.translation import gettext as _

from segments_app.demo.company import NotOurDatabase, check_database

HOST = "127.0.0.1"  # a demo with known passwords is for this machine only


class Command(BaseCommand):
    help = (
        "Migrate, load the demo company, create its users, and serve the application "
        "with a worker on this machine. Refuses a database that it did not make, and "
        "then changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            default=8000,
            help="port of this machine, 8000 unless told",
        )

    def handle(self, *, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The demo is not for production. Set DEBUG=1."))
        try:
            check_database()
        except NotOurDatabase as error:
            raise CommandError(str(error)) from error
        _check_port(port)
        call_command("migrate", verbosity=0)
        call_command("seed_demo", stdout=self.stdout)
        self.stdout.write(
            _("Open %(url)s and log in. Stop with Ctrl-C.")
            % {"url": f"http://{HOST}:{port}/"}
        )
        with _worker():
            call_command("runserver", f"{HOST}:{port}", use_reloader=False)


def _check_port(port: int) -> None:
    if not 0 < port < 65536:
        raise CommandError(_("There is no port %s: choose one from 1 to 65535.") % port)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                _("Port %(port)s cannot be used (%(reason)s). Choose another.")
                % {"port": port, "reason": error.strerror}
            ) from error


@contextlib.contextmanager
def _worker() -> Iterator[None]:
    """A worker that lives as long as the server, however that ends."""
    manage = Path(sys.argv[0]).resolve()
    worker = subprocess.Popen([sys.executable, str(manage), "run_worker"])  # noqa: S603
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=10)
        except subprocess.TimeoutExpired:  # in the middle of a job, which resumes
            worker.kill()

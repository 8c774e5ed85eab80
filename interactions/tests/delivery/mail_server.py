"""A real mail server on loopback that can be told to misbehave."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Semaphore
from typing import Any

from aiosmtpd.controller import Controller

STALL = 3  # seconds, longer than tests wait


class MailServer:
    """Keeps what it takes; `answers` has what it says to single recipients.

    `drop_at` names the recipient at whose letter, when all of it has arrived, the
    line breaks without an answer; `hang_up_after` letters it closes each line
    and releases `hung_up`.
    `broken_before` and `stalls_before` name recipients at whom the line breaks, or
    nothing more is said, before the letter is asked for; `stalls_after` is like
    `drop_at`, but the line stays open. `refuses` is what it says to every content.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.envelopes: list[str] = []
        self.answers: dict[str, str] = {}
        self.drop_at = ""
        self.hang_up_after = 0
        self.broken_before = ""
        self.stalls_before = ""
        self.stalls_after = ""
        self.refuses = ""
        self.lines = 0
        self.hung_up = Semaphore(0)
        # Nobody else is given the port while the server is away.
        self.reserved = socket.socket()
        self.reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.reserved.bind(("127.0.0.1", 0))
        self.port = self.reserved.getsockname()[1]

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    @property
    def recipients(self) -> list[str]:
        """To whom the letters went, in order."""
        return [str(message["To"]) for message in self.taken]

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any
    ) -> Any:
        self.lines += 1
        session.host_name = hostname
        session.letters = 0
        return responses

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address == self.broken_before:
            server.transport.abort()
        if address == self.stalls_before:
            await asyncio.sleep(STALL)
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return self.refuses
        message = message_from_bytes(envelope.content, policy=default)
        self.taken.append(message)
        self.envelopes.append(envelope.mail_from)
        if envelope.rcpt_tos == [self.drop_at]:
            server.transport.abort()
        if envelope.rcpt_tos == [self.stalls_after]:
            await asyncio.sleep(STALL)
        session.letters += 1
        if session.letters == self.hang_up_after:
            server.loop.call_later(0.01, server.transport.close)
            server.loop.call_later(0.02, self.hung_up.release)
        return "250 OK"


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A server that takes what is sent with these settings."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "hello@kaffe.example"
    server.start()
    yield server
    server.stop()
    server.reserved.close()

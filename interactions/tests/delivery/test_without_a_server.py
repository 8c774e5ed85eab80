"""What the command says when nobody told it of a mail server."""

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_in_production_nothing_is_sent_and_nothing_counted_as_sent(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    with pytest.raises(CommandError, match="No mail server is set. Set EMAIL_URL."):
        call_command("send_deliveries", once=True)


def test_in_development_it_says_where_the_files_are(settings, tmp_path, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path

    call_command("send_deliveries", once=True)

    said = capsys.readouterr()
    assert said.out == "0 sent, 0 failed.\n"
    assert f"e-mails are kept as files in {tmp_path}." in said.err

"""Letters that came back: only what tells of a letter of ours is believed."""

import datetime
import time

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from contacts.models import Contact, ContactChannelBlock
from interactions.models import Delivery, EarlierSending, InteractionLogEntry
from interactions.services.bounces import Unreadable, read_report
from interactions.services.send_again import send_again

from .outbox import states

pytestmark = pytest.mark.django_db

CAME_BACK = "Came back: 550 No such user"
REPORT = """\
From: mailer-daemon@mail.example
To: hello@kaffe.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
--b
Content-Type: {kind}

{head}
--b--
"""


def report(**values):
    """A report of a letter of ours that failed, unless told otherwise."""
    values = {
        "action": "failed",
        "status": "5.1.1",
        "said": "550 No such user",
        "recipient": "Final-Recipient: rfc822; anna@dahl.example",
        "kind": "text/rfc822-headers",
        "head": "Message-ID: <1.abc@kaffe.example>\nSubject: Hello",
        **values,
    }
    return REPORT.format(**values).encode()


@pytest.fixture
def maildir(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


@pytest.fixture
def sent(queue):
    delivery = queue("Anna Dahl", contact_via="anna@dahl.example")
    Delivery.objects.update(status="sent", message_id="<1.abc@kaffe.example>")
    delivery.entry.delivery_status = "sent"
    delivery.entry.save()
    return delivery


@pytest.fixture
def bounce(maildir, capsys):
    def record(name="1", *, content=None, **values):
        data = report(**values) if content is None else content
        (maildir / "new" / name).write_bytes(data)
        call_command("record_bounces", maildir)
        return capsys.readouterr().out.strip()

    return record


def told(failed=0, blocked=0, known=0, delayed=0, left=0):
    return (
        f"{failed} came back, {blocked} of them for good; {known} known already, "
        f"{delayed} told of no failure, {left} left."
    )


def test_for_good_the_letter_failed_and_the_channel_is_closed(sent, bounce, maildir):
    assert bounce() == told(failed=1, blocked=1)
    assert states() == [("Anna Dahl", "failed", "failed")]
    assert Delivery.objects.get().error == "Came back: 550 No such user"
    block = ContactChannelBlock.objects.get()
    assert (block.contact, block.channel, block.reason, block.source) == (
        *(sent.entry.contact, "email", "bounced"),
        "anna@dahl.example Came back: 550 No such user",
    )
    assert [path.name for path in (maildir / ".processed").iterdir()] == ["1"]
    assert list((maildir / "new").iterdir()) == []


def test_the_whole_letter_may_have_come_back(sent, bounce):
    whole = "Message-ID: <1.abc@kaffe.example>\n\nDear Anna"
    assert bounce(kind="message/rfc822", head=whole) == told(failed=1, blocked=1)


FORWARDED = "Final-Recipient: rfc822; box@elsewhere.example"


@pytest.mark.parametrize(
    "recipient",
    [
        "Final-Recipient: RFC822; <Anna@DAHL.example>",
        f"Original-Recipient: rfc822;Anna@dahl.example\n{FORWARDED}",
        "Original-Recipient: rfc822;unknown\nFinal-Recipient: rfc822;anna@dahl.example",
        f"{FORWARDED}\nAction: failed\nStatus: 5.0.0\n\n"
        "Final-Recipient: rfc822; anna@dahl.example",
        "Final-Recipient: x-nothing",
        "X-Nothing: said",
    ],
)
def test_whoever_is_named_or_nobody_has_the_address(sent, bounce, recipient):
    assert bounce(recipient=recipient) == told(failed=1, blocked=1)


@pytest.mark.parametrize(
    "recipient",
    [
        FORWARDED,
        f"Original-Recipient: rfc822; x@y.example\n{FORWARDED}",
        "Original-Recipient: rfc822; x@y.example\n"
        "Final-Recipient: rfc822; anna@dahl.example",
    ],
)
def test_what_came_back_from_another_address_closes_nothing(sent, bounce, recipient):
    assert bounce(recipient=recipient) == told(failed=1)
    assert Delivery.objects.get().error == CAME_BACK
    assert not ContactChannelBlock.objects.exists()


def test_of_several_what_is_told_of_the_own_address_counts(sent, bounce):
    others = f"{FORWARDED}\nAction: failed\nStatus: 5.1.1\n\n"
    own = "Final-Recipient: rfc822; anna@dahl.example"
    assert bounce(recipient=others + own, status="4.4.1") == told(failed=1)
    assert not ContactChannelBlock.objects.exists()


def test_a_domain_with_other_letters_is_the_same_in_ascii(sent, bounce):
    for model in (Delivery, Contact):
        name = "to_address" if model is Delivery else "email"
        model.objects.update(**{name: "anna@blåbær.example"})
    recipient = "Final-Recipient: rfc822; anna@xn--blbr-roah.example"
    assert bounce(recipient=recipient) == told(failed=1, blocked=1)


def test_twice_is_once(sent, bounce):
    bounce()
    assert bounce("2") == told(known=1)
    assert ContactChannelBlock.objects.count() == 1


def test_a_second_run_has_nothing_to_read(sent, bounce, maildir, capsys):
    bounce()
    call_command("record_bounces", maildir)
    assert capsys.readouterr().out.strip() == told()


def test_after_too_long_it_failed_but_may_be_tried_again(sent, bounce):
    assert bounce(status="4.4.1") == told(failed=1)
    assert states() == [("Anna Dahl", "failed", "failed")]
    assert ContactChannelBlock.objects.count() == 0


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_what_did_not_fail_changes_nothing(sent, bounce, action):
    assert bounce(action=action, status="4.4.1") == told(delayed=1)
    assert states() == [("Anna Dahl", "sent", "sent")]


def test_a_channel_that_is_closed_stays_as_it_is(sent, bounce):
    sent.entry.contact.channel_blocks.create(
        channel="email", reason="unsubscribed", since=datetime.date(2020, 1, 1)
    )
    assert bounce() == told(failed=1)
    assert ContactChannelBlock.objects.get().reason == "unsubscribed"


def test_one_that_is_faster_than_the_sender_is_read_the_next_time(
    sent, bounce, maildir, capsys
):
    Delivery.objects.update(status="sending")
    assert bounce() == told(left=1)
    assert [path.name for path in (maildir / "new").iterdir()] == ["1"]
    Delivery.objects.update(status="sent")
    call_command("record_bounces", maildir)
    assert capsys.readouterr().out.strip() == told(failed=1, blocked=1)


def test_an_address_that_was_corrected_meanwhile_is_not_closed(sent, bounce):
    Contact.objects.update(email="anna.dahl@new.example")
    assert bounce() == told(failed=1)
    assert not ContactChannelBlock.objects.exists()


def test_nor_is_the_own_one_when_an_alternative_one_is_corrected(sent, bounce):
    entry = sent.entry
    entry.alternative_address = entry.contact.alternative_addresses.create(
        code="CABIN", email="anna@cabin.example"
    )
    entry.save()
    Contact.objects.update(email="anna@dahl.example")
    assert bounce() == told(failed=1)


class TestAfterItWasSentAgain:
    """The message that comes back is the one before; the letter waits once more."""

    @pytest.fixture
    def again(self, sent):
        """Send the letter again; how the sending before and this one stand."""

        def queue(**values):
            Delivery.objects.update(**values)
            send_again(
                deliveries=Delivery.objects.all(),
                sure=True,
                user=None,
                at=timezone.now(),
            )

        return queue

    def sendings(self):
        earlier = EarlierSending.objects.values_list("status", "error").get()
        now = Delivery.objects.values_list("status", "error").get()
        assert states()[0][2] == now[0]
        return earlier, now

    def test_to_the_same_address_it_is_vain(self, again, bounce):
        again()
        assert bounce() == told(failed=1, blocked=1)
        assert self.sendings() == (
            ("failed", CAME_BACK),
            ("failed", "Not sent: an earlier sending came back: 550 No such user"),
        )
        block = ContactChannelBlock.objects.get()
        assert block.source == f"anna@dahl.example {CAME_BACK}"

    def test_from_another_address_it_says_nothing_of_this_one(self, again, bounce):
        again()
        assert bounce(recipient=FORWARDED) == told(failed=1)
        assert self.sendings() == (("failed", CAME_BACK), ("queued", ""))

    def test_to_a_better_address_it_goes(self, again, bounce):
        again()
        Contact.objects.update(email="anna.dahl@new.example")
        Delivery.objects.update(to_address="anna.dahl@new.example")
        assert bounce() == told(failed=1)
        assert self.sendings() == (("failed", CAME_BACK), ("queued", ""))
        assert not ContactChannelBlock.objects.exists()

    def test_what_may_be_tried_again_goes(self, again, bounce):
        again()
        assert bounce(status="4.4.1") == told(failed=1)
        assert self.sendings() == (("failed", CAME_BACK), ("queued", ""))

    def test_what_arrived_by_now_stays(self, again, bounce):
        again()
        Delivery.objects.update(status="sent", message_id="<1.new@kaffe.example>")
        InteractionLogEntry.objects.update(delivery_status="sent")
        assert bounce() == told(failed=1, blocked=1)
        assert self.sendings() == (("failed", CAME_BACK), ("sent", ""))

    def test_one_of_unknown_end_has_the_same_id(self, again, bounce):
        again(status="unknown")
        assert bounce() == told(failed=1, blocked=1)
        (earlier, _error), (now, _said) = self.sendings()
        assert (earlier, now) == ("failed", "failed")

    def test_twice_is_once(self, again, bounce):
        again()
        bounce()
        assert bounce("2") == told(known=1)

    def test_what_failed_before_is_known(self, again, bounce):
        again(status="failed", error="Refused")
        assert bounce() == told(known=1)
        assert self.sendings() == (("failed", "Refused"), ("queued", ""))


def test_a_long_letter_that_comes_back_whole_is_read_as_far_as_it_tells(sent, bounce):
    whole = "Message-ID: <1.abc@kaffe.example>\n\n" + "Dear Anna\n" * 2_000_000
    assert bounce(kind="message/rfc822", head=whole) == told(failed=1, blocked=1)


@pytest.mark.parametrize(
    "content",
    [
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n)
            for n in range(150)
        )
        + b"x\n" * 4_000_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 1_500_000,
    ],
    ids=["parts in parts", "a million parts"],
)
def test_nobody_keeps_us_busy(content):
    begun = time.process_time()
    with pytest.raises(Unreadable):
        read_report(content)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 1_000,
        b"Subject: Out of office\n\nI am away.",
        report(head="Message-ID: <of-somebody-else@mail.example>"),
        report(head="Message-ID: <1.abc@kaffe.example"),
        b"Content-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/delivery-status\n\nnothing",
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n)
            for n in range(2_000)
        ),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000,
        b"Content-Type: text/plain; charset=nothing-like-that\n\n\xff",
    ],
)
def test_whatever_else_arrives_is_left(sent, bounce, maildir, content):
    assert bounce(content=content) == told(left=1)
    assert states() == [("Anna Dahl", "sent", "sent")]
    assert [path.name for path in (maildir / "new").iterdir()] == ["1"]


def test_what_it_says_is_cleaned(sent, bounce):
    bounce(said="550 \x1b[31m\u202eNo such\x00 user" + "x" * 2_000)
    error = Delivery.objects.get().error
    assert error.isprintable()
    assert len(error) < 600


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("550 user æøå".encode(), "550 user æøå"),
        ("550 user æ\n øå".encode(), "550 user æ øå"),
        (b"=?utf-8?q?550_user_=C3=A6=C3=B8?=\n =?utf-8?b?w6U=?=", "550 user æøå"),
        (b"550 user =?iso-8859-1?q?=E6=F8=E5?=", "550 user æøå"),
        ("550 user æøå".encode("latin-1"), "550 user ���"),
        (b"550 =?utf-8?q?=FF?= =?none?q?x?=", "550 =?utf-8?q?=FF?= =?none?q?x?="),
        (b"550 =?utf-8?q?=1B=00=E2=80=AEuser?=", "550 user"),
    ],
)
def test_letters_that_are_not_ascii_are_read(sent, bounce, said, shown):
    bounce(content=report().replace(b"550 No such user", said))
    assert Delivery.objects.get().error == f"Came back: {shown}"


def test_what_is_encoded_without_end_keeps_nobody_busy():
    begun = time.process_time()
    read_report(report().replace(b"550 No such user", b"=?a?q? " * 30_000))
    assert time.process_time() - begun < 2


def test_a_link_to_elsewhere_is_not_followed(sent, maildir, tmp_path, capsys):
    secret = tmp_path / "secret"
    secret.write_text("x")
    (maildir / "new" / "1").symlink_to(secret)
    call_command("record_bounces", maildir)
    assert capsys.readouterr().out.strip() == told()
    assert secret.exists()


def test_what_is_no_maildir_is_named(tmp_path):
    with pytest.raises(CommandError, match="is no Maildir"):
        call_command("record_bounces", tmp_path)

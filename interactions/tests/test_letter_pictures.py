"""Pictures for letters: what comes in is checked and written anew, and kept."""

import datetime
import io

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from PIL import Image

from contacts.models import Salesperson
from interactions.forms.templates import LetterPictureForm
from interactions.merge import RenderError
from interactions.models import Attachment, LetterPicture
from interactions.services.pictures import (
    BadPicture,
    check_picture,
    keep_picture,
    load_picture,
)

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    load_picture.cache_clear()


def image(size=(40, 20), colour="red", kind="PNG", mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def opened(png):
    return Image.open(io.BytesIO(png))


class TestChecked:
    @pytest.mark.parametrize("kind", ["PNG", "JPEG"])
    def test_a_picture_becomes_a_png_of_the_same_size(self, kind):
        checked = check_picture(image(kind=kind))
        result = opened(checked.png)
        assert (result.format, result.mode) == ("PNG", "RGB")
        assert result.size == (checked.width, checked.height) == (40, 20)

    def test_what_can_be_seen_through_stays_so(self):
        checked = check_picture(image(mode="RGBA", colour=(255, 0, 0, 10)))
        assert opened(checked.png).getpixel((0, 0)) == (255, 0, 0, 10)

    def test_a_large_one_is_made_smaller(self):
        checked = check_picture(image((4_000, 1_000)))
        assert (checked.width, checked.height) == (1_600, 400)

    def test_where_a_photo_was_taken_is_not_kept_but_how_it_is_turned(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        exif[0x010E] = "At home in Bakken 3"
        checked = check_picture(image(kind="JPEG", exif=exif))
        assert (checked.width, checked.height) == (20, 40)
        assert not opened(checked.png).getexif()
        assert b"Bakken" not in checked.png

    def test_one_of_65_536_greys_keeps_its_shades(self):
        grey = Image.new("I;16", (256, 1))
        for x in range(256):
            grey.putpixel((x, 0), x * 257)
        out = io.BytesIO()
        grey.save(out, "PNG", transparency=40 * 256)
        result = opened(check_picture(out.getvalue()).png)
        assert [result.getpixel((x, 0)) for x in range(256)] == [
            (x, x, x, 0 if x == 40 else 255) for x in range(256)
        ]

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "not a PNG or JPEG"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG or JPEG"),
            (image(kind="GIF"), "not a PNG or JPEG"),
            (image((400, 400))[:300], "not a PNG or JPEG"),
            (b"x" * (5 * 2**20 + 1), "larger than 5 MB"),
            (image((9_000, 9_000), mode="1", colour=0), "too many pixels"),
        ],
    )
    def test_anything_else_is_refused(self, data, said):
        with pytest.raises(BadPicture, match=said):
            check_picture(data)


@pytest.mark.django_db
class TestKept:
    def test_a_new_signature_takes_the_place_of_the_old_which_stays_stored(self):
        jon = Salesperson.objects.create(code="JON", name="Jon")
        red, blue = (
            keep_picture(
                checked=check_picture(image(colour=colour)), salesperson=jon, at=NOW
            )
            for colour in ("red", "blue")
        )
        assert list(LetterPicture.objects.current()) == [blue]
        red.refresh_from_db()
        assert red.replaced_at == NOW
        assert opened(load_picture(red.picture.sha256)).getpixel((0, 0)) == (255, 0, 0)
        assert not Attachment.objects.unused().exists()

    def test_the_same_picture_again_is_one_file(self):
        checked = check_picture(image())
        for code in ("sun", "MOON", "SUN"):
            keep_picture(checked=checked, code=code, at=NOW)
        current = LetterPicture.objects.current().order_by("code")
        assert [picture.code for picture in current] == ["MOON", "SUN"]
        assert Attachment.objects.count() == 1

    def test_of_two_that_come_at_once_one_is_kept(self):
        checked = check_picture(image())
        store = Attachment.objects.store
        rivals = [store(data=checked.png, name="rival.png")]

        def come_first(instance, **_known):
            if rivals:
                LetterPicture.objects.bulk_create(
                    [
                        LetterPicture(
                            code="SUN", picture=rivals.pop(), width=40, height=20
                        )
                    ]
                )

        pre_save.connect(come_first, sender=LetterPicture)
        try:
            kept = keep_picture(checked=checked, code="sun", at=NOW)
        finally:
            pre_save.disconnect(come_first, sender=LetterPicture)
        assert list(LetterPicture.objects.current()) == [kept]

    def test_a_file_that_is_gone_is_said(self):
        with pytest.raises(RenderError, match="gone from the storage"):
            load_picture("0" * 64)


@pytest.mark.django_db
class TestAdministrator:
    @pytest.fixture
    def siv(self):
        browser = Client()
        browser.force_login(User.objects.create_superuser("siv"))
        return browser

    def add(self, siv, data, **values):
        file = SimpleUploadedFile("sign.png", data)
        address = reverse("admin:interactions_letterpicture_add")
        return siv.post(address, {"file": file, **values})

    def test_uploads_signatures_and_pictures_and_replaces_them(self, siv):
        jon = Salesperson.objects.create(code="JON", name="Jon")
        for colour in ("red", "blue"):
            page = self.add(siv, image(colour=colour), salesperson=jon.pk)
            assert page.status_code == 302
        assert self.add(siv, image(), code="summer").status_code == 302
        current = LetterPicture.objects.current().values_list("code", "salesperson")
        assert sorted(current) == [("", jon.pk), ("SUMMER", None)]
        shown = siv.get(reverse("admin:interactions_letterpicture_changelist"))
        assert shown.context["cl"].result_count == 2

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({}, "Write a code, or choose whose signature it is: one of the two."),
            ({"code": "A B"}, "Only letters, digits and underscores."),
        ],
    )
    def test_is_told_what_is_missing(self, siv, values, said):
        page = self.add(siv, image(), **values)
        assert said in page.content.decode()
        assert not LetterPicture.objects.exists()

    def test_is_told_at_the_field_when_it_is_no_picture(self, siv):
        page = self.add(siv, b"no picture", code="SUN")
        errors = page.context["adminform"].form.errors
        assert errors == {"file": ["The file is not a PNG or JPEG picture."]}

    def test_of_a_file_that_is_too_large_only_so_much_is_read(self):
        file = SimpleUploadedFile("sun.png", b"x" * (6 * 2**20))
        form = LetterPictureForm({"code": "SUN"}, {"file": file})
        assert form.errors == {"file": ["The picture is larger than 5 MB."]}
        assert file.tell() == 5 * 2**20 + 1

    def test_takes_one_away_and_old_letters_keep_it(self, siv):
        self.add(siv, image(), code="SUN")
        picture = LetterPicture.objects.get()
        address = reverse("admin:interactions_letterpicture_delete", args=[picture.pk])
        assert siv.post(address, {"post": "yes"}).status_code == 302
        assert not LetterPicture.objects.current().exists()
        assert LetterPicture.objects.get() == picture

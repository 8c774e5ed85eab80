"""Saved criteria one by one in the browser: looked at, changed, tried, handed out."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import MailingGroup
from contacts.tests.factories import make_person
from interactions.models import LoggedSegment
from segments_app.models import SavedCriteria
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.services import log_segment, reuse_criteria
from segments_app.services.edit_saved import fingerprint, saved_steps_of
from segments_app.services.time_limit import TakesTooLong
from segments_app.services.write_saved import create_saved
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, make_segment
from segments_app.views import saved_detail

from .log_side import letter_segment, text, visitor

pytestmark = pytest.mark.django_db

LIST = reverse("segments:saved_criteria")


def part(kind, city, **options):
    criteria = where("city", "is", city)
    return {"kind": kind, "criteria": criteria, "options": options}


OSLO, BERGEN = part("add", "Oslo"), part("reduce", "Bergen", entire_companies=True)


def user_of(browser):
    return browser.get("/").wsgi_request.user


def make_saved(owner=None, code="NORWAY", parts=(OSLO, BERGEN), shared=True):
    return create_saved(
        code=code,
        description="Two cities",
        shared=shared,
        parts=list(parts),
        user=owner,
        at=NOW,
    )


@pytest.fixture
def saved(anne):
    return make_saved(user_of(anne))


def at(name, saved, *more):
    return reverse(f"segments:saved_{name}", args=[saved.pk, *more])


def rows(city="Oslo", **values):
    """The builder's form as posted for one condition."""
    return {
        "shape": "q:group q.0:condition",
        "q.not": "0",
        "q.mode": "all",
        "q.0.not": "0",
        "q.0.field": "city",
        "q.0.op": "is",
        "q.0.value": city,
        **values,
    }


def moss():
    return {"all": [where("city", "is", "Moss")]}


class TestLooking:
    def test_every_step_is_a_sentence(self, rolf, saved):
        seen = text(rolf.get(saved.get_absolute_url()))
        assert "city is “Oslo”" in seen
        assert "city is “Bergen”" in seen
        assert "Whole organisations" in seen
        assert "In no segment yet." in seen
        assert at("step_edit", saved, 1) not in seen

    def test_a_code_that_is_gone_is_told(self, rolf):
        news = MailingGroup.objects.create(code="NEWS")
        asked = has("mailing_group", where("code", "is", "NEWS"))
        saved = make_saved(parts=[{"kind": "add", "criteria": asked, "options": {}}])
        url = saved.get_absolute_url()
        assert "Not set up any more" not in text(rolf.get(url))
        news.delete()
        assert "Not set up any more: NEWS." in text(rolf.get(url))

    def test_where_they_are_used(self, rolf, saved):
        open_one = make_segment(description="Spring")
        reuse_criteria(segment=open_one, saved=saved, user=None, at=NOW)
        gone = letter_segment(description="Autumn")
        reuse_criteria(segment=gone, saved=saved, user=None, at=NOW)
        make_segment(description="Another")
        logged = log_segment(segment=gone, user=None, at=NOW)
        page = rolf.get(saved.get_absolute_url())
        assert [(use.segment, use.positions) for use in page.context["open_uses"]] == [
            (open_one, [1, 2])
        ]
        assert list(page.context["logged_uses"]) == [logged]
        assert "steps 1, 2" in text(page)
        assert "from NORWAY" in text(rolf.get(logged.get_absolute_url()))

    def test_another_code_with_the_same_start_is_not_meant(self, rolf):
        """The snapshot names them by key: NORWAY 1 is not NORWAY 11."""
        many = [make_saved(code=f"C{number}") for number in range(12)]
        gone = letter_segment()
        reuse_criteria(segment=gone, saved=many[10], user=None, at=NOW)
        log_segment(segment=gone, user=None, at=NOW)
        used = [
            each.code
            for each in many
            if rolf.get(each.get_absolute_url()).context["logged_uses"]
        ]
        assert used == ["C10"]

    def test_the_page_costs_the_same_whatever_it_is_used_for(self, anne, saved):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                anne.get(saved.get_absolute_url())
            return len(captured)

        reuse_criteria(segment=make_segment(), saved=saved, user=None, at=NOW)
        few = queries()
        for _number in range(5):
            reuse_criteria(segment=make_segment(), saved=saved, user=None, at=NOW)
        assert queries() == few

    def test_the_list_is_filtered_and_sorted(self, anne, saved):
        make_saved(code="AAA", shared=False, owner=user_of(anne))
        other = visitor("arne", MARKETING_ASSISTANT)
        make_saved(user_of(other), code="ZZZ")

        def codes(**asked):
            shown = anne.get(LIST, asked).context["shown"]
            return [each.saved.code for each in shown]

        assert codes() == ["AAA", "NORWAY", "ZZZ"]
        assert codes(ordering="-code") == ["ZZZ", "NORWAY", "AAA"]
        assert codes(shared="no") == ["AAA"]
        assert codes(owner=user_of(other).pk) == ["ZZZ"]
        assert codes(search="nor") == ["NORWAY"]
        assert codes(ordering="x") == ["AAA", "NORWAY", "ZZZ"]


class TestPrivate:
    """Only their owner sees them, wherever they are named."""

    @pytest.fixture
    def secret(self, anne):
        return make_saved(user_of(anne), code="SECRET", shared=False)

    @pytest.mark.parametrize(
        "name", ["detail", "edit", "duplicate", "dry_run", "export", "criteria_delete"]
    )
    def test_others_do_not_find_them(self, mona, anne, secret, name):
        assert mona.get(at(name, secret)).status_code == 404
        assert anne.get(at(name, secret)).status_code == 200

    def test_nor_their_steps(self, mona, secret):
        for url in (
            at("step_add", secret, "add"),
            at("step_edit", secret, 1),
            at("step_remove", secret, 1),
        ):
            assert mona.get(url).status_code == 404
            assert mona.post(url).status_code == 404
        assert mona.post(at("step_move", secret, 1), {"to": 2}).status_code == 404

    def test_segments_do_not_name_them_to_others(self, mona, anne, secret):
        segment = letter_segment()
        reuse_criteria(segment=segment, saved=secret, user=None, at=NOW)
        pages = [
            segment.get_absolute_url(),
            reverse("segments:step", args=[segment.pk, 2]),
        ]
        assert "SECRET" in text(anne.get(pages[0]))
        for url in pages:
            assert "SECRET" not in text(mona.get(url))
        logged = log_segment(segment=segment, user=None, at=NOW).get_absolute_url()
        assert "SECRET" in text(anne.get(logged))
        assert "SECRET" not in text(mona.get(logged))
        secret.delete()
        assert "SECRET" not in text(mona.get(logged))

    def test_a_logged_segment_names_shared_ones_that_are_gone(self, mona, saved):
        segment = letter_segment()
        reuse_criteria(segment=segment, saved=saved, user=None, at=NOW)
        logged = log_segment(segment=segment, user=None, at=NOW)
        saved.delete()
        assert "from NORWAY" in text(mona.get(logged.get_absolute_url()))

    def test_a_snapshot_from_before_they_were_kept_is_shown(self, mona):
        logged = log_segment(segment=letter_segment(), user=None, at=NOW)
        for step in logged.criteria["steps"]:
            del step["saved"]
        LoggedSegment.objects.update(criteria=logged.criteria)
        assert mona.get(logged.get_absolute_url()).status_code == 200


class TestHeader:
    def test_the_owner_changes_it(self, anne, saved):
        form = {"code": "nordic", "description": "More", "shared": ""}
        assert anne.post(at("edit", saved), form).url == saved.get_absolute_url()
        saved.refresh_from_db()
        assert (saved.code, saved.description, saved.shared) == (
            "NORDIC",
            "More",
            False,
        )

    def test_a_manager_does_not_hide_what_is_anothers(self, mona, saved):
        form = {"code": "NORWAY", "description": "", "shared": ""}
        page = mona.post(at("edit", saved), form)
        assert list(page.context["form"].errors) == ["shared"]
        saved.refresh_from_db()
        assert saved.shared is True

    def test_a_code_that_is_taken_is_said(self, anne, saved):
        make_saved(code="OTHER")
        page = anne.post(at("edit", saved), {"code": "other", "shared": "on"})
        assert list(page.context["form"].errors) == ["code"]

    def test_what_two_people_change_is_told(self, anne, mona, saved):
        opened = {
            "initial-code": "NORWAY",
            "initial-description": "Two cities",
            "initial-shared": "True",
        }
        ours = {"code": "NORWAY", "description": "Ours", "shared": "on"}
        theirs = ours | {"description": "Theirs"}
        mona.post(at("edit", saved), opened | theirs)
        page = anne.post(at("edit", saved), opened | ours)
        assert "Somebody else changed this to “Theirs”" in text(page)
        saved.refresh_from_db()
        assert saved.description == "Theirs"


class TestSteps:
    def test_a_step_is_built_with_the_rows_of_the_builder(self, anne, saved):
        url = at("step_edit", saved, 2)
        page = anne.get(url)
        assert page.context["form"]["entire_companies"].value() is True
        seen = page.context["form"]["seen"].value()
        page = anne.post(url, rows(edit="add-condition:q", kind="reduce", seen=seen))
        assert page.context["shape"] == "q:group q.0:condition q.1:condition"
        assert page.context["form"]["seen"].value() == seen
        assert saved_steps_of(saved) == [OSLO, BERGEN]
        done = anne.post(url, rows("Moss", kind="reduce", seen=seen))
        assert done.url == saved.get_absolute_url()
        changed = {"kind": "reduce", "criteria": moss(), "options": {}}
        assert saved_steps_of(saved) == [OSLO, changed]

    def test_a_step_is_added(self, anne, saved):
        url = at("step_add", saved, "refine")
        assert anne.get(url).status_code == 200
        anne.post(url, rows("Moss", entire_companies="on"))
        added = {
            "kind": "refine",
            "criteria": moss(),
            "options": {"entire_companies": True},
        }
        assert saved_steps_of(saved) == [OSLO, BERGEN, added]

    def test_all_contacts_are_said_expressly(self, anne, saved):
        url = at("step_add", saved, "add")
        blank = {"shape": "q:group q.0:condition", "q.mode": "all"}
        page = anne.post(url, blank)
        assert "A step has either criteria" in text(page)
        anne.post(url, blank | {"all_contacts": "on"})
        assert saved_steps_of(saved)[2]["options"] == {"all_contacts": True}

    def test_an_error_stands_at_its_row(self, anne, saved):
        page = anne.post(at("step_add", saved, "add"), rows(""))
        assert page.context["root"].rows[0].errors
        assert saved_steps_of(saved) == [OSLO, BERGEN]

    def test_what_somebody_changed_meanwhile_is_shown_first(self, anne, mona, saved):
        url = at("step_edit", saved, 1)
        seen = fingerprint(OSLO)
        mona.post(url, rows("Voss", kind="add", seen=seen))
        page = anne.post(url, rows("Moss", kind="add", seen=seen))
        assert "Somebody else changed these steps" in text(page)
        assert "Add contacts · city is “Voss”" in text(page)
        assert saved_steps_of(saved)[0]["criteria"] == {
            "all": [where("city", "is", "Voss")]
        }
        again = page.context["form"]["seen"].value()
        anne.post(url, rows("Moss", kind="add", seen=again))
        assert saved_steps_of(saved)[0]["criteria"] == moss()

    def test_a_step_that_is_gone_is_not_overwritten(self, anne, saved):
        url = at("step_edit", saved, 2)
        saved.steps.filter(position=2).delete()
        page = anne.post(url, rows("Moss", kind="reduce", seen=fingerprint(BERGEN)))
        assert "There is no step at this place any more." in text(page)
        assert "Add it as a new step instead" in text(page)
        assert saved_steps_of(saved) == [OSLO]

    def test_steps_are_moved_and_removed(self, anne, saved):
        move = at("step_move", saved, 2)
        anne.post(move, {"to": 1, "seen": fingerprint(BERGEN)})
        assert saved_steps_of(saved) == [BERGEN, OSLO]
        told = anne.post(move, {"to": 1, "seen": fingerprint(BERGEN)}, follow=True)
        assert "Somebody else changed these steps" in text(told)
        remove = at("step_remove", saved, 1)
        assert "Remove step 1?" in text(anne.get(remove))
        anne.post(remove, {"seen": fingerprint(BERGEN)})
        assert saved_steps_of(saved) == [OSLO]

    @pytest.mark.parametrize(
        ("name", "more"),
        [("step_edit", 9), ("step_remove", 9), ("step_edit", 0), ("step_add", "merge")],
    )
    def test_what_is_no_step_is_not_found(self, anne, saved, name, more):
        assert anne.get(at(name, saved, more)).status_code == 404

    @pytest.mark.parametrize(
        "form", [{}, {"kind": "merge"}, {"kind": "add", "shape": "x:y"}]
    )
    def test_what_no_page_sent_is_refused(self, anne, saved, form):
        assert anne.post(at("step_edit", saved, 1), form).status_code == 400

    def test_criteria_that_cannot_be_read_any_more_are_built_anew(self, anne, saved):
        saved.steps.filter(position=1).update(criteria={"field": "shoe", "op": 1})
        page = anne.get(at("step_edit", saved, 1))
        assert "cannot be read any more" in text(page)
        seen = page.context["form"]["seen"].value()
        anne.post(at("step_edit", saved, 1), rows("Moss", kind="add", seen=seen))
        assert saved_steps_of(saved)[0]["criteria"] == moss()


class TestWhoMay:
    """Everybody looks; the owner and a manager change; others get their own copy."""

    CHANGING = (("edit", ()), ("step_add", ("add",)), ("step_edit", (1,)))

    def test_another_assistant_does_not_change_them(self, saved):
        other = visitor("arne", MARKETING_ASSISTANT)
        seen = text(other.get(saved.get_absolute_url()))
        for name, more in self.CHANGING:
            assert other.get(at(name, saved, *more)).status_code == 403
            assert at(name, saved, *more) not in seen
        other.post(at("duplicate", saved), {"code": "mine"})
        copy = SavedCriteria.objects.get(code="MINE")
        assert (copy.owner, copy.shared, saved_steps_of(copy)) == (
            user_of(other),
            False,
            [OSLO, BERGEN],
        )
        assert other.get(at("edit", copy)).status_code == 200

    def test_a_manager_does(self, mona, saved):
        for name, more in self.CHANGING:
            assert mona.get(at(name, saved, *more)).status_code == 200

    def test_a_reader_looks_only(self, rolf, saved):
        for name in ("detail", "dry_run", "export"):
            assert rolf.get(at(name, saved)).status_code == 200
        for name, more in (*self.CHANGING, ("duplicate", ())):
            assert rolf.get(at(name, saved, *more)).status_code == 403
        assert rolf.get(reverse("segments:saved_import")).status_code == 403

    def test_a_stranger_logs_in_first(self, stranger, saved):
        for name in ("detail", "dry_run", "export", "edit", "duplicate"):
            assert stranger.get(at(name, saved)).status_code == 302


def test_a_duplicate_needs_a_free_code(anne, saved):
    page = anne.post(at("duplicate", saved), {"code": "norway"})
    assert list(page.context["form"].errors) == ["code"]


class TestDryRun:
    def test_says_what_each_step_would_do(self, rolf, saved):
        for name in ("Anna Dahl", "Bo Lie"):
            make_person(name, city="Oslo")
        make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
        seen = text(rolf.get(at("dry_run", saved)))
        assert "+2" in seen
        assert "Anna Dahl, Bo Lie" in seen
        assert "Excluded from segments: 1" in seen
        assert "2 contacts" in seen

    def test_says_that_nobody_would_be_found(self, rolf, saved):
        assert "Nobody would be on the segment." in text(rolf.get(at("dry_run", saved)))

    def test_says_that_it_takes_too_long(self, rolf, monkeypatch):
        def without_end(**_values):
            raise TakesTooLong("The dry run takes too long and was given up.")

        monkeypatch.setattr(saved_detail, "dry_run", without_end)
        page = rolf.get(at("dry_run", make_saved()))
        assert page.status_code == 200
        assert "The dry run takes too long and was given up." in text(page)
        assert "Step by step" not in text(page)

    def test_says_which_step_cannot_be_taken(self, rolf):
        asked = has("mailing_group", where("code", "is", "NEWS"))
        saved = make_saved(parts=[{"kind": "add", "criteria": asked, "options": {}}])
        seen = text(rolf.get(at("dry_run", saved)))
        assert "There is no code NEWS." in seen
        assert "Nothing is counted after a step that cannot be taken" in seen


class TestFile:
    IMPORT = reverse("segments:saved_import")

    def upload(self, browser, data, **form):
        file = SimpleUploadedFile("criteria.json", data)
        return browser.post(self.IMPORT, {"file": file, "shared": "on"} | form)

    def test_out_and_in_again(self, anne, rolf, saved):
        out = rolf.get(at("export", saved))
        assert out["Content-Disposition"] == 'attachment; filename="NORWAY.json"'
        assert out["Content-Type"] == "application/json"
        saved.delete()
        done = self.upload(anne, out.content)
        again = SavedCriteria.objects.get()
        assert done.url == again.get_absolute_url()
        assert (again.code, again.owner, saved_steps_of(again)) == (
            "NORWAY",
            user_of(anne),
            [OSLO, BERGEN],
        )

    def test_what_could_not_be_read_again_is_refused_where_one_was(self, rolf, saved):
        many = where("number", "in", [f"CT{number:06}" for number in range(90_000)])
        saved.steps.filter(position=2).update(criteria=many)
        page = rolf.get(at("export", saved), follow=True)
        assert page.redirect_chain == [(saved.get_absolute_url(), 302)]
        assert "more than 1000 KB" in text(page)

    def test_a_code_that_is_taken_is_asked_again_without_the_file(self, anne, saved):
        data = anne.get(at("export", saved)).content
        page = self.upload(anne, data)
        form = page.context["form"]
        assert list(form.errors) == ["code"]
        assert "need not be chosen again" in text(page)
        again = {"content": form["content"].value(), "code": "again", "shared": "on"}
        anne.post(self.IMPORT, again)
        assert SavedCriteria.objects.filter(code="AGAIN").exists()

    def test_own_ones_are_replaced(self, anne, saved):
        content = json.loads(anne.get(at("export", saved)).content)
        content["steps"] = content["steps"][:1]
        self.upload(anne, json.dumps(content).encode(), replace="on")
        assert saved_steps_of(SavedCriteria.objects.get()) == [OSLO]

    @pytest.mark.parametrize("data", [b"", b"\x00", b"{}", b"[" * 10_000])
    def test_a_file_that_cannot_be_is_refused_at_its_field(self, anne, data):
        page = self.upload(anne, data)
        assert list(page.context["form"].errors) == ["file"]
        assert not SavedCriteria.objects.exists()

    def test_without_a_file_one_is_asked_for(self, anne):
        page = anne.post(self.IMPORT, {"shared": "on"})
        assert list(page.context["form"].errors) == ["file"]

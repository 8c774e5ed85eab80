"""Which columns of the lines a user sees is remembered for that user."""

import pytest
from django.contrib.auth.models import User

from segments_app.models import LineColumns
from segments_app.services.remember_columns import forget_columns, remember_columns

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne():
    return User.objects.create_user("anne")


def seen_by(user):
    return [column.code for column in LineColumns.objects.of(user)]


def test_the_last_choice_counts_until_the_usual_are_wanted_again(anne):
    mona = User.objects.create_user("mona")
    usual = seen_by(anne)
    remember_columns(codes=["cost"], user=mona)
    for codes in (["cost"], ["city", "no column"]):
        remember_columns(codes=codes, user=anne)
    assert (seen_by(anne), seen_by(mona)) == (["name", "city"], ["name", "cost"])
    forget_columns(user=anne)
    assert (seen_by(anne), seen_by(mona)) == (usual, ["name", "cost"])

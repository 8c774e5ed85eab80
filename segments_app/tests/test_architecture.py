"""A dependency only points left, also where it is only a string in a foreign key."""

from django.apps import apps

ORDER = ["jobs", "contacts", "interactions", "segments_app"]


def test_no_model_refers_to_one_further_right() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for label in ORDER
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete
        if field.related_model._meta.app_label in ORDER
        if ORDER.index(field.related_model._meta.app_label) > ORDER.index(label)
    ]

    assert wrong == []


def test_every_model_has_a_name_in_words() -> None:
    unnamed = [
        model._meta.label
        for label in ORDER
        for model in apps.get_app_config(label).get_models()
        if "verbose_name" not in model._meta.original_attrs
    ]

    assert unnamed == []

"""A dependency only points left, also where it is only a string in a foreign key."""

import ast
import inspect
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings

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


GUARDS = ["login_required", "permission_required", "require_"]


# Who gets our letters has no login; the link is signed.
FOR_STRANGERS = {("interactions.views.unsubscribe", "unsubscribe")}


def guards(function: ast.FunctionDef) -> list[str]:
    """The guards of a view from the outside in, without their arguments."""
    names = [
        ast.unparse(decorator).split("(")[0] for decorator in function.decorator_list
    ]
    return [guard for name in names for guard in GUARDS if name.startswith(guard)]


@pytest.mark.parametrize("app", ORDER)
def test_a_view_asks_who_what_and_how_in_this_order(app: str) -> None:
    pages = {
        (page.callback.__module__, page.callback.__name__)
        for page in import_module(f"{app}.urls").urlpatterns
    }
    asked = {
        (module, function.name): guards(function)
        for module in {module for module, _name in pages}
        for function in ast.parse(inspect.getsource(import_module(module))).body
        if isinstance(function, ast.FunctionDef)
    }
    wrong = [
        page
        for page in sorted(pages - FOR_STRANGERS)
        if asked[page][:1] != GUARDS[:1]
        or asked[page] != sorted(asked[page], key=GUARDS.index)
    ]

    assert wrong == []


def test_what_only_sends_a_form_is_in_no_address() -> None:
    """What is asked for while a form is filled stands in the log of a web server."""
    elements = {
        (path.name, element)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for element in re.findall(r"<[^<]*hx-get=[^<]*>", path.read_text())
        if "hx-include" in element
    }
    kept_out = 'hx-params="not csrfmiddlewaretoken,once_key"'

    assert elements
    assert [name for name, element in elements if kept_out not in element] == []

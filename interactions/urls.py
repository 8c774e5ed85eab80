"""Pages under /interactions/."""

from django.urls import path

from .views import (
    checks,
    design,
    log,
    responses,
    templates,
    unsubscribe,
    versions,
)

app_name = "interactions"
urlpatterns = [
    # the log
    path("", log.log, name="log"),
    path("<int:pk>/", log.entry, name="entry"),
    path("<int:pk>/evaluate/", log.entry_evaluate, name="entry_evaluate"),
    path("<int:pk>/letter/", log.entry_letter, name="entry_letter"),
    # what came of letters
    path("responses/", responses.responses, name="responses"),
    path("responses/undo/", responses.undo, name="undo_response"),
    path("responses/of/<int:pk>/", responses.letters_of, name="letters_of"),
    path("<int:pk>/response/", responses.entry_response, name="entry_response"),
    # for who gets our e-mails, without a login
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    # templates
    path("templates/", templates.templates, name="templates"),
    path("templates/create/", templates.template_create, name="template_create"),
    path("templates/design/", design.design, name="design"),
    path("templates/starter/", design.template_starter, name="template_starter"),
    path("templates/recipients/<slug:kind>/", design.data_source, name="data_source"),
    path("templates/check/", checks.check, name="check"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/edit/", templates.template_edit, name="template_edit"),
    path(
        "templates/<int:pk>/delete/", templates.template_delete, name="template_delete"
    ),
    path(
        "templates/<int:pk>/languages/",
        templates.template_languages,
        name="template_languages",
    ),
    # the Word document of one language of a template
    path(
        "templates/documents/<int:pk>/",
        templates.template_document,
        name="template_document",
    ),
    path(
        "templates/documents/<int:pk>/preview/",
        templates.template_preview,
        name="template_preview",
    ),
    path(
        "templates/documents/<int:pk>/check/",
        checks.template_check,
        name="template_check",
    ),
    path(
        "templates/documents/<int:pk>/versions/",
        versions.template_versions,
        name="template_versions",
    ),
    path("templates/versions/<int:pk>/", versions.version, name="version"),
    path(
        "templates/versions/<int:pk>/restore/",
        versions.version_restore,
        name="version_restore",
    ),
]

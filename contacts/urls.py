"""Pages under /contacts/."""

from django.urls import path

from .views import (
    about,
    bulk,
    card,
    duplicates,
    exporting,
    importing,
    merging,
    parts,
    profiles,
    register,
    saved_views,
    timeline,
)

app_name = "contacts"
urlpatterns = [
    # The register
    path("", register.contact_list, name="list"),
    path("hits/", register.contact_hits, name="hits"),
    path("companies/", register.company_options, name="company_options"),
    path("options/", register.contact_options, name="contact_options"),
    path("bulk/<slug:code>/", bulk.bulk_change, name="bulk"),
    path("views/save/", saved_views.view_save, name="view_save"),
    path("views/<int:pk>/rename/", saved_views.view_rename, name="view_rename"),
    path("views/<int:pk>/delete/", saved_views.view_delete, name="view_delete"),
    # A file of them
    path("import/", importing.upload, name="import"),
    path("import/columns/", importing.columns, name="import_columns"),
    # Who may be the same
    path("duplicates/", duplicates.pairs, name="duplicates"),
    path("duplicates/search/", duplicates.search, name="duplicate_search"),
    path("duplicates/<int:pk>/reopen/", duplicates.reopen, name="duplicate_reopen"),
    path("<int:pk>/separate/", duplicates.separate, name="separate"),
    path("<int:pk>/merge/", merging.merge, name="merge"),
    path("merges/", merging.merges, name="merges"),
    path("merges/<int:pk>/", merging.merge_journal, name="merge_journal"),
    path("merges/<int:pk>/undo/", merging.undo, name="merge_undo"),
    # Questionnaires
    path("questionnaires/", profiles.questionnaires, name="questionnaires"),
    path("questionnaires/classify/", profiles.classify, name="classify"),
    path("questionnaires/<int:pk>/", profiles.questionnaire, name="questionnaire"),
    path(
        "questionnaires/<int:pk>/print/",
        profiles.questionnaire_print,
        name="questionnaire_print",
    ),
    path("export/", exporting.export, name="export"),
    # One contact
    path("new/", card.contact_create, name="create"),
    path("<int:pk>/", merging.leads_to_survivor(card.contact_detail), name="detail"),
    path("<int:pk>/timeline/", timeline.contact_timeline, name="timeline"),
    path("<int:pk>/edit/", card.contact_edit, name="edit"),
    path("<int:pk>/comment/", card.contact_comment, name="comment"),
    path("<int:pk>/delete/", card.contact_delete, name="delete"),
    path("<int:pk>/about/", about.about_contact, name="about"),
    path("<int:pk>/anonymise/", about.anonymise, name="anonymise"),
    # What hangs on it
    path("<int:pk>/groups/", parts.groups, name="groups"),
    path("<int:pk>/profile/", profiles.answers, name="profile"),
    path("<int:pk>/relations/", profiles.relations, name="relations"),
    path("<int:pk>/web-sources/", profiles.web_sources, name="web_sources"),
    path("<int:pk>/addresses/new/", parts.address_add, name="address_add"),
    path("<int:pk>/addresses/<int:address>/", parts.address_edit, name="address"),
    path(
        "<int:pk>/addresses/<int:address>/delete/",
        parts.address_delete,
        name="address_delete",
    ),
    path("<int:pk>/blocks/new/", parts.block_add, name="block_add"),
    path("<int:pk>/blocks/<int:block>/lift/", parts.block_delete, name="block_delete"),
]

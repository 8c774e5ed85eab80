"""Pages under /segments/."""

from django.urls import path

from .views import (
    criteria,
    documents,
    letters,
    lines,
    log_segment,
    logged_segments,
    saved_criteria,
    segments,
    worksheet,
)

app_name = "segments"
urlpatterns = [
    # open segments
    path("", segments.segment_list, name="list"),
    path("new/", segments.segment_create, name="create"),
    # one open segment
    path("<int:pk>/", worksheet.segment_detail, name="detail"),
    path("<int:pk>/edit/", segments.segment_edit, name="edit"),
    path("<int:pk>/delete/", segments.segment_delete, name="delete"),
    # its steps
    path("<int:pk>/steps/<int:position>/", worksheet.segment_step, name="step"),
    path("<int:pk>/criteria/<str:kind>/", criteria.segment_criteria, name="criteria"),
    path(
        "<int:pk>/criteria/<str:kind>/count/",
        criteria.criteria_count,
        name="criteria_count",
    ),
    path("<int:pk>/go-back/", worksheet.segment_go_back, name="go_back"),
    path("<int:pk>/redo/", worksheet.segment_redo, name="redo"),
    path("<int:pk>/go-to-step/", worksheet.segment_go_to_step, name="go_to_step"),
    path("<int:pk>/reuse/", saved_criteria.segment_reuse, name="reuse"),
    path(
        "<int:pk>/save-criteria/",
        saved_criteria.segment_save_criteria,
        name="save_criteria",
    ),
    # its lines and documents
    path("<int:pk>/lines/add/", lines.line_add, name="line_add"),
    path("<int:pk>/lines/remove/", lines.line_remove, name="line_remove"),
    path("<int:pk>/lines/<int:line>/", lines.line_edit, name="line_edit"),
    path("<int:pk>/documents/", documents.segment_documents, name="documents"),
    path("<int:pk>/documents/add/", documents.document_add, name="document_add"),
    path(
        "<int:pk>/documents/<int:document>/",
        documents.document_file,
        name="document_file",
    ),
    path(
        "<int:pk>/documents/<int:document>/remove/",
        documents.document_remove,
        name="document_remove",
    ),
    # saved criteria
    path("saved/", saved_criteria.saved_list, name="saved_criteria"),
    path(
        "saved/<int:pk>/delete/",
        saved_criteria.saved_delete,
        name="saved_criteria_delete",
    ),
    # its letters, and what becomes of it once it is logged
    path("<int:pk>/letters/<int:line>/", letters.letter, name="letter"),
    path(
        "<int:pk>/letters/<int:line>/document/",
        letters.letter_document,
        name="letter_document",
    ),
    path("<int:pk>/merge/", letters.merge, name="merge"),
    path("<int:pk>/log/", log_segment.log, name="log"),
    path("<int:pk>/log/<slug:kind>/", log_segment.problem, name="problem"),
    path("logged/", logged_segments.logged_list, name="logged_list"),
    path("logged/<int:pk>/", logged_segments.logged_detail, name="logged_detail"),
    path("logged/<int:pk>/follow-up/", logged_segments.follow_up, name="follow_up"),
    path("logged/<int:pk>/reuse/", logged_segments.reuse_logged, name="reuse_logged"),
    path(
        "logged/<int:pk>/letters/",
        logged_segments.logged_letters,
        name="logged_letters",
    ),
]

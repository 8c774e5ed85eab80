"""Pages under /segments/."""

from django.urls import path

from .views import (
    criteria,
    letters,
    log_segment,
    logged_segments,
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

"""Pages under /segments/."""

from django.urls import URLPattern, path

from .views import letters, log_segment, logged_segments

app_name = "segments"

# Letters, and what becomes of a segment once it is logged.
LOG_SIDE: list[URLPattern] = [
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

urlpatterns: list[URLPattern] = [*LOG_SIDE]

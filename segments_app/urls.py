"""Pages under /segments/."""

from django.urls import path

from .views import criteria, segments, worksheet

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
]

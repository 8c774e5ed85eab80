"""The site map: one prefix per application."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="segments:list"), name="home"),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("contacts/", include("contacts.urls")),
    path("interactions/", include("interactions.urls")),
    path("jobs/", include("jobs.urls")),
    path("segments/", include("segments_app.urls")),
]

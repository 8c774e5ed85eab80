"""The site map: one prefix per application."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from segments_app.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("login/", auth.LoginView.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path(
        "password/changed/",
        auth.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
    path("admin/", admin.site.urls),
    path("contacts/", include("contacts.urls")),
    path("interactions/", include("interactions.urls")),
    path("jobs/", include("jobs.urls")),
    path("segments/", include("segments_app.urls")),
]

"""Settings of the project, all from the environment.

Production is what you get when nothing is said: `DEBUG` is off and the project
does not start without a `SECRET_KEY` of its own. `.env` beside manage.py is read
if it exists; the real environment wins.
"""

import os
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from .environment import mail_server, whole_number
from .logs import without_traceback_of_refusals

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- what must be decided by whoever runs it ----------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
TESTING = "pytest" in sys.modules

if TESTING and not SECRET_KEY:
    SECRET_KEY = "only-for-tests"  # noqa: S105 - tests bring their own
if len(SECRET_KEY) < 32 and not TESTING:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or too short. Set it to 50 random characters, for "
        'instance from: python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
if SECRET_KEY.startswith("django-insecure") and not DEBUG:
    raise ImproperlyConfigured("SECRET_KEY is a sample value. Set one of your own.")

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- applications ----------------------------------------

INSTALLED_APPS = [
    "segments_app",
    "interactions",
    "contacts",
    "jobs",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its templates, so that ours may replace them
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "segments_app.middleware.AdminQuestions",
    "segments_app.middleware.SentOnlyPages",
    "segments_app.middleware.LoggedOutMeanwhile",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "segments_app.config.urls"
WSGI_APPLICATION = "segments_app.config.wsgi.application"
ASGI_APPLICATION = "segments_app.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database ----------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for a writer, and a writer waits its turn instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = whole_number(env, "CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- background work ----------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- letters as PDF ----------------------------------------

# LibreOffice; when empty the first soffice or libreoffice of the PATH.
SOFFICE = env.str("SOFFICE", default="")
PDF_PROCESSES = whole_number(env, "PDF_PROCESSES", default=os.cpu_count() or 1, least=1)

# --- files ----------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "media"))
# Files of finished jobs hold names and addresses: after so many days they go.
JOB_FILES_DAYS = whole_number(env, "JOB_FILES_DAYS", default=30)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # criteria of 200 conditions are posted whole

# --- people ----------------------------------------

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- language and time ----------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [
    ("en", "English"),
    ("nb", "Norsk bokmål"),
    ("da", "Dansk"),
    ("fi", "Suomi"),
    ("nl", "Nederlands"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Oslo")

# --- e-mail ----------------------------------------

# Nothing leaves the machine until EMAIL_URL is set. Development and the demo keep
# e-mails as files; in production nothing is sent, and nothing counted as sent.
EMAIL_FILE_PATH = BASE_DIR / "sent-mail"
vars().update(
    mail_server(env)
    if env.str("EMAIL_URL", default="")
    else {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"
        if DEBUG
        else "django.core.mail.backends.console.EmailBackend"
    }
)
# Where letters that cannot be delivered come back to, and who they are from where the
# set-up has no e-mail of our own.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="segments@localhost")
# How many letters may go in a minute, all senders together; 0 is no limit.
MAIL_PER_MINUTE = whole_number(env, "MAIL_PER_MINUTE", default=0)
# Where this site is, for the links in letters.
SITE_URL = env.str(
    "SITE_URL", default="http://127.0.0.1:8000" if DEBUG or TESTING else ""
).rstrip("/")
if SITE_URL and not SITE_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured(
        "SITE_URL is where people reach this site, as https://segments.example.org."
    )
EMAIL_TIMEOUT = whole_number(env, "EMAIL_TIMEOUT", default=30, least=1)

# --- safety ----------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [SELF],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEBUG and not TESTING:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = whole_number(env, "SECURE_HSTS_SECONDS", default=3600)
    SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=True)
    CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=True)

# --- log ----------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "refusals": {
            "()": "django.utils.log.CallbackFilter",
            "callback": without_traceback_of_refusals,
        }
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {},  # without handlers of its own it says everything once
        "django.request": {"filters": ["refusals"]},
    },
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="WARNING"),
    },
}

"""Django's settings. The environment is read here and nowhere else; each name is in docs/reference/environment.md."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from environs import Env

from medassist.config.access import *  # noqa: F403
from medassist.config.access import ACCESS_APPS, ACCESS_MIDDLEWARE
from medassist.host import home
from medassist.host.postgres import Server

env = Env()
PACKAGE = Path(__file__).resolve().parent.parent

MEDASSIST_HOME = home.path()
MEDASSIST_AUDIT_KEY = home.secret("audit.key").encode()
SECRET_KEY = env.str("MEDASSIST_SECRET_KEY", "") or home.secret("secret.key")
DEBUG = False
ALLOWED_HOSTS = [*env.list("MEDASSIST_HOSTS", []), "127.0.0.1", "localhost", "[::1]"]

MEDASSIST_AUTHORITY = "medassist.domain.delegation.queries.rule"
MEDASSIST_NUMBERS = "medassist.domain.delegation.queries.asked"
MEDASSIST_ACT_NAME = "medassist.domain.delegation.queries.act_name"
MEDASSIST_BANNER = "medassist.interfaces.web.patient.banner.banner"
MEDASSIST_ROLE = True
MEDASSIST_HL7_PORT = env.int("MEDASSIST_HL7_PORT", 2575)
MEDASSIST_HL7_TLS_CERT = env.str("MEDASSIST_HL7_TLS_CERT", "")
MEDASSIST_HL7_TLS_KEY = env.str("MEDASSIST_HL7_TLS_KEY", "")
MEDASSIST_HL7_TLS_CA = env.str("MEDASSIST_HL7_TLS_CA", "")
MEDASSIST_WEB_THREADS = env.int("MEDASSIST_WEB_THREADS", 4)
MEDASSIST_METRICS_TOKEN = env.str("MEDASSIST_METRICS_TOKEN", "")


def database(url: str) -> dict:
    """A postgresql:// URL as Django wants it; a query part gives the driver's options (host=/path/of/socket)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("MEDASSIST_DATABASE_URL must begin with postgresql://")
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    host = unquote(options.pop("host", "")) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "medassist",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {name: unquote(value) for name, value in options.items()},
    }


# the owner's address is for migrations; daily work may have a login of its own, which owns nothing
OWNER_URL = env.str("MEDASSIST_DATABASE_URL", "") or Server(MEDASSIST_HOME).address()
DATABASES = {"default": database(env.str("MEDASSIST_APP_DATABASE_URL", "") or OWNER_URL)}
DATABASE_ROUTERS = ["medassist.kernel.guard.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DOMAINS = sorted(folder.parent.name for folder in (PACKAGE / "domain").glob("*/apps.py"))
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_cotton",
    "csp",
    *ACCESS_APPS,
    "medassist.kernel",
    *(["medassist.exchange"] if (PACKAGE / "exchange" / "apps.py").exists() else []),
    "medassist.ui",
    *(f"medassist.domain.{name}" for name in DOMAINS),
    *(["medassist.interfaces.web"] if (PACKAGE / "interfaces/web" / "apps.py").exists() else []),
]
MIDDLEWARE = ["medassist.interfaces.fhir.front.Front", *ACCESS_MIDDLEWARE]
ROOT_URLCONF = "medassist.interfaces.web.urls"
WSGI_APPLICATION = "medassist.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "medassist.ui.shell.shell",
            ],
        },
    }
]

AUTH_USER_MODEL = "web.Account"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = MEDASSIST_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 16_000_000

# Only our own files, and nothing written into the page itself: no inline script, style or handler
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"plain": {"()": "medassist.interfaces.web.logs.Plain"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["plain"]}},
    "root": {"handlers": ["stderr"], "level": env.str("MEDASSIST_LOG_LEVEL", "INFO")},
}

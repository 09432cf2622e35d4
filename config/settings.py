"""Settings, read from the environment. See docs/operations.md for every variable."""

import os
import re
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ASSAY_HOME", BASE_DIR / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret(name: str) -> str:
    """The secret from the environment, or one made once and kept in ASSAY_HOME, mode 0600."""
    if value := os.environ.get(f"ASSAY_{name.upper()}"):
        return value
    path = HOME / name
    if not path.exists():
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(fd, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _address(name: str) -> str:
    """What the variable holds, or the file that the variable with _FILE behind it names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return os.environ.get(name, "")


DEBUG = _flag("ASSAY_DEBUG")
SECRET_KEY = _secret("secret_key")
ALLOWED_HOSTS = os.environ.get("ASSAY_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("ASSAY_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "knox",
    "csp",
    "ledger",
    "vault",
    "jobs",
    "accounts",
    "web",
    "frameworks",
    "models_registry",
    "evaluations",
    "incidents",
    "governance.assessments",
    "governance.risks",
    "governance.comments",
    "reports",
    "workspace",
    "config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Adds random length to each response, so that its size tells no secret (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.middleware.ActingUserMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "web.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
                "workspace.navigation.context",
            ],
        },
    },
]

# One commit costs one fsync on both databases: an acknowledged record survives a power cut.
_SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;"
    ),
}
DATABASES: dict[str, Any] = {
    "default": dj_database_url.config(
        default=f"sqlite:///{HOME / 'assay.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {}).update(_SQLITE_OPTIONS)
    # A file, not memory: the threads of a test share it. One for each run of the tests.
    DATABASES["default"]["TEST"] = {"NAME": HOME / f"test-{os.getpid()}.sqlite3"}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(os.environ.get("ASSAY_VAULT", HOME / "vault"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
ASSAY_UPLOAD_LIMIT = int(os.environ.get("ASSAY_UPLOAD_LIMIT", 250 * 1024 * 1024))
# Files of model versions: weights are larger than tables.
ASSAY_ARTIFACT_LIMIT = int(os.environ.get("MAX_ARTIFACT_MB", 2048)) * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = HOME / "tmp"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True, mode=0o700)

# How long a look at the way back from a deployment counts.
ROLLBACK_CHECK_DAYS = int(os.environ.get("ASSAY_ROLLBACK_CHECK_DAYS", "30"))

# Folders and prefixes of object stores that monitors may read, each for one unit:
# "3=/srv/scores:4=s3://claims/scored".
MONITOR_FOLDERS: list[tuple[int, str]] = [
    (int(number), place.rstrip("/") if "://" in place else os.path.normpath(place))
    for entry in re.split(r":(?=\d+=)", os.environ.get("ASSAY_MONITOR_FOLDERS", ""))
    if entry
    for number, _equals, place in [entry.partition("=")]
]
# Databases that monitors may read, each for one unit: "3=scores:4=claims". The address of
# "scores" stands in ASSAY_CONNECTION_SCORES, or in the file that ASSAY_CONNECTION_SCORES_FILE
# names; never in our database.
MONITOR_CONNECTIONS: list[tuple[int, str]] = [
    (int(number), name)
    for entry in os.environ.get("ASSAY_CONNECTIONS", "").split(":")
    if entry
    for number, _equals, name in [entry.partition("=")]
]
MONITOR_CONNECTION_SECRETS = {
    name: address
    for _unit, name in MONITOR_CONNECTIONS
    for variable in [f"ASSAY_CONNECTION_{name.upper().replace('-', '_')}"]
    if (address := _address(variable))
}
MONITOR_CONNECTION_SECONDS = int(os.environ.get("ASSAY_CONNECTION_SECONDS", "120"))
MONITOR_CONNECTION_ROWS = int(os.environ.get("ASSAY_CONNECTION_ROWS", "2000000"))

# MLflow servers that registries may be imported from, with commas between; one token for them.
MLFLOW_SERVERS = [
    s.strip().rstrip("/") for s in os.environ.get("MLFLOW_SERVERS", "").split(",") if s.strip()
]
MLFLOW_TOKEN = os.environ.get("MLFLOW_TOKEN", "")

# The ledger's signing key lives outside the database: a copy of the database cannot sign.
LEDGER_KEY_FILE = Path(os.environ.get("ASSAY_LEDGER_KEY", HOME / "ledger.key"))
LEDGER_ORIGIN = os.environ.get("ASSAY_LEDGER_ORIGIN", "assay.invalid/ledger")

# Laid out parts of reports may be deleted at any time; so many processes lay them out at once.
REPORT_PARTS = HOME / "parts"
REPORT_WORKERS = int(os.environ.get("ASSAY_REPORT_WORKERS", "2"))

# What reports are signed with: a PKCS#12 file, or "module:token label:certificate label" of a
# PKCS#11 token whose PIN is the passphrase; else a self-made certificate, marked so.
REPORT_SEAL_FILE = os.environ.get("ASSAY_SEAL_FILE", "")
REPORT_SEAL_OWN = HOME / "report-seal.p12"
REPORT_SEAL_PASSPHRASE = os.environ.get("ASSAY_SEAL_PASSPHRASE", "")
REPORT_SEAL_PKCS11 = tuple(filter(None, os.environ.get("ASSAY_SEAL_PKCS11", "").split(":")))
REPORT_SEAL_ROOTS = os.environ.get("ASSAY_SEAL_ROOTS", "")
REPORT_TIMESTAMP_URL = os.environ.get("ASSAY_TIMESTAMP_URL", "")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if _flag("ASSAY_HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "web.authentication.ScopedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "web.parsers.StrictJSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "web.pagination.RecordPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "web.problems.handle",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {
    "TOKEN_MODEL": "accounts.ApiToken",
    "TOKEN_TTL": None,
    "SECURE_HASH_ALGORITHM": "hashlib.sha512",
}
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105  the name of a model
SPECTACULAR_SETTINGS = {
    "TITLE": "Assay",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Several records have a state, a role or a verdict; each set of choices keeps its own name.
    "ENUM_NAME_OVERRIDES": {
        "ArtifactRole": "models_registry.models.artifacts.Artifact.Role",
        "ScanVerdict": "models_registry.models.artifacts.Artifact.Verdict",
        "SignatureVerdict": "models_registry.models.artifacts.Signature.Verdict",
        "DatasetRole": "models_registry.models.datasets.DatasetVersion.Role",
        "CheckVerdict": "evaluations.models.CheckRun.Verdict",
        "SystemState": "models_registry.models.systems.AISystem.State",
        "VersionState": "models_registry.models.versions.ModelVersion.State",
        "ImportState": "models_registry.models.imports.RegistryImport.State",
        "CardState": "models_registry.models.cards.CardRevision.State",
        "RunState": "evaluations.models.CheckRun.State",
        "MonitorState": "evaluations.models.Monitor.State",
        "IncidentState": "incidents.models.Incident.State",
        "SignalKind": "incidents.models.KINDS",
        "CaseImportState": "incidents.models.CaseImport.State",
        "ClockState": "incidents.models.NotificationClock.State",
        "Tier": "models_registry.models.systems.AISystem.Tier",
    },
}

DJANGO_TABLES2_TEMPLATE = "parts/table.html"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ASSAY_LOG_LEVEL", "WARNING")},
}

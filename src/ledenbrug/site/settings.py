"""Every setting of an installation, in one file: the environment decides, a default works.

It must not start, make or ask anything; a wrong value is explained by `site/checks.py`.
"""

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from ledenbrug.site import environment, keys, logs
from ledenbrug.site.home import home
from ledenbrug.site.postgres.address import database_settings
from ledenbrug.wire import sealing

SOURCE = Path(__file__).resolve().parent.parent
LEDENBRUG_HOME = home()
DEBUG = environment.switch("DEBUG", default=False)

# Where people find us
LEDENBRUG_HOST = environment.text("HOST", "127.0.0.1")
LEDENBRUG_PORT = environment.number("PORT", 8000, most=65535)
LEDENBRUG_URL = environment.text("URL", f"http://127.0.0.1:{LEDENBRUG_PORT}").rstrip("/")
LEDENBRUG_PROXIES = environment.number("PROXIES", 0, most=9)
_address = urlsplit(LEDENBRUG_URL)
_secure = _address.scheme == "https"
_loopback = ("127.0.0.1", "localhost", "[::1]")
LEDENBRUG_PUBLIC_URL = environment.text("PUBLIC_URL").rstrip("/")  # where packages reach us; none: they need not
ALLOWED_HOSTS = [*_loopback] if _address.hostname in (*_loopback, "::1") else [_address.hostname or ""]
if _public := urlsplit(LEDENBRUG_PUBLIC_URL).hostname:
    ALLOWED_HOSTS.append(_public)
CSRF_TRUSTED_ORIGINS = [f"{_address.scheme}://{_address.netloc}"]
ALLAUTH_TRUSTED_PROXY_COUNT = LEDENBRUG_PROXIES
if LEDENBRUG_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _secure else 0
SESSION_COOKIE_NAME = "ledenbrug"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"  # the way back from a package's consent page is a plain visit from another site
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# What the engine and the screens ask for
LEDENBRUG_EGRESS = environment.text("EGRESS", "default")
LEDENBRUG_SUPPORT = environment.text("SUPPORT")
LEDENBRUG_MODULES = environment.words("MODULES")  # none named: every package
LEDENBRUG_JOURNAL_DAYS = environment.number("JOURNAL_DAYS", 30, least=1, most=3650)
LEDENBRUG_METRICS_TOKEN = environment.text("METRICS_TOKEN")  # none: no figures for a monitor
LEDENBRUG_PACKAGE_SETTING = environment.package_setting

# Secrets
SECRET_KEY = keys.secret_key(keys.folder())
SECRET_KEY_FALLBACKS: list[str] = []
sealing.configure(keys.folder())

# Applications
INSTALLED_APPS = [
    "ledenbrug.manager",
    "ledenbrug.sync",
    "ledenbrug.members",
    "ledenbrug.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "lucide",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ledenbrug.site.security_headers.middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "ledenbrug.site.request_size.middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ledenbrug.site.login.LoginRequired",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "ledenbrug.site.urls"
WSGI_APPLICATION = "ledenbrug.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a list of differences is one form

# Database
DATABASES = {"default": database_settings(LEDENBRUG_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# People
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "ledenbrug.site.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an admin invites an address; the link that sets the password goes there
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}  # of second steps; wrong passwords are counted by axes
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme or "http"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Ledenbrug"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "ledenbrug.site.accounts.username_of"
AXES_CLIENT_IP_CALLABLE = "ledenbrug.site.accounts.address_of"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

# Languages and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["ledenbrug.site.formats"]  # English for Europe: no month before the day, no a.m.
LOCALE_PATHS = [SOURCE / "locale", *sorted(SOURCE.glob("bookkeeping/*/locale"))]
TIME_ZONE = environment.fitting("TIME_ZONE", "Europe/Amsterdam", environment.is_time_zone, what="no time zone")
USE_TZ = True

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = LEDENBRUG_HOME / "static"
_bootstrap = importlib.util.find_spec("bootstrap")
STATICFILES_DIRS = [
    ("bootstrap", Path(place)) for place in (_bootstrap.submodule_search_locations or () if _bootstrap else ())
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Mail
_mail = urlsplit(environment.text("SMTP_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("MAIL_FROM", f"ledenbrug@{_address.hostname or 'localhost'}")
LEDENBRUG_MAILS_AN_HOUR = environment.number("MAILS_AN_HOUR", 500, least=1)
EMAIL_TIMEOUT = 10  # a person waits for it when asking for a password or inviting somebody
if _mail.hostname:
    EMAIL_BACKEND = "ledenbrug.members.handing.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = environment.url_part(_mail.username), environment.url_part(_mail.password)
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = _mail.scheme == "smtp" and _mail.query != "tls=no"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = LEDENBRUG_HOME / "mail"

# Logs
LOGGING = logs.configuration(
    level=environment.fitting("LOG_LEVEL", "INFO", logs.LEVELS.__contains__, what=f"none of {', '.join(logs.LEVELS)}"),
    json=environment.switch("LOG_JSON", default=not sys.stderr.isatty()),
)

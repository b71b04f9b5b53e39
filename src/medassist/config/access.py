"""Settings of sign-in and access: what proves a person, how guessing is slowed, what browsers may do with a page."""

from datetime import timedelta

from environs import Env

env = Env()

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "medassist.interfaces.web.access.backend.AccountBackend",
]
LOGIN_URL = MEDASSIST_SIGN_IN = "/signin"

# A whole office shares one address: only name and address together rest after five wrong passwords
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the trail keeps who signed in
AXES_USERNAME_CALLABLE = "medassist.interfaces.web.access.throttle.name_mark"
AXES_CLIENT_IP_CALLABLE = "medassist.interfaces.web.access.throttle.address"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password", "next", "csrfmiddlewaretoken", "form_key", "pin"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# the sign-in page says in its own words that it rests; axes' middleware would answer in its place
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

# How many proxies in front of us write X-Forwarded-For; with one or more the connection is taken to be TLS's
MEDASSIST_PROXIES = env.int("MEDASSIST_PROXIES", 0)
TLS = env.bool("MEDASSIST_TLS", False)
if MEDASSIST_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Lax, so that a link in a message opens the page asked for; every write is a POST with the form's token
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "medassist.interfaces.web.access.sessions"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 24 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_SSL_REDIRECT = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "medassist.interfaces.web.pages.errors.foreign_form"

MEDASSIST_SHELL = "medassist.interfaces.web.navigation.shell"
MEDASSIST_WAYS = ("medassist.interfaces.web.pages.glass.ways", "medassist.domain.delegation.pages.ways.ways")

ACCESS_APPS = ["axes"]
ACCESS_MIDDLEWARE = [
    "medassist.interfaces.web.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "medassist.interfaces.web.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "medassist.interfaces.web.middleware.Csrf",
    "medassist.interfaces.web.middleware.People",
    "django.contrib.messages.middleware.MessageMiddleware",
]
MESSAGE_STORAGE = "medassist.interfaces.web.access.said.Said"

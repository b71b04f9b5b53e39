"""The site map. Every domain's pages lie under its own word; what combines several lies here."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from medassist.interfaces.web.pages import accounts, glass, lock, me, signin, trail

handler400 = "medassist.interfaces.web.pages.errors.bad"
handler403 = "medassist.interfaces.web.pages.errors.forbidden"
handler404 = "medassist.interfaces.web.pages.errors.missing"
handler500 = "medassist.interfaces.web.pages.errors.broken"

SIGN_IN = [
    path("signin", signin.signin, name="signin"),
    path("signin/code", signin.code, name="signin-code"),
    path("signin/passkey", signin.passkey, name="signin-passkey"),
    path("signin/passkey/options", signin.passkey_options, name="signin-passkey-options"),
    path("signin/link/<str:token>", signin.link, name="signin-link"),
    path("signin/once/<str:token>", signin.once, name="signin-once"),
    path("signin/help", signin.help, name="signin-help"),
    path("signin/takeover", lock.takeover, name="signin-takeover"),
    path("signout", signin.signout, name="signout"),
    path("site", signin.site, name="site"),
    path("lock", lock.lock, name="lock"),
    path("lock/open", lock.unlock, name="unlock"),
    path("seen", lock.seen, name="seen"),
    path("draft", lock.draft, name="draft"),
]
ME = [
    path("me", me.me, name="me"),
    path("me/password", me.password, name="me-password"),
    path("me/second", me.second, name="me-second"),
    path("me/app", me.app, name="me-app"),
    path("me/codes", me.codes, name="me-codes"),
    path("me/passkey", me.passkey, name="me-passkey"),
    path("me/passkey/options", me.passkey_options, name="me-passkey-options"),
    path("me/factor/<uuid:factor>/remove", me.remove, name="me-factor-remove"),
    path("me/pin", me.pin_page, name="me-pin"),
    path("me/everywhere", me.everywhere, name="me-everywhere"),
]
ACCOUNTS = [
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/open/<uuid:staff>", accounts.open_account, name="account-open"),
    path("accounts/<uuid:account>/close", accounts.close, name="account-close"),
    path("accounts/<uuid:account>/reopen", accounts.reopen, name="account-reopen"),
    path("accounts/<uuid:account>/link", accounts.new_link, name="account-link"),
    path("accounts/<uuid:account>/second", accounts.reset_second, name="account-second"),
    path("accounts/rules", accounts.rules, name="account-rules"),
    path("accounts/workstations", accounts.enrol, name="workstations"),
    path("accounts/workstations/<uuid:workstation>/end", accounts.end_workstation, name="workstation-end"),
]
TRAIL = [
    path("audit/", trail.search, name="audit"),
    path("audit/patient/<uuid:patient>", trail.patient, name="audit-patient"),
    path("glass/<uuid:patient>", glass.glass, name="glass"),
    path("glass/<uuid:patient>/restrict", glass.restrict, name="restrict"),
]


def _of_domains() -> list[URLResolver]:
    """The pages of every domain that has some."""
    modules = ((name, f"medassist.domain.{name}.urls") for name in settings.DOMAINS)
    return [path(f"{name}/", include(module)) for name, module in modules if find_spec(module)]


def _of_others() -> list[URLResolver]:
    """What other ways in serve under the same port; each brings its whole addresses."""
    modules = (
        "medassist.interfaces.web.rooms",
        "medassist.interfaces.web.health",
        "medassist.interfaces.web.guide.urls",
        "medassist.interfaces.fhir.urls",
    )
    there = (module for module in modules if find_spec(module.rpartition(".")[0]) and find_spec(module))
    return [path("", include(module)) for module in there]


urlpatterns: list[URLPattern | URLResolver] = [*SIGN_IN, *ME, *ACCOUNTS, *TRAIL, *_of_domains(), *_of_others()]

"""Second factors: the app's codes by the standard's own vectors, recovery codes, passkeys of a device in software."""

from datetime import UTC, datetime, timedelta

import pytest

from medassist.interfaces.web.access import factors, throttle, totp
from medassist.interfaces.web.models import SecondFactor, Sitting, Tries
from medassist.kernel import clock
from tests.access.given import PASSWORD, Device, browser, given_account, outcomes, sign_in, signed_in
from tests.office.given import given_staff

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", RFC 6238 appendix B


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
        (2000000000, "69279037"), (20000000000, "65353130"),
    ],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(seconds, code):
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code(RFC_SECRET, totp.counter(at), digits=8) == code


def test_a_code_fits_half_a_minute_off_and_only_once():
    at = datetime(2026, 11, 23, 18, tzinfo=UTC)
    now = totp.counter(at)
    for drift in (-1, 0, 1):
        assert totp.matches(RFC_SECRET, totp.code(RFC_SECRET, now + drift), at) == now + drift
    for drift in (-2, 2):
        assert totp.matches(RFC_SECRET, totp.code(RFC_SECRET, now + drift), at) is None
    assert totp.matches(RFC_SECRET, totp.code(RFC_SECRET, now), at, after=now) is None
    assert totp.matches(RFC_SECRET, "12345", at) is None and totp.matches(RFC_SECRET, "١٢٣٤٥٦", at) is None


def add_app(account, periods_ago=2):
    """An app whose last code lies some periods back, so that the present one is still unused."""
    secret = totp.new_secret()
    SecondFactor.objects.create(
        account=account,
        kind="totp",
        sealed=factors.sealed.seal({"secret": secret, "used": totp.counter(clock.now()) - periods_ago}),
    )
    return secret, lambda: totp.code(secret, totp.counter(clock.now()))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("yes")
class TestCodes:
    """Signing in with a code, and managing what gives it."""

    def test_the_app_is_added_by_its_own_code_and_gives_recovery_codes(self):
        account = given_account()
        client = signed_in(account)
        page = client.get("/me/app").content.decode()
        secret = client.session["app"]
        assert secret in page and "<path" in page and "<svg" in page
        assert client.post("/me/app", {"code": "000000"}).status_code == 422
        shown = client.post("/me/app", {"code": totp.code(secret, totp.counter(clock.now()))}).content.decode()
        assert shown.count("<li><code>") == 10
        assert "app" not in client.session
        kept = SecondFactor.objects.get(kind="totp").sealed
        assert secret not in kept
        assert ["factor-added", "codes-made"] == [o for o in outcomes() if o.startswith(("factor", "codes"))]

    def test_a_code_is_asked_after_the_password_and_fits_once(self):
        account = given_account()
        _, code = add_app(account)
        client = browser()
        assert sign_in(client, account.username)["Location"] == "/signin/code"
        assert client.get("/me").status_code == 302, "the password alone is not enough"
        now = code()
        assert client.post("/signin/code", {"code": f"{now[:3]} {now[3:]}"}).status_code == 303
        assert client.get("/me").status_code == 200
        again = browser()
        sign_in(again, account.username)
        assert again.post("/signin/code", {"code": now}).status_code == 422, "a used code does not fit again"

    def test_the_step_without_the_password_before_leads_back(self):
        account = given_account()
        _, code = add_app(account)
        assert browser().post("/signin/code", {"code": code()})["Location"] == "/signin"

    def test_the_second_step_waits_five_minutes(self):
        account = given_account()
        _, code = add_app(account)
        client = browser()
        sign_in(client, account.username)
        session = client.session
        session["half"] = {**session["half"], "at": session["half"]["at"] - 301}
        session.save()
        assert client.post("/signin/code", {"code": code()})["Location"] == "/signin"

    def test_five_wrong_codes_rest_from_wherever_they_come(self):
        account = given_account()
        _, code = add_app(account)
        for n in range(5):
            client = browser(REMOTE_ADDR=f"10.0.0.{n}")
            sign_in(client, account.username)
            answer = client.post("/signin/code", {"code": "000000"})
        assert answer.status_code == 429
        client = browser(REMOTE_ADDR="10.9.9.9")
        sign_in(client, account.username)
        assert client.post("/signin/code", {"code": code()}).status_code == 429, "the right one rests too"
        Tries.objects.update(rest_until=clock.now() - timedelta(seconds=1))
        client = browser()
        sign_in(client, account.username)
        assert client.post("/signin/code", {"code": code()}).status_code == 303

    def test_a_recovery_code_works_once(self):
        account = given_account()
        add_app(account)
        codes = factors.new_codes(account)
        for expected in (303, 422):
            client = browser()
            sign_in(client, account.username)
            assert client.post("/signin/code", {"code": codes[0].lower()}).status_code == expected
        assert factors.of(account).codes == 9

    def test_another_person_s_code_is_none(self):
        ana, ben = given_account(), given_account(given_staff("Ben", "Ito"), "ben@alderstreet.example")
        _, hers = add_app(ana)
        add_app(ben)
        codes = factors.new_codes(ana)
        client = browser()
        sign_in(client, ben.username)
        assert client.post("/signin/code", {"code": hers()}).status_code == 422
        assert client.post("/signin/code", {"code": codes[0]}).status_code == 422

    def test_nobody_takes_another_s_factor_away(self):
        ana, ben = given_account(), given_account(given_staff("Ben", "Ito"), "ben@alderstreet.example")
        add_app(ana)
        theirs = SecondFactor.objects.get().pk
        signed_in(ben).post(f"/me/factor/{theirs}/remove")
        assert SecondFactor.objects.filter(pk=theirs).exists()

    def test_the_last_factor_takes_the_recovery_codes_with_it(self):
        account = given_account()
        client = signed_in(account)
        add_app(account)
        factors.new_codes(account)
        client.post(f"/me/factor/{SecondFactor.objects.get(kind='totp').pk}/remove")
        assert not SecondFactor.objects.exists()
        assert "factor-removed" in outcomes()

    def test_many_guesses_at_once_get_no_more_than_five(self):
        account = given_account()
        granted = [throttle.spend(account, "code").granted for _ in range(8)]
        assert granted == [True] * 5 + [False] * 3


def passkey(client, device, name="Key ring"):
    """Make a passkey in a browser that is signed in."""
    options = client.post("/me/passkey/options").json()
    return client.post("/me/passkey", {"credential": device.make(options), "name": name})


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("yes")
class TestPasskeys:
    """A device in software that signs as the standard says."""

    @pytest.fixture(autouse=True)
    def _at_localhost(self, settings):
        settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]

    def client(self):
        """A browser at http://localhost."""
        return browser(SERVER_NAME="localhost")

    def test_a_passkey_signs_in_alone(self):
        account = given_account()
        device = Device()
        assert passkey(signed_in(account, self.client()), device).status_code == 200
        client = self.client()
        options = client.post("/signin/passkey/options").json()
        assert options["publicKey"]["userVerification"] == "required" and not options["publicKey"].get(
            "allowCredentials"
        )
        answer = client.post("/signin/passkey", {"credential": device.use(options)})
        assert answer.status_code == 303 and client.get("/me").status_code == 200
        assert Sitting.objects.latest("began_at").how == "passkey"

    def test_an_answer_fits_once(self):
        device = Device()
        passkey(signed_in(given_account(), self.client()), device)
        client = self.client()
        answer = device.use(client.post("/signin/passkey/options").json())
        assert client.post("/signin/passkey", {"credential": answer}).status_code == 303
        client.post("/signout")
        assert client.post("/signin/passkey", {"credential": answer}).status_code == 422

    @pytest.mark.parametrize("what", ["challenge", "origin", "domain", "key", "unverified", "user", "copy", "rubbish"])
    def test_what_is_not_the_passkey_proves_nothing(self, what):
        device = Device()
        passkey(signed_in(given_account(), self.client()), device)
        client = self.client()
        options = client.post("/signin/passkey/options").json()
        more = {}
        if what == "challenge":
            options["publicKey"]["challenge"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        if what == "origin":
            device.origin = "http://evil.localhost"
        if what == "domain":
            device.rp = "evil.example"
        if what == "key":
            other = Device()
            other.id, other.user = device.id, device.user
            device = other
            device.count = 5
        if what == "unverified":
            more["flags"] = 0x01
        if what == "user":
            more["user"] = b"somebody else!!!"
        if what == "copy":
            device.count = 0
        answer = "{}" if what == "rubbish" else device.use(options, **more)
        assert client.post("/signin/passkey", {"credential": answer}).status_code == 422
        assert client.get("/me").status_code == 302
        assert outcomes()[-1] == "failed"

    def test_a_closed_account_s_passkey_signs_nobody_in(self):
        account = given_account()
        device = Device()
        passkey(signed_in(account, self.client()), device)
        type(account).objects.update(is_active=False)
        client = self.client()
        answer = device.use(client.post("/signin/passkey/options").json())
        assert client.post("/signin/passkey", {"credential": answer}).status_code == 422

    def test_it_unlocks_its_own_person_s_screen(self):
        account = given_account()
        client = signed_in(account, self.client())
        device = Device()
        passkey(client, device)
        client.post("/lock")
        answer = device.use(client.post("/signin/passkey/options").json())
        client.post("/signin/passkey", {"credential": answer})
        assert client.get("/me").status_code == 200 and outcomes()[-1] == "unlocked"
        assert Sitting.objects.filter(ended_at=None).count() == 1

    def test_a_passkey_asks_the_password_when_the_sign_in_is_a_while_ago(self):
        client = signed_in(given_account(), self.client())
        Sitting.objects.update(began_at=clock.now() - timedelta(minutes=11))
        device = Device()
        assert passkey(client, device).status_code == 422
        options = client.post("/me/passkey/options").json()
        assert client.post("/me/passkey", {"credential": device.make(options), "current": PASSWORD}).status_code == 200

    def test_at_an_address_in_numbers_none_is_offered(self):
        given_account()
        client = browser(SERVER_NAME="127.0.0.1")
        assert "passkey" not in client.get("/signin").content.decode().replace("passkey.js", "")
        assert client.post("/signin/passkey/options").status_code == 409

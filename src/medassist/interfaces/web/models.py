"""Accounts and what signing in needs. None of it is of the record: each change is told to the trail by its writer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from medassist.kernel import clock, identifiers

UNUSABLE = ""


class Accounts(BaseUserManager["Account"]):
    """How accounts are found: sign-in names know no capitals."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account with this sign-in name, in any capitals."""
        return self.select_related("actor").get(username=fold(username or ""))

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Account:
        """Make an account; without a password nobody can sign in to it until one is set."""
        account = self.model(username=fold(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


def fold(username: str) -> str:
    """A sign-in name in the one form in which it is kept."""
    return BaseUserManager.normalize_email(username.strip()).lower()


class Account(AbstractBaseUser):
    """A person's way in. Who the person is and may do hangs on the actor and on the staff row that points at it."""

    id = models.UUIDField(primary_key=True, default=identifiers.uuid7, editable=False)
    actor = models.OneToOneField("kernel.ActorRow", models.PROTECT, related_name="account")
    username = models.CharField("e-mail or sign-in name", max_length=150, unique=True)
    email = models.EmailField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    pin = models.CharField("hash of the PIN", max_length=128, blank=True, default=UNUSABLE)
    pin_set_at = models.DateTimeField(null=True, blank=True)
    # the last sign-in in full; a PIN only re-enters within some hours of it
    full_at = models.DateTimeField(null=True, blank=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    # every session carries it in its hash: adding one ends them all
    epoch = models.IntegerField(default=0)
    prefs = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    objects = Accounts()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["actor"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="one_account_a_sign_in_name")]

    def clean(self) -> None:
        """Keep the sign-in name in its one form."""
        super().clean()
        self.username = fold(self.username)

    def get_full_name(self) -> str:
        """The person's name, as the trail has it."""
        return self.actor.name

    def get_session_auth_hash(self) -> str:
        """What a session must carry: it changes with the password and with "sign out everywhere"."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        """The same under earlier secret keys, so that changing the key signs nobody out."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        salt = "medassist.interfaces.web.models.Account"
        return salted_hmac(salt, f"{self.password}:{self.epoch}", secret=secret, algorithm="sha256").hexdigest()


class Tries(models.Model):
    """How often somebody guessed in vain at an account's PIN or code, wherever they sat."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    what = models.CharField(max_length=8, choices=[(w, w) for w in ("pin", "code")])
    count = models.IntegerField(default=0)
    rest_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "what"], name="one_count_of_tries_a_kind")]


class Rules(models.Model):
    """What the practice settled about signing in. One row; without it, the defaults hold."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    lock_minutes = models.SmallIntegerField(default=5)
    sign_in_hours = models.SmallIntegerField(default=12)
    factor_required = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_set_of_sign_in_rules"),
            models.CheckConstraint(condition=models.Q(lock_minutes__range=(1, 60)), name="lock_within_an_hour"),
            models.CheckConstraint(condition=models.Q(sign_in_hours__range=(1, 24)), name="sign_in_each_day"),
        ]


class Ticket(models.Model):
    """A link that works once: to set the first password, to set a new one, or into the demo. Only its hash is kept."""

    PURPOSES = [(p, p) for p in ("invite", "reset", "demo")]
    id = models.UUIDField(primary_key=True, default=identifiers.uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="tickets")
    purpose = models.CharField(max_length=8, choices=PURPOSES)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    until_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Workstation(models.Model):
    """A shared computer of one site on which colleagues take over by PIN. It is known by a cookie; its hash is kept."""

    id = models.UUIDField(primary_key=True, default=identifiers.uuid7, editable=False)
    name = models.CharField(max_length=80)
    site = models.UUIDField()
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)


class Sitting(models.Model):
    """One stay of one person at one browser. Locked or ended here, in one statement, past anything still under way."""

    id = models.UUIDField(primary_key=True, default=identifiers.uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sittings")
    how = models.CharField(max_length=16)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    workstation = models.ForeignKey(Workstation, models.SET_NULL, null=True, blank=True, related_name="+")
    # what was typed and not yet sent when the screen locked, sealed
    draft = models.TextField(blank=True, default="")
    began_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="open_sittings", condition=models.Q(ended_at__isnull=True))]


class SecondFactor(models.Model):
    """What proves a person besides the password: an authenticator app, a passkey, or the recovery codes."""

    KINDS = [(k, k) for k in ("totp", "passkey", "recovery")]
    id = models.UUIDField(primary_key=True, default=identifiers.uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=10, choices=KINDS)
    name = models.CharField(max_length=80, blank=True, default="")
    # encrypted; the key is derived from the secret key, so a copy of the table alone signs nobody in
    sealed = models.TextField()
    credential = models.CharField("a passkey's id", max_length=1400, unique=True, null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=~models.Q(kind="passkey"),
                name="one_app_and_one_set_of_codes_an_account",
            )
        ]

"""What holds for every table and every action of the house, found by walking them all."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from medassist.kernel.action import ACTIONS
from medassist.kernel.inputs import Inputs

# top to bottom, as in pyproject.toml; a domain may point at what stands below it
LEVELS = (
    {"billing"}, {"phones"}, {"labs"}, {"vitals", "specimens", "medications"}, {"supplies"}, {"orders"}, {"visits"},
    {"scheduling", "records"}, {"delegation", "worklist", "study"}, {"credentials"}, {"office"}, {"people"},
)  # fmt: skip


def _level(label: str) -> int:
    return next(number for number, names in enumerate(LEVELS) if label in names)


def _tables() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in settings.DOMAINS]


def test_foreign_keys_across_domains_point_downwards() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in _tables()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField)
        and (other := field.related_model._meta.app_label) in settings.DOMAINS
        and other != model._meta.app_label
        and _level(model._meta.app_label) >= _level(other)
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_is_deleted_with_something_else() -> None:
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in _tables()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("domain", settings.DOMAINS)
def test_actions_are_of_their_domain_and_say_what_they_do(domain: str) -> None:
    if find_spec(f"medassist.domain.{domain}.actions"):
        import_module(f"medassist.domain.{domain}.actions")
    for info in ACTIONS.values():
        if info.body.__module__.startswith(f"medassist.domain.{domain}."):
            assert info.doc.endswith("."), f"{info.name}: its first line is read by people"
            assert issubclass(info.inputs, Inputs), info.name
            assert info.inputs.model_config.get("frozen"), info.name


def test_an_action_that_is_taken_back_names_one_that_is_there() -> None:
    assert not [info.name for info in ACTIONS.values() if info.undo and info.undo not in ACTIONS]


def test_every_action_says_what_it_shows_or_that_it_shows_nothing() -> None:
    from medassist.kernel import done

    silent = [
        info.name for info in ACTIONS.values() if info.shows and info.emits and not list(done.of(info.emits))
    ]  # fmt: skip
    assert not silent, f"these promise to show something, and no wire hears them: {silent}"


def test_numbers_that_are_given_out_are_never_guessable_counters() -> None:
    wrong = [model._meta.label for model in _tables() if isinstance(model._meta.pk, models.AutoField)]
    assert not wrong, "\n".join(wrong)

"""The office in which people study, an assistant and a student."""

import pytest

from tests.delegation.given import Office
from tests.study.given import Learner


@pytest.fixture
def office():
    return Office()


@pytest.fixture
def ana(office):
    return Learner(office, office.assistant())


@pytest.fixture
def sami(office):
    return Learner(office, office.person("student", "Student"))

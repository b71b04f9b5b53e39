"""How the domain starts."""

from django.db import connection
from django.db.models.signals import post_migrate

from medassist.kernel import guard
from medassist.kernel.apps import DomainConfig
from medassist.kernel.identifiers import uuid7

# Numbers come from a sequence, so that no two registrations wait for each other. Its comment names the system of this
# installation's numbers: it travels with every dump, and two offices never take each other's numbers for their own.
SEQUENCE = """
DO $$ BEGIN
  IF to_regclass('people_mrn') IS NULL THEN
    CREATE SEQUENCE people_mrn INCREMENT BY 32 MINVALUE 1000000 START WITH 1000000;
    COMMENT ON SEQUENCE people_mrn IS 'urn:uuid:{own}';
  END IF;
END $$;
"""


def number(**_: object) -> None:
    """Make the sequence of record numbers where it is missing."""
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCE.replace("{own}", str(uuid7())))


class PeopleConfig(DomainConfig):
    """people as a Django app."""

    name = "medassist.domain.people"

    def ready(self) -> None:
        """Have the numbers' sequence made with the tables; versions of demographics are never changed."""
        super().ready()
        guard.append_only("people.Version", "people.Photo", "people.Opening")
        post_migrate.connect(number, sender=self, dispatch_uid="people.number")

"""A process in which somebody opens a store, changes what is known of people, and goes: STORE USER CHANGES."""

import json
import os
import sys
from pathlib import Path

from sqlalchemy import select

from smf_core.records.tables import patient
from smf_desktop.compose import House, this_computer
from smf_desktop.services.people import change_demographics, open_person


def main(store: str, user: str, changes: str) -> None:
    with House(this_computer(), Path(store)) as house:
        sitting = house.enter(house.unlock(user, os.environ["SMF_PASSWORD"]))
        try:
            with sitting.session.read() as connection:
                people = list(connection.scalars(select(patient.c.id).order_by(patient.c.id)))
            for number, unit, text in json.loads(changes):
                opened = open_person(sitting.session, people[number])
                change_demographics(sitting.session, opened, {unit: {unit: text}})
        finally:
            sitting.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

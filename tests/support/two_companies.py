"""Two legal entities over HTTP: one works, the other pays in a currency of its own.

Logins are `mci_<name>`: accountant (of the unit's company), accountant_2 (of the
company charged), controller and controller_2 (both, at home in one each), manager_2,
seller_2b and the people of the addon's fixtures.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dev import postgres
from dev.layout import ADDON

from .races import _is_serving, _is_waiting

SOURCE = f"""
from datetime import date
from unittest.mock import patch

from odoo.tests import TransactionCase
from odoo.addons.{ADDON}.tests.charge.company_common import CompanyInvoiceCommon

def _take_environment(cls):
    cls.env = env

class Companies(CompanyInvoiceCommon):
    @classmethod
    def setUpClass(cls):
        take = classmethod(_take_environment)
        with patch.object(TransactionCase, "setUpClass", take):
            super().setUpClass()
        accounting = "account.group_account_invoice,account.group_account_readonly"
        cls.controller_2 = cls._create_user(
            "controller_2", accounting, cls.company_2 | cls.company)
        cls.seller_2b = cls._create_user(
            "seller_2b", "sales_team.group_sale_salesman", cls.company_2)
        cls.env.ref("base.user_admin").company_ids += cls.company_2
        names = ("accountant_2", "controller", "controller_2", "manager_2", "seller_2b")
        for name in (*cls.ROLES, *names):
            user = getattr(cls, name)
            user.password = user.login

    @classmethod
    def settled(cls, month, until="accepted", deals=1):
        day = date(2026, month, 10)
        for number in range(deals):
            lead = cls._create_foreign_lead(f"Deal {{month}}.{{number}}")
            cls._work(8.0, day, lead)
        return cls._settle(until, month)

Companies.setUpClass()
company = Companies
"""


def script(text):
    """Return a script that works on both companies."""
    return f"{SOURCE}\n{text}"


@contextmanager
def held_row(database, table, row):
    """Keep everybody waiting who writes something that points at the row."""
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SELECT id FROM {table} WHERE id = %s FOR UPDATE", [row])
        yield
        cursor.execute("ROLLBACK")


def kill_at_row(system, table, row, call):
    """Run a call and kill its worker, hard, when it waits for the row."""
    with ThreadPoolExecutor(1) as pool, held_row(system.database, table, row):
        future = pool.submit(call)
        while not _is_waiting(system.database):
            assert not future.done(), f"It did not touch {table} {row}: {future}"
            time.sleep(0.05)
        [worker] = filter(_is_serving, system.workers())
        worker.kill()
        error = future.exception(60)
    assert isinstance(error, OSError), f"The call survived: {error or future.result()}"

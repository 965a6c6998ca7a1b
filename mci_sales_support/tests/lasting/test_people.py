from psycopg2.errors import RestrictViolation

from odoo.tests import tagged

from .. import invariants
from .world import LastingCommon


@tagged("post_install", "-at_install")
class TestPeople(LastingCommon):
    """C3: who it was then stays with a frozen charge, whoever leaves (invariant 5)."""

    def test_c3_people_of_a_charge_are_not_deleted(self):
        """Salespeople, owners and customers are archived: a deletion is refused."""
        memory = invariants.Memory()
        fetch = invariants.fetch_from(self.env)
        memory.look(fetch)
        charges = self.env["mci.charge"].search([("state", "=", "posted")])
        self.assertIn(self.seller_2, charges.user_id)
        for people in (self.seller_2, self.customer, charges.owner_id[:1]):
            with (
                self.subTest(people._name),
                self.assertRaises(RestrictViolation),
                self._mci_quiet(),
                self.cr.savepoint(),
            ):
                people.unlink()
        self.assertEqual(memory.look(fetch), [])

    def test_c3_people_leave(self):
        """People archived, a deal lost, a team closed: the charges stay as they are."""
        memory = invariants.Memory()
        fetch = invariants.fetch_from(self.env)
        memory.look(fetch)
        self.seller_2.active = False
        self.employees["engineer_2"].active = False
        self.customer.active = False
        self.leads[2].action_set_lost()
        self.teams[1].active = False
        self.assertEqual(memory.look(fetch) + invariants.find(fetch), [])

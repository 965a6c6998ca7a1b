from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .ownership_common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestMciOwnership(OwnershipCommon):
    """The ledger of who is in charge (O1, O2)."""

    def test_without_a_row_the_salesperson_is_the_owner(self):
        self.assertFalse(self.deal.mci_ownership_ids)
        self.assertEqual(self.deal.mci_owner_id, self.seller)
        self.deal.with_user(self.sales_manager).user_id = self.seller_2
        self.assertEqual(self.deal.mci_owner_id, self.seller_2)
        self.assertFalse(self.deal.mci_ownership_ids)

    def test_the_first_event_opens_the_ledger(self):
        self.deal.mci_center_id = self.center
        row = self._active()
        self.assertEqual(row.user_id, self.seller)
        self.assertEqual(row.stage_id, self.analyse)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(self.deal.mci_ledger_owner_id, self.seller)

    def test_the_ledger_tells_who_had_which_stage(self):
        self._command()
        self.deal.stage_id = self.bid
        rows = self.deal.mci_ownership_ids.filtered(lambda r: r.role == "owner")
        self.assertEqual(rows.mapped("state"), ["active", "ended"])
        self.assertEqual(rows.stage_id, self.bid | self.analyse)
        self.assertEqual(rows[1].date_to, rows[0].date_from)
        self.assertEqual(len(self._active(role="delivery_lead")), 1)

    def test_never_two_active_rows(self):
        """Invariant 2, by the database."""
        self._command()
        for role in ("owner", "delivery_lead"):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.cr.execute(
                    """INSERT INTO mci_ownership (lead_id, user_id, role, state)
                       VALUES (%s, %s, %s, 'active')""",
                    [self.deal.id, self.seller_2.id, role],
                )

    def test_rows_are_written_by_methods_only(self):
        self._command()
        row = self._active()
        for env in (self.env(user=self.env.ref("base.user_root")), row.env):
            with self.assertRaises(AccessError):
                row.with_env(env).write({"user_id": self.seller_2.id})
        with self.assertRaises(AccessError):
            self.env["mci.ownership"].create(
                {"lead_id": self.deal.id, "user_id": self.seller_2.id}
            )
        with self.assertRaises(AccessError):
            self.deal.mci_ledger_owner_id = self.seller_2

    def test_a_new_salesperson_is_offered(self):
        """O1: once the ledger is open, a seller's reassigning is an offer."""
        self._command()
        self.deal.with_user(self.seller).write({"user_id": self.seller_2.id})
        self.assertEqual(self.deal.mci_owner_id, self.seller)
        offer = self.deal.mci_ownership_ids.filtered(lambda r: r.state == "offered")
        self.assertEqual(offer.user_id, self.seller_2)
        offer.with_user(self.seller_2).action_accept()
        self.assertEqual(self.deal.mci_owner_id, self.seller_2)

    def test_a_manager_reassigns_at_once(self):
        self._command()
        self.deal.with_user(self.sales_manager).user_id = self.seller_2
        row = self._active()
        self.assertEqual(row.user_id, self.seller_2)
        self.assertEqual(row.offered_by_id, self.sales_manager)
        self.assertTrue(row.note)
        self.assertEqual(self.deal.mci_owner_id, self.seller_2)

    def test_another_center_releases_the_delivery_lead(self):
        self._command()
        other = self._mci_create_unit(
            "South", "SOUTH", "delivery_center", self.office_lead, ["office_lead"]
        )
        self.deal.mci_center_id = other
        self.assertFalse(self.deal.mci_delivery_lead_id)
        self.assertFalse(self._active(role="delivery_lead"))
        self.assertTrue(self._active(), "the owner stays")

    def test_ledger_queries_do_not_grow(self):
        def open_ledger(count):
            deals = self.env["crm.lead"].union(
                *(self._create_deal(f"Deal {i}") for i in range(count))
            )
            self.env.flush_all()
            start = self.cr.sql_log_count
            deals.sudo()._mci_open_ledger()
            self.env["mci.ownership"]._mci_follow_stage(deals)
            self.env.flush_all()
            return self.cr.sql_log_count - start

        open_ledger(1)
        self.assertEqual(open_ledger(2), open_ledger(20))

    def test_merge_moves_the_ledger(self):
        """The head keeps its owner, the history of the others moves (invariant 2)."""
        self._command()
        tail = self._command(self._create_deal("Port cranes again"))
        tail.with_user(self.sales_manager).user_id = self.seller_2
        offer = self._offer(self.sales_manager, tail, self.seller_2)
        self.deal.stage_id = self.bid
        rows = self.deal.mci_ownership_ids | tail.mci_ownership_ids
        head = (self.deal | tail).merge_opportunity()
        self.assertEqual(head, self.deal)
        self.assertFalse(tail.exists())
        self.assertEqual(rows.exists().lead_id, head)
        self.assertEqual(len(self._active(head)), 1)
        self.assertEqual(len(self._active(head, "delivery_lead")), 1)
        self.assertEqual(head.mci_owner_id, self.seller)
        self.assertEqual(offer.state, "declined")

    def test_merge_adopts_the_delivery_lead(self):
        tail = self._command(self._create_deal("Port cranes again"))
        self.deal.stage_id = self.bid
        head = (self.deal | tail).merge_opportunity()
        self.assertEqual(head.mci_delivery_lead_id, self.center_lead)
        self.assertEqual(self._active(head, "delivery_lead").user_id, self.center_lead)
        self.assertEqual(self._active(head).user_id, self.seller)

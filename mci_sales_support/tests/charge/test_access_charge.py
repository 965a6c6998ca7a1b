from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestAccessCharge(ChargeCommon):
    """The rows rates, charges, statements and budget of the table in design §4."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.charge = cls._work(8.0)
        cls.foreign = cls._work(
            8.0,
            lead=cls._create_lead("Colleague's deal", user_id=cls.seller_2.id),
            role="engineer_2",
            project_id=cls.office.project_id.id,
        )
        cls.statements = cls._generate()

    def _visible(self, user, model="mci.charge"):
        return self.env[model].with_user(user).search([])

    def test_charges(self):
        both = self.charge | self.foreign
        for user, expected in (
            (self.seller, self.charge),
            (self.seller_2, self.foreign),
            (self.engineer, self.charge),
            (self.engineer_2, self.foreign),
            (self.center_lead, self.charge),
            (self.office_lead, self.foreign),
            (self.sales_manager, both),
            (self.accountant, both),
            (self.mci_manager, both),
            (self.hr, self.env["mci.charge"]),
            (self.plain_user, self.env["mci.charge"]),
        ):
            self.assertEqual(self._visible(user).sudo(), expected, user.name)

    def test_charges_by_what_he_is(self):
        """Owner and delivery lead read, whatever their groups (A6)."""
        self.lead._mci_write_plain({"mci_delivery_lead_id": self.plain_user.id})
        self.assertEqual(self._visible(self.plain_user).sudo(), self.charge)
        self.lead._mci_write_plain(
            {"mci_delivery_lead_id": False, "mci_ledger_owner_id": self.plain_user.id}
        )
        self.env.flush_all()
        self.assertEqual(self._visible(self.plain_user).sudo(), self.charge)

    def test_statements(self):
        own = self.statements.filtered(lambda s: s.center_id == self.center)
        for user, expected in (
            (self.seller, self.env["mci.statement"]),
            (self.engineer, self.env["mci.statement"]),
            (self.hr, self.env["mci.statement"]),
            (self.center_lead, own),
            (self.office_lead, self.statements - own),
            (self.sales_manager, self.statements),
            (self.accountant, self.statements),
            (self.mci_manager, self.statements),
        ):
            self.assertEqual(
                self._visible(user, "mci.statement").sudo(), expected, user.name
            )

    def test_nobody_creates_or_deletes(self):
        for user in (
            self.seller,
            self.engineer,
            self.center_lead,
            self.accountant,
            self.mci_manager,
            self.hr,
        ):
            for model, vals in (
                ("mci.charge", {"lead_id": self.lead.id}),
                ("mci.statement", {"center_id": self.center.id}),
                ("mci.budget.change", {"lead_id": self.lead.id}),
                ("mci.charge.event", {"charge_id": self.charge.id}),
            ):
                with self.assertRaises(AccessError, msg=f"{user.name} {model}"):
                    self.env[model].with_user(user).create(vals)
            with self.assertRaises(AccessError):
                self.charge.with_user(user).unlink()

    def test_rates(self):
        draft = self._create_rate("level_1", 10.0)
        for user in (self.seller, self.engineer, self.center_lead, self.plain_user):
            self.assertNotIn(draft, self._visible(user, "mci.rate").sudo())
            with self.assertRaises(AccessError):
                draft.with_user(user).price_unit = 1.0
        for user in (self.accountant, self.mci_manager):
            draft.with_user(user).price_unit = 11.0
        with self.assertRaises(AccessError):
            draft.with_user(self.hr).price_unit = 1.0

    def test_two_roles(self):
        """Seller and engineer: own deals and own hours, and nothing to write."""
        self.seller_2.group_ids |= self.env.ref("mci_sales_support.group_engineer")
        self.assertEqual(self._visible(self.seller_2).sudo(), self.foreign)
        self.engineer.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        self.lead.user_id = self.seller
        self.assertEqual(self._visible(self.engineer).sudo(), self.charge)
        self.accountant.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.statements.with_user(self.accountant).write({"state": "posted"})

    def test_companies(self):
        company_2 = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self.accountant.copy({"login": "outsider"})
        outsider.write(
            {"company_ids": [(6, 0, company_2.ids)], "company_id": company_2.id}
        )
        self.assertFalse(self._visible(outsider))
        self.assertFalse(self._visible(outsider, "mci.statement"))
        self.assertFalse(self._visible(outsider, "mci.rate"))

    def test_lead_reads_all_fields(self):
        """No one2many of ours stops a reader of the deal (B7)."""
        names = [
            name
            for name in self.env["crm.lead"]._fields
            if name.startswith("mci_charge") or name.startswith("mci_budget")
        ]
        for user in (self.seller, self.sales_manager):
            self.lead.with_user(user).read(names)

    def test_timesheet_form_of_the_engineer(self):
        line = self.charge.timesheet_id.with_user(self.engineer)
        self.assertEqual(line.mci_charge_ids.sudo(), self.charge)
        line.unit_amount = 7.0
        self.assertEqual(self.charge.hours, 7.0)
        with self.assertRaises(AccessError):
            line.write({"mci_booking_id": 1})

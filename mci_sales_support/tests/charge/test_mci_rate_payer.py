from datetime import date

from lxml import etree
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestMciRatePayer(CompanyCommon):
    """A price agreed with the company charged goes before all others (C2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreed = cls._create_rate(
            "level_2", 80.0, payer_company_id=cls.company_2.id, cost_unit=1.0
        )
        cls.agreed.action_publish()

    def _key(self, payer=None, center=None):
        key = (
            self.function_presales.id,
            self.env.ref("mci_sales_support.level_2").id,
            (center or self.center).id,
            self.company.id,
            date(2026, 3, 10),
        )
        return key if payer is None else (*key, payer.id)

    def test_c2_the_list_says_for_whom_a_price_is(self):
        """Also to who works in one company, or two prices would look alike."""
        self.assertFalse(self.seller.has_group("base.group_multi_company"))
        for view_type in "list", "form":
            arch = (
                self.env["mci.rate"]
                .with_user(self.seller)
                .get_view(view_type=view_type)["arch"]
            )
            [node] = etree.fromstring(arch).xpath("//field[@name='payer_company_id']")
            self.assertNotIn("1", node.attrib.values())

    def test_c2_payer_unit_company(self):
        """For the payer and the unit, for the payer, for the unit, for everybody."""
        rates = self.env["mci.rate"]
        own = self._create_rate("level_2", 130.0, center_id=self.center.id)
        both = self._create_rate(
            "level_2",
            70.0,
            center_id=self.center.id,
            payer_company_id=self.company_2.id,
        )
        (own | both).action_publish()
        keys = {
            self._key(self.company_2): both,
            self._key(self.company_2, self.office): self.agreed,
            self._key(self.company): own,
            self._key(self.company, self.office): self.rates["level_2"],
            self._key(): own,
        }
        self.assertEqual(rates._mci_find_rates(keys), keys)
        self.assertEqual(
            [
                (line["rate_id"], line["chosen"])
                for line in rates._mci_explain_keys(keys)[self._key(self.company_2)]
            ],
            [
                (both.id, True),
                (self.agreed.id, False),
                (own.id, False),
                (self.rates["level_2"].id, False),
            ],
        )

    def test_c3_charges_of_either_company(self):
        home, abroad = self._work(8.0), self._work(8.0, lead=self.lead_2)
        self.assertEqual((home.price_unit, abroad.price_unit), (100.0, 80.0))
        self.assertEqual(abroad.payer_amount, 640 * 7.0)
        self.assertIn("Second company", abroad.explanation)
        explained = abroad.explain_price()[0]["lines"]
        self.assertEqual(
            [line["rate_id"] for line in explained],
            [self.agreed.id, self.rates["level_2"].id],
        )
        self.assertIn("agreed with the company charged", explained[0]["reason"])
        self.assertIn("no line is agreed", explained[1]["reason"])
        # the standard cost of the level is the company's, whoever pays (C8)
        self.assertEqual(abroad.timesheet_id.amount, -480.0)

    def test_c2_price_before_booking(self):
        booking = self._draft_booking(lead_id=self.lead_2.id)
        self.assertEqual(booking.price_unit, 80.0)
        self.assertTrue(booking.explain_price()[0]["lines"][0]["chosen"])
        self.assertEqual(
            booking.explain_price()[0]["lines"][0]["rate_id"], self.agreed.id
        )

    def test_c2_no_overlap_for_one_payer(self):
        second = self._create_rate("level_2", 75.0, payer_company_id=self.company_2.id)
        with (
            self._mci_quiet(),
            self.assertRaises(ExclusionViolation),
            self.cr.savepoint(),
        ):
            second.action_publish()

    def test_c2_published_payer_is_frozen(self):
        with self.assertRaises(AccessError):
            self.agreed.payer_company_id = self.company

    def test_c2_cards_keep_the_payer(self):
        """A line for one payer neither ends the common one nor is ended by it."""
        card = self.env["mci.rate.card"].create(
            {"name": "Next", "date_from": date(2027, 1, 1)}
        )
        card.action_fill(percent=10)
        self.assertEqual(
            card.line_ids.filtered("payer_company_id").mapped("price_unit"), [88.0]
        )
        card.line_ids.filtered(lambda line: not line.payer_company_id).unlink()
        card._mci_end_replaced()
        self.assertEqual(self.agreed.date_to, date(2026, 12, 31))
        self.assertFalse(self.rates["level_2"].date_to)

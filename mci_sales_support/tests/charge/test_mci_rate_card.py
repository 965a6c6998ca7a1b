from datetime import date, timedelta

from psycopg2.errors import ExclusionViolation, RestrictViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciRateCard(ChargeCommon):
    """C2: prices as a document; who writes them does not put them in force."""

    def _create_card(self, user=None, day=date(2031, 1, 1), **values):
        cards = self.env["mci.rate.card"].with_user(user or self.mci_manager)
        return cards.create(
            {
                "name": "Prices of 2031",
                "date_from": day,
                "line_ids": [
                    Command.create(
                        {
                            "function_id": self.function_presales.id,
                            "level_id": self.env.ref("mci_sales_support.level_2").id,
                            "price_unit": 110.0,
                        }
                    )
                ],
                **values,
            }
        )

    def _publish(self, card):
        card.with_user(self.mci_manager).action_consult()
        card.with_user(self.accountant).action_approve()
        card.with_user(self.accountant).action_publish()

    def test_c2_published_card_replaces_what_was_valid(self):
        card = self._create_card()
        self.assertEqual(card.line_ids.date_from, date(2031, 1, 1))
        self._publish(card)
        self.assertEqual(card.state, "published")
        self.assertTrue(card.line_ids.published)
        self.assertEqual(self.rates["level_2"].date_to, date(2030, 12, 31))
        self.assertFalse(self.rates["level_3"].date_to, "not on the card")

    def test_c2_own_line_of_a_unit_is_not_replaced(self):
        own = self._create_rate("level_2", 130.0, center_id=self.center.id)
        own.action_publish()
        self._publish(self._create_card())
        self.assertFalse(own.date_to)

    def test_c2_author_neither_approves_nor_publishes(self):
        card = self._create_card(self.accountant)
        card.with_user(self.accountant).action_consult()
        with self.assertRaises(AccessError):
            card.with_user(self.accountant).action_approve()
        card.with_user(self.mci_manager).action_approve()
        with self.assertRaises(AccessError):
            card.with_user(self.accountant).action_publish()
        with self.assertRaisesRegex(AccessError, "accountant"):
            card.with_user(self.mci_manager).action_publish()
        self.assertFalse(card.line_ids.published)

    def test_c2_author_of_one_line_counts(self):
        card = self._create_card()
        card.line_ids.with_user(self.accountant).price_unit = 111.0
        card.with_user(self.mci_manager).action_consult()
        with self.assertRaises(AccessError):
            card.with_user(self.accountant).action_approve()

    def test_c2_locked_from_the_consultation_on(self):
        card = self._create_card()
        card.action_consult()
        with self.assertRaises(AccessError):
            card.line_ids.price_unit = 1.0
        with self.assertRaises(AccessError):
            card.date_from = date(2032, 1, 1)
        with self.assertRaises(UserError):
            card.line_ids.unlink()
        with self.assertRaises(UserError):
            card.unlink()
        with self.assertRaises(UserError):
            self._create_rate("level_3", 1.0, card_id=card.id)
        card.action_reset_draft("Level 3 is missing.")
        card.line_ids.price_unit = 112.0
        card.date_from = date(2032, 1, 1)
        self.assertEqual(card.line_ids.date_from, date(2032, 1, 1))

    def test_c2_state_is_not_written(self):
        card = self._create_card()
        with self.assertRaises(AccessError):
            card.state = "published"
        with self.assertRaisesRegex(UserError, "with its card"):
            card.line_ids.with_user(self.accountant).action_publish()
        with self.assertRaisesRegex(UserError, "needs Approved"):
            card.with_user(self.accountant).action_publish()

    def test_c2_consultation_is_read_by_everybody(self):
        card = self._create_card()
        with self.assertRaises(AccessError):
            card.with_user(self.seller).read(["name"])
        card.action_consult()
        self.assertEqual(card.with_user(self.seller).line_ids.price_unit, 110.0)
        with self.assertRaises(AccessError):
            card.line_ids.with_user(self.seller).read(["cost_unit"])
        with self.assertRaises(AccessError):
            card.with_user(self.seller).action_approve()

    def test_c2_objections_are_answered_first(self):
        card = self._create_card()
        objections = self.env["mci.rate.objection"].with_user(self.seller)
        with self.assertRaises(UserError):
            objections.create({"card_id": card.id, "description": "Too early"})
        card.action_consult()
        objection = objections.create(
            {"card_id": card.id, "rate_id": card.line_ids.id, "description": "Too dear"}
        )
        self.assertEqual(objection.user_id, self.seller)
        with self.assertRaisesRegex(UserError, "1 objections"):
            card.with_user(self.accountant).action_approve()
        with self.assertRaises(AccessError):
            objection.action_answer("I answer myself")
        with self.assertRaises(AccessError):
            objection.with_user(self.engineer).description = "Not mine"
        objection.with_user(self.accountant).action_answer("Costs rose by 6 %.")
        self.assertEqual(objection.state, "answered")
        with self.assertRaises(UserError):
            objection.description = "I never said so"
        with self.assertRaisesRegex(UserError, "answered by"):
            objection.with_user(self.mci_manager).action_answer("They did not")
        self.assertEqual(objection.answer, "Costs rose by 6 %.")
        card.with_user(self.accountant).action_approve()
        self.assertEqual(card.state, "approved")

    def test_c2_consultation_takes_its_time(self):
        today = fields.Date.today()
        card = self._create_card(consultation_date=today + timedelta(days=2))
        card.action_consult()
        with self.assertRaisesRegex(UserError, "until"):
            card.with_user(self.accountant).action_approve()

    def test_c2_not_into_a_later_price(self):
        later = self._create_rate("level_2", 140.0, date_from=date(2031, 6, 1))
        self.rates["level_2"].date_to = date(2031, 5, 31)
        later.action_publish()
        card = self._create_card()
        card.action_consult()
        card.with_user(self.accountant).action_approve()
        with (
            self._mci_quiet(),
            self.assertRaises(ExclusionViolation),
            self.cr.savepoint(),
        ):
            card.with_user(self.accountant).action_publish()
        card.invalidate_recordset()
        self.assertEqual(card.state, "approved")
        self.assertFalse(card.line_ids.published)

    def test_fill_indexes_valid_prices(self):
        card = self._create_card(line_ids=False)
        self.assertEqual(card.action_fill(percent=3.5, step=0.5), 3)
        prices = {line.level_id.id: line.price_unit for line in card.line_ids}
        level = self.env.ref("mci_sales_support.level_3").id
        self.assertEqual(prices[level], 155.5, "150 × 1.035 = 155.25, to halves")
        line = card.line_ids.filtered(lambda line: line.level_id.id == level)
        self.assertEqual(line.sudo().cost_unit, 80.0)
        self.assertEqual(card.action_fill(), 0, "keys on the card stay")
        for percent, step in ((-100, 1), (5, 0)):
            with self.assertRaises(UserError):
                card.action_fill(percent, step)

    def test_next_card_follows(self):
        card = self._create_card()
        self._publish(card)
        action = card.with_user(self.mci_manager).action_next_card()
        following = self.env["mci.rate.card"].browse(action["res_id"])
        self.assertEqual(following.date_from, date(2032, 1, 1))
        self.assertEqual(len(following.line_ids), 3)

    def test_company_rule(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        card = self._create_card()
        card.action_consult()
        self.seller.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        with self.assertRaises(AccessError):
            card.with_user(self.seller).read(["name"])

    def test_c2_who_decided_is_never_forgotten(self):
        """Deleting a user does not erase who approved and published (C2)."""
        for model, names in (
            ("mci.rate.card", ("author_id", "approver_id", "publisher_id")),
            ("mci.rate", ("author_id", "publisher_id")),
        ):
            for name in names:
                self.assertEqual(self.env[model]._fields[name].ondelete, "restrict")
        user = new_test_user(self.env, login="mci_gone_publisher")
        self.rates["level_2"]._mci_unlock().publisher_id = user
        self.env.flush_all()
        with (
            self._mci_quiet(),
            self.assertRaises(RestrictViolation),
            self.cr.savepoint(),
        ):
            user.unlink()
            self.env.flush_all()

    def test_c2_consulted_means_end_and_cost_too(self):
        """Nothing of what others read is changed behind their back (C2)."""
        card = self._create_card()
        line = card.line_ids[:1]
        line.with_user(self.accountant).cost_unit = 70.0
        self.assertEqual(line.author_id, self.mci_manager, "the price is his")
        line.with_user(self.accountant).date_to = date(2031, 12, 31)
        self.assertEqual(line.author_id, self.accountant)
        card.action_consult()
        for values in ({"date_to": date(2031, 3, 31)}, {"cost_unit": 75.0}):
            with self.assertRaises(AccessError):
                line.with_user(self.accountant).write(values)

from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestChargeMessages(CaptureCommon):
    """Each reads in his language, once, and the chatter tells who posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.center_lead.lang = "zh_CN"

    def setUp(self):
        super().setUp()
        self.before = self.env["mail.message"].search([], limit=1, order="id desc").id

    def _told(self, user):
        return self.env["mail.message"].search(
            [
                ("id", ">", self.before),
                ("notified_partner_ids", "in", user.partner_id.ids),
            ]
        )

    def test_c5_one_question_for_each_receiver(self):
        charges = self._work(8.0) | self._work(2.0, day=date(2026, 3, 11))
        charges.with_user(self.seller).action_question("Why <both>?")
        message = self._told(self.center_lead)
        self.assertEqual(len(message), 1)
        self.assertIn("Why &lt;both&gt;?", message.body)
        for charge in charges.with_context(lang="zh_CN"):
            self.assertIn(charge.display_name, message.body)
        charges[0].with_user(self.seller).action_question("Why?")
        latest = self._told(self.center_lead)[0]
        self.assertTrue(latest.subject.startswith("关于计费明细的问题"), latest.subject)

    def test_c10_dissent(self):
        self.company.mci_unbooked_hours = "ask"
        charge = self._work(2.0)
        charge.with_user(self.seller).action_dissent("Not asked for")
        self.assertEqual(
            self._told(self.center_lead).subject, "商机不承担无人预约的工时"
        )
        self.assertEqual(
            self._told(self.engineer).subject,
            "The deal does not pay hours that nobody booked",
        )

    def test_c2_consultation(self):
        card = self.env["mci.rate.card"].create(
            {
                "name": "2027",
                "company_id": self.company.id,
                "date_from": date(2027, 1, 1),
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "function_id": self.function_presales.id,
                            "level_id": self.env.ref("mci_sales_support.level_2").id,
                            "price_unit": 110.0,
                        },
                    )
                ],
            }
        )
        card.with_user(self.mci_manager).action_consult()
        subject = self._told(self.center_lead).subject
        self.assertTrue(subject.startswith("内部结算价目征求意见"), subject)
        self.assertIn("consultation", self._told(self.sales_manager).subject)

    def test_c3_the_price_in_words_of_the_reader(self):
        charge = self._work(8.0)
        chinese = charge.with_user(self.center_lead).with_context(lang="zh_CN")
        self.assertIn("an hour", charge.price_words)
        self.assertNotIn("an hour", chinese.price_words)
        self.assertIn("每小时", chinese.price_words)
        self.assertIn(chinese.price_words, chinese.explain_price()[0]["explanation"])
        charge._mci_unlock().write({"explanation": "Agreed by hand"})
        self.assertEqual(chinese.price_words, "Agreed by hand", "frozen words stay")

    def test_c1_a_charge_that_costs_nothing_keeps_its_price_in_words(self):
        charge = self._work(8.0)
        priced = charge.with_context(lang="zh_CN").price_words
        charge.with_user(self.sales_manager).action_zero_rate("A favour")
        self.assertEqual(charge.price_unit, 0.0)
        charge.invalidate_recordset(["price_words"])
        self.assertEqual(charge.with_context(lang="zh_CN").price_words, priced)

    def test_c6_the_chatter_tells_who_posted(self):
        self._work(8.0)
        self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        statements = self._settle("accepted")
        self.assertEqual(len(statements), 2)
        self.env.flush_all()
        self.cr.precommit.clear()
        statements.with_user(self.accountant).with_context(
            tracking_disable=False
        ).action_post()
        self.env.flush_all()
        self.cr.precommit.run()
        for statement in statements:
            value = statement.message_ids.tracking_value_ids
            self.assertEqual(
                (value.old_value_char, value.new_value_char), ("Accepted", "Posted")
            )
            self.assertEqual(
                value.mail_message_id.author_id, self.accountant.partner_id
            )

    def test_wrong_arguments_are_named(self):
        booking = self._confirmed()
        week = self.env["mci.week"]
        for call in (
            lambda: booking.action_waive_cancel({"a": 1}),
            lambda: week.action_reopen(3),
            lambda: booking.action_propose("More", hours="many"),
            lambda: booking.action_propose("Later", date_start="soon"),
            lambda: booking.action_propose("He", resource_id=[1]),
            lambda: booking.action_dissent(["no"]),
        ):
            with self.assertRaisesRegex(UserError, "is no valid value of"):
                call()

from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestChargeWords(CaptureCommon):
    """What the addon composes is stored once and read in everybody's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")

    def _check_words(self, record, spoken, english, chinese):
        """Each reader in his language, whatever the text was recorded in."""
        self.assertIn(english, record.with_context(lang="en_US")[spoken])
        told = record.with_context(lang="zh_CN")[spoken]
        self.assertIn(chinese, told)
        self.assertNotIn(english, told)

    def _in_chinese(self, record):
        return record.with_context(lang="zh_CN")

    def test_a_no_show_names_who_did_not_come(self):
        booking = self._confirmed(16.0)
        with freeze_time("2026-03-09 03:00:00"):
            person = self._in_chinese(booking.with_user(self.engineer))
            person.action_no_show("customer", "等了一小时")
        charge = booking.charge_ids
        self.assertNotIn("did not come", charge.explanation, "as it was recorded")
        self._check_words(charge, "price_words", "did not come: 100 %", "客户")
        for lang in ("en_US", "zh_CN"):
            told = charge.with_context(lang=lang).price_words
            self.assertIn("等了一小时", told, "what a person typed stays")
        self.assertIn(
            "did not come", charge.explain_price()[0]["explanation"], "explain price"
        )

    def test_a_late_cancellation(self):
        self.company.mci_late_cancel_percent = 50.0
        booking = self._confirmed(16.0)
        with freeze_time("2026-03-08 23:00:00"):
            booking.with_user(self.seller).action_cancel("Called off")
        self._check_words(
            booking.charge_ids, "price_words", "50 % of 16 hours", "16 小时"
        )

    def test_how_it_was_reported(self):
        booking = self._confirmed(16.0)
        with freeze_time("2026-03-12"):
            booking.with_user(self.engineer).action_done(12.0, reason="customer")
        charge = booking.charge_ids[0]
        self._check_words(
            charge, "capture_words", "spent: Customer wanted more or less", "小时"
        )
        self.assertIn("12 h spent", charge.explain_price()[0]["explanation"])
        # Followed by somebody else, nothing happened to it.
        events = charge.event_ids
        self._in_chinese(charge)._mci_note_rounding()
        self.assertEqual(charge.event_ids, events)
        self._check_words(charge, "capture_words", "h spent", "小时")

    def test_silence_is_told_in_every_language(self):
        self.company.write(
            {"mci_unbooked_hours": "ask", "mci_unbooked_silence": "refuse"}
        )
        with freeze_time("2026-03-10"):
            charge = self._work(2.0, date(2026, 3, 10))
        charge._mci_unlock().consent_until = datetime(2026, 3, 13)
        with freeze_time("2026-03-20"):
            charge._do_silence()
        self.assertEqual((charge.consent, charge.amount), ("refused", 0.0))
        self._check_words(charge, "consent_words", "No answer in", "工作日")
        self._check_words(charge, "zero_rate_words", "Not consented: No", "工作日")
        event = charge.event_ids.filtered(lambda event: event.kind == "dissent")
        self._check_words(event, "note_words", "No answer in", "工作日")

    def test_a_decided_price_tells_the_one_before(self):
        charge = self._work(8.0)
        self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Dear", "price")
        self._in_chinese(charge.with_user(self.mci_manager)).action_decide(
            "repriced", "Half", price_unit=50.0
        )
        self._check_words(charge, "price_words", "Decided by", "每小时")
        self.assertIn("an hour", charge.price_words, "the rate line before")

    def test_hours_above_the_agreed_ones_are_disputed_by_silence(self):
        charge = self._work(8.0)
        charge._mci_unlock().is_overrun = True
        statement = self._settle("sent")
        statement._do_accept("silence")
        self.assertEqual(charge.state, "disputed")
        self._check_words(charge, "dispute_words", "More hours than agreed", "工时")
        self._check_words(
            charge.event_ids[0], "note_words", "More hours than agreed", "工时"
        )

    def test_corrections_and_charges_without_a_price(self):
        charge = self._work(8.0)
        self._settle("posted")
        fresh = charge.browse(charge.action_correct("Half", hours=4.0))
        for half in fresh:
            self.assertNotEqual(
                half.price_words, self._in_chinese(half).price_words, half.explanation
            )
            self.assertIn("Half", self._in_chinese(half).price_words)
        unpriced = self._work(1.0, date(2023, 3, 10))
        self._check_words(unpriced, "price_words", "No published", "没有已发布")

    def test_why_an_email_did_not_go(self):
        self._work(8.0)
        statement = self._settle("sent")
        statement.team_id.user_id = False
        statement._do_mail()
        self._check_words(statement, "mail_error_words", "no leader", "负责人")
        statement._mci_queue_mail()
        self.assertFalse(statement.mail_error_words)

    def test_texts_stored_before_are_shown_as_they_are(self):
        charge = self._work(8.0)
        charge.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE mci_charge SET explanation = 'Old words', capture_note = 'Old'"
                " WHERE id = %s",
                charge.id,
            )
        )
        charge.invalidate_recordset()
        for lang in ("en_US", "zh_CN"):
            reader = charge.with_context(lang=lang)
            self.assertEqual(
                (reader.price_words, reader.capture_words), ("Old words", "Old")
            )

    def test_a_typed_text_takes_the_place_of_words(self):
        charge = self._work(1.0, date(2023, 3, 10))
        self.assertTrue(charge.explanation_packed)
        charge._mci_unlock().write({"explanation": "Agreed by hand"})
        self.assertFalse(charge.explanation_packed)
        self.assertEqual(self._in_chinese(charge).price_words, "Agreed by hand")

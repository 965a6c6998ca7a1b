from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestPeriodObstacles(ChargeCommon):
    """C7: whoever closes reads at once, by name, all that stands in the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )

    def _refusal(self, periods=None):
        periods = (periods or self.period).with_user(self.accountant)
        with freeze_time("2026-04-03"), self.assertRaises(UserError) as caught:
            periods.action_close()
        self.assertEqual(set(periods.mapped("state")), {"open"})
        return caught.exception.args[0]

    def test_c7_all_in_one_message(self):
        self._activate_policy("none", date(2026, 1, 1))
        self.lead.mci_center_id = self.center
        with freeze_time("2026-03-06"):
            booking = self._draft_booking()
            booking.action_confirm()
        self._work(8.0)
        statement = self._settle("sent")
        self.resources["engineer_2"].mci_level_id = False
        unpriced = self._work(
            1.0, role="engineer_2", project_id=self.office.project_id.id
        )
        on_draft = self._generate()
        orphan = self._work(
            2.0, lead=self._create_lead("No team", team_id=False, user_id=False)
        )
        asked = self._work(3.0)
        asked._mci_unlock().write({"consent": "asked"})
        lines = self._refusal().splitlines()
        self.assertIn(self.period.name, lines[0])
        self.assertEqual(len(lines), 6, lines)
        for line, count, named in zip(
            lines[1:],
            ("1 bookings", "1 entries", "1 charges", "1 charges", "2 statements"),
            (
                booking.display_name,
                asked.display_name,
                unpriced.display_name,
                orphan.display_name,
                statement.display_name,
            ),
            strict=True,
        ):
            self.assertIn(count, line)
            self.assertIn(named, line)
        self.assertEqual(on_draft.charge_ids, unpriced)
        self.assertIn(on_draft.display_name, lines[-1])

    def test_c7_of_several_periods(self):
        february = self.env["mci.period"].create(
            {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
        )
        self._work(1.0, day=date(2026, 2, 10))
        text = self._refusal(self.period | february)
        self.assertEqual(text.count("on no statement"), 2)
        for period in self.period | february:
            self.assertIn(period.name, text)

    def test_c7_the_first_of_many_are_named(self):
        charges = [
            self._work(1.0, day=date(2026, 3, day)) for day in (2, 3, 4, 5, 6, 9, 10)
        ]
        text = self._refusal()
        self.assertIn("7 charges", text)
        self.assertIn(charges[4].display_name, text)
        self.assertNotIn(charges[5].display_name, text)
        self.assertIn("and 2 more", text)

    def test_c5_an_unpriced_charge_of_a_later_statement_waits_there(self):
        """Sent in March already: what came late is settled in April."""
        self._work(8.0)
        self._settle("posted")
        self.resources["engineer_2"].mci_level_id = False
        late = self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        self._generate(4)
        self.assertEqual((late.is_late, late.is_unpriced), (True, True))
        may = self.env["mci.period"].create(
            {"date_from": date(2026, 5, 1), "date_to": date(2026, 5, 31)}
        )
        with freeze_time("2026-06-03"):
            (self.period | may).with_user(self.accountant).action_close()
        self.assertEqual(set((self.period | may).mapped("state")), {"closed"})

    def test_c7_opened_again_with_a_reason(self):
        """Over RPC as in the dialog: by name, when and why."""
        with freeze_time("2026-04-03"):
            self.period.with_user(self.accountant).action_close()
        period = self.period.with_user(self.accountant)
        for reason in (None, False, "", "  "):
            with self.subTest(reason), self.assertRaisesRegex(UserError, "reason"):
                period.action_reopen(reason)
        with self.assertRaisesRegex(UserError, "reason"):
            period.action_reopen()
        self.assertEqual(period.state, "closed")
        with self.assertRaises(AccessError):
            self.period.with_user(self.center_lead).action_reopen("For me")
        period.action_reopen(" A bill came late ")
        self.assertEqual(period.state, "open")
        note = self.period.message_ids[0]
        self.assertIn("A bill came late", note.body)
        self.assertEqual(note.author_id, self.accountant.partner_id)

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..charge.common import ChargeCommon

START = date(2026, 3, 1)


@tagged("post_install", "-at_install")
class TestDiagnosis(ChargeCommon):
    """D1: named figures before and with the method, and the list behind each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mci_start_date = START
        cls.team.mci_distance = "near"
        cls.far_team = cls.env["crm.team"].create(
            {
                "name": "Island Sales",
                "company_id": cls.company.id,
                "mci_distance": "far",
            }
        )
        cls.big = cls._graded("Terminal", "a", "delivery_center", cls.seller_2, 900)
        cls.small = cls._graded("Kiosk", "d", "local_office", cls.seller, 10)

    @classmethod
    def _graded(cls, name, grade, tier, seller, amount, **vals):
        lead = cls._create_lead(name, user_id=seller.id, **vals)
        lead._mci_write_plain(
            {
                "mci_grade_id": cls.env.ref(f"mci_sales_support.grade_{grade}").id,
                "mci_tier": tier,
                "mci_grading_amount": amount,
            }
        )
        return lead

    def _past(self, **vals):
        line = self.env["mci.past.hour"].create(
            {
                "company_id": self.company.id,
                "date": date(2026, 1, 10),
                "lead_name": "Old",
                "hours": 8,
                "user_id": self.seller.id,
                "team_id": self.team.id,
                **{k: v for k, v in vals.items() if k != "tier"},
            }
        )
        line._write({"tier": vals.get("tier", "local_office")})
        line.invalidate_recordset()
        return line

    def _figures(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        indicators = self.env["mci.indicator"].with_user(user or self.sales_manager)
        return {
            indicator.code: indicator
            for indicator in indicators.with_context(
                allowed_company_ids=self.company.ids
            ).search([])
        }

    def _pair(self, code):
        indicator = self._figures()[code]
        return (
            round(indicator.before, 1) if indicator.has_before else None,
            round(indicator.value, 1) if indicator.has_value else None,
        )

    def test_every_indicator_says_what_it_is(self):
        indicators = self.env["mci.indicator"].search([])
        self.assertEqual(set(indicators.mapped("pain")), {"near", "owner", "scattered"})
        self.assertTrue(all(indicators.mapped("definition")))
        figures = self._figures()
        known = figures["ab_share"]._mci_get_figures()
        self.assertEqual(set(indicators.mapped("code")), set(known))

    def test_d1_share_of_a_and_b(self):
        self._past(hours=6)
        self._past(hours=2, tier="delivery_center")
        self._work(6.0, day=date(2026, 3, 10), lead=self.big)
        self._work(2.0, day=date(2026, 3, 11), lead=self.small)
        self._work(8.0, day=date(2026, 2, 11), lead=self.small)
        self.assertEqual(self._pair("ab_share"), (12.5, 75.0))
        rows = self.env["mci.diagnosis.hour"]._read_group(
            [("company_id", "=", self.company.id)], ["phase"], ["ab_share:avg"]
        )
        self.assertEqual(
            {phase: round(share, 1) for phase, share in rows},
            {"before": 12.5, "with": 75.0},
        )

    def test_d1_hours_without_a_booking(self):
        self._past(hours=3, is_planned=True)
        self._past(hours=1)
        self._work(8.0)
        self.assertEqual(self._pair("unbooked"), (25.0, 100.0))

    def _request(self, team, hours, filled, asked, grade="d", **vals):
        lead = self._graded(
            "Asked", grade, "local_office", self.seller, 5, team_id=team.id
        )
        request = (
            self.env["mci.request"]
            .sudo()
            ._mci_unlock()
            .create(
                {
                    "lead_id": lead.id,
                    "center_id": self.office.id,
                    "date_needed": asked,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "function_id": self.function_presales.id,
                                "hours": hours,
                            },
                        )
                    ],
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_request SET filled_hours = %s, create_date = %s, state = %s"
            " WHERE id = %s",
            (
                filled,
                asked,
                "filled" if filled >= hours else vals.get("state", "expired"),
                request.id,
            ),
        )
        if "answered" in vals:
            self._answer(request, vals["answered"])
        self.env.invalidate_all()
        return request

    def _answer(self, request, day):
        booking = (
            self.env["mci.booking"]
            .sudo()
            ._mci_unlock()
            .create(
                {
                    "lead_id": request.lead_id.id,
                    "center_id": self.office.id,
                    "function_id": self.function_presales.id,
                    "request_line_id": request.line_ids.id,
                    "resource_id": self.resources["engineer_2"].id,
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_booking SET state = 'confirmed', decided_date = %s"
            " WHERE id = %s",
            (day, booking.id),
        )

    def test_d1_fill_rate_and_waiting_by_distance(self):
        self._past(
            hours=0, hours_asked=40, team_id=self.far_team.id, date_asked="2026-01-01"
        )
        self._past(
            hours=10,
            hours_asked=10,
            team_id=self.far_team.id,
            date_asked="2025-12-31",
        )
        self._past(hours=8, hours_asked=8)
        self._request(self.far_team, 10, 10, "2026-03-05", answered="2026-03-09")
        self._request(self.far_team, 10, 5, "2026-03-06")
        self._request(self.far_team, 99, 0, "2026-03-06", state="withdrawn")
        self.assertEqual(self._pair("far_fill"), (20.0, 75.0))
        self.assertEqual(self._pair("far_waiting"), (10.0, 4.0))
        self.assertEqual(self._pair("fill_gap")[0], 80.0)

    def test_d1_out_of_order(self):
        self._request(self.team, 8, 8, "2026-03-04", "d", answered="2026-03-06")
        self._request(self.team, 8, 8, "2026-03-02", "b", answered="2026-03-07")
        self._request(self.team, 8, 8, "2026-03-09", "d", answered="2026-03-10")
        self._request(self.team, 8, 0, "2026-03-11", "a")
        self.assertEqual(self._pair("out_of_order"), (None, 33.3))

    def _old(self, name, grade, asked, worked, hours=8, **vals):
        return self._past(
            lead_name=name,
            grade_id=self.env.ref(f"mci_sales_support.grade_{grade}").id,
            date_asked=asked,
            date=worked,
            hours=hours,
            hours_asked=8,
            **{"department": "Presales", **vals},
        )

    def test_d1_out_of_order_before(self):
        """Past hours have grade and days: a better deal of the department waited."""
        self._old("Small", "d", "2026-01-02", "2026-01-05")
        self._old("Small", "d", "2026-01-02", "2026-01-06")  # its second day
        self._old("Terminal", "a", "2026-01-03", "2026-01-09")
        self.assertEqual(self._pair("out_of_order")[0], 50.0)
        # in order: nobody better waited, or only after the answer
        self._old("Later", "d", "2026-01-12", "2026-01-13")
        self._old("Big", "a", "2026-01-13", "2026-01-14")
        self.assertEqual(self._pair("out_of_order")[0], 25.0)
        # nobody ever came to the better one
        self._old("Kiosk", "d", "2026-01-15", "2026-01-19")
        self._old("Harbour", "b", "2026-01-14", "2026-02-01", hours=0)
        self.assertEqual(self._pair("out_of_order")[0], 40.0)
        # other departments, and lines without grade or day asked, say nothing of it
        self._old("Yard", "a", "2026-01-01", "2026-02-20", department="Test")
        self.assertEqual(round(self._pair("out_of_order")[0]), 33)
        self._past(hours_asked=8, date=date(2026, 1, 4))
        self.assertEqual(round(self._pair("out_of_order")[0]), 33)
        rows = self.env["mci.diagnosis.request"].search(
            [("company_id", "=", self.company.id), ("is_out_of_order", ">", 0)]
        )
        self.assertEqual(sorted(rows.mapped("lead_name")), ["Kiosk", "Small"])

    def test_d1_no_baseline_is_said(self):
        for indicator in self._figures().values():
            self.assertFalse(indicator.has_before, indicator.code)
            self.assertEqual(indicator.text_before, "no baseline")
        self._past(hours=8)
        figures = self._figures()
        self.assertEqual(figures["ab_share"].text_before, "0 %")
        # what an old list of hours cannot know is no zero
        for code in ("unowned", "undeclared", "dropped", "out_of_order"):
            self.assertEqual(figures[code].text_before, "no baseline", code)

    def test_d1_seniors_by_seller(self):
        """The seller with one small deal has the seniors, the big deal has nobody."""
        self._work(8.0, lead=self.small, role="engineer_2")
        self._work(8.0, lead=self.big, role="engineer")
        self.assertEqual(self._pair("senior_gap")[1], 100.0)
        rows = self.env["mci.diagnosis.seller"].search(
            [("company_id", "=", self.company.id), ("phase", "=", "with")]
        )
        self.assertEqual(
            {row.user_id: (row.senior_share, row.ab_share) for row in rows},
            {self.seller: (100.0, 0.0), self.seller_2: (0.0, 100.0)},
        )

    def test_d1_a_seller_sees_his_own_row(self):
        self._work(8.0, lead=self.small, role="engineer_2")
        self._work(8.0, lead=self.big, role="engineer_2")
        self.env.flush_all()
        sellers = self.env["mci.diagnosis.seller"]
        for user in (self.seller, self.seller_2):
            self.assertEqual(sellers.with_user(user).search([]).user_id, user)
        for user in (self.sales_manager, self.center_lead, self.mci_manager):
            seen = sellers.with_user(user).search([]).user_id
            self.assertLessEqual(self.seller | self.seller_2, seen)

    def test_d1_who_reads_the_company(self):
        models = ("hour", "request", "deal")
        for role in ("seller", "engineer", "accountant", "plain_user", "hr"):
            user = getattr(self, role)
            for name in models:
                with self._mci_quiet(), self.assertRaises(AccessError):
                    self.env[f"mci.diagnosis.{name}"].with_user(user).search([])
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.env["mci.indicator"].with_user(user)._mci_get_figures()
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.env["mci.indicator"].with_user(user).search([]).read()
        for role in ("sales_manager", "center_lead", "mci_manager"):
            user = getattr(self, role)
            for name in models:
                self.env[f"mci.diagnosis.{name}"].with_user(user).search([])
            self.assertTrue(self._figures(user))

    def test_d1_owner_departments_and_commitments(self):
        departments = self.env["hr.department"].create(
            [{"name": f"Department {number}"} for number in range(4)]
        )
        roles = ("engineer", "engineer_2", "center_lead", "office_lead")
        for role, department in zip(roles, departments, strict=True):
            self.employees[role].department_id = department
            self._work(2.0, lead=self.big, role=role)
        self._work(2.0, lead=self.small)
        self.env["mci.promise"].create(
            [{"lead_id": self.big.id, "name": f"Promise {n}"} for n in range(4)]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_promise SET state = 'undeclared' WHERE id = ("
            " SELECT MAX(id) FROM mci_promise WHERE lead_id = %s)",
            (self.big.id,),
        )
        before = self._pair("unowned")[1] or 0
        nobody = self._create_lead("Nobody's")
        nobody.user_id = False
        self.assertFalse(nobody.mci_owner_id)
        self.assertEqual(self._pair("unowned")[1], before + 1)
        deal = self.env["mci.diagnosis.deal"].search([("lead_id", "=", self.big.id)])
        self.assertEqual(
            (deal.department_count, deal.promise_count, deal.undeclared_count),
            (4, 4, 1),
        )
        self.assertEqual(self._pair("departments")[1], 50.0)

    def test_d1_held_and_dropped(self):
        bookings = (
            self.env["mci.booking"]
            .sudo()
            ._mci_unlock()
            .create(
                [
                    {
                        "lead_id": self.small.id,
                        "center_id": self.office.id,
                        "function_id": self.function_presales.id,
                        "resource_id": self.resources["engineer_2"].id,
                        "date_start": "2026-03-09 01:00:00",
                        "date_stop": "2026-03-09 09:00:00",
                        "hours": hours,
                        "hold_user_id": self.office_lead.id,
                        "state": state,
                    }
                    for hours, state in ((6, "cancelled"), (2, "done"))
                ]
            )
        )
        self.assertTrue(bookings)
        self.assertEqual(self._pair("dropped"), (None, 75.0))

    def test_d1_lights(self):
        indicator = self._figures()["far_waiting"]
        for before, value, light in (
            (20.0, 2.0, "green"),
            (20.0, 8.0, "amber"),
            (20.0, 15.0, "red"),
            (None, 5.0, "red"),
            (20.0, None, False),
        ):
            self.assertEqual(indicator._mci_get_light(before, value), light)
        high = self._figures()["ab_share"]
        self.assertEqual(high._mci_get_light(10.0, 70.0), "green")
        self.assertEqual(high._mci_get_light(10.0, 40.0), "amber")
        self.assertEqual(high._mci_get_light(10.0, 20.0), "red")

    def test_d1_the_list_behind_each_figure(self):
        self._work(8.0, lead=self.small)
        for indicator in self._figures().values():
            action = indicator.action_open()
            model = self.env[action["res_model"]].with_user(self.sales_manager)
            model.search(action["domain"], limit=1)
            with self._mci_quiet(), self.assertRaises(AccessError):
                indicator.with_user(self.seller).action_open()

    def test_d1_another_company_is_not_counted(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self._past(hours=8)
        figures = self._figures()
        indicators = self.env["mci.indicator"].sudo()
        empty = indicators.with_context(allowed_company_ids=other.ids)
        self.assertEqual(empty._mci_get_figures()["ab_share"], (None, None))
        self.assertTrue(figures["ab_share"].has_before)

    def test_d1_the_page_costs_the_same_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._figures()["ab_share"].mapped("value")
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(12):
            self._past(hours=1 + number, lead_name=f"Old {number}")
            self._work(1.0, lead=self.small, day=date(2026, 3, 2 + number))
        self.assertEqual(count(), few)
        self.assertLess(few, 20)

from odoo.exceptions import AccessError

from .grade_common import GradeCommon


class TestAccessGrades(GradeCommon):
    """Who reads and writes deals, grades and exceptions (design §4, A6, B4-B8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._mci_deal(400000)
        cls.lead.with_user(cls.seller).mci_request_grade("A", "strategic", "Key")
        cls.lead.mci_center_id = cls.center
        cls.other = cls._mci_deal(500, user_id=cls.seller_2.id)

    def _read_all(self, lead, user):
        lead = lead.with_user(user)
        lead.env.invalidate_all()
        names = lead.fields_get(attributes=["type"])
        lead.read(list(names))
        lead.web_read({name: {} for name in names})
        lead.web_read(
            {
                name: {"fields": {"display_name": {}}}
                for name, spec in names.items()
                if spec["type"] in ("one2many", "many2many") and name.startswith("mci_")
            }
        )

    def test_b7_every_reader_reads_all_fields(self):
        for user in (
            self.seller,
            self.sales_manager,
            self.center_lead,
            self.mci_manager,
        ):
            with self.subTest(user.login):
                self._read_all(self.lead, user)

    def test_a6_owner_and_delivery_lead_without_group_read_all_fields(self):
        for name in ("mci_ledger_owner_id", "mci_delivery_lead_id"):
            lead = self._mci_deal(400000)
            lead._mci_write_plain({name: self.plain_user.id})
            with self.subTest(name):
                self._read_all(lead, self.plain_user)

    def test_b8_deals_of_others_stay_unseen(self):
        for user in (
            self.engineer,
            self.office_lead,
            self.accountant,
            self.hr,
            self.plain_user,
            self.seller_2,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.lead.with_user(user).read(["name"])
        with self.assertRaises(AccessError):
            self.other.with_user(self.center_lead).read(["name"])

    def test_b8_reading_gives_no_write(self):
        self.lead._mci_write_plain({"mci_delivery_lead_id": self.seller_2.id})
        self.lead.with_user(self.seller_2).read(["name"])
        for user in (self.seller_2, self.center_lead, self.mci_manager):
            lead = self.lead.with_user(user)
            for call in (lambda x: x.write({"name": "Mine"}), lambda x: x.unlink()):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    call(lead)

    def test_team_leader_and_deputy_read_the_deals_of_the_team(self):
        self.team.mci_deputy_id = self.plain_user
        self._read_all(self.lead, self.plain_user)

    def test_approver_reads_the_deal_he_decides_on(self):
        self.env["mci.approval.rule"].create(
            {
                "kind": "grade",
                "approver_type": "user",
                "approver_id": self.plain_user.id,
            }
        )
        self.other.with_user(self.seller_2).mci_request_grade("C", "showcase", "Fair")
        self._read_all(self.other, self.plain_user)

    def test_people_outside_sales_get_the_card(self):
        lead = self.lead.with_user(self.center_lead)
        card = self.env.ref("mci_sales_support.mci_deal_card_view_form")
        self.assertEqual(lead.get_formview_id(), card.id)
        self.assertNotEqual(self.lead.with_user(self.seller).get_formview_id(), card.id)
        arch = lead.get_view(card.id, "form")
        spec = {name: {} for name in arch["models"]["crm.lead"]}
        self.assertTrue(lead.web_read(spec))

    def test_configuration_is_the_administrators(self):
        draft = self.policy.copy()
        cases = (
            (draft, {"note": "x"}),
            (draft.line_ids[0], {"budget_hours": 1}),
            (self.grades["A"], {"name": "x"}),
        )
        for user in (
            self.seller,
            self.sales_manager,
            self.center_lead,
            self.accountant,
        ):
            for record, vals in cases:
                self.assertTrue(record.with_user(user).read())
                with self.subTest(user.login), self.assertRaises(AccessError):
                    record.with_user(user).write(vals)
        self.grades["A"].with_user(self.mci_manager).name = "Key"

    def test_grade_changes_follow_the_deal(self):
        change = self.lead.mci_grade_change_ids
        for user in (
            self.seller,
            self.sales_manager,
            self.center_lead,
            self.mci_manager,
        ):
            self.assertTrue(change.with_user(user).read(["reason"]))
            with self.assertRaises(AccessError):
                change.with_user(user).write({"reason": "x"})
        for user in (self.engineer, self.seller_2, self.office_lead, self.plain_user):
            self.assertFalse(change.with_user(user).search([("id", "=", change.id)]))

    def test_exceptions_are_seen_by_who_sees_the_deal(self):
        event = self.env["mci.rule.level"]._mci_enforce(
            "M2", "Above the tier", self.company, lead=self.lead
        )
        Event = self.env["mci.rule.event"]
        for user, seen in (
            (self.seller, True),
            (self.sales_manager, True),
            (self.center_lead, True),
            (self.mci_manager, True),
            (self.seller_2, False),
            (self.engineer, False),
            (self.plain_user, False),
        ):
            with self.subTest(user.login):
                found = Event.with_user(user).search([("id", "=", event.id)])
                self.assertEqual(bool(found), seen)

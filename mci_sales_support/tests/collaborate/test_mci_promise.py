from odoo.exceptions import AccessError
from odoo.tests import tagged

from .ownership_common import OwnershipCommon


@tagged("post_install", "-at_install")
class TestMciPromise(OwnershipCommon):
    """Commitments to the customer (O3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._command()

    def _promise(self, user=None, **vals):
        return (
            self.env["mci.promise"]
            .with_user(user or self.seller)
            .create({"lead_id": self.deal.id, "name": "Live in May", **vals})
        )

    def test_create(self):
        promise = self._promise()
        self.assertEqual(promise.state, "made")
        self.assertEqual(promise.promised_by_id, self.seller)
        self.assertEqual(promise.company_id, self.company)

    def test_create_refuses_forged_values(self):
        for vals in (
            {"state": "kept"},
            {"promised_by_id": self.seller_2.id},
            {"decided_by_id": self.center_lead.id},
        ):
            with self.assertRaises(AccessError, msg=vals):
                self._promise(**vals)
            forged = {f"default_{name}": value for name, value in vals.items()}
            with self.assertRaises(AccessError, msg=forged):
                self.env["mci.promise"].with_user(self.seller).with_context(
                    **forged
                ).create({"lead_id": self.deal.id, "name": "Forged"})
        with self.assertRaises(AccessError):
            self._promise().write({"state": "kept"})

    def test_who_keeps_the_list(self):
        """Owner, delivery lead and the seller write; the others read or see nothing."""
        self._promise(self.center_lead)
        promise = self._promise()
        for user in (self.engineer, self.seller_2, self.plain_user, self.accountant):
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.name):
                self._promise(user)
            with self._mci_quiet(), self.assertRaises(AccessError, msg=user.name):
                promise.with_user(user).write({"name": "Other"})
        promise.with_user(self.center_lead).name = "Live in June"
        promise.with_user(self.seller).unlink()

    def test_answers(self):
        promise = self._promise()
        with self.assertRaises(AccessError):
            promise.with_user(self.seller).action_accept()
        with self.assertRefused("reason"):
            promise.with_user(self.center_lead).action_reject()
        promise.with_user(self.center_lead).action_reject("No people in May")
        self.assertEqual(
            (promise.state, promise.note), ("rejected", "No people in May")
        )
        promise.with_user(self.center_lead).action_accept()
        self.assertEqual(promise.decided_by_id, self.center_lead)
        promise.with_user(self.seller).action_keep()
        self.assertEqual(promise.state, "kept")
        with self.assertRefused("already decided"):
            promise.with_user(self.seller).action_break("Late")

    def test_other_words_are_another_commitment(self):
        promise = self._promise()
        promise.with_user(self.center_lead).action_accept()
        promise.with_user(self.seller).name = "Live in April"
        self.assertEqual(promise.state, "made")
        self.assertFalse(promise.decided_by_id)

    def test_history_stays(self):
        promise = self._promise()
        promise.with_user(self.center_lead).action_break("Live in August")
        for change in ({"name": "Live in August"}, {"active": False}):
            with self.assertRefused("already Broken"):
                promise.with_user(self.seller).write(change)
        with self.assertRefused("already Broken"):
            promise.with_user(self.seller).unlink()

    def test_a_commitment_stays_with_its_deal(self):
        promise = self._promise()
        other = self._create_deal("Other")
        with self.assertRefused("stays with the deal"):
            promise.with_user(self.seller).lead_id = other

    def test_undeclared(self):
        """O3: found after the declaration = undeclared = broken."""
        with self.assertRefused("never declared"):
            self.deal.with_user(self.center_lead).mci_report_undeclared("Free training")
        self.deal.with_user(self.seller).mci_declare_promises()
        self.deal.with_user(self.center_lead).mci_sign_feasibility()
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.deal.with_user(self.engineer).mci_report_undeclared("Free training")
        promise = self.env["mci.promise"].browse(
            self.deal.with_user(self.center_lead).mci_report_undeclared("Free training")
        )
        self.assertEqual(promise.state, "undeclared")
        self.assertEqual(promise.promised_by_id, self.seller)
        self.assertEqual(self.deal.mci_signoff_state, "signed", "the list is as signed")
        with self.assertRefused("already Undeclared"):
            promise.with_user(self.seller).unlink()

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMciStatementMail(ChargeCommon):
    """C5: the statement on paper and by e-mail, in the receiver's language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.lead_2 = cls._create_lead("Second deal")
        cls._work(8.0)
        cls._work(2.5, lead=cls.lead_2, role="center_lead")
        cls.statement = cls._settle("sent")

    def _mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [("model", "=", "mci.statement"), ("res_id", "=", self.statement.id)]
            )
        )

    def test_c5_by_email_after_sending(self):
        """Nothing in the transaction that sends; one e-mail for each language."""
        self.assertTrue(self.statement.mail_pending)
        self.assertFalse(self._mails())
        self.team.mci_deputy_id = self.plain_user
        self.plain_user.lang = "fr_FR"
        self._mci_run_cron("ir_cron_mci_statement_mail")
        mails = self._mails()
        self.assertEqual(len(mails), 2)
        self.assertEqual(
            mails.recipient_ids, (self.sales_manager + self.plain_user).partner_id
        )
        for mail in mails:
            self.assertEqual(len(mail.attachment_ids), 1)
            self.assertIn(self.statement.name, mail.subject)
            self.assertIn(f"/odoo/mci.statement/{self.statement.id}", mail.body_html)
        french = mails.filtered(
            lambda mail: mail.recipient_ids == self.plain_user.partner_id
        )
        self.assertIn("1\u202f300,00", french.body_html.replace("\xa0", "\u202f"))
        self.assertFalse(self.statement.mail_pending)
        self.assertTrue(self.statement.mail_date)
        self._mci_run_cron("ir_cron_mci_statement_mail")
        self.assertEqual(len(self._mails()), 2, "e-mailed once")

    def test_c5_email_again_and_who(self):
        self._mci_run_cron("ir_cron_mci_statement_mail")
        for user in (self.sales_manager, self.seller, self.engineer):
            with self.assertRaises(AccessError):
                self.statement.with_user(user).action_mail()
        self.statement.with_user(self.center_lead).action_mail()
        self._mci_run_cron("ir_cron_mci_statement_mail")
        self.assertEqual(len(self._mails()), 2)
        draft = self._work(1.0) and self._generate(4)
        with self.assertRaises(UserError):
            draft.action_mail()

    def test_c5_nobody_to_write_to_is_said(self):
        self.team.user_id = False
        self._mci_run_cron("ir_cron_mci_statement_mail")
        self.assertFalse(self._mails())
        self.assertIn("no leader", self.statement.mail_error)

    def test_c5_no_email_by_setting(self):
        self.company.mci_statement_mail = False
        self._work(1.0)
        self.assertFalse(self._settle("sent", 4).mail_pending)

    def test_c5_printed(self):
        """By deal, with hours, price, explanation and totals; no cost anywhere (C8)."""
        charge = self.statement.charge_ids.filtered(lambda c: c.lead_id == self.lead)
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.sales_manager)
            ._render_qweb_html(
                "mci_sales_support.mci_statement_report", self.statement.ids
            )
        )
        page = content.decode()
        for text in (
            self.statement.name,
            self.lead.name,
            "Second deal",
            self.customer.name,
            "1,300.00",
            "800.00",
            "500.00",
            "2.50",
            charge.explanation,
            self.resources["engineer"].name,
        ):
            self.assertIn(text, page)
        for cost in ("60.00", "110.00", "480.00", "275.00"):
            self.assertNotIn(cost, page)

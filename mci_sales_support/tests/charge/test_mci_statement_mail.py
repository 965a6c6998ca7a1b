from datetime import datetime

from lxml import etree

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

    def test_c5_what_was_answered_asks_for_nothing(self):
        self.statement.with_user(self.sales_manager).action_accept()
        self._mci_run_cron("ir_cron_mci_statement_mail")
        body = self._mails().body_html
        self.assertIn(self.team.name, body)
        for question in ("Please accept", "Without an answer"):
            self.assertNotIn(question, body)

    def test_c5_nobody_to_write_to_is_said(self):
        self.team.user_id = False
        self._mci_run_cron("ir_cron_mci_statement_mail")
        self.assertFalse(self._mails())
        self.assertIn("no leader", self.statement.mail_error)

    def test_c5_days_of_the_reader(self):
        """The scheduled action has no time zone: a day is the day where he reads."""
        self.team.mci_deputy_id = self.plain_user
        self.sales_manager.tz, self.plain_user.tz = "Asia/Shanghai", "America/New_York"
        self.statement._mci_unlock().accept_deadline = datetime(2026, 4, 7, 18, 30)
        self._mci_run_cron("ir_cron_mci_statement_mail")
        mails = self._mails()
        self.assertEqual(len(mails), 2)
        for user, day, hour, day_on_paper in (
            (self.sales_manager, "4/8/26", "2:30", "04/08/2026"),
            (self.plain_user, "4/7/26", "2:30", "04/07/2026"),
        ):
            mail = mails.filtered(lambda m, u=user: m.recipient_ids == u.partner_id)
            self.assertRegex(mail.body_html, f"{day}, {hour}")
            self.assertIn(day_on_paper, mail.attachment_ids.raw.decode())

    def test_c5_without_a_pdf_it_is_said(self):
        view = self.env.ref("mci_sales_support.mci_statement_document")
        arch = etree.fromstring(view.arch_db)
        etree.SubElement(arch, "t", {"t-out": "doc.no_such_field"})
        view.arch_db = etree.tostring(arch, encoding="unicode")
        with self.assertLogs("odoo.addons.mci_sales_support", "WARNING"):
            self._mci_run_cron("ir_cron_mci_statement_mail")
        self.assertEqual(len(self._mails()), 1)
        self.assertFalse(self._mails().attachment_ids)
        self.assertIn("No PDF", self.statement.mail_error)

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

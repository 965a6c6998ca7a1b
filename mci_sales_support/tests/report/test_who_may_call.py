import lxml.html

from odoo.tests import tagged

from ..charge.common import ChargeCommon


@tagged("post_install", "-at_install")
class TestWhoMayCall(ChargeCommon):
    """D1: one printable page from the policy in force, for everybody."""

    def _activate(self):
        policy = self.env["mci.grade.policy"].create(
            {
                "name": "Bands of the year",
                "company_id": self.company.id,
                "date_from": "2020-01-01",
            }
        )
        policy.action_propose_bands()
        policy.action_activate()
        return policy

    def _render(self, user, **context):
        report = self.env["ir.actions.report"].with_user(user).with_context(**context)
        action = (
            self.env["mci.grade.policy"]
            .with_user(user)
            .with_context(**context)
            .action_who_may_call()
        )
        ids = action["context"]["active_ids"]
        html, _kind = report._render_qweb_html(action["report_name"], ids)
        return html.decode()

    def test_d1_page_from_the_policy_in_force(self):
        policy = self._activate()
        self.team.mci_office_id = self.office
        self.env["mci.approval.rule"].create(
            {"kind": "override", "approver_id": self.mci_manager.id, "sla_hours": 7}
        )
        for role in ("seller", "engineer", "sales_manager", "plain_user"):
            html = self._render(getattr(self, role))
            for text in (
                "Bands of the year",
                "North Delivery Center",
                "City Office",
                "Service Hotline",
                "Center lead",
                "Queue override",
                "the delivery lead of the deal",
                "City Sales",
            ):
                self.assertIn(text, html, role)
            for line in policy.line_ids:
                self.assertIn(line.grade_id.name, html)

    def test_d1_time_limits_of_each_grade(self):
        policy = self._activate()
        levels = self.env["mci.service.level"]
        levels.search([]).unlink()
        grade = policy.line_ids[:1].grade_id
        levels.create(
            {
                "grade_id": grade.id,
                "company_id": self.company.id,
                "respond_hours": 3.5,
                "start_hours": 17,
            }
        )
        html = self._render(self.plain_user)
        cells = [
            [cell.text_content().strip() for cell in row.iterfind("td")][-2:]
            for row in lxml.html.fromstring(html).iterfind(".//table[1]/tbody/tr")
        ][: len(policy.line_ids)]
        self.assertEqual(cells[0], ["3.5", "17"])
        self.assertEqual(cells[1:], [["–", "–"]] * (len(policy.line_ids) - 1))

    def test_d1_in_the_language_of_the_reader(self):
        self._activate()
        self.env["mci.approval.rule"].create(
            {"kind": "override", "approver_id": self.mci_manager.id}
        )
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search(
            [("name", "=", "mci_sales_support")]
        )._update_translations(["zh_CN"])
        html = self._render(self.seller, lang="zh_CN")
        for text in ("交付中心", "服务热线", "插队"):
            self.assertIn(text, html)

    def test_d1_without_a_policy(self):
        self.env["mci.grade.policy"].search([])._mci_unlock().write(
            {"state": "retired"}
        )
        self.env.registry.clear_cache()
        policies = self.env["mci.grade.policy"].with_user(self.seller)
        action = policies.action_who_may_call()
        self.assertIn("No grading policy", action["params"]["message"])

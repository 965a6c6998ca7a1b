import io
import json
from datetime import date

from openpyxl import load_workbook

from odoo import http
from odoo.tests import HttpCase, tagged

from .common import ChargeCommon

# report: (columns of its list, groups of its pivot, measures of its pivot)
REPORTS = {
    "mci.deal.report": (
        ("lead_name", "team_id", "lost_reason_id", "stage_id", "owner_id", "amount"),
        "team_id",
        ("amount:sum", "presales_return:avg", "cost_per_win:avg"),
    ),
    "mci.charge.report": (
        ("lead_name", "team_id", "lost_reason_id", "stage_name", "hours", "amount"),
        "stage_id",
        ("hours:sum", "amount:sum", "lost_share:avg"),
    ),
    "mci.center.report": (
        ("date", "center_id", "income", "cost", "recovery"),
        "center_id",
        ("income:sum", "cost:sum", "recovery:avg"),
    ),
    "mci.credit.report": (
        ("lead_name", "user_id", "credited_amount", "charged_amount"),
        "user_id",
        ("credited_amount:sum", "charged_amount:sum", "presales_return:avg"),
    ),
    "mci.budget.burn": (("lead_name", "kind", "amount"), "lead_id", ("amount:sum",)),
    "mci.settlement.ageing": (
        ("lead_name", "status", "days", "amount"),
        "bucket",
        ("amount:sum",),
    ),
    "mci.charge": (("lead_name", "hours", "amount"), "team_id", ("amount:sum",)),
}


@tagged("post_install", "-at_install")
class TestReportExport(ChargeCommon, HttpCase):
    """Lists and pivots of all reports leave as XLSX, as an accountant asks for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant.write(
            {
                "password": "mci_accountant",
                "group_ids": [(4, cls.env.ref("base.group_allow_export").id)],
            }
        )
        cls.small = cls._create_lead("Small deal", expected_revenue=1000.0)
        cls._work(8.0, date(2026, 3, 10))
        cls._work(2.0, date(2026, 3, 11), lead=cls.small)
        (cls.lead | cls.small).action_set_won()
        cls.env.flush_all()

    def _download(self, path, data):
        response = self.url_open(
            path,
            data={
                "data": json.dumps(data),
                "csrf_token": http.Request.csrf_token(self),
            },
        )
        self.assertEqual(response.status_code, 200, response.text[:500])
        rows = load_workbook(io.BytesIO(response.content)).active.iter_rows(
            values_only=True
        )
        return [list(row) for row in rows]

    def _export_list(self, model, names, groupby=()):
        report = self.env[model]
        return self._download(
            "/web/export/xlsx",
            {
                "model": model,
                "fields": [
                    {"name": name, "label": name, "type": report._fields[name].type}
                    for name in names
                ],
                "ids": False,
                "domain": [],
                "groupby": list(groupby),
                "import_compat": False,
                "context": {"lang": "en_US"},
            },
        )

    def _export_pivot(self, model, group, measures):
        """What the pivot sends: a row for each group, a column for each measure."""
        rows = self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/formatted_read_group",
            {
                "model": model,
                "method": "formatted_read_group",
                "args": [[], [group], list(measures)],
                "kwargs": {},
            },
        )
        self.assertTrue(rows, model)
        cells = [[row[measure] or 0.0 for measure in measures] for row in rows]
        table = self._download(
            "/web/pivot/export_xlsx",
            {
                "title": "Report",
                "model": model,
                "measure_count": len(measures),
                "origin_count": 1,
                "col_group_headers": [],
                "measure_headers": [
                    {"title": name, "is_bold": False} for name in measures
                ],
                "rows": [
                    {
                        "title": str(row[group]),
                        "indent": 1,
                        "values": [{"value": value} for value in values],
                    }
                    for row, values in zip(rows, cells, strict=True)
                ],
            },
        )
        self.assertEqual(table[0][1:], list(measures))
        for row, values in zip(table[1:], cells, strict=True):
            for found, value in zip(row[1:], values, strict=True):
                self.assertAlmostEqual(found, value, 6)

    def test_lists_and_pivots(self):
        self.authenticate(self.accountant.login, "mci_accountant")
        for model, (names, group, measures) in REPORTS.items():
            with self.subTest(model):
                table = self._export_list(model, names)
                self.assertEqual(table[0], list(names))
                self.assertEqual(
                    len(table) - 1,
                    self.env[model].with_user(self.accountant).search_count([]),
                )
                self._export_pivot(model, group, measures)

    def _get_group(self, table):
        """The row of the won deals in a list exported by outcome."""
        [row] = [row for row in table if str(row[0]).strip().lower() == "won (2)"]
        return row

    def test_c9_ratios_of_groups_are_of_sums(self):
        self.authenticate(self.accountant.login, "mci_accountant")
        names = ("lead_name", "amount", "won_revenue", "presales_return")
        table = self._export_list("mci.deal.report", names, ["outcome"])
        group = self._get_group(table)
        report = self.env["mci.deal.report"].with_user(self.accountant)
        [(ratio,)] = report._read_group(
            [("outcome", "=", "won")], [], ["presales_return:avg"]
        )
        self.assertEqual(round(group[3], 4), round(ratio, 4))
        single = [row[3] for row in table if row[0] in ("Small deal", self.lead.name)]
        self.assertNotEqual(round(group[3], 2), round(sum(single) / 2, 2))
        # Without its two columns a ratio of a group has no figure.
        table = self._export_list(
            "mci.deal.report", ("lead_name", "presales_return"), ["outcome"]
        )
        group = self._get_group(table)
        self.assertFalse(group[1])

    def test_no_pivot_invents_figures(self):
        """Odoo's sample rows of an empty pivot leave with its XLSX, as if they were."""
        views = self.env["ir.ui.view"].search([("type", "=", "pivot")])
        ours = views.filtered(
            lambda view: (view.xml_id or "").startswith("mci_sales_support")
        )
        self.assertTrue(ours)
        for view in ours:
            self.assertNotIn("sample=", view.arch, view.xml_id)

    def test_nobody_exports_without_the_right(self):
        self.accountant.group_ids -= self.env.ref("base.group_allow_export")
        self.authenticate(self.accountant.login, "mci_accountant")
        with self.assertLogs("odoo.addons.web.controllers.export", "ERROR"):
            response = self.url_open(
                "/web/export/xlsx",
                data={
                    "data": json.dumps(
                        {
                            "model": "mci.deal.report",
                            "fields": [
                                {
                                    "name": "amount",
                                    "label": "amount",
                                    "type": "monetary",
                                }
                            ],
                            "ids": False,
                            "domain": [],
                            "import_compat": False,
                        }
                    ),
                    "csrf_token": http.Request.csrf_token(self),
                },
            )
        self.assertEqual(response.status_code, 500)

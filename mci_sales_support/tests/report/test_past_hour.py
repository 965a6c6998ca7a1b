import codecs
import csv
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_path

from ..charge.common import ChargeCommon

COLUMNS = ["date", "lead_name", "user_id", "amount", "level_id", "hours"]


@tagged("post_install", "-at_install")
class TestPastHour(ChargeCommon):
    """D1: past hours are a baseline, imported with a dry run; nothing else changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mci_start_date = date(2026, 3, 1)
        cls.env["mci.grade.policy"].search([])._mci_unlock().write({"state": "retired"})
        policy = cls.env["mci.grade.policy"].create(
            {"name": "Bands", "company_id": cls.company.id, "date_from": "2020-01-01"}
        )
        policy.action_propose_bands()
        policy.action_activate()
        cls.past = cls.env["mci.past.hour"].with_user(cls.mci_manager)

    def _row(self, day="2026-02-10", hours="6", **values):
        row = {
            "date": day,
            "lead_name": "Old dairy",
            "user_id": "Seller",
            "amount": "2000000",
            "level_id": "Senior",
            "hours": hours,
            **values,
        }
        return [row[name] for name in COLUMNS]

    def test_d1_import_grades_by_the_policy(self):
        result = self.past.load(COLUMNS, [self._row(), self._row(amount="1000")])
        self.assertFalse(result["messages"])
        self.assertRecordValues(
            self.past.browse(result["ids"]),
            [
                {
                    "grade_id": self.env.ref("mci_sales_support.grade_a").id,
                    "tier": "delivery_center",
                    "user_id": self.seller.id,
                    "level_id": self.env.ref("mci_sales_support.level_3").id,
                },
                {
                    "grade_id": self.env.ref("mci_sales_support.grade_d").id,
                    "tier": "local_office",
                    "user_id": self.seller.id,
                    "level_id": self.env.ref("mci_sales_support.level_3").id,
                },
            ],
        )

    def test_d1_dry_run_names_every_wrong_line_and_keeps_nothing(self):
        rows = [
            self._row(),
            self._row(day="2026-03-10"),
            self._row(user_id="Nobody at all"),
            self._row(hours="many"),
            self._row(hours="25"),
            self._row(hours="0"),
            self._row(hours="-2"),
            self._row(amount="-5"),
            self._row(),
        ]
        before = self.past.search_count([])
        with self._mci_quiet():
            problems = self.past.dry_run(COLUMNS, rows)
        said = {problem["line"]: problem["message"] for problem in problems}
        self.assertEqual([*said], [2, 3, 4, 5, 6, 7, 8])
        self.assertIn("before", said[2])
        self.assertIn("Nobody at all", said[3])
        self.assertIn("24 hours", said[5])
        for line in (6, 7, 8):
            self.assertRegex(said[line], r"^.+, 2026-\d\d-\d\d: hours were worked")
        self.assertEqual(self.past.search_count([]), before)
        self.assertEqual(self.past.dry_run(COLUMNS, [self._row()]), [])

    def test_d1_dry_run_refuses_nonsense(self):
        for columns, rows in (("date", []), (COLUMNS, "x"), (COLUMNS, [["1"]])):
            with self.assertRaises(UserError):
                self.past.dry_run(columns, rows)

    def test_d1_who_imports(self):
        for role in ("seller", "sales_manager", "center_lead", "accountant"):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.past.with_user(getattr(self, role)).dry_run(COLUMNS, [])
        self.past.load(COLUMNS, [self._row()])
        for role in ("sales_manager", "center_lead"):
            self.assertTrue(self.past.with_user(getattr(self, role)).search([]))
        for role in ("seller", "engineer", "plain_user"):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.past.with_user(getattr(self, role)).search([])

    def test_d1_touches_no_charge_and_no_statement(self):
        self._work(8.0)
        charges = self.env["mci.charge"].search([])
        before = charges.read()
        lines = self.env["account.analytic.line"].search_count([])
        self.past.load(COLUMNS, [self._row() for _number in range(20)])
        statements = self._generate()
        self.assertEqual(statements.charge_ids, charges)
        self.assertEqual(self.env["account.analytic.line"].search_count([]), lines)
        self.assertEqual(len(self.env["mci.charge"].search([])), len(before))

    def test_d1_many_lines_cost_no_query_each(self):
        """Odoo's import looks names up line by line; what we add does not."""

        def count(number):
            vals = {"date": "2026-02-10", "lead_name": "Old", "amount": 5, "hours": 4}
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.past.create([dict(vals) for _n in range(number)])
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(90), count(10) + 2)

    def test_the_template_can_be_imported(self):
        """By who reads Chinese as well: level names in his language and in English."""
        self.env["res.lang"]._activate_lang("zh_CN")
        level = self.env.ref("mci_sales_support.level_3")
        for lang in ("en_US", "zh_CN"):
            past = self.past.with_context(lang=lang)
            name = level.with_context(lang=lang).name
            header, *rows = csv.reader(past._mci_write_template().splitlines())
            self.assertLessEqual(set(header), set(past._fields))
            self.assertEqual(rows[0][header.index("level_id")], name)
            result = past.load(header, rows)
            self.assertFalse(result["messages"])
            self.assertEqual(past.browse(result["ids"][0]).level_id, level)
        self.assertNotEqual(name, "Senior")
        rows[0][header.index("level_id")] = "Senior"
        self.assertFalse(past.dry_run(header, rows), "English names count as well")
        rows[0][header.index("level_id")] = "Nobody's level"
        self.assertEqual(past.dry_run(header, rows)[0]["line"], 1)

    def test_migration_marks_the_senior_levels(self):
        path = "mci_sales_support/migrations/19.0.1.1.0/post-levels.py"
        spec = spec_from_file_location("post_levels", file_path(path))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        levels = self.env["mci.level"].search([])
        self.env.cr.execute("UPDATE mci_level SET is_senior = NULL")
        script.migrate(self.env.cr, "19.0.1.0.0")
        levels.invalidate_recordset()
        self.assertEqual(
            levels.filtered("is_senior").mapped("code"),
            ["L3", "L4"],
        )


@tagged("post_install", "-at_install")
class TestImportTemplate(ChargeCommon, HttpCase):
    """The file that Odoo's import offers, over HTTP."""

    def test_who_gets_the_template(self):
        [template] = self.env["mci.past.hour"].get_import_templates()
        for role, status in (("mci_manager", 200), ("seller", 403)):
            user = getattr(self, role)
            user.password = user.login
            self.authenticate(user.login, user.login)
            with self._mci_quiet(), mute_logger("odoo.http"):
                answer = self.url_open(template["template"])
            self.assertEqual(answer.status_code, status, role)
            if status == 200:
                self.assertEqual(answer.content[:3], codecs.BOM_UTF8)
                self.assertIn(",Senior,", answer.text)
        self.assertEqual(
            self.url_open("/mci_sales_support/template/res.partner").status_code, 404
        )

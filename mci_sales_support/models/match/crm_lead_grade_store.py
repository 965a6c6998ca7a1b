from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...tools.grading import Facts, Graded

# From so many deals on they are read and written past the ORM: its cache costs more per
# deal than grading it (M1).
STORE_BATCH = 300
# Columns of each deal alone; deals share the values of the others.
AMOUNT_COLUMNS = Graded._fields[:2]
GRADE_COLUMNS = Graded._fields[2:]
# Besides the columns of the facts, what decides the company.
COMPANY_FIELDS = ("type", "company_id", "team_id", "user_id")


class CrmLead(models.Model):
    """Reading and writing what grades a deal: few by the ORM, many by SQL (M1)."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # Read
    # ------------------------------------------------------------

    def _mci_read_facts(self):
        """:return: list of :class:`Facts` of the opportunities among these deals"""
        if len(self) >= STORE_BATCH:
            return self._mci_fetch_facts()
        return [lead._mci_get_facts() for lead in self if lead.type == "opportunity"]

    def _mci_get_facts(self):
        return Facts(
            self.id,
            self._mci_get_company().id,
            self.expected_revenue,
            self.recurring_revenue_monthly,
            self.mci_resold_amount,
            self.mci_partner_led,
            self.mci_amount_evidence or None,
            self.mci_grade_manual,
            self.mci_initiated_date,
            self.won_status,
            self.mci_grading_amount,
            self.mci_graded_amount,
            self.mci_computed_grade_id.id or None,
            self.mci_grade_id.id or None,
            self.mci_tier or None,
            self.mci_grade_policy_key or None,
            self.mci_graded_evidence or None,
        )

    def _mci_fetch_facts(self):
        """One query, with the company as :meth:`_mci_get_company` says."""
        self.flush_recordset([*Facts._fields, *COMPANY_FIELDS])
        self.env["crm.team"].flush_model(["company_id"])
        self.env["res.users"].flush_model(["company_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT lead.id,
                       COALESCE(lead.company_id, team.company_id,
                                salesman.company_id, %(company)s),
                       COALESCE(lead.expected_revenue, 0.0),
                       COALESCE(lead.recurring_revenue_monthly, 0.0),
                       COALESCE(lead.mci_resold_amount, 0.0),
                       lead.mci_partner_led, lead.mci_amount_evidence,
                       lead.mci_grade_manual, lead.mci_initiated_date, lead.won_status,
                       COALESCE(lead.mci_grading_amount, 0.0),
                       COALESCE(lead.mci_graded_amount, 0.0),
                       lead.mci_computed_grade_id, lead.mci_grade_id, lead.mci_tier,
                       NULLIF(lead.mci_grade_policy_key, 0), lead.mci_graded_evidence
                  FROM crm_lead lead
             LEFT JOIN crm_team team ON team.id = lead.team_id
             LEFT JOIN res_users salesman ON salesman.id = lead.user_id
                 WHERE lead.id = ANY(%(ids)s) AND lead.type = 'opportunity'
                """,
                company=self.env.company.id,
                ids=list(self.ids),
            )
        )
        return list(map(Facts._make, rows))

    # ------------------------------------------------------------
    # Write
    # ------------------------------------------------------------

    def _mci_write_grades(self, results):
        """Write what differs, a list of (:class:`Facts`, :class:`Graded`)."""
        old_tiers = {
            facts.id: facts.mci_tier
            for facts, graded in results
            if facts.mci_tier and facts.mci_tier != graded.mci_tier
        }
        if len(results) < STORE_BATCH:
            self._mci_put_grades(results)
        else:
            self._mci_store_grades(results)
        initiated = [facts.id for facts, _graded in results if facts.mci_initiated_date]
        self.browse(initiated)._mci_raise_gate_grade()
        if old_tiers:
            self.browse(old_tiers)._mci_on_tier_changed(old_tiers)

    def _mci_put_grades(self, results):
        """Into the cache, deals with the same result at once: no query of its own."""
        groups = defaultdict(list)
        for facts, graded in results:
            lead = self.browse(facts.id)
            lead._mci_put(dict(zip(AMOUNT_COLUMNS, graded[:2], strict=True)))
            groups[graded[2:]].append(facts.id)
        for values, ids in groups.items():
            self.browse(ids)._mci_put(dict(zip(GRADE_COLUMNS, values, strict=True)))
        leads = self.browse([facts.id for facts, _graded in results])
        leads._mci_after_put(Graded._fields)

    def _mci_store_grades(self, results):
        """Into the database, many deals with one statement."""
        ids = [facts.id for facts, _graded in results]
        names = SQL(", ").join(map(SQL.identifier, Graded._fields))
        columns = SQL(", ").join(
            SQL(
                "%s::%s[]",
                list(values),
                SQL.identifier(self._fields[name].column_type[0]),
            )
            for name, values in zip(
                Graded._fields,
                zip(*(graded for _facts, graded in results), strict=True),
                strict=True,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET (%(names)s) = ROW(%(values)s)"
                " FROM unnest(%(ids)s::int4[], %(columns)s) AS graded (id, %(names)s)"
                # Said twice: without it the database reads the whole table a batch.
                " WHERE crm_lead.id = graded.id AND crm_lead.id = ANY(%(ids)s)",
                names=names,
                values=SQL(", ").join(
                    SQL("graded.%s", SQL.identifier(name)) for name in Graded._fields
                ),
                ids=ids,
                columns=columns,
            )
        )
        leads = self.browse(ids)
        leads.invalidate_recordset(Graded._fields, flush=False)
        leads.modified(Graded._fields)

    def _mci_on_tier_changed(self, old_tiers):
        """The support tier of these deals changed.

        :param dict old_tiers: id of the deal -> tier before
        """

from collections import defaultdict

from odoo import models
from odoo.tools import SQL

# From so many deals on the columns are written past the ORM, see _mci_store_grades.
STORE_BATCH = 300

# Columns of which many deals share the values, and those of each deal alone.
GRADE_COLUMNS = (
    "mci_computed_grade_id",
    "mci_grade_id",
    "mci_tier",
    "mci_grade_policy_key",
    "mci_graded_evidence",
)
AMOUNT_COLUMNS = ("mci_grading_amount", "mci_graded_amount")


class CrmLead(models.Model):
    """Writing the grade columns: few deals in the cache, many by SQL (M1)."""

    _inherit = "crm.lead"

    def _mci_write_grades(self, results):
        """Write what differs."""
        changed, old_tiers = {}, {}
        for lead, values in results.items():
            present = lead._mci_get_grade_values()
            if present == values:
                continue
            changed[lead.id] = values
            if present["mci_tier"] and present["mci_tier"] != values["mci_tier"]:
                old_tiers[lead.id] = present["mci_tier"]
        leads = self.browse(changed)
        if len(changed) < STORE_BATCH:
            leads._mci_put_grades(changed)
        else:
            leads._mci_store_grades(changed)
        if old_tiers:
            self.browse(old_tiers)._mci_on_tier_changed(old_tiers)

    def _mci_put_grades(self, values_by_id):
        """Into the cache, deals with the same result at once: no query of its own."""
        groups = defaultdict(list)
        for lead in self:
            values = values_by_id[lead.id]
            lead._mci_put({name: values[name] for name in AMOUNT_COLUMNS})
            groups[tuple(values[name] for name in GRADE_COLUMNS)].append(lead.id)
        for values, ids in groups.items():
            self.browse(ids)._mci_put(dict(zip(GRADE_COLUMNS, values, strict=True)))
        self._mci_after_put((*AMOUNT_COLUMNS, *GRADE_COLUMNS))
        self._mci_raise_gate_grade()

    def _mci_store_grades(self, values_by_id):
        """Into the database, many deals with one statement.

        The cache of the ORM costs more per deal than grading it; a hundred thousand
        deals have to be graded in the time of one ORM write of them (M1).
        """
        names = (*AMOUNT_COLUMNS, *GRADE_COLUMNS)
        initiated = self.filtered("mci_initiated_date")
        self.flush_recordset(names)
        columns = [
            SQL(
                "%s::%s[]",
                [values[name] or None for values in values_by_id.values()]
                if name in GRADE_COLUMNS
                else [values[name] for values in values_by_id.values()],
                SQL(self._fields[name].column_type[0]),
            )
            for name in names
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET %s FROM unnest(%s, %s) AS graded (id, %s)"
                " WHERE crm_lead.id = graded.id AND crm_lead.id = ANY(%s)",
                SQL(", ").join(
                    SQL("%s = graded.%s", SQL.identifier(n), SQL.identifier(n))
                    for n in names
                ),
                SQL("%s::int4[]", list(values_by_id)),
                SQL(", ").join(columns),
                SQL(", ").join(map(SQL.identifier, names)),
                # Said twice: without it the database reads the whole table a batch.
                list(values_by_id),
            )
        )
        self.invalidate_recordset(names, flush=False)
        self.modified(names)
        initiated._mci_raise_gate_grade()

    def _mci_on_tier_changed(self, old_tiers):
        """The support tier of these deals changed.

        :param dict old_tiers: id of the deal -> tier before
        """

    def _mci_get_grade_values(self):
        return {
            "mci_grading_amount": self.mci_grading_amount,
            "mci_graded_amount": self.mci_graded_amount,
            "mci_computed_grade_id": self.mci_computed_grade_id.id,
            "mci_grade_id": self.mci_grade_id.id,
            "mci_tier": self.mci_tier,
            "mci_grade_policy_key": self.mci_grade_policy_key,
            "mci_graded_evidence": self.mci_graded_evidence,
        }

from odoo import api, models, tools
from odoo.tools import SQL


class CrmLead(models.Model):
    """Odoo merges deals and deletes the tail as superuser: our records move first."""

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        # EXTENDS crm: Odoo's assignment merges leads by the hundred, and most of them
        # know nothing of sales support.
        result = super()._merge_dependences(opportunities)
        self._mci_merge_initiation(opportunities.sudo())
        if opportunities._mci_is_linked():
            self._mci_merge(opportunities)
        return result

    def _mci_merge(self, opportunities):
        """Move the records of the tail to this deal; each package moves its own."""
        for model in ("mci.grade.change", "mci.rule.event"):
            records = self.env[model].sudo()
            records = records.search([("lead_id", "in", opportunities.ids)])
            if model == "mci.grade.change":
                records._mci_refuse_waiting(
                    self.env._("The deal was merged into another one.")
                )
            records._mci_unlock().write({"lead_id": self.id})

    def _mci_is_linked(self):
        """Whether any record of ours names one of these deals: one query."""
        links = self._mci_get_links()
        for model, name in links:
            self.env[model].flush_model([name])
        parts = [
            SQL(
                "EXISTS (SELECT FROM %s WHERE %s IN %s)",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(name),
                tuple(self.ids),
            )
            for model, name in links
        ]
        [[found]] = self.env.execute_query(SQL("SELECT %s", SQL(" OR ").join(parts)))
        return found

    @api.model
    @tools.ormcache()
    def _mci_get_links(self):
        """Stored fields of ours that name a deal: ``((model, field), …)``."""
        return tuple(
            (model._name, name)
            for model in self.env.values()
            for name, field in model._fields.items()
            if model._auto
            and not model._abstract
            and not model._transient
            and field.comodel_name == "crm.lead"
            and field.type == "many2one"
            and field.store
            and (model._name.startswith("mci.") or name.startswith("mci_"))
        )

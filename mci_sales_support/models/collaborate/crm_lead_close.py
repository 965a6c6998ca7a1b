from odoo import api, fields, models


class CrmLead(models.Model):
    """What starts when a deal closes: credits (O4) and evaluations (O5).

    Only for deals closed since the company's start date. A deal that came into Odoo
    closed is history: nobody is credited or assessed for it.
    """

    _inherit = "crm.lead"

    mci_created_closed = fields.Boolean(
        string="Created closed",
        readonly=True,
        copy=False,
        help="The deal came into Odoo won or lost, as history does: it carries no"
        " credits and no evaluation forms (O5).",
    )

    def _mci_get_locked_fields(self):
        # EXTENDS match
        return super()._mci_get_locked_fields() | {"mci_created_closed"}

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        # EXTENDS crm: without an old status the deals are just being created.
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        closed = self.filtered(
            lambda lead: any(new_status_by_lead.get(lead.id, {}).values())
        )
        if not old_status_by_lead:
            if closed:
                closed._mci_write_plain({"mci_created_closed": True})
            return result
        was_closed = self.filtered(
            lambda lead: any(old_status_by_lead[lead.id].values())
        )
        just_closed = closed - was_closed
        if history := just_closed.filtered("mci_created_closed"):
            history._mci_write_plain({"mci_created_closed": False})
        was_won = self.filtered(lambda lead: old_status_by_lead[lead.id]["is_won"])
        is_won = self.filtered(lambda lead: new_status_by_lead[lead.id]["is_won"])
        if left := was_won - is_won:
            left.sudo()._mci_on_win_lapsed()
        if won := is_won - was_won:
            won.sudo()._mci_on_won()
        if just_closed:
            just_closed.sudo()._mci_on_closed()
        return result

    def _mci_on_won(self):
        """These deals have just been won; filled by credits."""

    def _mci_on_win_lapsed(self):
        """These deals were won and no longer are; filled by credits."""

    def _mci_on_closed(self):
        """These deals have just been won or lost; filled by evaluations."""

    def _mci_filter_judged(self):
        """Deals closed since the company's start date, and not created closed (O5)."""
        return self.filtered(
            lambda lead: lead.type == "opportunity"
            and lead.date_closed
            and not lead.mci_created_closed
            and lead.date_closed.date() >= lead._mci_get_judged_since()
        )

    def _mci_get_judged_since(self):
        start = self._mci_get_company().mci_start_date
        return start or fields.Date.from_string("1900-01-01")

    @api.model
    def _mci_get_first_start(self):
        """Earliest start date of all companies: nothing older is looked at."""
        first = self.env["res.company"].search(
            [("mci_start_date", "!=", False)], order="mci_start_date", limit=1
        )
        return first.mci_start_date or fields.Date.today()

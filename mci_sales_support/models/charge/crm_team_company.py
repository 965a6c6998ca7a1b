from odoo import models
from odoo.exceptions import UserError

SETTLED = ("sent", "disputed", "accepted", "posted")
NAMED_DEALS = 3


class CrmTeam(models.Model):
    """A team's company bears the deals that name none of their own (C6, C7).

    When the team goes to another company, open charges and running bookings of such
    deals follow, as if the deal had changed. With charges that are being settled or
    posted the team stays: its deals move one by one, with *Reverse and re-charge*.
    """

    _inherit = "crm.team"

    def write(self, vals):
        if "company_id" not in vals:
            return super().write(vals)
        moving = self.filtered(lambda team: team.company_id.id != vals["company_id"])
        before = {
            lead: lead._mci_get_company() for lead in moving._mci_get_borne_deals()
        }
        for team in moving:
            team._check_nothing_settled()
        result = super().write(vals)
        for lead, company in before.items():
            if lead._mci_get_company() != company:
                lead._mci_on_company_changed(company)
        return result

    def _mci_get_borne_deals(self):
        """Deals whose payer is the team's company, with something that follows it."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        return leads.search(
            [
                ("team_id", "in", self.ids),
                ("company_id", "=", False),
                "|",
                "|",
                "|",
                ("mci_charge_ids", "!=", False),
                ("mci_booking_ids", "!=", False),
                ("mci_analytic_account_id", "!=", False),
                ("mci_budget_approved", "!=", 0),
            ]
        )

    def _check_nothing_settled(self):
        """Refuse by name what only an accountant of both companies may move."""
        self.ensure_one()
        if not self.company_id:
            return  # the company of a shared team's deal is the deal's own affair
        charges = self.env["mci.charge"].sudo().with_context(active_test=False)
        charges = charges.search(
            [
                ("lead_id.team_id", "=", self.id),
                ("payer_company_id", "=", self.company_id.id),
                ("state", "in", SETTLED),
            ]
        ).filtered(lambda charge: not charge.statement_id.is_showback)
        posted = charges.filtered(lambda charge: charge.state == "posted")
        charges -= posted - posted._mci_get_to_recharge()
        if charges:
            names = charges.lead_id.sorted("id").mapped("name")
            raise UserError(
                self.env._(
                    "%(team)s stays in %(company)s: %(count)s charges of its deals are"
                    " posted there or being settled (%(deals)s). Make a team in the"
                    " other company and give it these deals with Reverse and re-charge"
                    " (C7).",
                    team=self.display_name,
                    company=self.company_id.name,
                    count=len(charges),
                    deals=", ".join(names[:NAMED_DEALS])
                    + (", …" if names[NAMED_DEALS:] else ""),
                )
            )

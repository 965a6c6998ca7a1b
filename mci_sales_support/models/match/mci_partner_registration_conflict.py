from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .mci_partner_registration import LIVE


class MciPartnerRegistration(models.Model):
    """Two partners for one customer or deal, or a direct deal of ours (M1)."""

    _inherit = "mci.partner.registration"

    conflict_ids = fields.Many2many(
        "mci.partner.registration",
        string="Other Registrations",
        compute="_compute_conflicts",
        compute_sudo=True,
    )
    conflict_lead_count = fields.Integer(
        string="Direct Deals of the Customer",
        compute="_compute_conflicts",
        compute_sudo=True,
        help="Open deals of this customer that no partner leads.",
    )
    has_conflict = fields.Boolean(
        string="Conflict",
        compute="_compute_conflicts",
        search="_search_has_conflict",
        compute_sudo=True,
    )
    conflict_note = fields.Text(
        string="Conflicts", compute="_compute_conflicts", compute_sudo=True
    )

    @api.depends("partner_id", "customer_id", "lead_id", "date", "date_to", "state")
    def _compute_conflicts(self):
        """Two queries for any number of registrations."""
        customers = self.customer_id.commercial_partner_id
        others = self.search(
            [("commercial_customer_id", "in", customers.ids), ("state", "in", LIVE)],
            order="date, id",
        ).grouped("commercial_customer_id")
        direct = self._mci_find_direct_deals(customers)
        for record in self:
            customer = record.customer_id.commercial_partner_id
            live = record.state in LIVE
            rivals = others.get(customer, self.browse()) if live else self.browse()
            rivals = rivals.filtered(record._mci_is_rival)
            leads = direct[customer.id] if live else []
            leads = [lead for lead in leads if lead != record.lead_id]
            record.conflict_ids = rivals
            record.conflict_lead_count = len(leads)
            record.has_conflict = bool(rivals or leads)
            record.conflict_note = record._mci_describe_conflicts(rivals, leads)

    def _mci_is_rival(self, other):
        """Another partner, for the same deal or all deals, with dates that overlap."""
        same_scope = not (self.lead_id and other.lead_id) or (
            self.lead_id == other.lead_id
        )
        return (
            other != self._origin
            and other.company_id == self.company_id
            and other.partner_id.commercial_partner_id
            != self.partner_id.commercial_partner_id
            and same_scope
            and bool(self.date and self.date_to)
            and other.date <= self.date_to
            and self.date <= other.date_to
        )

    @api.model
    def _mci_find_direct_deals(self, customers):
        """:return: id of the commercial customer -> open deals no partner leads"""
        found = defaultdict(list)
        leads = self.env["crm.lead"].search(
            [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("mci_partner_led", "=", False),
                ("partner_id.commercial_partner_id", "in", customers.ids),
            ]
        )
        for lead in leads:
            found[lead.partner_id.commercial_partner_id.id].append(lead)
        return found

    def _mci_describe_conflicts(self, rivals, leads):
        lines = [
            self.env._(
                "%(partner)s registered on %(date)s, %(order)s.",
                partner=rival.partner_id.display_name,
                date=format_date(self.env, rival.date),
                order=self.env._("before this one")
                if (rival.date, rival.id) < (self.date, self._origin.id or 0)
                else self.env._("after this one"),
            )
            for rival in rivals
        ]
        if leads:
            lines.append(
                self.env._(
                    "We have %(count)s direct deals of this customer.",
                    count=len(leads),
                )
            )
        return "\n".join(lines)

    def _search_has_conflict(self, operator, value):
        if operator != "in":
            return NotImplemented
        live = self.sudo().search([("state", "in", LIVE)])
        return Domain("id", "in", live.filtered("has_conflict").ids)

    def action_view_direct_deals(self):
        """The direct deals of the customer, as far as one may see them."""
        self.ensure_one()
        self.check_access("read")
        name = self.env._("Direct Deals of the Customer")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("mci_partner_led", "=", False),
                ("partner_id", "child_of", self.commercial_customer_id.ids),
            ],
        }

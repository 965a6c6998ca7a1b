from odoo import api, fields, models
from odoo.tools import format_date

NOT_BOOKED = ("draft", "refused", "cancelled")


class CrmLead(models.Model):
    """A partner-led deal needs a valid registration at its first booking (M1)."""

    _inherit = "crm.lead"

    mci_registration_ids = fields.One2many(
        "mci.partner.registration",
        "lead_id",
        string="Registrations of This Deal",
        copy=False,
    )
    mci_registration_note = fields.Char(
        string="Registration", compute="_compute_mci_registration_note"
    )

    @api.depends("mci_partner_led", "mci_registered_partner_id", "partner_id")
    def _compute_mci_registration_note(self):
        led = self.filtered("mci_partner_led")
        valid = led._mci_get_valid_registrations()
        for lead in self:
            registration = valid.get(lead._origin.id)
            if registration:
                lead.mci_registration_note = self.env._(
                    "valid until %(date)s",
                    date=format_date(self.env, registration.date_to),
                )
            else:
                lead.mci_registration_note = (
                    self.env._("no valid registration") if lead in led else False
                )

    def _mci_get_valid_registrations(self):
        """Registrations valid today of these partner-led deals, in one query.

        One of the deal itself, or of its customer as a whole, for the registered
        partner.

        :return: ``{id of the deal: registration}``, in sudo
        """
        leads = self.sudo()
        customers = leads.partner_id.commercial_partner_id
        found = self.env["mci.partner.registration"].sudo()
        if leads:
            found = found.search(
                [
                    ("is_valid", "=", True),
                    "|",
                    ("lead_id", "in", leads._origin.ids),
                    ("commercial_customer_id", "in", customers.ids),
                ]
            )
        valid = {}
        for lead in leads:
            fitting = found.filtered(lead._mci_fits_registration)
            if fitting:
                valid[lead._origin.id] = fitting[0]
        return valid

    def _mci_fits_registration(self, registration):
        partner = self.mci_registered_partner_id.commercial_partner_id
        customer = self.partner_id.commercial_partner_id
        return registration.partner_id.commercial_partner_id == partner and (
            registration.lead_id == self._origin
            or (
                not registration.lead_id
                and registration.commercial_customer_id == customer
                and registration.company_id == self._mci_get_company()
            )
        )

    def _mci_support_facts(self):
        # EXTENDS: only before the first booking; what runs is not stopped by a date
        facts = super()._mci_support_facts()
        lead = self.sudo()
        if not lead.mci_partner_led or not lead.mci_registered_partner_id:
            return facts
        if any(booking.state not in NOT_BOOKED for booking in lead.mci_booking_ids):
            return facts
        if not lead._mci_get_valid_registrations():
            facts.append(
                self.env._(
                    "%(partner)s has no valid registration for this deal or its"
                    " customer (M1).",
                    partner=lead.mci_registered_partner_id.display_name,
                )
            )
        return facts

    def action_mci_register_partner(self):
        """A registration for this deal, filled in as far as it is known."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Partner"),
            "res_model": "mci.partner.registration",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_lead_id": self.id,
                "default_customer_id": self.partner_id.id,
                "default_partner_id": self.mci_registered_partner_id.id,
                "default_company_id": self.sudo()._mci_get_company().id,
            },
        }

    def _mci_merge(self, opportunities):
        # EXTENDS: the merged deals are deleted; what their partners registered
        # counts for the deal that stays, unless that has an accepted one already.
        result = super()._mci_merge(opportunities)
        registrations = self.env["mci.partner.registration"].sudo()
        customer = self.sudo().partner_id.commercial_partner_id
        moved = registrations.search(
            [
                ("lead_id", "in", opportunities.ids),
                ("commercial_customer_id", "=", customer.id),
            ]
        )
        accepted = moved.filtered(lambda record: record.state == "accepted")
        own = self.sudo().mci_registration_ids.filtered(
            lambda record: record.state == "accepted"
        )
        surplus = accepted if own else accepted[1:]
        surplus._mci_unlock().write({"state": "ended"})
        surplus.flush_recordset()
        models.BaseModel.write(moved._mci_unlock(), {"lead_id": self.id})
        return result

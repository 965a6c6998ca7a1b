from odoo import models


class CrmLead(models.Model):
    """One room: whoever works on the deal follows it and may post (O8)."""

    _inherit = "crm.lead"

    # Who reads a deal takes part in it. CRM's own people read what they may write, so
    # this changes nothing for them.
    _mail_post_access = "read"

    def _mci_sync_room(self, users):
        """Let in who is booked on these deals, let go who is not any more.

        :param users: the users whose bookings changed; others stay as they are
        """
        leads = self.sudo()
        booked = dict(
            self.env["mci.booking"]
            .sudo()
            ._read_group(
                [
                    ("lead_id", "in", leads.ids),
                    ("resource_user_id", "in", users.ids),
                    ("state", "=", "confirmed"),
                ],
                ["resource_user_id"],
                ["lead_id:recordset"],
            )
        )
        for user in users:
            inside = leads & booked.get(user, leads.browse())
            inside.message_subscribe(partner_ids=user.partner_id.ids)
            gone = (leads - inside).filtered(
                lambda deal, user=user: user not in deal._mci_get_residents()
            )
            gone.message_unsubscribe(partner_ids=user.partner_id.ids)

    def _mci_get_residents(self):
        """Users who stay in the room whatever is booked."""
        lead = self.sudo()
        return lead.user_id | lead.mci_owner_id | lead.mci_delivery_lead_id

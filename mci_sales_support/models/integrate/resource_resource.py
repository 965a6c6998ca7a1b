from odoo import fields, models


class ResourceResource(models.Model):
    _inherit = "resource.resource"

    mci_level_id = fields.Many2one(
        "mci.level",
        string="Resource level",
        ondelete="restrict",
        help="Seniority of the person; with the function it gives the internal rate"
        " (C2).",
    )
    mci_seat_ids = fields.One2many("mci.center.seat", "resource_id", string="Positions")
    # Written before capacity is checked, so that two transactions that book the same
    # person collide (rule M7).
    mci_booking_seq = fields.Integer(
        string="Booking counter",
        default=0,
        copy=False,
        export_string_translation=False,
    )

    def _mci_humans(self):
        """All resources of the same human.

        A person employed by two companies has two resources and one working day.

        :return: dict of each resource of ``self`` to the resources of its user,
            archived ones included; to itself when it has no user
        """
        everyone = self.sudo().with_context(active_test=False)
        return {
            resource: human.user_id.resource_ids.sorted("id").with_env(self.env)
            | resource
            for resource, human in zip(self, everyone, strict=True)
        }

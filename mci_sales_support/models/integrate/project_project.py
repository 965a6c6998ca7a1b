from odoo import api, fields, models
from odoo.exceptions import UserError


class ProjectProject(models.Model):
    """The project of a unit holds the hours of its people: private, one account."""

    _name = "project.project"
    _inherit = ["project.project", "mci.lock.mixin"]

    _mci_locked_fields = frozenset({"mci_center_id"})
    # What makes a project the project of a unit: its hours, its account, its privacy.
    _mci_unit_fields = frozenset(
        {"account_id", "privacy_visibility", "allow_timesheets", "company_id", "active"}
    )

    mci_center_id = fields.Many2one(
        "mci.delivery.center",
        string="Unit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The delivery center, office or hotline whose hours are recorded here.",
    )

    def _mci_get_locked_fields(self):
        locked = super()._mci_get_locked_fields()
        if self.sudo().mci_center_id:
            locked |= self._mci_unit_fields
        return locked

    @api.ondelete(at_uninstall=False)
    def _unlink_except_mci_unit(self):
        for project in self.filtered("mci_center_id"):
            raise UserError(
                self.env._(
                    "%(project)s is the project of the unit %(unit)s and cannot be"
                    " deleted: archive the unit instead.",
                    project=project.display_name,
                    unit=project.mci_center_id.display_name,
                )
            )

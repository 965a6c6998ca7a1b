from odoo.http import request, route

from odoo.addons.web.controllers.action import Action


class ReasonAction(Action):
    """Dialogs for a reason are titled by what will happen.

    A button opens one action for all steps and says the step in its context, which
    the action itself never sees: it is read as the superuser, without defaults.
    """

    @route()
    def load(self, action_id, context=None):
        action = super().load(action_id, context=context)
        return request.env["mci.booking.reason"]._mci_name_action(action, context or {})

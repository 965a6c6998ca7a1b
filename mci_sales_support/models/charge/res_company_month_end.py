from odoo import fields, models


class ResCompany(models.Model):
    """When the month end runs by itself, and when it reminds."""

    _inherit = "res.company"

    mci_collect_day = fields.Integer(
        string="Collect charges after",
        default=1,
        help="Days after the end of a settlement period on which its statements are"
        " made by themselves. 0: by hand.",
    )
    mci_auto_send = fields.Boolean(
        string="Send statements by themselves",
        help="Statements that lack nothing are sent as soon as they are collected. Off:"
        " the unit or the accountant reads them first.",
    )
    mci_statement_mail = fields.Boolean(
        string="Statements by e-mail",
        default=True,
        help="Leader and deputy of the paying team get the statement as a PDF, each in"
        " his own language.",
    )
    mci_remind_days = fields.Integer(
        string="Remind every",
        default=3,
        help="Days after which open statements, unanswered statements and undecided"
        " disputes are brought back to mind. 0: never.",
    )
    mci_close_days = fields.Integer(
        string="Close within",
        default=5,
        help="Working days after the end of a settlement period by which it is to be"
        " closed.",
    )

    _mci_month_end_days = models.Constraint(
        "CHECK (mci_collect_day >= 0 AND mci_remind_days >= 0 AND mci_close_days >= 0)",
        "Days of the month end are zero or more.",
    )

from odoo import fields, models

ASK_PAYER = "mci_sales_support.mail_activity_type_statement_accept"
ASK_ARBITER = "mci_sales_support.mail_activity_type_charge_decide"


class MciStatement(models.Model):
    """Who has to do something about a statement finds it among his activities (C5)."""

    _inherit = "mci.statement"

    disputed_charge_ids = fields.One2many(
        "mci.charge", "disputed_statement_id", string="Charges once disputed"
    )

    def _mci_get_payers(self):
        """Leader and deputy of the paying team, who answer."""
        self.ensure_one()
        team = self.sudo().team_id
        return (team.user_id | team.mci_deputy_id).filtered("active")

    def _mci_ask_payer(self, users=None):
        """An activity for the leader and one for his deputy; the answer ends both."""
        for statement in self:
            for user in statement._mci_get_payers() if users is None else users:
                reader = self.with_context(lang=user.lang)
                statement._mci_ask(
                    ASK_PAYER,
                    user,
                    statement.accept_deadline,
                    reader.env._("Accept the statement or dispute its charges"),
                )

    def _mci_ask_arbiters(self):
        """One activity for each arbiter of a statement, however many charges."""
        for statement in self:
            charges = statement._mci_get_undecided()
            asked = statement.activity_ids.filtered(
                lambda activity: activity.activity_type_id == self.env.ref(ASK_ARBITER)
            ).user_id
            for user in charges.arbiter_ids - asked:
                reader = self.with_context(lang=user.lang)
                summary = reader.env._("Decide the disputed charges")
                statement._mci_ask(ASK_ARBITER, user, False, summary)

    def _mci_release_arbiters(self):
        """Nothing is left to decide on these statements: the activities go."""
        done = self.filtered(lambda statement: not statement._mci_get_undecided())
        done.activity_unlink([ASK_ARBITER])

    def _mci_get_undecided(self):
        return self.sudo().disputed_charge_ids.filtered(
            lambda charge: charge.state == "disputed"
        )

    def _mci_ask(self, activity_type, user, deadline, summary):
        self.ensure_one()
        # Who gets the statement by e-mail needs no second one about the activity.
        quiet = activity_type == ASK_PAYER and self.company_id.mci_statement_mail
        self.with_context(mail_activity_quick_update=quiet).activity_schedule(
            activity_type,
            user_id=user.id,
            date_deadline=self._get_day_of(user, deadline or fields.Datetime.now()),
            summary=summary,
        )

    def _get_day_of(self, user, moment):
        """The day of ``moment``, naive UTC, where ``user`` is."""
        reader = self.with_context(tz=self._get_zone_of(user))
        return fields.Datetime.context_timestamp(reader, moment).date()

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, number
from ...tools.few_people import FEWEST_PEOPLE, keep_apart


class MciRateCard(models.Model):
    """Prices proposed from what the people of a level cost (C2, C8)."""

    _inherit = "mci.rate.card"

    calculation_note = fields.Text(
        readonly=True,
        copy=False,
        groups="account.group_account_invoice,account.group_account_readonly,"
        "hr.group_hr_user",
        help="Lines that were left alone, and why.",
    )

    has_proposals = fields.Boolean(compute="_compute_has_proposals")

    @api.depends("line_ids.price_proposed")
    def _compute_has_proposals(self):
        for card in self:
            card.has_proposals = any(card.line_ids.mapped("price_proposed"))

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"calculation_note"}

    @arguments(utilisation=number, margin=number, step=number)
    def action_calculate(self, utilisation, margin=0.0, step=1.0):
        """Propose a price for each line from the hourly cost of its people.

        Standard cost = mean hourly cost of today's members with this function and
        level. Price = cost ÷ utilisation × (1 + margin), rounded
        to ``step``. The cost is written, the price only proposed. Lines of fewer than
        three people stay as they are, and so do lines of a unit whose figure, taken
        from those of the company and of other units, would give fewer than three away.

        :param float utilisation: target share of hours that are charged, in percent
        :param float margin: on top of the cost, in percent
        :param float step: prices are rounded to multiples of it, in the card's currency
        :return: number of lines that got a proposal
        :raises AccessError: whoever may not see costs: only accountants may (C8)
        """
        self.ensure_one()
        self._check_may_calculate()
        self._check_step("draft")
        if not 0 < utilisation <= 100 or margin <= -100 or not step > 0:
            raise UserError(
                self.env._(
                    "Give a utilisation above 0 and up to 100 %, and a step above zero."
                )
            )
        costs, few = self.sudo()._mci_get_level_costs()
        for line, cost in costs.items():
            price = cost / (utilisation / 100) * (1 + margin / 100)
            line.sudo()._mci_unlock().write(
                {"cost_unit": cost, "price_proposed": self._mci_round(price, step)}
            )
        self.sudo()._mci_unlock().calculation_note = self._mci_explain_left(few)
        return len(costs)

    def action_take_proposals(self):
        """Take the proposed prices; whoever does is the author of these prices.

        :return: number of lines whose price changed
        """
        self.ensure_one()
        self._check_can_write()
        self._check_step("draft")
        lines = self.line_ids.filtered(
            lambda line: line.price_proposed
            and line.currency_id.compare_amounts(line.price_proposed, line.price_unit)
        )
        for price, same in lines.grouped("price_proposed").items():
            same.price_unit = price
        return len(lines)

    def _check_may_calculate(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "account.group_account_invoice"
        ):
            raise AccessError(
                self.env._(
                    "Prices are calculated by an accountant: standard costs are not"
                    " for everybody (C8)."
                )
            )

    def _mci_explain_left(self, lines):
        return "\n".join(
            self.env._(
                "%(rate)s: fewer than %(count)s people, or a figure that would give one"
                " away (C8).",
                rate=line.display_name,
                count=FEWEST_PEOPLE,
            )
            for line in lines
        )

    def _mci_get_level_costs(self):
        """:return: ``({line: mean cost in the card's currency}, lines left alone)``"""
        people = self._mci_get_people_by_key()
        shown = {key: self._mci_get_shown(people[key]) for key in people}
        costs, few = {}, self.env["mci.rate"]
        for line in self.line_ids:
            groups = shown.get((line.function_id, line.level_id), {})
            members = groups.get(line.center_id)
            if not members:
                few |= line
                continue
            mean = sum(employee.hourly_cost for employee in members) / len(members)
            costs[line] = self._mci_to_card_currency(mean)
        return costs, few

    @api.model
    def _mci_get_shown(self, units):
        """The people of each figure that may be told, of one function and level.

        It depends on who sits where, not on the lines of this card: figures that are
        left alone on one card are not to be had from another one (C8).

        :param dict units: ``{employee: units}``
        :return: ``{unit, or none for the company: employees}``
        """
        groups = defaultdict(set)
        for employee, centers in units.items():
            for center in centers | {self.env["mci.delivery.center"]}:
                groups[center].add(employee)
        order = sorted(
            groups, key=lambda center: (bool(center), -len(groups[center]), center.id)
        )
        return keep_apart({center: groups[center] for center in order})

    def _mci_get_people_by_key(self):
        """``{(function, level): {employee: units}}`` of today.

        Not of a day that the author of a card chooses: two days around somebody's
        arrival would tell what he costs (C8).
        """
        today = self.company_id._mci_today()
        seats = self.env["mci.center.seat"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("function_id", "in", self.line_ids.function_id.ids),
                ("date_from", "<=", today),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", today),
            ]
        )
        employees = self.env["hr.employee"].search(
            [
                ("resource_id", "in", seats.resource_id.ids),
                ("company_id", "=", self.company_id.id),
            ]
        )
        by_resource = employees.grouped("resource_id")
        people = defaultdict(lambda: defaultdict(set))
        for seat in seats:
            for employee in by_resource.get(seat.resource_id, ()):
                # Nobody costs nothing: a cost that is not entered yet is left out.
                if employee.hourly_cost:
                    key = (seat.function_id, seat.resource_id.mci_level_id)
                    people[key][employee].add(seat.center_id)
        return people

    def _mci_to_card_currency(self, amount):
        return self.company_id.currency_id._convert(
            amount, self.currency_id, self.company_id, fields.Date.context_today(self)
        )

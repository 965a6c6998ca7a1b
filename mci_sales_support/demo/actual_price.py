"""What an hour of each unit cost: a month frozen with its close, and the last one."""

from .story import FULL_DAY

# The first to be confirmed; its difference waits for the accountant.
CONFIRMED = "public"
# Whole days of training in the month that is closed: hours that nobody pays.
TRAINED = ("grace", "luis", "diego")
TRAINING_DAYS = 8


class Before:
    """Before the first close: some training, and what becomes of the differences."""

    @staticmethod
    def tell(story):
        _train(story)
        company = story.company
        account = story.env["account.analytic.account"].create(
            {
                "name": "Over- and under-absorption of units",
                "code": "ABS",
                "plan_id": company._mci_get_plan("unit").id,
                "company_id": company.id,
            }
        )
        company.write(
            {
                "mci_actual_posting": "post",
                "mci_absorption_account_ids": account.ids,
            }
        )


def _train(story):
    """The public sector's people learn a new product on days without bookings."""
    month = [story.dates.nth(-2, number) for number in range(1, 21)]
    for login in TRAINED:
        free = [day for day in month if story.is_free(login, day, FULL_DAY)]
        story.model(login, "account.analytic.line").create(
            [
                {
                    "name": "Training: new telemetry gateway",
                    "project_id": story.units["public"].project_id.id,
                    "employee_id": story.employees[login].id,
                    "date": day,
                    "unit_amount": FULL_DAY,
                }
                for day in free[:TRAINING_DAYS]
            ]
        )


def tell(story):
    """Last month is computed; one unit of it is confirmed already."""
    period = story.env["mci.period"].search(
        [
            ("company_id", "=", story.company.id),
            ("date_from", "=", story.dates.month(-1)),
        ]
    )
    prices = story.model("accountant", "mci.actual.price").generate(period.id)
    prices.filtered(
        lambda price: price.center_id == story.units[CONFIRMED]
    ).action_confirm()

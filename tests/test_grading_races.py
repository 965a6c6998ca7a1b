"""Two people decide about grading at one moment: one decision counts."""

import pytest

from .support import company, shell
from .support.races import at_once

DATABASE = "addon"
ROUNDS = 4

WORLD = f"""
env["mci.grade.policy"]._mci_create_standard(company.company).action_activate()
buyer, alpha, beta = env["res.partner"].create(
    [{{"name": name, "is_company": True}} for name in ("Buyer", "Alpha", "Beta")]
)
lead_vals = {{
    "type": "opportunity", "partner_id": buyer.id, "team_id": company.team.id,
    "user_id": company.seller.id, "expected_revenue": 60000.0,
}}
leads = env["crm.lead"].create(
    [{{"name": f"Race {{n}}", **lead_vals}} for n in range({ROUNDS})]
)
changes = [
    lead.with_user(company.seller).mci_request_grade("A", "showcase", "First port")
    for lead in leads
]
deal = env["crm.lead"].create({{"name": "Registered twice", **lead_vals}})
registrations = env["mci.partner.registration"].with_user(company.seller).create([
    {{"partner_id": partner.id, "customer_id": buyer.id, "lead_id": deal.id,
      "company_id": company.company.id}}
    for partner in (alpha, beta)
])
env.flush_all()
answer({{"changes": changes, "leads": leads.ids, "registrations": registrations.ids}})
env.cr.commit()
"""


@pytest.fixture(scope="module")
def world(database):
    """The ids of everything these tests run after."""
    return shell.run(database, company.script(WORLD))


def _no_wrong_end(outcome):
    assert not outcome.others
    assert len(outcome.failures) == outcome.exhausted, outcome.failures


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_approvers(world, json2, turn):
    """M1: one approves while the other refuses; grade and state agree."""
    change, lead = world["changes"][turn], world["leads"][turn]
    manager, administrator = json2("mci_sales_manager"), json2("mci_mci_manager")
    outcome = at_once(
        lambda: manager.call("mci.grade.change", "action_approve", ids=change),
        lambda: administrator.call(
            "mci.grade.change", "action_refuse", ids=change, reason="Too small"
        ),
    )
    _no_wrong_end(outcome)
    assert len(outcome.results) == 1
    read = json2("admin").call
    [row] = read("mci.grade.change", "read", ids=change, fields=["state"])
    [deal] = read("crm.lead", "read", ids=lead, fields=["mci_tier"])
    expected = {"approved": "delivery_center", "refused": "local_office"}
    assert deal["mci_tier"] == expected[row["state"]]


def test_two_partners_for_one_deal(world, json2):
    """M1: two registrations of one deal accepted at once: the database keeps one."""
    clients = [json2("mci_sales_manager"), json2("mci_mci_manager")]
    outcome = at_once(
        *(
            lambda client=client, record=record: client.call(
                "mci.partner.registration",
                "action_accept",
                ids=record,
                reason="Decided",
            )
            for client, record in zip(clients, world["registrations"], strict=True)
        )
    )
    _no_wrong_end(outcome)
    assert len(outcome.results) == 1
    rows = json2("admin").call(
        "mci.partner.registration",
        "read",
        ids=world["registrations"],
        fields=["state"],
    )
    assert sorted(row["state"] for row in rows) == ["accepted", "requested"]

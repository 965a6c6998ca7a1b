"""A grading policy in force, so that every opportunity gets its grade."""

POLICY = """
grades = env["mci.grade"].search([]).sorted("sequence", reverse=True)
ranked = grades.filtered(lambda grade: not grade.is_partner_led)
policy = env["mci.grade.policy"].create({
    "name": "Bench",
    "company_id": env.company.id,
    "date_from": "2020-01-01",
    "line_ids": [(0, 0, {
        "grade_id": grade.id,
        "amount_min": 0.0 if grade.is_partner_led else
                      list(ranked).index(grade) * 50000.0,
        "tier": "delivery_center" if grade.code in "AB" else "local_office",
    }) for grade in grades],
})
policy.action_activate()
env.cr.commit()
"""

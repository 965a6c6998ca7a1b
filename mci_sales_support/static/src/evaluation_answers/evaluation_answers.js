import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * The questions of an evaluation form as cards: one tap on the anchor that fits.
 */
export class EvaluationAnswers extends Component {
    static template = "mci_sales_support.EvaluationAnswers";
    static props = {...standardFieldProps};

    get lines() {
        return this.props.record.data[this.props.name].records;
    }

    get placeholder() {
        return _t("Remark (optional)");
    }

    choose(line, rating) {
        return line.update({rating});
    }

    remark(line, ev) {
        return line.update({comment: ev.target.value});
    }
}

export const evaluationAnswers = {
    component: EvaluationAnswers,
    displayName: _t("Evaluation answers"),
    supportedTypes: ["one2many"],
    relatedFields: [
        {name: "criterion_id", type: "many2one", relation: "mci.evaluation.criterion"},
        {name: "description", type: "text"},
        {name: "choices", type: "json"},
        {
            name: "rating",
            type: "selection",
            selection: ["5", "4", "3", "2", "1", "na"].map((key) => [key, key]),
            readonly: false,
        },
        {name: "comment", type: "char", readonly: false},
        {name: "is_decided", type: "boolean"},
        {name: "decided_points", type: "float"},
    ],
};

registry.category("fields").add("mci_evaluation_answers", evaluationAnswers);

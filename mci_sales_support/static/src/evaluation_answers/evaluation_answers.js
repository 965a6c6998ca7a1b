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

    /** The questions in their order; those of one heading follow each other. */
    get sections() {
        const sections = [];
        for (const line of this.lines) {
            const title = line.data.section || "";
            if (sections.at(-1)?.title !== title) {
                sections.push({title, lines: []});
            }
            sections.at(-1).lines.push(line);
        }
        return sections;
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

const RATINGS = ["5", "4", "3", "2", "1", "na"];

/** Fields of an answer that every form has; each form adds its own. */
function answerFields(criterionModel) {
    return [
        {name: "criterion_id", type: "many2one", relation: criterionModel},
        {name: "description", type: "text"},
        {name: "choices", type: "json"},
        {
            name: "rating",
            type: "selection",
            selection: RATINGS.map((key) => [key, key]),
            readonly: false,
        },
        {name: "comment", type: "char", readonly: false},
    ];
}

export const evaluationAnswers = {
    component: EvaluationAnswers,
    displayName: _t("Evaluation answers"),
    supportedTypes: ["one2many"],
    relatedFields: [
        ...answerFields("mci.evaluation.criterion"),
        {name: "is_decided", type: "boolean"},
        {name: "decided_points", type: "float"},
    ],
};

export const assessmentAnswers = {
    ...evaluationAnswers,
    displayName: _t("Assessment answers"),
    relatedFields: [
        ...answerFields("mci.assessment.criterion"),
        {name: "section", type: "char"},
        {name: "is_veto", type: "boolean"},
    ],
};

registry.category("fields").add("mci_evaluation_answers", evaluationAnswers);
registry.category("fields").add("mci_assessment_answers", assessmentAnswers);

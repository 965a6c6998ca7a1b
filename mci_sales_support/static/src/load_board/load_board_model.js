import {_t} from "@web/core/l10n/translation";
import {normalize} from "@web/core/l10n/utils";

/** What the filters and groups of the board are about: fields of a person. */
export const AXES = {
    unit: {field: "unit_ids", names: "units"},
    function: {field: "function_ids", names: "functions"},
    level: {field: "level_id", names: "levels"},
    skill: {field: "skill_ids", names: "skills"},
};

/** Values of a person on an axis, as a list. */
function valuesOf(person, axis) {
    const value = person[AXES[axis].field];
    return Array.isArray(value) ? value : value ? [value] : [];
}

/** Whether a person passes the text and the chosen value of each axis. */
export function matches(person, text, filters) {
    if (text && !normalize(person.name).includes(normalize(text))) {
        return false;
    }
    return Object.keys(AXES).every(
        (axis) => !filters[axis] || valuesOf(person, axis).includes(filters[axis]),
    );
}

/** Hours of several people, column by column; a person counts once. */
export function sumCells(people, count) {
    const totals = Array.from({length: count}, () => [0, 0, 0, 0, 0]);
    for (const person of people) {
        person.cells.forEach((cell, index) => {
            for (let part = 0; part < 4; part++) {
                totals[index][part] += cell[part];
            }
        });
    }
    return totals;
}

/**
 * People in groups of an axis; who holds two values stands in both, as in lists.
 *
 * @returns {Object[]} `{id, name, people, totals}`
 */
export function groupPeople(board, people, axis) {
    const count = board.columns.length;
    if (!axis) {
        return [{id: "all", name: "", people, totals: sumCells(people, count)}];
    }
    const groups = board[AXES[axis].names].map(({id, name}) => ({
        id: `${axis}_${id}`,
        name,
        people: people.filter((person) => valuesOf(person, axis).includes(id)),
    }));
    groups.push({
        id: `${axis}_none`,
        name: _t("None"),
        people: people.filter((person) => !valuesOf(person, axis).length),
    });
    return groups
        .filter((group) => group.people.length)
        .map((group) => ({...group, totals: sumCells(group.people, count)}));
}

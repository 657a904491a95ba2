import assert from "node:assert/strict";
import { test } from "node:test";

import { BadCell, LEVEL, Outline, pasted } from "../islands/gantt/paste";
import { readTabbed, writeMarkup, writeTabbed } from "../islands/gantt/tables";
import { plan, task } from "./plan";

const place = { shown: ["name", "duration", "start"] as const, from: "name" as const, into: [], after: undefined };

test("a table survives the way to a spreadsheet and back", () => {
  const table = [["Plain", 'with "quotes"', "two\nlines"], ["a\ttab", "", "end"]];
  assert.deepEqual(readTabbed(writeTabbed(table)), table);
  assert.deepEqual(readTabbed("a\tb\r\n\r\n"), [["a", "b"]], "spreadsheets end with an empty row");
  assert.equal(writeMarkup([["<b>"]]), "<table><tr><td>&lt;b&gt;</td></tr></table>");
});

test("new rows are made with what their cells say", () => {
  const { changes, made } = pasted(plan([]), [["Design", "3d"], ["Build", "1 w"]], place);
  assert.equal(made, 2);
  const fields = changes.map((change) => (change.op === "create_task" ? [change.fields.name, change.fields.duration_minutes] : change.op));
  assert.deepEqual(fields, [["Design", 1440], ["Build", 2400]]);
});

test("a header decides the columns, and levels the outline", () => {
  const table = [["Task name", "Duration", LEVEL], ["Phase", "", "1"], ["Step", "2d", "2"], ["Next", "1d", "1"]];
  const { changes } = pasted(plan([]), table, place);
  const parents = changes.flatMap((change) => (change.op === "create_task" ? [change.parent] : []));
  assert.deepEqual(parents, [null, "paste-0", null]);
});

test("values go into the rows there are, and what is equal changes nothing", () => {
  const model = plan([task(1, { name: "Old", duration_minutes: 480 })]);
  const into = [model.tasks.get("1")!];
  const { changes, rows, made } = pasted(model, [["New", "1 d"]], { ...place, into });
  assert.deepEqual(changes, [{ op: "update_task", id: 1, fields: { name: "New" } }]);
  assert.deepEqual([rows.length, made], [1, 0]);
  assert.deepEqual(pasted(model, [["Old", "1 d"]], { ...place, into }).changes, []);
});

test("one value that makes no sense refuses the whole, and names its place", () => {
  assert.throws(() => pasted(plan([]), [["Design", "3d"], ["Build", "soon"]], place), (error: unknown) => {
    assert.ok(error instanceof BadCell);
    assert.deepEqual([error.row, error.column], [2, "Duration"]);
    return true;
  });
  assert.throws(() => pasted(plan([]), [["a", "1d", "", "x"]], place), /4 columns, but only 3/);
});

test("what is calculated is skipped and said so", () => {
  const model = plan([task(1, { kind: "summary" }), task(2, { parent: 1 })]);
  const { changes, skipped } = pasted(model, [["Phase", "9d"]], { ...place, into: [model.tasks.get("1")!] });
  assert.equal(skipped.count, 1);
  assert.match(skipped.text, /Duration in row 1/);
  assert.deepEqual(changes, [{ op: "update_task", id: 1, fields: { name: "Phase" } }]);
});

test("each new row lies below the last one of a smaller level", () => {
  const outline = new Outline(task(7, { parent: 3 }));
  assert.deepEqual(outline.place("a", 1), { parent: 3, after: 7 });
  assert.deepEqual(outline.place("b", 2), { parent: "a", after: null });
  assert.deepEqual(outline.place("c", 2), { parent: "a", after: "b" });
  assert.deepEqual(outline.place("d", 1), { parent: 3, after: "a" });
  assert.deepEqual(outline.place("e", Number.NaN), { parent: 3, after: "d" }, "no level is the first");
});

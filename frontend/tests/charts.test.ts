import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { parse } from "vega-parser";

import { compiled } from "../charts/shapes.mjs";
import { asText } from "../islands/chart/drawing";
import { USED } from "../islands/chart/transforms";

const shapes = readdirSync("charts").filter((name) => name.endsWith(".json"));
const specs = new Map(shapes.map((name) => [name, compiled(JSON.parse(readFileSync(`charts/${name}`, "utf8")))] as const));

/** Every step of a dataflow, and of those inside its groups. */
function* steps(part: unknown): Generator<string> {
  if (typeof part !== "object" || part === null) return;
  if ("operators" in part && Array.isArray(part.operators)) for (const { type } of part.operators) yield type;
  for (const inner of Object.values(part)) yield* steps(inner);
}

test("every step that a shape needs is bundled, and none that no shape needs", () => {
  const needed = new Set([...specs.values()].flatMap((spec) => [...steps(parse(spec as never, undefined, { ast: true }))]));
  needed.delete("operator");
  for (const shape of shapes) assert.ok(needed.size > 0, shape);
  assert.deepEqual(Object.keys(USED).sort(), [...needed].sort());
});

test("no shape holds a colour: all come from the page's variables", () => {
  for (const [name, spec] of specs) assert.doesNotMatch(JSON.stringify(spec), /#[0-9a-f]{6}\b/i, name);
});

test("parameters stand where Vega-Lite allows text alone", () => {
  assert.deepEqual((specs.get("bars.json") as { axes: { title?: unknown }[] }).axes.map(({ title }) => title).filter(Boolean), [{ signal: "unit" }]);
});

test("tooltips show text, never markup", () => {
  assert.equal(asText(`<a href='x'>"&"`), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;");
  assert.equal(asText(12), "12");
});

// The charts' shapes are Vega-Lite: compiled to Vega while building, so that no page has to load the compiler. What differs
// from chart to chart comes with the data: named data sets, and parameters ("$name" where Vega-Lite allows text alone).
import { readFile } from "node:fs/promises";

import { compile } from "vega-lite";

const colour = (name) => `var(--accord-${name})`;
const TEXT = 12; // px, as the pages' small text: Vega measures it, so it can't be a variable

/** Colours are the pages' own variables: a chart changes with the theme without being drawn anew. */
export const LOOK = {
  aria: false, // the chart's place has a label, and a table below
  background: "transparent",
  font: '"Inter Variable", system-ui, sans-serif',
  view: { stroke: "transparent" },
  mark: { color: colour("series-8") },
  axis: {
    labelColor: colour("muted"), titleColor: colour("muted"), domainColor: colour("line"), tickColor: colour("line"),
    gridColor: colour("line-soft"), labelFontSize: TEXT, titleFontSize: TEXT, titleFontWeight: 500, labelPadding: 6, titlePadding: 10,
  },
  axisX: { grid: false },
  axisY: { domain: false, ticks: false },
  legend: {
    labelColor: colour("text"), titleColor: colour("muted"), labelFontSize: TEXT, titleFontSize: TEXT, orient: "top", symbolType: "circle",
    columns: { signal: "max(1, floor(width / 130))" }, // as many as there is room for
  },
  text: { color: colour("text") },
  range: { category: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`series-${number}`)) },
  line: { strokeWidth: 2 },
  rule: { color: colour("muted") },
  bar: { cornerRadiusEnd: 2 },
  geoshape: { fill: colour("line"), fillOpacity: 0.75, stroke: colour("surface"), strokeWidth: 0.75 },
};

/** A warning about a shape stops the build, but for what Vega-Lite always says of bars whose number decides the height. */
const strict = {
  level: () => strict,
  info: () => strict,
  debug: () => strict,
  error: (...said) => strict.warn(...said),
  warn: (...said) => {
    if (!/Dropping "fit-y"/.test(said.join(" "))) throw new Error(said.join(" "));
    return strict;
  },
};

/** The Vega specification of a shape. */
export function compiled(shape) {
  const names = new Set((shape.params ?? []).map(({ name }) => name));
  const resolved = (value) => {
    if (typeof value === "string" && value.startsWith("$") && names.has(value.slice(1))) return { signal: value.slice(1) };
    if (Array.isArray(value)) return value.map(resolved);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
  };
  const autosize = { type: "fit-x", contains: "padding" };
  return resolved(compile({ width: "container", autosize, ...shape }, { config: LOOK, logger: strict }).spec);
}

export const chartShapes = {
  name: "chart-shapes",
  setup(build) {
    build.onLoad({ filter: /[\\/]charts[\\/][\w-]+\.json$/ }, async ({ path: file }) => {
      const shape = JSON.parse(await readFile(file, "utf8"));
      return { contents: JSON.stringify(compiled(shape)), loader: "json" };
    });
  },
};

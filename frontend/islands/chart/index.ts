// Draws every `<div data-chart="id">` from its `data-drawing`: a shape from charts/, its data and its parameters.
// Expressions are interpreted, not compiled, so the page needs no `unsafe-eval`.
import type { Spec } from "vega-typings";
import { expressionInterpreter } from "vega-interpreter";
import { parse } from "vega-parser";
import { Handler } from "vega-tooltip";
import { View } from "vega-view";

import bars from "../../charts/bars.json";
import beforeAfter from "../../charts/before-after.json";
import cohortLines from "../../charts/cohort-lines.json";
import concentration from "../../charts/concentration.json";
import costCurve from "../../charts/cost-curve.json";
import finishCurve from "../../charts/finish-curve.json";
import map from "../../charts/map.json";
import healthHistory from "../../charts/health-history.json";
import rateSeries from "../../charts/rate-series.json";
import scatter from "../../charts/scatter.json";
import survival from "../../charts/survival.json";
import valueCurve from "../../charts/value-curve.json";
import valueGroups from "../../charts/value-groups.json";
import waterfall from "../../charts/waterfall.json";
import { asText, type Drawing } from "./drawing";
import "./transforms";

const SHAPES: Record<string, object> = {
  bars,
  "before-after": beforeAfter,
  "cohort-lines": cohortLines,
  concentration,
  "cost-curve": costCurve,
  "finish-curve": finishCurve,
  map,
  "health-history": healthHistory,
  "rate-series": rateSeries,
  scatter,
  survival,
  "value-curve": valueCurve,
  "value-groups": valueGroups,
  waterfall,
};

const drawn = new Map<HTMLElement, View>();

async function draw(place: HTMLElement): Promise<void> {
  const { shape, data, params = {}, outlines } = JSON.parse(place.dataset.drawing!) as Drawing;
  const spec = SHAPES[shape];
  if (!spec) throw new Error(`unknown shape “${shape}”`);
  drawn.get(place)?.finalize();
  const view = new View(parse(spec as Spec, undefined, { ast: true }), {
    container: place,
    expr: expressionInterpreter,
    renderer: "svg",
    tooltip: new Handler({ disableDefaultStyle: true, theme: "accord", sanitize: asText }).call,
  });
  drawn.set(place, view);
  for (const [name, value] of Object.entries(params)) view.signal(name, value);
  for (const [name, rows] of Object.entries(data)) view.data(name, rows);
  if (outlines) view.data("outlines", await (await import("./outlines")).features(outlines));
  await view.runAsync();
  place.querySelector("svg")?.setAttribute("aria-hidden", "true"); // its place has a label, and a table below
}

function drawAll(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-chart]")) {
    draw(place).catch((error: Error) => {
      place.replaceChildren(`Can't draw this chart (${error.message}). See the table for the data.`);
    });
  }
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll((event as CustomEvent<{ elt: Element }>).detail.elt));

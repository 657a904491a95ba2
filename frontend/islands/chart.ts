// Draws every `<div data-chart="id">` from the Vega-Lite specification in the JSON script of that id.
// Expressions are interpreted, not compiled, so the page needs no `unsafe-eval`.
import { expressionInterpreter } from "vega-interpreter";
import embed, { type Result, type VisualizationSpec } from "vega-embed";

const drawn = new Map<HTMLElement, Result>();

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Colours come from the page's own variables, resolved through a probe because Vega cannot read `light-dark()`. */
function theme(columns: number): object {
  const probe = document.createElement("span");
  document.body.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return colour(name) ? getComputedStyle(probe).color : "#888";
  };
  const [text, muted, line, faint, ground] = ["text", "muted", "line", "line-soft", "surface"].map((n) => read(`--accord-${n}`));
  const category = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => read(`--accord-series-${n}`));
  probe.remove();
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: "transparent",
    font,
    view: { stroke: "transparent" },
    axis: {
      labelColor: muted, titleColor: muted, domainColor: line, tickColor: line, gridColor: faint,
      labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500, labelPadding: 6, titlePadding: 10,
    },
    axisX: { grid: false },
    axisY: { domain: false, ticks: false },
    legend: { labelColor: text, titleColor: muted, labelFontSize: 12, titleFontSize: 12, orient: "top", symbolType: "circle", columns },
    title: { color: text, fontSize: 13, fontWeight: 600, anchor: "start" },
    text: { color: text },
    range: { category },
    line: { strokeWidth: 2 },
    area: { color: category[7], line: { color: category[7] } },
    bar: { cornerRadiusEnd: 2 },
    geoshape: { fill: line, fillOpacity: 0.75, stroke: ground, strokeWidth: 0.75 },
  };
}

const LEGEND_ENTRY = 130; // px that a mark of the legend takes with its name

async function draw(place: HTMLElement): Promise<void> {
  const source = document.getElementById(place.dataset.chart!);
  if (!source) return;
  const spec = JSON.parse(source.textContent!) as VisualizationSpec;
  drawn.get(place)?.finalize();
  const result = await embed(place, { width: "container", ...spec } as VisualizationSpec, {
    actions: false,
    ast: true,
    expr: expressionInterpreter,
    config: theme(Math.max(1, Math.floor(place.clientWidth / LEGEND_ENTRY))) as never,
    defaultStyle: false,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true, theme: "accord" },
  });
  drawn.set(place, result);
}

function drawAll(root: ParentNode): void {
  for (const place of root.querySelectorAll<HTMLElement>("[data-chart]")) {
    draw(place).catch((error: Error) => {
      place.replaceChildren(`Can't draw this chart (${error.message}). See the table for the data.`);
    });
  }
}

drawAll(document);
document.addEventListener("accord:theme", () => drawAll(document));
document.addEventListener("htmx:load", (event) => drawAll((event as CustomEvent<{ elt: Element }>).detail.elt));

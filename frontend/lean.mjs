// What the packages bring and the pages don't use is taken out while building. Each cut names what it looks for and stops
// the build where that is not found exactly once, so that a new version of a package can't silently be cut wrongly.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { PurgeCSS } from "purgecss";

/** `text` with every cut made: `[name, pattern, replacement]`. */
export function cut(text, cuts, file = "") {
  for (const [name, pattern, replacement] of cuts) {
    const found = text.match(new RegExp(pattern.source, `${pattern.flags}g`))?.length ?? 0;
    if (found !== 1) throw new Error(`${file}: can't leave out the ${name}: found ${found} times instead of once`);
    text = text.replace(pattern, replacement);
  }
  return text;
}

/**
 * Of the chart library: its own languages but English, extensions but the tooltip, the form of a task (the details panel
 * is ours), saving to a server, zooming, resource views, and a second chart that nobody shows. What is then named nowhere,
 * esbuild drops.
 */
const UNUSED_CHART_PARTS = [
  ["extensions", /\{\s*click_drag: \w+,[^{}]*?\btooltip: (\w+),[^{}]*\}/, "{ tooltip: $1 }"],
  ["languages", /\{\s*af: \w+,[^{}]*?\ben: (\w+),[^{}]*\}/, "{ en: $1 }"],
  ["form", /\b(\w+)\(e\), \w+\(e\), (\w+\(e\), e\.locate = function)/, "withoutForm(e), $2"],
  ["data processor", /t\.dataProcessor = (\w+)\.DEPRECATED_api, t\.createDataProcessor = \1\.createDataProcessor, /, ""],
  ["zoom", /\s*e\.ext\.zoom = new \w+\(e\);/, ""],
  ["resource grid", /, i\.registerView\("GridRL", \w+\)/, ""],
  [
    "chart of its own",
    /(const (\w+) = new .+), (\w+) = \2\.getGanttInstance\(\);\s*\w+\.gantt = \3;\s*\w+\.Gantt = \2;/,
    "$1;",
  ],
  ["name of that chart", /\w+ as default,/, ""],
  ["other name of that chart", /,\s*\w+ as gantt\b/, ""],
];

/** What the rest of the library calls of the form. */
const WITHOUT_FORM = `
function withoutForm(chart) {
  chart.resetLightbox = chart.hideLightbox = chart.showLightbox = chart._silent_redraw_lightbox = () => {};
}
`;

/** Of the chart's style sheet: no font from a stranger, no icon font, no other theme, no dialog, none of what is not used. */
const UNUSED_STYLES = /data-gantt-theme|gantt_cal_|gantt_lb|gantt_resource|gantt_histogram|gantt_assign|gantt_qi|dhx_|gantt_popup/;

export const leanChart = {
  name: "lean-chart",
  setup(build) {
    build.onLoad({ filter: /dhtmlxgantt\.es\.js$/ }, async ({ path: file }) => {
      const whole = (await readFile(file, "utf8")).replace(/\/\/# sourceMappingURL=.*/, "");
      return { contents: cut(whole, UNUSED_CHART_PARTS, file) + WITHOUT_FORM, loader: "js" };
    });
    build.onLoad({ filter: /dhtmlxgantt\.css$/ }, async ({ path: file }) => {
      const style = (await readFile(file, "utf8")).replace(/@font-face\s*\{[^}]*\}|\/\*[^]*?\*\//g, "");
      const lean = style.replace(/([^{}]+)\{[^{}]*\}/g, (rule, selectors) => (UNUSED_STYLES.test(selectors) ? "" : rule));
      return { contents: withoutSiblingSweeps(lean), loader: "css" };
    });
  },
};

/**
 * A rule for every element (or every `div`) after another makes the browser restyle all later siblings whenever one is
 * added: 700 elements a frame while the plan scrolls, 80 without these three rules, which no page uses.
 */
export const withoutSiblingSweeps = (style) =>
  style.replace(/[^{};]*[+~]\s*(?:\*|div\b)[^{},]*(?:,[^{}]*)?\{[^{}]*\}/g, "");

/**
 * Vega's packages of transforms are one file each, which esbuild can't take apart. Their sources are beside them: of
 * those, what islands/chart/transforms.ts doesn't name is left out.
 */
export const leanVega = {
  name: "lean-vega",
  setup(build) {
    const packages = /^vega-(?:transforms|geo|encode|view-transforms)$/;
    build.onResolve({ filter: packages }, ({ path: name }) => ({
      path: fileURLToPath(new URL(`node_modules/${name}/index.js`, import.meta.url)),
      sideEffects: false,
    }));
    build.onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir }) =>
      /[\\/]node_modules[\\/]vega-(?:transforms|geo|encode|view-transforms)(?:[\\/]|$)/.test(resolveDir)
        ? { path: path.resolve(resolveDir, name), sideEffects: false }
        : undefined,
    );
  },
};

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * The names that a file can use of a style sheet: elements, attributes and classes, but not the words of its texts. In
 * Python and TypeScript classes are in strings, on lines that speak of them.
 */
export function namesIn(content) {
  const names = new Set();
  const add = (text) => text.match(/[A-Za-z][\w-]*/g)?.forEach((name) => names.add(name));
  for (const [tag] of content.matchAll(/<[a-z][^>]*>/g)) {
    add(tag.replace(/"[^"]*"|'[^']*'/g, ""));
    for (const [, value] of tag.matchAll(/\b(?:type|role)="([^"]*)"/g)) add(value);
  }
  for (const [, value] of content.matchAll(/\bclass="([^"]*)"/g)) add(value);
  for (const [, tag] of content.matchAll(/\{[%{]([^]*?)[%}]\}/g)) {
    for (const [, value] of tag.matchAll(/\bclass(?:es)?=["']([^"']*)["']/g)) add(value);
  }
  for (const line of content.split("\n")) {
    if (!/class|css/i.test(line) || line.includes('class="')) continue;
    for (const [, value] of line.matchAll(/["'`]([^"'`]*)["'`]/g)) add(value);
  }
  return [...names];
}

/**
 * Tabler carries far more rules than the pages use: those stay whose names occur in templates, Python or TypeScript, and of
 * its variables those that one of our rules reads.
 */
export const usedTablerOnly = {
  name: "used-tabler-only",
  setup(build) {
    build.onLoad({ filter: /@tabler[\\/]core[\\/]dist[\\/]css[\\/]tabler\.css$/ }, async ({ path: file }) => {
      const product = path.resolve(here, "../src/accord");
      const kept = await new PurgeCSS().purge({
        content: [`${product}/**/*.{html,py}`, `${here}/{islands,shell}/**/*.ts`],
        css: [{ raw: await readFile(file, "utf8") }],
        defaultExtractor: namesIn,
        safelist: { standard: ["html", "body"], greedy: [/data-bs-theme/] }, // the theme is set by a script
        keyframes: true,
        variables: false,
      });
      const own = await ownStyles();
      const style = kept[0].css.replace(/\/\*# sourceMappingURL.*\*\//, "");
      return { contents: withoutUnreadVariables(withoutSiblingSweeps(style), own), loader: "css" };
    });
  },
};

async function ownStyles() {
  const folder = path.join(here, "styles");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".css"));
  const others = ["node_modules/tom-select/dist/css/tom-select.css", "node_modules/dhtmlx-gantt/codebase/dhtmlxgantt.css"];
  const all = [...files.map((name) => path.join(folder, name)), ...others.map((name) => path.join(here, name))];
  return (await Promise.all(all.map((file) => readFile(file, "utf8")))).join("\n");
}

/** Variables that neither `style` nor `readers` reads are dropped, and then those that only dropped ones read. */
export function withoutUnreadVariables(style, readers = "") {
  for (;;) {
    const read = new Set([...`${style}\n${readers}`.matchAll(/var\(\s*(--[\w-]+)/g)].map(([, name]) => name));
    const next = style.replace(/(?<=[{;\s])(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))/g, (rule, name) => (read.has(name) ? rule : ""));
    if (next === style) return style;
    style = next;
  }
}

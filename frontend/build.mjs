// Builds every island, the style sheet, the fonts and the icon sprite into src/accord/web/static/build.
// Everything a page needs comes from there: nothing is fetched from elsewhere at run time.
import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { chartShapes } from "./charts/shapes.mjs";
import { leanChart, leanVega, usedTablerOnly } from "./lean.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const product = path.resolve(here, "../src/accord");
const out = path.join(product, "web/static/build");
const watch = process.argv.includes("--watch");

const common = {
  absWorkingDir: here,
  bundle: true,
  metafile: true,
  minify: !watch,
  outdir: out,
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  legalComments: "linked",
  assetNames: "[ext]/[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file" },
  logLevel: "warning",
};

/** An island is islands/NAME.ts or islands/NAME/index.ts; a style sheet it imports comes out beside it as NAME.css. */
function islands() {
  const folder = path.join(here, "islands");
  const entries = {};
  for (const item of readdirSync(folder, { withFileTypes: true })) {
    const file = item.isDirectory() ? path.join(folder, item.name, "index.ts") : path.join(folder, item.name);
    if (file.endsWith(".ts") && existsSync(file)) entries[path.parse(item.name).name] = file;
  }
  return entries;
}

async function sprite() {
  const names = (await readFile(path.join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const { icons } = JSON.parse(await readFile(path.join(here, "node_modules/@iconify-json/tabler/icons.json"), "utf8"));
  const symbols = names.map((name) => {
    if (!icons[name]) throw new Error(`icons.txt: there is no icon "${name}"`);
    const body = icons[name].body.replace(/ (fill="none"|stroke="currentColor"|stroke-(linecap|linejoin|width)="\w+")/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  });
  await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

/** The outlines of countries for maps, from Natural Earth: fetched by a chart as they are. */
async function outlines() {
  await copyFile(path.join(here, "node_modules/world-atlas/countries-50m.json"), path.join(out, "countries.json"));
}

/** Names with a hash pile up from build to build; what this one did not write goes, after it wrote its own. */
async function sweep(written) {
  const kept = new Set(written.map((file) => path.resolve(here, file)));
  for (const pile of ["chunks", "woff2"]) {
    for (const name of existsSync(path.join(out, pile)) ? readdirSync(path.join(out, pile)) : []) {
      const file = path.join(out, pile, name);
      if (!kept.has(file)) await rm(file);
    }
  }
}

const modules = { ...common, format: "esm", splitting: true, chunkNames: "chunks/[name]-[hash]" };
const parts = [
  { ...modules, entryPoints: { app: "shell/app.ts" } },
  { ...modules, entryPoints: islands(), plugins: [leanChart, leanVega, chartShapes] },
  // The theme is set before the first paint, so it is a small classic script on its own.
  { ...common, entryPoints: { theme: "shell/theme.ts" }, format: "iife" },
  { ...common, entryPoints: { app: "styles/app.css" }, plugins: [usedTablerOnly] },
];

try {
  await mkdir(out, { recursive: true });
  await sprite();
  await outlines();
  if (watch) {
    for (const part of parts) await (await esbuild.context(part)).watch();
    console.log("Watching; Ctrl-C stops.");
  } else {
    const built = await Promise.allSettled(parts.map((part) => esbuild.build(part)));
    const broken = built.find(({ status }) => status === "rejected");
    if (broken) throw broken.reason;
    await sweep(built.flatMap(({ value }) => Object.keys(value.metafile.outputs)));
  }
} catch (error) {
  if (!error.errors) console.error(error.message);
  process.exitCode = 1;
}

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import * as esbuild from "esbuild";

import { cut, namesIn, withoutUnreadVariables } from "../lean.mjs";

const sources = ["islands", "shell"].flatMap((folder) =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith(".ts")).map((name) => path.join(folder, name)),
);

test("no module imports itself, however far around", async () => {
  const { metafile } = await esbuild.build({
    entryPoints: sources, bundle: true, write: false, metafile: true, packages: "external", format: "esm", outdir: "out", logLevel: "silent",
    loader: { ".css": "empty", ".json": "empty" }, treeShaking: false,
  });
  const imports = new Map(Object.entries(metafile.inputs).map(([file, { imports: found }]) => [file, found.filter(({ external }) => !external).map((each) => each.path)]));
  const done = new Set<string>();
  const visit = (file: string, way: string[]): void => {
    assert.ok(!way.includes(file), `circle: ${[...way.slice(way.indexOf(file)), file].join(" → ")}`);
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  assert.ok(imports.size > 60);
});

test("no module is longer than 400 lines", () => {
  assert.deepEqual(sources.filter((file) => readFileSync(file, "utf8").split("\n").length > 401), []);
});

test("the types are those of the OpenAPI document (npm run types)", () => {
  const made = execFileSync(process.execPath, ["node_modules/openapi-typescript/bin/cli.js", "openapi.json"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  assert.equal(readFileSync("api.d.ts", "utf8").trim(), made.trim());
});

test("a cut that finds nothing, or more than one place, stops the build", () => {
  assert.equal(cut("a b c", [["middle", /b /, ""]]), "a c");
  assert.throws(() => cut("a c", [["middle", /b /, ""]]), /can't leave out the middle: found 0 times/);
  assert.throws(() => cut("b b ", [["middle", /b /, ""]]), /found 2 times/);
});

test("names are classes, elements and attributes, not the words of texts", () => {
  const names = namesIn(`<p class="card {% if a %}is-open{% endif %}" title="modal">breadcrumb</p>\nattrs = {"class": "form-select"}\nlabel = "carousel"`);
  for (const name of ["p", "card", "is-open", "title", "form-select"]) assert.ok(names.includes(name), name);
  for (const word of ["modal", "breadcrumb", "carousel"]) assert.ok(!names.includes(word), word);
});

test("variables nobody reads go, and those only they read", () => {
  const style = ":root{--a:1;--b:var(--a);--c:2;--d:url(x)}p{color:var(--c)}";
  assert.equal(withoutUnreadVariables(style), ":root{--c:2;}p{color:var(--c)}");
  assert.match(withoutUnreadVariables(style, "q{color:var(--b)}"), /--a:1;--b:var\(--a\);/);
});

test("every variable that a style sheet reads is set somewhere", () => {
  const styles = readdirSync("styles").map((name) => readFileSync(`styles/${name}`, "utf8")).join("\n");
  const others = ["node_modules/@tabler/core/dist/css/tabler.css", "node_modules/dhtmlx-gantt/codebase/dhtmlxgantt.css"].map((name) => readFileSync(name, "utf8"));
  const code = sources.map((file) => readFileSync(file, "utf8"));
  const templates = (readdirSync("../src/accord", { recursive: true }) as string[])
    .filter((name) => /\.(html|py)$/.test(name)).map((name) => readFileSync(path.join("../src/accord", name), "utf8"));
  const set = new Set([...[styles, ...others, ...code, ...templates].join("\n").matchAll(/(--[a-z][\w-]*)["']?\s*[:,]/g)].map(([, name]) => name));
  const read = [...styles.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name!);
  assert.deepEqual([...new Set(read)].filter((name) => !set.has(name)), []);
});

test("what a script sets is kept of Tabler, too: the dark theme", async () => {
  // Not bundled with this test: it finds the pages by where it lies.
  const lean = pathToFileURL(path.resolve("lean.mjs")).href;
  const { usedTablerOnly } = (await import(lean)) as typeof import("../lean.mjs");
  const { outputFiles } = await esbuild.build({
    entryPoints: ["styles/app.css"], bundle: true, write: false, minify: true, outdir: "out", plugins: [usedTablerOnly], logLevel: "silent", loader: { ".woff2": "empty" },
  });
  assert.match(outputFiles[0]!.text, /\[data-bs-theme=dark\][^{}]*\{color-scheme:dark/);
});

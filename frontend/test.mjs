// Runs tests/*.test.ts with Node's own runner: bundled first, as the islands are, because they name one another without endings.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(path.join(here, "node_modules/.tests-"));
try {
  const entryPoints = readdirSync(path.join(here, "tests")).filter((name) => name.endsWith(".test.ts")).map((name) => path.join("tests", name));
  await esbuild.build({
    absWorkingDir: here, bundle: true, entryPoints, format: "esm", logLevel: "warning", outdir: out, outExtension: { ".js": ".mjs" },
    packages: "external", platform: "node", sourcemap: "inline", target: "es2022", loader: { ".css": "empty" },
  });
  const files = readdirSync(out).map((name) => path.join(out, name));
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { cwd: here, stdio: "inherit", env: { ...process.env, TZ: "Europe/Vienna" } });
  process.exitCode = status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}

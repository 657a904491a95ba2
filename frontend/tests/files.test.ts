import assert from "node:assert/strict";
import { test } from "node:test";

import { named } from "../shell/files";

const NOW = new Date("2026-03-29T12:30:05Z"); // 14:30 in Vienna: summer time has begun

test("a screenshot gets the moment for a name, and keeps its type", () => {
  const file = named(new File(["x"], "image.png", { type: "image/png" }), NOW);
  assert.deepEqual([file.name, file.type, file.size], ["Screenshot 2026-03-29 14.30.05.png", "image/png", 1]);
});

test("a file with a name of its own keeps it", () => {
  for (const name of ["plan.pdf", "image.tar.gz", "my image.png"]) {
    const file = new File(["x"], name);
    assert.equal(named(file, NOW), file, name);
  }
});

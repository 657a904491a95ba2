import assert from "node:assert/strict";
import { test } from "node:test";

import {
  daysApart, escape, parseDuration, parseLag, parsePredecessors, readDay, shortDay, showDuration, showLag, showPredecessors, showValue,
} from "../islands/gantt/format";
import { isoDate, parseDate } from "../islands/gantt/moments";
import { link, plan, task } from "./plan";

test("durations are read as planners write them", () => {
  const minutes = (text: string) => parseDuration(text, 450)?.minutes;
  assert.equal(minutes("3"), 1350);
  assert.equal(minutes(" 1,5 weeks "), 3375);
  assert.equal(minutes("4 h"), 240);
  assert.equal(minutes("30min"), 30);
  assert.equal(minutes("1 mo"), 9000);
  assert.equal(minutes("2d?"), 900, "estimated durations carry a question mark");
  assert.deepEqual(parseDuration("2ed", 450), { minutes: 2880, elapsed: true });
  for (const wrong of ["", "d", "-3d", "3 fortnights", "1.2.3d"]) assert.equal(parseDuration(wrong, 450), null, wrong);
});

test("a duration is read back as it was shown", () => {
  for (const size of [0, 15, 60, 90, 120, 240, 480, 720, 960, 4320, 7200]) {
    for (const elapsed of [false, true]) {
      assert.deepEqual(parseDuration(showDuration(size, 480, elapsed), 480), { minutes: size, elapsed }, `${size} ${elapsed}`);
    }
  }
});

test("a lag is read back as it was shown", () => {
  for (const lag of [
    { lag: 960, lag_unit: "working" }, { lag: -240, lag_unit: "working" }, { lag: 1440, lag_unit: "elapsed" },
    { lag: 50, lag_unit: "percent" }, { lag: -25, lag_unit: "elapsed_percent" }, { lag: 0, lag_unit: "working" },
  ] as const) assert.deepEqual(parseLag(showLag(lag, 480), 480), lag);
  assert.equal(parseLag("soon", 480), null);
});

test("days are read in both spellings, and none that does not exist", () => {
  assert.equal(readDay("2026-03-02", 2026), "2026-03-02");
  assert.equal(readDay("Mon 2 Mar", 2026), "2026-03-02");
  assert.equal(readDay("2 March 27", 2026), "2027-03-02");
  assert.equal(readDay(shortDay("2025-12-31", 2026), 2026), "2025-12-31");
  for (const wrong of ["31 Feb 2026", "2026-02-30", "02/03/2026", "2.3.", "soon"]) assert.throws(() => readDay(wrong, 2026), /isn't a date/, wrong);
});

test("a plan's clock has no zone: the hours of a change of clocks too are what they say", () => {
  for (const moment of ["2026-03-29T02:30:00", "2026-10-25T02:30:00"]) assert.equal(isoDate(parseDate(moment)).slice(0, 10), moment.slice(0, 10));
  assert.equal(daysApart("2026-03-28T08:00:00", "2026-03-30T08:00:00"), 2, "a day of 23 hours is a day");
});

test("predecessors are read back as they were shown, and what makes no sense says why", () => {
  const model = plan([task(11), task(12), task(13)], [link(1, 11, 13, { lag: 960 }), link(2, 12, 13, { type: "SS" })]);
  const shown = showPredecessors(model, model.tasks.get("13")!);
  assert.equal(shown, "1FS+2d, 2SS");
  const read = parsePredecessors(model, shown).map(({ source, type, lag }) => [source.id, type, lag]);
  assert.deepEqual(read, [[11, "FS", 960], [12, "SS", 0]]);
  assert.throws(() => parsePredecessors(model, "9"), /Row 9 doesn't exist/);
  assert.throws(() => parsePredecessors(model, "1, 1SS"), /appears twice/);
  assert.throws(() => parsePredecessors(model, "1FS+soon"), /isn't a lag/);
  assert.throws(() => parsePredecessors(model, "first"), /Can't read/);
});

test("what others wrote is text, never markup", () => {
  assert.equal(escape(`<img src=x onerror="a('&')">`), "&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;");
});

test("values of a conflict are shown whatever their type", () => {
  assert.deepEqual([null, "", false, true, 0, "2 d"].map(showValue), ["Not set", "Not set", "No", "Yes", "0", "2 d"]);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { drop, neighbour } from "../islands/board/drop";

function board(way: object | null) {
  const said: string[] = [];
  const card = { querySelector: (selector: string) => (said.push(selector), way) };
  const lane = (name: string, children: unknown[] = []) =>
    ({ dataset: { lane: name }, children, insertBefore: (_card: unknown, before: unknown) => said.push(`back before ${String(before)}`) });
  const drag = (from: object, to: object, oldIndex?: number) => drop({ item: card, from, to, oldIndex } as never);
  return { said, lane, drag };
}

test("a card in its own lane asks for nothing", () => {
  const { said, lane, drag } = board(null);
  const here = lane("todo");
  drag(here, here, 0);
  assert.deepEqual(said, []);
});

test("a move that needs no answer is sent, and the card stays where it was dropped", () => {
  const { said, lane, drag } = board({ requestSubmit: () => said.push("sent") });
  drag(lane("todo"), lane("done"));
  assert.deepEqual(said, ['[data-to="done"]', "sent"]);
});

test("a move that needs an answer opens the question, and the card goes back to its place", () => {
  const { said, lane, drag } = board({ click: () => said.push("asked") });
  drag(lane("todo", ["first", "second"]), lane("done"), 1);
  assert.deepEqual(said, ['[data-to="done"]', "back before second", "asked"]);
});

test("a card that may not move there goes back", () => {
  const { said, lane, drag } = board(null);
  drag(lane("todo", []), lane("done"), 3);
  assert.deepEqual(said, ['[data-to="done"]', "back before null"]);
});

test("the lane beside is the next one, and none beyond either end", () => {
  const lanes = ["new", "proposal", "won"];
  assert.equal(neighbour(lanes, "new", 1), "proposal");
  assert.equal(neighbour(lanes, "won", -1), "proposal");
  assert.equal(neighbour(lanes, "new", -1), undefined);
  assert.equal(neighbour(lanes, "won", 1), undefined);
  assert.equal(neighbour(lanes, "gone", 1), undefined);
});

import type { Id } from "./types";

export type Key = string;

/** The task of a row on the page: a grouped view shows a task once in each of its groups, as "7@2". */
export const rowKey = (key: Key): Key => key.split("@", 1)[0]!;

export const keyOf = (id: Id | null | undefined): Key => (id === null || id === undefined ? "" : String(id));

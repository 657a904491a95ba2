/** What a page says about a chart. */
export interface Drawing {
  /** A file in charts/. */
  shape: string;
  data: Record<string, object[]>;
  params?: Record<string, unknown>;
  /** Where the outlines of countries are, for a map. */
  outlines?: string;
}

const MARKUP: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** The tooltip writes markup: what comes from data passes here first. */
export function asText(value: unknown): string {
  return String(value).replace(/[&<>"']/g, (sign) => MARKUP[sign]!);
}

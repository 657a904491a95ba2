import { toast } from "./toasts";

/** What the server says of a disk or database in trouble (503); undefined for any other answer. */
export function troubleOf(answer: XMLHttpRequest): string | undefined {
  if (answer.status !== 503) return undefined;
  try {
    const { message } = JSON.parse(answer.responseText) as { message?: unknown };
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Outside the drawer, which says it itself, a request of the page that failed so is told by a toast. */
export function startTrouble(): void {
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    const message = troubleOf(xhr);
    if (message && !(event.target as Element).closest("#drawer")) toast(message, "error");
  });
}

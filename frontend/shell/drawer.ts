import htmx from "./htmx";
import { troubleOf } from "./trouble";

let before = "";
let stale = false;
let opened = "";

const drawer = (): HTMLDialogElement => document.getElementById("drawer") as HTMLDialogElement;
const body = (): HTMLElement => document.getElementById("drawer-body") as HTMLElement;

const filled = (): string =>
  JSON.stringify([...body().querySelectorAll("form")].map((form) => [...new FormData(form)].map(String)));

function mayLeave(): boolean {
  return filled() === before || confirm("Discard unsaved changes?");
}

function say(title: string, text: string, href: string): void {
  const heading = Object.assign(document.createElement("h2"), { id: "drawer-title", textContent: title });
  const link = Object.assign(document.createElement("a"), { href, textContent: "Open it as a page" });
  const line = document.createElement("p");
  line.append(text, " ", link, ".");
  body().replaceChildren(heading, line);
}

async function open(href: string, source: Element): Promise<void> {
  body().replaceChildren((document.getElementById("drawer-loading") as HTMLTemplateElement).content.cloneNode(true));
  before = filled();
  if (source.matches("main a")) opened = href;
  if (!drawer().open) drawer().showModal();
  // A link within the drawer has just made room for what it leads to, and htmx asks for nothing on behalf of what is gone.
  await htmx.ajax("get", href, { target: "#drawer-body", swap: "innerHTML", source: source.isConnected ? source : body() });
}

/**
 * Links with `data-drawer` open beside the page. The native dialog keeps focus inside, closes on Esc and gives focus
 * back to the link; without scripts the same link is an ordinary page.
 */
export function startDrawer(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.defaultPrevented) return;
    const link = event.target.closest<HTMLAnchorElement>("a[data-drawer]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void open(link.href, link);
  });
  const dialog = drawer();
  dialog.addEventListener("cancel", (event) => {
    if (!mayLeave()) event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target !== dialog && !target.closest("[data-close]")) return;
    event.preventDefault();
    if (mayLeave()) dialog.close();
  });
  dialog.addEventListener("close", () => body().replaceChildren());
  body().addEventListener("htmx:afterSettle", (event) => {
    // Files that were attached are saved; what was typed beside them is not.
    if ((event.target as Element).closest("[data-files]")) return;
    before = filled();
    const search = ["[aria-invalid='true']", ".form-errors", "[autofocus]", "input:not([type=hidden]), select, textarea"];
    const found = search.map((what) => body().querySelector<HTMLElement>(what)).find(Boolean);
    (found ?? document.getElementById("drawer-title"))?.focus();
  });
  dialog.addEventListener("htmx:responseError", (event) => {
    const { xhr, pathInfo } = (event as CustomEvent<{ xhr: XMLHttpRequest; pathInfo: { requestPath: string } }>).detail;
    const missing = xhr.status === 404;
    say(
      missing ? "Not found" : "Something went wrong",
      missing
        ? "This page doesn't exist, or you don't have access to it."
        : (troubleOf(xhr) ?? `Server error (${xhr.status}). Your changes weren't saved.`),
      pathInfo.requestPath,
    );
  });
  dialog.addEventListener("htmx:sendError", () => say("No connection", "The server could not be reached.", location.href));
  document.addEventListener("accord:close-drawer", () => dialog.close());
  // A form that scripts fill is unchanged when they are done, and again when they have saved it.
  document.addEventListener("accord:drawer-filled", () => (before = filled()));
  // What was saved in the drawer shows in the list behind it.
  document.addEventListener("accord:refresh", () => {
    const list = document.querySelector("main #list");
    if (list) void htmx.ajax("get", location.href, { source: list, target: "#list", select: "#list", swap: "outerHTML" });
    else stale = true;
  });
  dialog.addEventListener("close", () => {
    if (stale) location.reload();
    // The link that opened it may have been replaced by its like.
    const link = [...document.querySelectorAll<HTMLAnchorElement>("a[data-drawer]")].find(({ href }) => href === opened);
    if (document.activeElement === document.body) link?.focus();
  });
  const wanted = document.querySelector<HTMLAnchorElement>("a[data-open-at-once]");
  if (!wanted) return;
  void open(wanted.href, wanted);
  // Once: not again when the page is reloaded.
  const address = new URL(location.href);
  address.searchParams.delete("task");
  history.replaceState(history.state, "", address);
}

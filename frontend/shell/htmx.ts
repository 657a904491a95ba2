import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  // An attribute counts for the element that bears it and for no other: markup that came with somebody's text gets
  // neither target nor headers from the page around it.
  disableInheritance: true,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages hold client data: none of it is kept in the browser's storage for the back button.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  // A form sent back with its faults (422) or with a conflict (409) is an answer to show, not an error.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true },
    { code: "...", swap: false, error: true },
  ],
});

/** What changes something carries the token of the page; a form's own field says the same. */
document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event as CustomEvent<{ verb: string; headers: Record<string, string> }>;
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token;
});

// An unset filter says nothing, so it stays out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event as CustomEvent<{ verb: string; formData: FormData; elt: Element }>;
  if (detail.verb !== "get" || !detail.elt.closest("[data-filters]")) return;
  for (const [name, value] of [...detail.formData.entries()]) if (value === "") detail.formData.delete(name);
});

export default htmx;

type Attributes = Record<string, string | number | boolean | null | ((event: Event) => void)>;

/** An element with attributes, listeners (`onclick` and the like) and children; text is always text. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/** A part of the page that the template promises. */
export function part<Kind extends HTMLElement>(root: ParentNode, selector: string): Kind {
  const node = root.querySelector<Kind>(selector);
  if (!node) throw new Error(`The plan page has no ${selector}`);
  return node;
}

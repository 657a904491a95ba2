declare module "*.css";
declare module "tom-select/plugins/remove_button/plugin.js";

// Vega describes itself as a whole; these are the parts of it that charts are drawn with.
declare module "vega-dataflow" {
  export const transforms: Record<string, unknown>;
}
declare module "vega-encode";
declare module "vega-geo";
declare module "vega-parser" {
  export { parse } from "vega-typings";
}
declare module "vega-transforms";
declare module "vega-view" {
  export { View } from "vega-typings";
}
declare module "vega-view-transforms";

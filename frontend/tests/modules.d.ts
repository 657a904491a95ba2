declare module "*/shapes.mjs" {
  export function compiled(shape: object): object;
}
declare module "*/lean.mjs" {
  export function cut(text: string, cuts: [string, RegExp, string][], file?: string): string;
  export function namesIn(content: string): string[];
  export const usedTablerOnly: import("esbuild").Plugin;
  export function withoutUnreadVariables(style: string, readers?: string): string;
}

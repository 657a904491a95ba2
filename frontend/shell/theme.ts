// Runs before the first paint: the colours and the width of the rail must not jump after it.
import { applyTheme, railKey } from "./preferences";

applyTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
if (localStorage.getItem(railKey) === "collapsed") document.documentElement.dataset.rail = "collapsed";

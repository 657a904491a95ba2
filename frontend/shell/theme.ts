// Runs before the first paint: the colours, the height of rows and the width of the rail must not jump after it.
import { applyDensity, applyTheme, railKey } from "./preferences";

applyTheme();
applyDensity();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
if (localStorage.getItem(railKey) === "collapsed") document.documentElement.dataset.rail = "collapsed";

// The steps of Vega's dataflow that the shapes need: `npm test` compares them with charts/. All of Vega's would be twice as much.
import { transforms } from "vega-dataflow";
import { axisticks, datajoin, encode, legendentries, scale, sortitems, stack } from "vega-encode";
import { geopoint, geoshape, projection } from "vega-geo";
import {
  aggregate, collect, extent, facet, filter, formula, impute, multiextent, prefacet, proxy, relay, sieve, values,
} from "vega-transforms";
import { bound, mark, overlap, render, viewlayout } from "vega-view-transforms";

export const USED = {
  aggregate, axisticks, bound, collect, datajoin, encode, extent, facet, filter, formula, geopoint, geoshape, impute,
  legendentries, mark, multiextent, overlap, prefacet, projection, proxy, relay, render, scale, sieve, sortitems, stack,
  values, viewlayout,
};

Object.assign(transforms, USED);

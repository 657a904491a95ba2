import { feature } from "topojson-client";

/** The outlines of countries in the file at `url`, as the map draws them. */
export async function features(url: string): Promise<object[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`map outlines not found (${response.status})`);
  const world = await response.json();
  return (feature(world, world.objects.countries) as unknown as { features: object[] }).features;
}

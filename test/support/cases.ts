/**
 * How many random cases a property is tried on: 2,000 in `npm test`, and as many as `CASES` says elsewhere
 * (`npm run prove` says 100,000). A failing case prints its seed and its counterexample.
 */
export const propertyCases = Number(process.env.CASES ?? 2_000);

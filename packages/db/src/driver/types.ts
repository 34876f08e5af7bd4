import { type CustomTypesConfig, types } from "pg";

const { builtins } = types;

/** Moments, dates and spans, and arrays of them: they come as Postgres writes them, with their microseconds. */
const textual = new Set<number>([
  builtins.DATE,
  builtins.TIME,
  builtins.TIMETZ,
  builtins.TIMESTAMP,
  builtins.TIMESTAMPTZ,
  builtins.INTERVAL,
  1115, // timestamp[]
  1182, // date[]
  1185, // timestamptz[]
  1187, // interval[]
  1231, // numeric[]
]);
const asText = (value: string): string => value;

/** How values are read: as `pg` does, except for those. */
export const resultTypes: CustomTypesConfig = {
  getTypeParser: (type: Parameters<typeof types.getTypeParser>[0], format?: "binary" | "text") =>
    textual.has(type) ? asText : types.getTypeParser(type, format === "binary" ? "binary" : "text"),
};

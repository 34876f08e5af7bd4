import { type CustomTypesConfig, types } from "pg";

const { builtins } = types;

/** Timestamps, dates and intervals, and arrays of them, are returned as Postgres's text, including microseconds. */
const textTypes = new Set<number>([
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

/** Parsers of values: those of `pg`, except for the types above. */
export const resultTypes: CustomTypesConfig = {
  getTypeParser: (type: Parameters<typeof types.getTypeParser>[0], format?: "binary" | "text") =>
    textTypes.has(type) ? asText : types.getTypeParser(type, format === "binary" ? "binary" : "text"),
};

import type { DescribedSchema } from "../../src/describe.ts";

/** A field of an input, an output or an event, with its path, such as `items[].id`. */
export interface Field {
  path: string;
  schema: DescribedSchema;
  isRequired: boolean;
}

type Part = DescribedSchema | boolean | null | undefined;

const isSchema = (part: Part): part is DescribedSchema => typeof part === "object" && part !== null;

const getAlternatives = ({ anyOf = [], oneOf = [] }: DescribedSchema): DescribedSchema[] =>
  [...anyOf, ...oneOf].filter(isSchema);

/** The schema of a list's items; null for other types. */
const getItemSchema = ({ items }: DescribedSchema): DescribedSchema | null =>
  typeof items === "object" && !Array.isArray(items) ? items : null;

/** Lists the fields of an object, and those of objects in it. */
export function listFields(schema: DescribedSchema, prefix = ""): Field[] {
  const { properties = {}, required = [] } = schema;
  const own = Object.entries(properties).flatMap(([name, field]) => {
    if (!isSchema(field)) return [];
    const path = `${prefix}${name}`;
    return [{ path, schema: field, isRequired: required.includes(name) }, ...listNested(field, path)];
  });
  return prefix === "" && own.length === 0 ? listNested(schema, "") : own;
}

function listNested(schema: DescribedSchema, path: string): Field[] {
  const join = path === "" ? "" : `${path}.`;
  const item = getItemSchema(schema);
  if (isSchema(schema.properties)) return listFields(schema, join);
  if (item !== null) return listNested(item, `${path}[]`);
  return getAlternatives(schema).flatMap((one) => listNested(one, path));
}

/** The alternatives of an event, or the schema itself. */
export function listAlternatives(schema: DescribedSchema): DescribedSchema[] {
  const some = getAlternatives(schema);
  return some.length === 0 ? [schema] : some;
}

/** The type of a field in words: `uuid`, `"a" or "b"`, `object[]`. */
export function describeType(schema: DescribedSchema): string {
  const alternatives = getAlternatives(schema);
  if (alternatives.length > 0) return [...new Set(alternatives.map(describeType))].join(" or ");
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  if (schema.type === "array") {
    const items = getItemSchema(schema);
    const item = items === null ? "value" : describeType(items);
    return item.includes(" ") ? `list of ${item}` : `${item}[]`;
  }
  const formats: Record<string, string> = { uuid: "UUID", "date-time": "time", base64: "base64" };
  return formats[schema.format ?? ""] ?? [schema.type ?? "any"].flat().join(" or ");
}

/** The range and the default of a field: `1–100, default 50`. Empty if it has neither. */
export function describeRange(schema: DescribedSchema): string {
  const first = getAlternatives(schema).find(({ type }) => type !== "null");
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = first ?? schema;
  const ranges = [
    toRange(minimum, maximum, ""),
    toRange(minLength, maxLength, " characters"),
    toRange(minItems, maxItems, " items"),
    schema.default === undefined ? "" : `default \`${JSON.stringify(schema.default)}\``,
  ];
  return ranges.filter(Boolean).join(", ");
}

function toRange(min: number | undefined, max: number | undefined, unit: string): string {
  const show = (number: number) => number.toLocaleString("en");
  if (min !== undefined && max !== undefined) return `${show(min)}–${show(max)}${unit}`;
  if (max !== undefined) return `at most ${show(max)}${unit}`;
  return min === undefined || min === 0 ? "" : `at least ${show(min)}${unit}`;
}

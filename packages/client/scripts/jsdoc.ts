import { type DescribedProcedure, type DescribedSchema, describeProcedures } from "@mdreader/api";
import { type ESTree, parseSync, Visitor } from "rolldown/utils";

type Builder = "TRPCQueryProcedure" | "TRPCMutationProcedure" | "TRPCSubscriptionProcedure";
const builders: ReadonlySet<string> = new Set<Builder>([
  "TRPCQueryProcedure",
  "TRPCMutationProcedure",
  "TRPCSubscriptionProcedure",
]);

/** A comment, and the position of the declaration that it describes. */
interface Comment {
  position: number;
  lines: string[];
}

const allProcedures = describeProcedures();
const readFeature = ({ name }: DescribedProcedure) => name.slice(0, name.indexOf("."));

/** The features of the API: the first parts of the names of procedures. */
export const features: readonly string[] = [...new Set(allProcedures.map(readFeature))];

/**
 * Adds the descriptions of procedures and fields to the compiled type of a feature's router, as JSDoc comments, which editors
 * show.
 *
 * @param code The declarations of that router.
 * @throws Error if a field or a procedure has no description.
 */
export function addJsdoc(feature: string, code: string): string {
  const { program, errors } = parseSync("router.d.ts", code);
  if (errors.length > 0) throw new Error(`The router of ${feature} can't be parsed: ${errors[0]?.message}`);
  const own = allProcedures.filter((procedure) => readFeature(procedure) === feature);
  const procedures = new Map(own.map((procedure) => [procedure.name, procedure]));
  const comments: Comment[] = [];
  const path = [feature];
  new Visitor({
    TSPropertySignature(property) {
      path.push(readName(property));
      const type = property.typeAnnotation?.typeAnnotation;
      if (type?.type !== "TSImportType" || !builders.has(readQualifier(type))) return;
      const name = path.join(".");
      const procedure = procedures.get(name);
      if (procedure === undefined) throw new Error(`${name} is not described`);
      comments.push({ position: property.start, lines: describeProcedure(procedure) });
      comments.push(...describeTypes(type, procedure));
      procedures.delete(name);
    },
    "TSPropertySignature:exit"() {
      path.pop();
    },
  }).visit(program);
  if (procedures.size > 0) throw new Error(`No types were found for ${[...procedures.keys()].join(", ")}`);
  return insertComments(code, comments);
}

function insertComments(code: string, comments: readonly Comment[]): string {
  let result = "";
  let end = 0;
  for (const { position, lines } of comments.toSorted((a, b) => a.position - b.position)) {
    const text = lines.map((line) => ` * ${line}`.trimEnd().replaceAll("*/", "*\\/")).join("\n");
    result += `${code.slice(end, position)}/**\n${text}\n */\n`;
    end = position;
  }
  return result + code.slice(end);
}

function describeProcedure({ summary, description, ownReasons }: DescribedProcedure): string[] {
  const reasons = ownReasons.map((reason) => `\`${reason}\``).join(", ");
  return [
    `${summary}.`,
    "",
    ...description.split("\n"),
    ...(reasons === "" ? [] : ["", `Reasons for failures, besides the common ones: ${reasons}.`]),
  ];
}

/** Describes the fields of the input and of what a procedure returns or sends. */
function describeTypes(
  { typeArguments }: ESTree.TSImportType,
  { name, input, output, event }: DescribedProcedure,
): Comment[] {
  const [parts] = typeArguments?.params ?? [];
  if (parts?.type !== "TSTypeLiteral") throw new Error(`${name} has unexpected types`);
  return parts.members.filter(isProperty).flatMap((part) => {
    const schemas = { input: [input], output: [output, event] }[readName(part)];
    return describeType(part.typeAnnotation?.typeAnnotation, (schemas ?? []).flatMap(listAlternatives), name);
  });
}

/** Describes the fields in a type by the schemas that it may have been inferred from. */
function describeType(
  type: ESTree.TSType | undefined,
  schemas: readonly DescribedSchema[],
  path: string,
): Comment[] {
  if (type === undefined || schemas.length === 0) return [];
  if (type.type === "TSTypeLiteral") return describeFields(type, schemas, path);
  if (type.type === "TSArrayType") return describeType(type.elementType, schemas.flatMap(listItems), path);
  if (type.type === "TSParenthesizedType") return describeType(type.typeAnnotation, schemas, path);
  if (type.type === "TSUnionType") return type.types.flatMap((part) => describeType(part, schemas, path));
  // `AsyncIterable` and `TrackedData` contain what a subscription sends.
  if (type.type === "TSTypeReference" || type.type === "TSImportType")
    return describeType(type.typeArguments?.params[0], schemas, path);
  return [];
}

function describeFields(
  { members }: ESTree.TSTypeLiteral,
  schemas: readonly DescribedSchema[],
  path: string,
): Comment[] {
  const properties = members.filter(isProperty);
  const possible = schemas.filter((schema) => properties.every((property) => allows(schema, property)));
  return properties.flatMap((property) => {
    const name = readName(property);
    const own = possible.flatMap(({ properties: fields }) => {
      const field = fields?.[name];
      return typeof field === "object" ? [field] : [];
    });
    const described = own.find(({ description }) => description !== undefined);
    if (described === undefined) throw new Error(`${path}.${name} has no description`);
    return [
      { position: property.start, lines: describeField(described) },
      ...describeType(
        property.typeAnnotation?.typeAnnotation,
        own.flatMap(listAlternatives),
        `${path}.${name}`,
      ),
    ];
  });
}

function describeField({ description = "", default: initial }: DescribedSchema): string[] {
  const lines = description.split("\n");
  return initial === undefined ? lines : [...lines, `@default ${JSON.stringify(initial)}`];
}

/** Whether a schema has a field of this name and, where the type is one literal, of this value. */
function allows(schema: DescribedSchema, property: ESTree.TSPropertySignature): boolean {
  const field = schema.properties?.[readName(property)];
  if (typeof field !== "object") return false;
  const type = property.typeAnnotation?.typeAnnotation;
  if (type?.type !== "TSLiteralType" || type.literal.type !== "Literal") return true;
  return field.const === undefined || field.const === type.literal.value;
}

/** Lists the alternatives of a schema, at any depth. */
function listAlternatives(schema: DescribedSchema | boolean | null | undefined): DescribedSchema[] {
  if (typeof schema !== "object" || schema === null) return [];
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return [schema, ...alternatives.flatMap(listAlternatives)];
}

const listItems = ({ items }: DescribedSchema): DescribedSchema[] => [items].flat().flatMap(listAlternatives);

const isProperty = (member: ESTree.TSSignature): member is ESTree.TSPropertySignature =>
  member.type === "TSPropertySignature";

function readName({ key }: ESTree.TSPropertySignature): string {
  if (key.type === "Identifier") return key.name;
  if (key.type === "Literal") return String(key.value);
  throw new Error(`A property has an unexpected name: ${key.type}`);
}

const readQualifier = ({ qualifier }: ESTree.TSImportType): string =>
  qualifier?.type === "Identifier" ? qualifier.name : "";

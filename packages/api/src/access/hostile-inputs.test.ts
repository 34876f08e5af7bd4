import { callTRPCProcedure } from "@trpc/server";
import { expect } from "vitest";
import { z } from "zod";

import { appRouter } from "../root.ts";
import { createMatrixFixture, type MatrixFixture } from "../testing/matrix/fixture.ts";
import { rows } from "../testing/matrix/rows.ts";
import { test } from "../testing/test.ts";
import { toAppError } from "../trpc/errors.ts";

/** Runs every procedure with a valid input in which one field at a time is replaced with a hostile value. */

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const uuid = "01890a5d-ac96-774b-bcce-b302099a8057";

const numbers = [2 ** 31, 2 ** 31 - 1, 2 ** 53 - 1, -1, 0, 0.5, Number.MAX_VALUE];
const texts = [
  "\0",
  "a\0b",
  "\ud800",
  "\u202e",
  "x".repeat(5000),
  "../..",
  "%00",
  "/".repeat(4000),
  uuid,
  "",
];
const cursors = [
  ["folder", "\0", uuid],
  ["document", "\ud800", uuid],
  ["folder", "x", uuid],
  ["2026-13-45 99:99:99+00", uuid],
  ["2026-02-30 10:00:00+00", uuid],
  ["0000-01-01 00:00:00+00", uuid],
  ["9999-12-31 23:59:59.999999+14", uuid],
  ["2026-01-01 00:00:00+99", uuid],
  [2 ** 53 - 1, "9999-12-31T23:59:59Z"],
  [3, uuid],
  [2 ** 31, uuid],
  { rank: 2 ** 31 - 1, id: uuid, floor: { inTitle: true, id: uuid } },
  2 ** 53 - 1,
  2 ** 31,
  uuid,
  "\0",
].map(cursor);

const record = z.record(z.string(), z.unknown());
type Input = z.infer<typeof record>;

/**
 * Variants of an input in which each field in turn has another value. The other fields remain valid, so that the check
 * reaches the field.
 */
function variantsOf(input: Input, fields: readonly string[]): Input[] {
  const odd = [...numbers, ...texts, [], {}, null, true, Array.from({ length: 2000 }, () => "a/b")];
  return [...new Set([...Object.keys(input), ...fields])].flatMap((name) =>
    (name === "cursor" ? [...cursors, ...texts] : odd).map((value) => ({ ...input, [name]: value })),
  );
}

const definition = z.object({
  type: z.enum(["query", "mutation", "subscription"]),
  inputs: z.array(z.instanceof(z.ZodType)),
});
type Definition = z.infer<typeof definition>;

const procedures = new Map(Object.entries<unknown>(appRouter._def.procedures));

const definitionOf = (path: string): Definition =>
  z
    .custom<{ _def: unknown }>((found) => typeof found === "function" && "_def" in found)
    .transform(({ _def }) => _def)
    .pipe(definition)
    .parse(procedures.get(path));

function fieldsOf({ inputs }: Definition): string[] {
  return inputs.flatMap((input) => {
    const schema = input instanceof z.ZodPrefault ? input.unwrap() : input;
    return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  });
}

const isStream = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === "object" && result !== null && Symbol.asyncIterator in result;

async function reasonOf(fixture: MatrixFixture, path: string, type: Definition["type"], input: unknown) {
  const ctx = fixture.app.context(fixture.people.owner.credential);
  const call = {
    router: appRouter,
    path,
    type,
    ctx,
    getRawInput: async () => input,
    signal: undefined,
    batchIndex: 0,
  };
  try {
    const result: unknown = await callTRPCProcedure(call);
    if (isStream(result)) await result[Symbol.asyncIterator]().return?.();
    return null;
  } catch (error) {
    return toAppError(error).reason;
  }
}

test.for(Object.keys(rows))("%s never fails with INTERNAL, whatever its input", async (path, { app }) => {
  const fixture = await createMatrixFixture(app);
  const { type, inputs } = definitionOf(path);
  const valid = record.parse((await rows[path]?.(fixture, "owner")) ?? {});
  const failed: unknown[] = [];
  for (const input of variantsOf(valid, fieldsOf({ type, inputs }))) {
    const reason = await reasonOf(fixture, path, type, input);
    if (reason === "INTERNAL") failed.push(input);
  }
  expect(failed).toEqual([]);
});

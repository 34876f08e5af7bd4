import { type ProcedureNotes, procedureNotes, type Reason } from "@mdreader/contract";
import { instanceSettings } from "@mdreader/db";
import { callTRPCProcedure } from "@trpc/server";
import { describe, expect } from "vitest";

import { readProcedures } from "../describe.ts";
import { appRouter } from "../root.ts";
import { catchReason, createMatrixFixture, type MatrixFixture } from "../testing/index.ts";
import { overtakeCall } from "../testing/overtaken-call.ts";
import type { FailingCall, FailingRow } from "../testing/reasons/fixture.ts";
import { failingRows } from "../testing/reasons/rows.ts";
import { test as base } from "../testing/test.ts";

/** Every reason that a procedure declares × a call that fails for it. */

const test = base
  /** A workspace and its people. Settings that a row changes are restored after the test. */
  .extend("fixture", async ({ app }, { onCleanup }) => {
    const { settings, database } = app.services;
    const before = { ...settings };
    onCleanup(async () => {
      Object.assign(settings, before);
      await database.db.delete(instanceSettings);
    });
    return createMatrixFixture(app);
  });

const procedures = readProcedures();

const rows = new Map(Object.entries<Record<string, FailingRow>>(failingRows));

/** Calls a procedure as a row says. A subscription is read until it ends. */
async function call(
  path: string,
  { app, people }: MatrixFixture,
  { input, credential = people.owner.credential, request }: FailingCall,
): Promise<void> {
  const result: unknown = await callTRPCProcedure({
    router: appRouter,
    path,
    type: procedures.get(path)?.type ?? "query",
    ctx: app.context(credential, request),
    getRawInput: async () => input,
    signal: undefined,
    batchIndex: 0,
  });
  if (!isStream(result)) return;
  for await (const _ of result);
}

const isStream = (result: unknown): result is AsyncIterable<unknown> =>
  typeof result === "object" && result !== null && Symbol.asyncIterator in result;

const declared = Object.entries<ProcedureNotes>(procedureNotes).flatMap(([name, { errors = [] }]) =>
  errors.length === 0 ? [] : [[name, errors] as const],
);

test("has a row for each reason that a procedure declares, and no others", () => {
  const listed = Array.from(rows, ([name, reasons]) => [name, Object.keys(reasons).toSorted()] as const);
  expect(new Map(listed)).toEqual(new Map(declared.map(([name, errors]) => [name, errors.toSorted()])));
});

describe.each(declared)("%s", (name, errors) => {
  test.for(errors)("fails for %s", async (reason, { fixture, app }) => {
    const row = rows.get(name)?.[reason];
    if (row === undefined) throw new Error(`${name} has no row for ${reason}`);
    const failing = await row(fixture);
    const { overtake } = failing;
    const found =
      overtake === undefined
        ? await catchReason(call(name, fixture, failing))
        : await overtakeCall(app, {
            lock: overtake,
            call: () => call(name, fixture, failing),
            change: async () => {},
          });
    failing.release?.();
    expect(found).toBe(reason satisfies Reason);
  });
});

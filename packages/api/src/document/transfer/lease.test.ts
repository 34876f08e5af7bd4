import { fileUploads } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { expect } from "vitest";

import { insertUser, insertWorkspace, catchReason } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { leaseUpload } from "./lease.ts";

const it = base
  .extend("createUpload", ({ app }) => async (): Promise<string> => {
    const person = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner: person });
    const { id } = await person.client.file.createUpload({
      workspaceId,
      name: "a.zip",
      size: 10,
      purpose: "import",
    });
    return id;
  })
  /** Expires a lease, as for a server that was suspended for too long. */
  .extend(
    "expire",
    ({ app }) =>
      (id: string) =>
        app.services.database.db
          .update(fileUploads)
          .set({ leasedUntil: sql`now() - interval '1 second'` })
          .where(eq(fileUploads.id, id)),
  );

it("is exclusive to one import until it is released", async ({ createUpload, app }) => {
  const id = await createUpload();
  const lease = await leaseUpload(app.services, id);
  expect(await catchReason(leaseUpload(app.services, id))).toBe("IMPORT_RUNNING");
  await lease[Symbol.asyncDispose]();
  await (await leaseUpload(app.services, id))[Symbol.asyncDispose]();
});

it("is not released by an import whose own lease has expired", async ({ createUpload, app, expire }) => {
  const id = await createUpload();
  const expired = await leaseUpload(app.services, id);
  await expire(id);
  await using _ = await leaseUpload(app.services, id);
  await expired[Symbol.asyncDispose]();
  expect(await catchReason(leaseUpload(app.services, id))).toBe("IMPORT_RUNNING");
});

it("is not renewed by an import whose own lease has expired, which stops", async ({
  createUpload,
  app,
  expire,
}) => {
  const id = await createUpload();
  await using expired = await leaseUpload(app.services, id, { renewalMs: 20 });
  expired.assertHeld();
  await expire(id);
  await using _ = await leaseUpload(app.services, id);
  await expire(id);
  await expect.poll(async () => catchReason((async () => expired.assertHeld())())).toBe("IMPORT_RUNNING");
  await using next = await leaseUpload(app.services, id);
  expect(await catchReason(expired.complete())).toBe("IMPORT_RUNNING");
  await next.complete();
  expect(await catchReason(leaseUpload(app.services, id))).toBe("NOT_FOUND");
});

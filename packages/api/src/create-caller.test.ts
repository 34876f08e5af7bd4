import { expect } from "vitest";

import { createCaller } from "./create-caller.ts";
import { catchReason, createAccount } from "./testing/index.ts";
import { test } from "./testing/test.ts";

const name = "report";

test("a caller has the permissions of a user", async ({ app }) => {
  const { user, accessToken } = await createAccount(app);
  const caller = await createCaller(app.services, { token: accessToken, name });
  expect((await caller.auth.me()).id).toBe(user.id);
  const { id } = await caller.workspace.create({ name: "Reports" });
  const stranger = await createCaller(app.services, { token: (await createAccount(app)).accessToken, name });
  expect(await catchReason(stranger.workspace.get({ id }))).toBe("NOT_FOUND");
});

test("a caller has the scopes of a service's API key until it is revoked", async ({ app }) => {
  const { client } = await createAccount(app);
  const { id: workspaceId } = await client.workspace.create({ name: "Reports" });
  const { id, secret } = await client.auth.apiKey.create({ name: "reporter", scopes: ["read"] });
  const caller = await createCaller(app.services, { token: secret, name });
  expect((await caller.document.list({ workspaceId })).items).toEqual([]);
  expect(await catchReason(caller.document.create({ workspaceId, title: "Report" }))).toBe("SCOPE_MISSING");
  await client.auth.apiKey.revoke({ id });
  expect(await catchReason(caller.document.list({ workspaceId }))).toBe("SESSION_ENDED");
});

test("a caller without a token can only do what needs no sign-in", async ({ app }) => {
  const caller = await createCaller(app.services, { token: null, name });
  expect(await caller.auth.instance()).toBeDefined();
  expect(await catchReason(caller.workspace.list())).toBe("UNAUTHENTICATED");
  const other = await createCaller(app.services, { token: "no token", name });
  expect(await catchReason(other.workspace.list())).toBe("TOKEN_INVALID");
});

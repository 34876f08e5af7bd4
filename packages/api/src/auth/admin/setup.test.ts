import { setupTokens, users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { createTestApp } from "../../testing/app.ts";
import { insertUser } from "../../testing/factories.ts";
import { catchReason, createAccount, type TestApp, validPassword } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { createSetupLink, prepareSetup } from "./setup-link.ts";

/** A new server: each test has a database of its own. */
// Vitest requires the pattern, even without fixtures in it.
// oxlint-disable-next-line no-empty-pattern
const it = base.extend("server", async ({}, { onCleanup }) => {
  const app = await createTestApp();
  onCleanup(() => app[Symbol.asyncDispose]());
  return app;
});

const toToken = (url: string) => new URL(url).hash.replace("#token=", "");
const createToken = async (app: TestApp) => toToken(await createSetupLink(app.services));
const newcomer = (name: string) => ({
  email: `${name}@example.test`,
  username: name,
  password: validPassword,
});

it("a new server has a link, whose reader becomes superuser by registering", async ({ server }) => {
  const setup = await prepareSetup(server.services);
  if (setup.state !== "new") throw new Error("the server is not new");
  expect(setup.url).toMatch(/^http:\/\/app\.test\/setup#token=[\w-]{43}$/);
  const { user } = await server.as().auth.register({ ...newcomer("ada"), setupToken: toToken(setup.url) });
  expect(user.isSuperuser).toBe(true);
  expect(await prepareSetup(server.services)).toEqual({ state: "done" });
});

it("nobody becomes superuser by registering first, and the link still works afterward", async ({
  server,
}) => {
  const setupToken = await createToken(server);
  const first = await createAccount(server);
  expect(first.user.isSuperuser).toBe(false);
  expect((await first.client.auth.me()).isSuperuser).toBe(false);
  const second = await createAccount(server);
  expect((await second.client.auth.admin.claim({ token: setupToken })).isSuperuser).toBe(true);
  expect((await first.client.auth.me()).isSuperuser).toBe(false);
});

it("a server with accounts prints no link: the shell is the way", async ({ server }) => {
  await insertUser(server);
  expect(await prepareSetup(server.services)).toEqual({ state: "shell" });
});

it("a stolen link is worthless once someone has used one", async ({ server }) => {
  const stolen = await createToken(server);
  const used = await createToken(server);
  await server.as().auth.register({ ...newcomer("ada"), setupToken: used });
  for (const setupToken of [used, stolen]) {
    expect(await catchReason(server.as().auth.register({ ...newcomer("eve"), setupToken }))).toBe(
      "SETUP_LINK_INVALID",
    );
    const thief = await insertUser(server);
    expect(await catchReason(thief.client.auth.admin.claim({ token: setupToken }))).toBe(
      "SETUP_LINK_INVALID",
    );
  }
  expect(await server.services.database.db.$count(users, eq(users.email, "eve@example.test"))).toBe(0);
});

it("of ten people who use a link at once, one becomes superuser", async ({ server }) => {
  const token = await createToken(server);
  const people = await Promise.all(Array.from({ length: 10 }, () => insertUser(server)));
  const answers = await Promise.all(
    people.map(({ client }) => catchReason(client.auth.admin.claim({ token }))),
  );
  expect(answers.filter((reason) => reason === null)).toHaveLength(1);
  expect(answers.filter((reason) => reason === "SETUP_LINK_INVALID")).toHaveLength(9);
  expect(await server.services.database.db.$count(users, eq(users.isSuperuser, true))).toBe(1);
});

it("a link expires, and its token is stored as a hash", async ({ server }) => {
  const token = await createToken(server);
  const [row] = await server.services.database.db.select().from(setupTokens);
  expect(Buffer.from(row?.tokenHash ?? []).toString("base64url")).not.toBe(token);
  server.services.clock.advance(8 * 86_400);
  expect(await catchReason(server.as().auth.register({ ...newcomer("ada"), setupToken: token }))).toBe(
    "SETUP_LINK_INVALID",
  );
});

it("a failed registration does not use up the link", async ({ server }) => {
  await server.as().auth.register(newcomer("ada"));
  const setupToken = await createToken(server);
  const again = { ...newcomer("ada"), setupToken };
  expect(await catchReason(server.as().auth.register(again))).toBe("EMAIL_TAKEN");
  const { user } = await server.as().auth.register({ ...newcomer("bob"), setupToken });
  expect(user.isSuperuser).toBe(true);
});

it("the link works while registration is closed", async ({ server }) => {
  const setupToken = await createToken(server);
  server.services.settings.fixedInstanceSettings = { registration: "closed" };
  expect(await catchReason(server.as().auth.register(newcomer("bob")))).toBe("REGISTRATION_CLOSED");
  const { user } = await server.as().auth.register({ ...newcomer("ada"), setupToken });
  expect(user.isSuperuser).toBe(true);
});

import { instanceSettings } from "@mdreader/db";
import { expect } from "vitest";

import { insertUser } from "../../../testing/factories.ts";
import { catchReason, createAccount, validPassword } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { readInstanceSettings } from "./instance-settings.ts";

const it = base
  .extend("root", ({ app }) => insertUser(app, { isSuperuser: true }))
  .extend("reset", { auto: true }, async ({ app }, { onCleanup }) => {
    onCleanup(async () => {
      await app.services.database.db.delete(instanceSettings);
    });
  });

let number = 0;
const newcomer = (domain = "example.test") => {
  const name = `newcomer-${(number += 1)}`;
  return { email: `${name}@${domain}`, username: name, password: validPassword };
};

it("settings have defaults, and only the given ones change", async ({ root }) => {
  const { settings } = root.client.auth.admin;
  expect(await settings.get()).toMatchObject({ registration: "open", fixed: ["workspaceQuotaMb"] });
  await settings.update({ registration: "closed" });
  await settings.update({ banner: "Hello" });
  expect(await settings.get()).toMatchObject({ registration: "closed", banner: "Hello" });
  await settings.update({ banner: null });
  expect(await settings.get()).toMatchObject({ registration: "closed", banner: null });
});

it("invalid settings change nothing", async ({ root }) => {
  const { settings } = root.client.auth.admin;
  const before = await settings.get();
  for (const input of [
    {},
    { allowedEmailDomains: ["not a domain"] },
    { termsUrl: "javascript:alert(1)" },
    { auditRetentionDays: 0 },
  ]) {
    expect(await catchReason(settings.update(input))).toBe("BAD_INPUT");
  }
  expect(await catchReason(settings.update({ workspaceQuotaMb: 5 }))).toBe("SETTING_FIXED");
  expect(await settings.get()).toEqual(before);
});

it("stored values that this version doesn't understand have their defaults", async ({ app, root }) => {
  const { db } = app.services.database;
  const changed = { registration: "by moonlight", banner: "Hello", unknown: 1 };
  await db.insert(instanceSettings).values({ changed, updatedBy: root.id });
  expect(await readInstanceSettings(db, app.services)).toMatchObject({
    registration: "open",
    banner: "Hello",
  });
});

it("closed registration admits nobody, and tells nothing about accounts", async ({ app, root, outsider }) => {
  await root.client.auth.admin.settings.update({ registration: "closed" });
  expect(await catchReason(app.as().auth.register(newcomer()))).toBe("REGISTRATION_CLOSED");
  const taken = { ...newcomer(), email: outsider.email };
  expect(await catchReason(app.as().auth.register(taken))).toBe("REGISTRATION_CLOSED");
});

it("registration by invitation needs the token of a pending invitation for the address", async ({
  app,
  root,
  owner,
  workspaceId,
}) => {
  await root.client.auth.admin.settings.update({ registration: "invitation" });
  const { client } = owner;
  const guest = newcomer();
  const { token } = await client.workspace.invitation.create({
    workspaceId,
    role: "viewer",
    email: guest.email,
  });
  const register = (input: typeof guest & { invitationToken?: string }) =>
    catchReason(app.as().auth.register(input));
  expect(await register(guest)).toBe("REGISTRATION_BY_INVITATION");
  expect(await register({ ...guest, invitationToken: "x".repeat(43) })).toBe("REGISTRATION_BY_INVITATION");
  expect(await register({ ...newcomer(), invitationToken: token })).toBe("REGISTRATION_BY_INVITATION");
  expect(await register({ ...guest, invitationToken: token })).toBeNull();

  const open = await client.workspace.invitation.create({ workspaceId, role: "viewer" });
  expect(await register({ ...newcomer(), invitationToken: open.token })).toBeNull();
  await client.workspace.invitation.revoke({ workspaceId, id: open.id });
  expect(await register({ ...newcomer(), invitationToken: open.token })).toBe("REGISTRATION_BY_INVITATION");
});

it("only addresses of the allowed domains register", async ({ app, root }) => {
  await root.client.auth.admin.settings.update({ allowedEmailDomains: ["Example.COM"] });
  const register = (domain: string) => catchReason(app.as().auth.register(newcomer(domain)));
  expect(await register("example.com")).toBeNull();
  expect(await register("mail.example.com")).toBe("EMAIL_DOMAIN_NOT_ALLOWED");
  expect(await register("notexample.com")).toBe("EMAIL_DOMAIN_NOT_ALLOWED");
});

it("where domains are limited, an address that nobody has proven gives access to nothing", async ({
  app,
  root,
  owner,
  workspaceId,
}) => {
  const { settings, user: users } = root.client.auth.admin;
  await settings.update({ allowedEmailDomains: ["example.com"] });
  const { user, client } = await createAccount(app, { email: newcomer("example.com").email });
  const { token } = await owner.client.workspace.invitation.create({ workspaceId, role: "viewer" });
  const acts = [
    () => client.workspace.create({ name: "Mine" }),
    () => client.workspace.invitation.accept({ token }),
    () => client.auth.apiKey.create({ name: "tool", scopes: ["read"] }),
  ];
  for (const act of acts) expect(await catchReason(act())).toBe("EMAIL_NOT_VERIFIED");
  await users.verify({ id: user.id });
  for (const act of acts) expect(await catchReason(act())).toBeNull();
});

it("where all domains are allowed, an address needs no proof", async ({ app, owner, workspaceId }) => {
  const { client } = await createAccount(app);
  const { token } = await owner.client.workspace.invitation.create({ workspaceId, role: "viewer" });
  expect(await catchReason(client.workspace.create({ name: "Mine" }))).toBeNull();
  expect(await catchReason(client.workspace.invitation.accept({ token }))).toBeNull();
});

it("only superusers create workspaces where the instance says so", async ({ root, outsider }) => {
  await root.client.auth.admin.settings.update({ workspaceCreation: "superusers" });
  expect(await catchReason(outsider.client.workspace.create({ name: "Mine" }))).toBe("SUPERUSER_REQUIRED");
  expect(await catchReason(root.client.workspace.create({ name: "Mine" }))).toBeNull();
});

import { describe, expect } from "vitest";

import { insertUser, catchReason, countOutcomes } from "../../testing/index.ts";
import { test as it } from "../../testing/test.ts";

describe("auth.me", () => {
  it("costs one statement, including the check", async ({ app }) => {
    const { client, email } = await insertUser(app);
    const before = app.statements.length;
    expect((await client.auth.me()).email).toBe(email);
    expect(app.statements.length - before).toBe(1);
  });

  it("reveals nothing about the password, except whether there is one", async ({ app }) => {
    const { client } = await insertUser(app);
    expect(Object.keys(await client.auth.me()).toSorted()).toEqual(
      [
        "createdAt",
        "email",
        "emailVerified",
        "emailVerifiedAt",
        "fullName",
        "hasPassword",
        "id",
        "isActive",
        "isSuperuser",
        "lastLoginAt",
        "passwordChangedAt",
        "updatedAt",
        "username",
      ].toSorted(),
    );
  });
});

describe("updating the profile", () => {
  it("changes the given fields only", async ({ app }) => {
    const { client, username } = await insertUser(app);
    const named = await client.auth.updateProfile({ fullName: "Grace Hopper" });
    expect(named).toMatchObject({ username, fullName: "Grace Hopper" });
    expect(Date.parse(named.updatedAt)).toBeGreaterThan(Date.parse(named.createdAt));
    expect(await client.auth.updateProfile({ username: "grace" })).toMatchObject({
      username: "grace",
      fullName: "Grace Hopper",
    });
    expect(await client.auth.updateProfile({ fullName: null })).toMatchObject({
      username: "grace",
      fullName: null,
    });
    expect(await client.auth.me()).toMatchObject({ username: "grace", fullName: null });
  });

  it("rejects a username that is taken, regardless of case, but accepts the caller's own", async ({
    app,
  }) => {
    const [one, other] = await Promise.all([insertUser(app), insertUser(app)]);
    const rename = (username: string) => catchReason(one.client.auth.updateProfile({ username }));
    expect(await rename(other.username.toUpperCase())).toBe("USERNAME_TAKEN");
    expect(await rename(one.username.toUpperCase())).toBeNull();
  });

  it("gives a username to one of several users who request it concurrently", async ({ app }) => {
    const people = await Promise.all(Array.from({ length: 5 }, () => insertUser(app)));
    const renames = people.map(({ client }) => client.auth.updateProfile({ username: "wanted" }));
    expect(await countOutcomes(renames)).toEqual({ ok: 1, USERNAME_TAKEN: 4 });
  });

  it("rejects empty updates, empty values, and fields that are not editable", async ({ app }) => {
    const { client } = await insertUser(app);
    const asUnchecked: (input: object) => Promise<unknown> = client.auth.updateProfile;
    for (const input of [
      {},
      { email: "other@example.test" },
      { fullName: "x", emailVerified: true },
      { username: "" },
    ]) {
      expect(await catchReason(asUnchecked(input))).toBe("BAD_INPUT");
    }
  });
});

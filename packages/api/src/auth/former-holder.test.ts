import { describe, expect } from "vitest";

import {
  catchReason,
  type Client,
  createAccount,
  createClientWithToken,
  createProvider,
  createTestApp,
  createVerifiedIdentity,
  insertUser,
  insertWorkspace,
  validPassword,
} from "../testing/index.ts";
import { overtakeCall } from "../testing/overtaken-call.ts";
import { test as base } from "../testing/test.ts";
import { createSetupLink } from "./admin/setup-link.ts";
import { createLinkTokens } from "./identity/link-tokens.ts";
import { signInWithIdentity } from "./identity/sign-in.ts";

/** Someone who is signed in to an account while a transaction like that of a password reset signs them out. */
// Vitest requires the pattern, even without fixtures in it.
// oxlint-disable-next-line no-empty-pattern
const it = base.extend("former", async ({}, { onCleanup }) => {
  const app = await createTestApp();
  onCleanup(() => app[Symbol.asyncDispose]());
  const { id: userId, client } = await insertUser(app);
  const { id: workspaceId } = await insertWorkspace(app, { owner: { id: userId } });
  const { id: documentId } = await client.document.create({ workspaceId, title: "Plan" });
  const provider = createProvider(app);
  const seal = () =>
    createLinkTokens(app.services).seal({ userId, identity: createVerifiedIdentity(provider) });
  /** Starts a call that waits for the reset. */
  const callDuringReset = (call: () => Promise<unknown>) =>
    overtakeCall(app, {
      lock: (tx) => tx`update users set updated_at = now() where id = ${userId}`,
      call,
      async change(tx) {
        await tx`update auth_sessions set revoked_at = now() where user_id = ${userId}`;
        await tx`update api_keys set revoked_at = now() where user_id = ${userId}`;
      },
    });
  return { app, userId, client, workspaceId, documentId, seal, callDuringReset };
});

type Prepare = (former: {
  client: Client;
  workspaceId: string;
  documentId: string;
  seal: () => Promise<string>;
}) => Promise<() => Promise<unknown>>;

const calls: Record<string, Prepare> = {
  "creates no API key": async ({ client }) => {
    return () => client.auth.apiKey.create({ name: "tool", scopes: ["read"] });
  },
  "links no identity": async ({ client, seal }) => {
    const token = await seal();
    return () => client.auth.identity.link({ token });
  },
  "unlinks no identity": async ({ client, seal }) => {
    await client.auth.identity.link({ token: await seal() });
    const { id } = await client.auth.identity.link({ token: await seal() });
    return () => client.auth.identity.unlink({ id });
  },
  "creates no invitation": async ({ client, workspaceId }) => {
    return () => client.workspace.invitation.create({ workspaceId, role: "admin" });
  },
  "creates no public link": async ({ client, documentId }) => {
    return () => client.document.share.create({ documentId });
  },
  "sets no password": async ({ client }) => {
    return () => client.auth.changePassword({ newPassword: "a password of the former holder" });
  },
  "doesn't delete the account": async ({ client }) => {
    return () => client.auth.deleteAccount({});
  },
};

describe("a call that was permitted before a password reset, and overtaken by it,", () => {
  for (const [effect, prepare] of Object.entries(calls)) {
    it(effect, async ({ former }) => {
      const call = await prepare(former);
      expect(await former.callDuringReset(call)).toBe("SESSION_ENDED");
    });
  }

  it("doesn't make the account a superuser", async ({ former: { app, client, callDuringReset } }) => {
    const token = new URL(await createSetupLink(app.services)).hash.replace("#token=", "");
    expect(await callDuringReset(() => client.auth.admin.claim({ token }))).toBe("SESSION_ENDED");
    const { client: other } = await insertUser(app);
    expect(await catchReason(other.auth.admin.claim({ token }))).toBeNull();
  });

  it("doesn't sign in with an identity that the reset unlinks", async ({ former }) => {
    const { app, userId, client } = former;
    const identity = createVerifiedIdentity(createProvider(app));
    const token = await createLinkTokens(app.services).seal({ userId, identity });
    await client.auth.identity.link({ token });
    const reason = await overtakeCall(app, {
      lock: (tx) => tx`update users set updated_at = now() where id = ${userId}`,
      call: () => signInWithIdentity(app.context({ kind: "none" }), identity, null),
      change: (tx) => tx`delete from auth_identities where user_id = ${userId}`,
    });
    expect(reason).toBe("IDENTITY_NOT_LINKED");
  });

  it("doesn't sign in with a password that an administrator has just required to be changed", async ({
    former: { app },
  }) => {
    const { user } = await createAccount(app);
    const reason = await overtakeCall(app, {
      lock: (tx) => tx`update users set password_change_required = true where id = ${user.id}`,
      call: () => app.as().auth.login({ email: user.email, password: validPassword }),
      change: (tx) => tx`update auth_sessions set revoked_at = now() where user_id = ${user.id}`,
    });
    expect(reason).toBe("PASSWORD_CHANGE_REQUIRED");
  });

  it("does nothing with an API key either", async ({ former }) => {
    const { app, client, workspaceId, callDuringReset } = former;
    const { secret } = await client.auth.apiKey.create({ name: "tool", scopes: ["read", "write", "manage"] });
    const tool = await createClientWithToken(app, secret);
    expect(
      await callDuringReset(() => tool.workspace.invitation.create({ workspaceId, role: "admin" })),
    ).toBe("SESSION_ENDED");
  });
});

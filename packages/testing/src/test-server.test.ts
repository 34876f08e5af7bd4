import { createClient, isReason, isUnreachable } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startTestServer, type TestServer } from "./index.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("a test server", () => {
  test("has users, workspaces with members, and documents", async () => {
    const [ada, ben] = [await server.createUser(), await server.createUser({ username: "ben" })];
    const { id: workspaceId } = await ada.createWorkspace({ name: "Handbook", members: { viewer: [ben] } });
    const { id } = await ada.createDocument({ workspaceId, title: "Plan", content: "# Plan\n" });
    expect(await ben.client.document.get.query({ id })).toMatchObject({ title: "Plan", role: "viewer" });
    const attempt = ben.client.document.delete.mutate({ id });
    expect(await attempt.catch((error: unknown) => isReason(error, "ROLE_TOO_LOW"))).toBe(true);
  });

  test("does not limit attempts to sign in", async () => {
    const { email, password } = await server.createUser();
    await using client = createClient({ url: server.url });
    const signIn = (given: string) => client.auth.login.mutate({ email, password: given });
    for (let attempt = 0; attempt < 10; attempt += 1)
      expect(
        await signIn("wrong password").catch((error: unknown) => isReason(error, "BAD_CREDENTIALS")),
      ).toBe(true);
    await signIn(password);
  });

  test("explains invalid settings", async () => {
    await expect(startTestServer({ settings: { REGISTRATION: "sometimes" } })).rejects.toThrow(
      /REGISTRATION/,
    );
  });

  test("has the given settings, and can't be reached after it was killed", async () => {
    await using closed = await startTestServer({ settings: { REGISTRATION: "closed" } });
    const register = () => closed.createUser().catch((error: unknown) => error);
    expect(isReason(await register(), "REGISTRATION_CLOSED")).toBe(true);
    await closed.kill();
    expect(isUnreachable(await register())).toBe(true);
  });
});

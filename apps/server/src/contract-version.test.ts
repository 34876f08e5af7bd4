import type { AppRouter } from "@mdreader/api";
import { contractHeader, contractParam, contractVersion, recordedContract } from "@mdreader/contract";
import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { describe, expect } from "vitest";

import { bearer, catchFailure, post, readReason, register } from "../test/calls.ts";
import { test as base } from "../test/test.ts";

const older = `${recordedContract.revision - 1}-00ff`;
const newer = `${recordedContract.revision + 1}-00ff`;

const test = base
  .extend("settings", { scope: "file" }, () => ({ env: { CORS_ORIGINS: "https://friend.example" } }))
  .extend("fail", ({ served }) => async (path: string, body: object, contract?: string) => {
    const { accessToken } = await register(served);
    const version: Record<string, string> = contract === undefined ? {} : { [contractHeader]: contract };
    return readReason(await post(served, path, body, { ...bearer(accessToken), ...version }));
  });

const id = "0199d3a4-7c1e-7b3a-9f52-2f1c8f6f0a11";

describe("the version of the contract", () => {
  test("is in every response", async ({ served }) => {
    for (const path of ["/trpc/auth.me", "/api/v1/auth/me", "/api/v1/info"]) {
      const { headers } = await fetch(served.url + path);
      expect([path, headers.get(contractHeader)]).toEqual([path, contractVersion]);
    }
  });

  test("tells clients that call a procedure that does not exist which side is too old", async ({ fail }) => {
    expect(await fail("document.sing", {}, older)).toBe("CLIENT_TOO_OLD");
    expect(await fail("document.sing", {}, newer)).toBe("SERVER_TOO_OLD");
    expect(await fail("document.sing", {}, contractVersion)).toBe("NOT_FOUND");
    expect(await fail("document.sing", {})).toBe("NOT_FOUND");
    expect(await fail("document.sing", {}, "x".repeat(1000))).toBe("NOT_FOUND");
  });

  test("tells clients that send another input which side is too old", async ({ fail }) => {
    const input = { name: "Handbook", color: "red" };
    expect(await fail("workspace.create", input, older)).toBe("CLIENT_TOO_OLD");
    expect(await fail("workspace.create", input, newer)).toBe("SERVER_TOO_OLD");
    expect(await fail("workspace.create", input, contractVersion)).toBe("BAD_INPUT");
  });

  test("does not matter for mistakes that people make, and for missing documents", async ({ fail }) => {
    expect(await fail("workspace.create", { name: "" }, older)).toBe("BAD_INPUT");
    expect(await fail("document.delete", { id }, newer)).toBe("NOT_FOUND");
  });

  test("is a connection parameter of sockets", async ({ served }) => {
    const { accessToken } = await register(served);
    const reasons = async (contract: string) => {
      const client = createWSClient({
        url: served.socketUrl,
        connectionParams: { token: accessToken, [contractParam]: contract },
      });
      const api = createTRPCClient<AppRouter>({ links: [wsLink({ client })] });
      const newInput = { name: "Handbook", color: "red" };
      const failure = await catchFailure(api.workspace.create.mutate(newInput));
      const missing = await catchFailure(api.document.get.query({ id }));
      await client.close();
      return [failure?.reason, missing?.reason];
    };
    expect(await reasons(older)).toEqual(["CLIENT_TOO_OLD", "NOT_FOUND"]);
    expect(await reasons(newer)).toEqual(["SERVER_TOO_OLD", "NOT_FOUND"]);
  });

  test("may be sent and read by other sites that are listed", async ({ served }) => {
    const headers = { origin: "https://friend.example", "access-control-request-method": "POST" };
    const preflight = await fetch(`${served.url}/trpc/auth.me`, { method: "OPTIONS", headers });
    expect(preflight.headers.get("access-control-allow-headers")).toContain(contractHeader);
    expect(preflight.headers.get("access-control-expose-headers")).toContain(contractHeader);
  });
});

import { describe, expect } from "vitest";
import { z } from "zod";

import { test as base } from "../../../../test/test.ts";

const test = base.extend(
  "get",
  ({ served }) =>
    (path: string) =>
      fetch(new URL(path, served.url)),
);

describe("the OpenAPI description", () => {
  test("is served as JSON with the server's version", async ({ get }) => {
    const answer = await get("/openapi.json");
    expect(answer.headers.get("content-type")).toBe("application/json");
    const { version } = z.object({ version: z.string() }).parse(await (await get("/api/v1/info")).json());
    expect(await answer.json()).toMatchObject({ openapi: "3.1.1", info: { title: "MDReader", version } });
  });
});

describe.each(["/docs", "/redoc"])("%s", (path) => {
  test("loads everything from this server, and its policy allows nothing else", async ({ get }) => {
    const answer = await get(path);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:/);
    const html = await answer.text();
    const loaded = Array.from(html.matchAll(/(?:src|href)="([^"]+)"/g), ([, address = ""]) => address);
    expect(loaded.length).toBeGreaterThan(2);
    for (const address of loaded) {
      const file = await get(address);
      await file.arrayBuffer();
      expect([address, file.status, address.startsWith("/")]).toEqual([address, 200, true]);
    }
  });
});

test("the styles of ReDoc are allowed by a nonce that changes with each response", async ({ get }) => {
  const policies = await Promise.all(
    ["/redoc", "/redoc"].map(async (path) => (await get(path)).headers.get("content-security-policy")),
  );
  expect(policies[0]).toMatch(/style-src 'nonce-[\w-]{22}'/);
  expect(policies[0]).not.toBe(policies[1]);
});

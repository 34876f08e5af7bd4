import { reasons } from "@mdreader/contract";
import { describe, expect } from "vitest";
import { z } from "zod";

import { bearer, createAccountInput, register } from "../../../test/calls.ts";
import { test as base } from "../../../test/test.ts";

const written = z.looseObject({ id: z.string(), version: z.int(), content: z.string().optional() });

/** A person with a workspace and a document, who calls the API with plain HTTP. */
const test = base.extend("writer", async ({ served }) => {
  const { accessToken, api } = await register(served);
  const { id: workspaceId } = await api.workspace.create.mutate({ name: "Notes" });
  const { id } = await api.document.create.mutate({ workspaceId, title: "Plan", content: "one\n" });
  const call = (address: string, body?: object, headers: Record<string, string> = {}): Promise<Response> => {
    const [method = "", path = ""] = address.split(" ", 2);
    return fetch(`${served.url}${path.startsWith("/api") ? "" : "/api/v1"}${path}`, {
      method,
      headers: {
        ...bearer(accessToken),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };
  const etag = async (path: string) => (await call(`GET ${path}`)).headers.get("etag") ?? "";
  return { api, call, etag, id, workspaceId, path: `/documents/${id}` };
});

describe("an entity tag", () => {
  test("names the version of a document, and saves the transfer of what is known", async ({ writer }) => {
    const { call, etag, path, workspaceId } = writer;
    const known = await etag(path);
    expect(known).toMatch(/^"1\.[\w-]{16}"$/);
    for (const condition of [known, `W/${known}`, `"x", ${known}`, "*"]) {
      const response = await call(`GET ${path}`, undefined, { "if-none-match": condition });
      expect([condition, response.status, await response.text()]).toEqual([condition, 304, ""]);
    }
    const list = `/workspaces/${workspaceId}/documents`;
    const knownList = await etag(list);
    expect((await call(`GET ${list}`, undefined, { "if-none-match": knownList })).status).toBe(304);

    const changed = await call(`PATCH ${path}`, { content: "two\n", baseVersion: 1 });
    expect(changed.headers.get("etag")).toMatch(/^"2\./);
    expect((await call(`GET ${path}`, undefined, { "if-none-match": known })).status).toBe(200);
    expect((await call(`GET ${list}`, undefined, { "if-none-match": knownList })).status).toBe(200);
    expect((await call(`HEAD ${path}`)).headers.get("etag")).toMatch(/^"2\./);
  });

  test("is the condition of a change: strict, where a base version merges", async ({ writer }) => {
    const { call, etag, path, api, id } = writer;
    const old = await etag(path);
    await api.document.update.mutate({ id, content: "one\nby Grace\n", baseVersion: 1 });
    const bodies = [{ title: "New" }, { content: "three\n" }, { content: "three\n", overwrite: true }];
    for (const body of bodies) {
      for (const condition of [old, `W/${await etag(path)}`, '"garbage"', '"7.x", "8.x"']) {
        const refused = await call(`PATCH ${path}`, body, { "if-match": condition });
        expect([condition, refused.status]).toEqual([condition, 412]);
        expect(await refused.json()).toMatchObject({ error: { data: { reason: "VERSION_CONFLICT" } } });
      }
    }
    for (const body of bodies) {
      const changed = await call(`PATCH ${path}`, body, { "if-match": await etag(path) });
      expect([body, changed.status]).toEqual([body, 200]);
    }
    expect(written.parse(await (await call(`GET ${path}`)).json()).content).toBe("three\n");
    expect((await call(`DELETE ${path}`, undefined, { "if-match": old })).status).toBe(412);
    expect((await call(`DELETE ${path}`, undefined, { "if-match": await etag(path) })).status).toBe(204);
  });

  test("can't be the condition of a change that has none", async ({ writer }) => {
    const { call, workspaceId } = writer;
    const refused = await call(`PATCH /workspaces/${workspaceId}`, { name: "New" }, { "if-match": '"1.x"' });
    expect(refused.status).toBe(400);
    expect(
      (await call(`PATCH /workspaces/${workspaceId}`, { name: "New" }, { "if-match": "*" })).status,
    ).toBe(200);
  });

  test("leaves concurrent changes with the same condition to the first", async ({ writer }) => {
    const { call, etag, path } = writer;
    const known = await etag(path);
    const texts = Array.from({ length: 6 }, (_, number) => `text ${number}\n`);
    const all = await Promise.all(
      texts.map((content) => call(`PATCH ${path}`, { content }, { "if-match": known })),
    );
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412, 412, 412, 412]);
  });
});

describe("a response", () => {
  test("to a creation has the address of what was created", async ({ writer }) => {
    const { call, workspaceId, path } = writer;
    const creations: [string, object][] = [
      ["POST /documents", { workspaceId, title: "Other" }],
      [`POST ${path}/duplicate`, {}],
      ["POST /workspaces", { name: "Other" }],
      [`POST ${path}/versions`, { label: "First" }],
    ];
    for (const [address, body] of creations) {
      const created = await call(address, body);
      const location = created.headers.get("location") ?? "";
      expect([address, created.status, location]).toEqual([
        address,
        201,
        expect.stringMatching(/^\/api\/v1\//),
      ]);
      expect([address, (await call(`GET ${location}`)).status]).toEqual([address, 200]);
    }
  });

  test("with a page of a list links to the next one", async ({ writer }) => {
    const { call, workspaceId, api } = writer;
    for (const title of ["B", "C"]) await api.document.create.mutate({ workspaceId, title });
    const titles: unknown[] = [];
    let address: string | undefined = `/documents?workspaceId=${workspaceId}&limit=1`;
    for (let pages = 0; address !== undefined && pages < 9; pages += 1) {
      const response: Response = await call(`GET ${address}`);
      const page = z
        .object({ items: z.array(z.looseObject({ title: z.string() })) })
        .parse(await response.json());
      titles.push(...page.items.map(({ title }) => title));
      address = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    }
    expect(new Set(titles)).toEqual(new Set(["B", "C", "Plan"]));
  });

  test("describes an error as problem details on request", async ({ writer, served }) => {
    const accept = { accept: "application/problem+json, application/json" };
    const missing = await writer.call(`GET /documents/${crypto.randomUUID()}`, undefined, accept);
    expect([missing.status, missing.headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(await missing.json()).toMatchObject({
      type: "about:blank",
      title: reasons.NOT_FOUND,
      status: 404,
      reason: "NOT_FOUND",
    });
    const invalid = await fetch(`${served.url}/api/v1/auth/register`, {
      method: "POST",
      headers: { ...accept, "content-type": "application/json" },
      body: JSON.stringify({ ...createAccountInput(), password: "x" }),
    });
    expect(await invalid.json()).toMatchObject({
      reason: "BAD_INPUT",
      fieldErrors: { password: [expect.any(String)] },
    });
  });

  test("to OPTIONS lists the methods of an address", async ({ writer, served }) => {
    const allow = async (path: string) =>
      (await fetch(served.url + path, { method: "OPTIONS" })).headers.get("allow");
    expect(await allow(`/api/v1${writer.path}`)).toBe("GET, HEAD, PATCH, PUT, DELETE, OPTIONS");
    expect(await allow("/api/v1/auth/login?x=1")).toBe("POST, OPTIONS");
    expect(await allow("/trpc/auth.me")).toBe("GET, HEAD, POST, OPTIONS");
    const wrong = await fetch(`${served.url}/trpc/auth.me`, { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });
});

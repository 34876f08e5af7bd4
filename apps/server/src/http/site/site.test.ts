import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { register } from "../../../test/calls.ts";
import { serve, type Served, createTemporaryFolder } from "../../../test/serve.ts";

const made = new AsyncDisposableStack();
let served: Served;
beforeAll(async () => {
  const folder = await createTemporaryFolder(made);
  const webRoot = join(folder, "dist");
  await mkdir(join(webRoot, "assets"), { recursive: true });
  await writeFile(join(webRoot, "index.html"), "<!doctype html><title>MDReader</title>");
  await writeFile(join(webRoot, "share.html"), "<!doctype html><title>Shared document</title>");
  await writeFile(join(webRoot, "diagram.html"), "<!doctype html><title>Diagram</title>");
  await writeFile(join(webRoot, "assets/app-1a2b3c4d.js"), "console.log('hello');\n".repeat(200));
  await writeFile(join(webRoot, "sw.js"), "self.addEventListener('fetch', () => {});");
  await writeFile(join(folder, "outside.txt"), "secret");
  served = made.use(await serve({ webRoot }));
});
afterAll(() => made.disposeAsync());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${served.url}${path}`, { headers });
const page = { accept: "text/html" };

describe("health, info and metrics", () => {
  test("report a healthy server", async () => {
    const health = await get("/health");
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: "ok", version: expect.stringMatching(/^\d+\./), checks: { database: { ok: true } } },
    ]);
    expect((await get("/health/live")).status).toBe(200);
    expect((await get("/health/ready")).status).toBe(200);
  });

  test("describe the server to clients", async () => {
    expect(await (await get("/api/v1/info")).json()).toMatchObject({
      name: "MDReader",
      endpoints: { http: "/trpc", websocket: "/ws", stream: "/stream" },
      limits: { maxBatchSize: 100, maxDocumentBytes: 1_572_864 },
    });
  });

  test("label requests by procedure, never by values from callers", async () => {
    const { api } = await register(served);
    await api.auth.me.query();
    await get("/trpc/made.up.by.caller");
    const text = await (await get("/metrics")).text();
    expect(text).toMatch(
      /^mdreader_http_request_duration_seconds_count\{.*route="trpc auth.me".*status="200"\} 1$/m,
    );
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    expect(text).toMatch(/^mdreader_db_connections\{state="idle"\} \d+$/m);
    expect(text).not.toContain("made.up");
  });

  test("restrict metrics to this machine or to callers with the token", async () => {
    await using behindProxy = await serve({ env: { TRUST_PROXY: "1" } });
    const from = (address: string) =>
      fetch(`${behindProxy.url}/metrics`, { headers: { "x-forwarded-for": address } });
    expect((await from("192.0.2.1")).status).toBe(404);
    expect((await from("127.0.0.1")).status).toBe(200);

    // An unconfigured proxy may forward requests of anyone.
    expect((await get("/metrics", { "x-forwarded-for": "127.0.0.1" })).status).toBe(404);

    await using guarded = await serve({ env: { METRICS_TOKEN: "a token of some length" } });
    const showing = (authorization: string) =>
      fetch(`${guarded.url}/metrics`, { headers: { authorization } });
    expect((await showing("Bearer something else altogether")).status).toBe(404);
    expect((await showing("Bearer a token of some length")).status).toBe(200);
  });
});

describe("the web app", () => {
  test("serves one page for all client-side routes", async () => {
    for (const path of ["/", "/workspaces/1", "/verify-email", "/index.html"]) {
      const answer = await get(path, page);
      expect([path, answer.status, await answer.text()]).toEqual([
        path,
        200,
        expect.stringContaining("<title>MDReader"),
      ]);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    }
  });

  test("runs only its own scripts, and cannot be framed", async () => {
    const policy = (await get("/", page)).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe/);
    expect((await get("/", page)).headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("renders diagrams in a frame with an opaque origin and no network access", async () => {
    const { headers } = await get("/diagram.html");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'/);
    expect(policy).not.toMatch(/connect-src|allow-same-origin|script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'self'");
    expect((await get("/assets/app-1a2b3c4d.js")).headers.get("access-control-allow-origin")).toBe("*");
  });

  test("serves hashed files compressed and cacheable forever", async () => {
    const asset = await get("/assets/app-1a2b3c4d.js", { "accept-encoding": "gzip" });
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(asset.headers.get("content-type")).toMatch(/javascript/);
    expect(asset.headers.get("content-encoding")).toBe("gzip");
    expect(await asset.text()).toContain("hello");
    expect((await get("/assets/app-of-last-week.js", page)).status).toBe(404);
  });

  test("lets browsers ask for a newer service worker each time, and restricts what it can fetch", async () => {
    const { status, headers } = await get("/sw.js");
    expect([status, headers.get("cache-control")]).toEqual([200, "no-cache"]);
    expect(headers.get("content-type")).toMatch(/javascript/);
    expect(headers.get("content-security-policy")).toMatch(/default-src 'none'.*connect-src 'self'/);
  });

  test("serves nothing from outside its folder", async () => {
    for (const path of [
      "/../outside.txt",
      "/%2e%2e/outside.txt",
      "/..%2foutside.txt",
      "/assets/..%5c..%5coutside.txt",
    ]) {
      expect(await (await get(path)).text()).not.toContain("secret");
    }
  });

  test("returns 404 with instructions if it was not built", async () => {
    await using bare = await serve({ webRoot: join("/", "nowhere") });
    const answer = await fetch(bare.url, { headers: page });
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining("pnpm build")]);
  });
});

describe("the page of shared documents", () => {
  test("is the same for all links, with the strictest policy and no caching", async () => {
    const [shared, another] = await Promise.all([get("/s/some-link", page), get("/s/another", {})]);
    const body = await shared.text();
    expect([shared.status, body]).toEqual([200, await another.text()]);
    expect(body).toContain("Shared document");
    const rules = shared.headers.get("content-security-policy") ?? "";
    expect(rules).toContain("default-src 'none'");
    expect(rules).toContain("connect-src 'self';");
    expect(rules).toContain("form-action 'none'");
    expect(Object.fromEntries(shared.headers)).toMatchObject({
      "x-robots-tag": expect.stringContaining("noindex"),
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
  });

  test("writes no link to the log", async () => {
    await get("/s/a-secret-link?shareToken=a-secret-pass", page);
    await get("/s/a-secret-link/picture.png?shareToken=a-secret-pass");
    await expect.poll(() => served.log).toContain("/s/[redacted]/picture.png");
    for (const path of [
      "//s/a-secret-link",
      "/s//a-secret-link",
      "/%73/a-secret-link",
      "/%2573/a-secret-link",
      "/x/../s/a-secret-link/y",
      "\\s\\a-secret-link",
      "http://other.example/s/a-secret-link",
      "/S/a-secret-link#x",
    ]) {
      await getRaw(path);
    }
    await expect.poll(() => served.log.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(10);
    expect(served.log).not.toMatch(/a-secret-(link|pass)/);
  });

  /** Sends a raw request target, which no client of ours would send. */
  function getRaw(target: string): Promise<unknown> {
    const socket = connect(served.server.port, "127.0.0.1", () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    socket.resume();
    return once(socket, "close");
  }
});

describe("metrics", () => {
  test("are shown only to this machine under its own names, which rules out DNS rebinding", async () => {
    const status = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${served.url}/metrics`, { headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect(await status(`localhost:${served.server.port}`)).toBe(200);
    expect(await status("rebound.example")).toBe(404);
  });
});

describe("an unknown path", () => {
  test("returns a JSON error in the common shape", async () => {
    for (const path of ["/api/v2/x", "/health/x", "/nothing.txt", "/trpc", "/ws"]) {
      const answer = await get(path, path.startsWith("/api") ? page : {});
      expect([path, answer.status, await answer.json()]).toMatchObject([
        path,
        404,
        { error: { data: { reason: "NOT_FOUND" } } },
      ]);
    }
  });

  test("returns a JSON error for unsupported methods, too", async () => {
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect((await fetch(`${served.url}/api/v1/info`, { method })).status).toBe(404);
    }
    expect((await fetch(`${served.url}/api/v1/info`, { method: "HEAD" })).status).toBe(200);
  });
});

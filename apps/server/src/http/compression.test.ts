import { request as sendRequest } from "node:http";
import { buffer, text } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { describe, expect } from "vitest";

import { bearer } from "../../test/calls.ts";
import { uploadBytes } from "../../test/files.ts";
import { test as base } from "../../test/test.ts";
import { chooseEncoding } from "./response/compression.ts";

const long = "The quick brown fox jumps over the lazy dog.\n".repeat(100);

/** A response as it was transferred. `fetch` would decode it. */
interface Transferred {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
}

const test = base
  .extend("token", { scope: "file" }, async ({ owner }) => {
    return (await owner.client.auth.apiKey.create.mutate({ name: "Reader", scopes: ["read"] })).secret;
  })
  .extend("get", ({ served, token }) => {
    return (path: string, headers: Record<string, string> = {}, method = "GET") =>
      new Promise<Transferred>((resolve, reject) => {
        const asking = sendRequest(`${served.url}${path}`, {
          method,
          headers: { ...bearer(token), ...headers },
        });
        asking.on("error", reject).on("response", (response) => {
          const { statusCode: status = 0, headers: received } = response;
          buffer(response).then((bytes) => resolve({ status, headers: received, bytes }), reject);
        });
        asking.end();
      });
  })
  .extend("documents", { scope: "file" }, async ({ owner: { client, workspaceId } }) => {
    const create = async (content: string) =>
      (await client.document.create.mutate({ workspaceId, title: "Text", content })).id;
    return { long: await create(long), short: await create("short"), huge: await create(long.repeat(200)) };
  });

const decoders = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes };
const decode = ({ headers, bytes }: Transferred): unknown => {
  const encoding = headers["content-encoding"];
  const decoder = encoding === "br" || encoding === "gzip" ? decoders[encoding] : decoders.none;
  return JSON.parse(decoder(bytes).toString());
};
const toInput = (input: object) => encodeURIComponent(JSON.stringify(input));

describe("the encoding of a response", () => {
  test.for([
    [undefined, null],
    ["", null],
    ["identity", null],
    ["gzip", "gzip"],
    ["gzip, deflate, br, zstd", "br"],
    ["br;q=0.5, gzip", "gzip"],
    ["br;q=0, gzip;q=0", null],
    ["*", "br"],
    ["br;q=0, *;q=0.1", "gzip"],
    ["GZIP", "gzip"],
    ["deflate", null],
  ] as const)("for %j is %j", ([accepted, expected]) => {
    const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
    expect(chooseEncoding({ headers, method: "GET" }, 2000)).toBe(expected);
    expect(chooseEncoding({ headers, method: "GET" }, 1000)).toBeNull();
    expect(chooseEncoding({ headers, method: "HEAD" }, 2000)).toBeNull();
  });
});

describe("a query over REST and tRPC", () => {
  test.for(["br", "gzip"] as const)("is compressed with %s", async (encoding, { get, documents }) => {
    const accepts = { "accept-encoding": encoding };
    for (const id of [documents.long, documents.huge]) {
      const input = toInput({ id });
      for (const path of [`/api/v1/documents/${id}`, `/trpc/document.get?input=${input}`]) {
        const plain = await get(path);
        const packed = await get(path, accepts);
        expect([plain.headers["content-encoding"], packed.headers["content-encoding"]]).toEqual([
          undefined,
          encoding,
        ]);
        expect([plain.headers.vary, packed.headers.vary]).toEqual(Array(2).fill("origin, accept-encoding"));
        expect(decode(packed)).toEqual(decode(plain));
        expect(packed.bytes.byteLength).toBeLessThan(plain.bytes.byteLength / 4);
        const length = packed.headers["content-length"];
        if (length !== undefined) expect(Number(length)).toBe(packed.bytes.byteLength);
      }
    }
  });

  test("is compressed in a batch of queries, but not beside anything else", async ({
    get,
    owner,
    documents,
  }) => {
    const accepts = { "accept-encoding": "gzip" };
    const ask = async (path: string, ...inputs: object[]) => {
      const input = toInput(Object.fromEntries(inputs.map((one, index) => [index, one])));
      return (await get(`/trpc/${path}?batch=1&input=${input}`, accepts)).headers["content-encoding"];
    };
    const { id: fileId } = await uploadBytes(owner, "file.txt", "text");
    const [one, file] = [{ id: documents.long }, { id: fileId }];
    expect(await ask("document.get,document.get", one, one)).toBe("gzip");
    expect(await ask("document.get,file.downloadUrl", one, file)).toBeUndefined();
    expect(await ask("document.get,document.get", one, { id: fileId })).toBeUndefined();
  });

  test("is sent as it is if it is short, or contains signed links", async ({ get, owner, documents }) => {
    const accepts = { "accept-encoding": "gzip, br" };
    const short = await get(`/api/v1/documents/${documents.short}`, accepts);
    expect([short.headers["content-encoding"], short.headers.vary]).toEqual([
      undefined,
      "origin, accept-encoding",
    ]);
    const paths = Array.from({ length: 50 }, (_, index) => `pictures/${index}.png`);
    const input = toInput({ documentId: documents.short, paths });
    const links = await get(`/trpc/file.resolve?input=${input}`, accepts);
    expect(links.bytes.byteLength).toBeGreaterThan(1024);
    expect([links.status, links.headers["content-encoding"]]).toEqual([200, undefined]);
    const { id } = await uploadBytes(owner, "text.txt", long);
    const { url } = await owner.client.file.downloadUrl.query({ id });
    const file = await get(
      new URL(owner.client.fileUrl(url)).pathname + new URL(owner.client.fileUrl(url)).search,
      {
        ...accepts,
        range: "bytes=0-1999",
      },
    );
    expect([file.status, file.headers["content-encoding"], file.bytes.byteLength]).toEqual([
      206,
      undefined,
      2000,
    ]);
  });

  test("has a strong entity tag for each encoding, and any of them proves that nothing has changed", async ({
    get,
    served,
    owner,
    documents,
  }) => {
    const path = `/api/v1/documents/${documents.long}`;
    const each = await Promise.all(
      ["identity", "gzip", "br"].map((encoding) => get(path, { "accept-encoding": encoding })),
    );
    const tags = each.map(({ headers }) => String(headers["etag"]));
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) {
      expect(tag).toMatch(/^"\d+\.[\w-]+"$/);
      const known = await get(path, { "accept-encoding": "gzip", "if-none-match": tag });
      expect([known.status, known.headers["etag"], known.bytes.byteLength]).toEqual([304, tags[1], 0]);
      expect(known.headers["content-encoding"]).toBeUndefined();
    }
    const token = (await owner.client.session.accessToken()) ?? "";
    const changed = await fetch(served.url + path, {
      method: "PATCH",
      headers: { ...bearer(token), "content-type": "application/json", "if-match": tags[2] ?? "" },
      body: JSON.stringify({ title: "Renamed" }),
    });
    expect([changed.status, await changed.text().then((body) => body.includes("Renamed"))]).toEqual([
      200,
      true,
    ]);
  });

  test("is not compressed for HEAD, or in streams of a batch", async ({ get, served, token, documents }) => {
    const head = await get(`/api/v1/documents/${documents.long}`, { "accept-encoding": "br" }, "HEAD");
    expect([head.status, head.headers["content-encoding"]]).toEqual([200, undefined]);
    const input = toInput({ 0: { id: documents.long } });
    const stream = await new Promise<string>((resolve, reject) => {
      const headers = { ...bearer(token), "trpc-accept": "application/jsonl", "accept-encoding": "gzip" };
      const asking = sendRequest(`${served.url}/trpc/document.get?batch=1&input=${input}`, { headers });
      asking.on("error", reject).on("response", (response) => {
        expect(response.headers["content-encoding"]).toBeUndefined();
        resolve(text(response));
      });
      asking.end();
    });
    expect(stream).toContain("quick brown fox");
  });
});

test("pages and files of the documentation are compressed, and vary by encoding", async ({ get }) => {
  for (const path of ["/openapi.json", "/docs/swagger-ui.css", "/docs/swagger-ui.js"]) {
    const packed = await get(path, { "accept-encoding": "gzip" });
    expect([path, packed.headers["content-encoding"]]).toEqual([path, "gzip"]);
    expect(String(packed.headers.vary).toLowerCase()).toContain("accept-encoding");
  }
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";

import { z } from "zod";

import type { Environment } from "../../src/config.ts";
import { checkOutVersion } from "../earlier-version.ts";
import { startProcess } from "../process.ts";

/** The demo account of `pnpm seed`. */
const credentials = { email: "ada@example.com", password: "mdreader demo" };

export interface UpgradeOptions {
  /** The commit whose server writes the data. */
  commit: string;
  /** A new folder for the files of that commit. */
  checkout: string;
  /** The settings of both servers, with a `DATA_DIR` of their own. */
  environment: Environment;
  note?: (line: string) => void;
}

export interface UpgradeReport {
  commit: string;
  documents: number;
  versions: number;
  /** Threads of comments. */
  threads: number;
  files: number;
}

/**
 * Writes data with the server of an earlier commit, opens the data directory with this one, and compares every document,
 * version, comment and file.
 *
 * @throws Error that names what differs.
 */
export async function checkUpgrade(options: UpgradeOptions): Promise<UpgradeReport> {
  const { commit, checkout, environment, note = () => {} } = options;
  await using earlier = await checkOutVersion(commit, checkout);
  await promisify(execFile)(process.execPath, [join(checkout, "apps/server/scripts/seed.ts")], {
    cwd: checkout,
    env: { ...process.env, ...environment },
  });
  note(`${commit} has created the demo data`);
  const before = await withServer(environment, earlier.serverEntry, async (api) => {
    await addActivity(api);
    return readEverything(api);
  });
  const after = await withServer(environment, undefined, readEverything);
  for (const [name, value] of before) {
    if (!isDeepStrictEqual(after.get(name), value)) throw new Error(`${name} has changed`);
  }
  const count = (kind: string) => [...after.keys()].filter((name) => name.startsWith(`${kind} `)).length;
  return {
    commit,
    documents: count("document"),
    versions: count("version"),
    threads: count("thread"),
    files: count("file"),
  };
}

interface Api {
  get(path: string): Promise<unknown>;
  send(method: "POST" | "PATCH", path: string, body: object): Promise<unknown>;
  bytes(url: string): Promise<Buffer>;
  put(url: string, headers: Record<string, string>, bytes: Buffer): Promise<void>;
}

async function withServer<T>(
  environment: Environment,
  main: string | undefined,
  work: (api: Api) => Promise<T>,
): Promise<T> {
  const server = startProcess(environment, [], main);
  try {
    const origin = await server.running;
    const signedIn = await fetch(`${origin}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(credentials),
    });
    const { access_token: token } = z.object({ access_token: z.string() }).parse(await signedIn.json());
    const call = async (
      url: string,
      init: Pick<RequestInit, "method" | "body"> & { headers?: Record<string, string> } = {},
    ): Promise<Response> => {
      const response = await fetch(new URL(url, origin), {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      });
      if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url}: ${await response.text()}`);
      return response;
    };
    return await work({
      get: async (path) => (await call(`/api/v1${path}`)).json(),
      send: async (method, path, body) => {
        const response = await call(`/api/v1${path}`, {
          method,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        return response.status === 204 ? null : response.json();
      },
      bytes: async (url) => Buffer.from(await (await call(url)).arrayBuffer()),
      put: async (url, headers, bytes) => {
        await call(url, { method: "PUT", headers, body: new Uint8Array(bytes) });
      },
    });
  } finally {
    server.child.kill("SIGTERM");
    await server.ended;
  }
}

const item = z.object({ id: z.string() });
const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
const document = z.object({
  id: z.string(),
  title: z.string(),
  content: z.string(),
  version: z.number(),
  language: z.unknown(),
});

async function list(api: Api, path: string): Promise<z.infer<typeof item>[]> {
  const items: z.infer<typeof item>[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "limit=100" : `limit=100&cursor=${encodeURIComponent(cursor)}`;
    const { items: more, nextCursor } = page.parse(await api.get(`${path}?${query}`));
    items.push(...more);
    cursor = nextCursor;
  } while (cursor !== null);
  return items;
}

async function findDemo(api: Api) {
  const [workspace] = await list(api, "/workspaces");
  if (workspace === undefined) throw new Error("the demo workspace is missing");
  const documents = await list(api, `/workspaces/${workspace.id}/documents`);
  return { workspaceId: workspace.id, documents };
}

/** Adds what the demo data lacks: later versions, comments and files. */
async function addActivity(api: Api): Promise<void> {
  const { workspaceId, documents } = await findDemo(api);
  for (const { id } of documents.slice(0, 5)) {
    const { content, version } = document.parse(await api.get(`/documents/${id}`));
    const text = `${content}\r\nA line of ours: 👩‍🚀 ${id}\r\n`;
    await api.send("POST", `/documents/${id}/apply-text`, {
      baseVersion: version,
      text,
      idempotencyKey: `upgrade-${id}`,
    });
    await api.send("POST", `/documents/${id}/comments`, {
      body: "About a line.",
      anchor: { quote: "A line of ours" },
    });
    await api.send("POST", `/documents/${id}/versions`, { label: "Reviewed" });
    await upload(api, workspaceId, `${id}.bin`, Buffer.from(`\0\x01 bytes of ${id}`));
  }
}

async function upload(api: Api, workspaceId: string, name: string, bytes: Buffer): Promise<void> {
  const created = z
    .object({
      id: z.string(),
      target: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }).nullable(),
    })
    .parse(
      await api.send("POST", "/files", {
        workspaceId,
        name,
        size: bytes.length,
        hash: createHash("sha256").update(bytes).digest("hex"),
      }),
    );
  if (created.target !== null) await api.put(created.target.url, created.target.headers, bytes);
  await api.send("POST", `/files/uploads/${created.id}/complete`, {});
}

const threads = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      anchor: z.unknown(),
      comments: z.object({ items: z.array(z.object({ id: z.string(), body: z.string() })) }),
    }),
  ),
});
const versions = z.object({
  items: z.array(z.object({ number: z.number(), hash: z.string(), label: z.unknown(), reason: z.unknown() })),
});

/** Every document, version, comment and file, by kind and ID. */
async function readEverything(api: Api): Promise<Map<string, unknown>> {
  const { workspaceId, documents } = await findDemo(api);
  const found = new Map<string, unknown>();
  for (const { id } of documents) {
    found.set(`document ${id}`, document.parse(await api.get(`/documents/${id}`)));
    const { items: foundThreads } = threads.parse(await api.get(`/documents/${id}/comments`));
    for (const thread of foundThreads) found.set(`thread ${thread.id}`, thread);
    for (const version of versions.parse(await api.get(`/documents/${id}/versions`)).items) {
      const { content } = z
        .object({ content: z.string() })
        .parse(await api.get(`/documents/${id}/versions/${version.number}`));
      found.set(`version ${version.number} of ${id}`, { ...version, content });
    }
  }
  for (const { id } of await list(api, `/workspaces/${workspaceId}/files`)) {
    const { url } = z.object({ url: z.string() }).parse(await api.get(`/files/${id}/download-url`));
    found.set(
      `file ${id}`,
      createHash("sha256")
        .update(await api.bytes(url))
        .digest("hex"),
    );
  }
  return found;
}

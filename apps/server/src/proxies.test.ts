import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { join } from "node:path";

import { type Client, createClient } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { afterAll, describe, expect, test } from "vitest";

import { createBlockingProxy } from "../test/blocking-proxy.ts";
import { createAccountInput } from "../test/calls.ts";
import { download, listStored, sha256 } from "../test/files.ts";
import { findFreePort } from "../test/process.ts";
import { createTemporaryFolder, serve, type Served } from "../test/serve.ts";
import { root } from "./installation.ts";

/** The example configurations in `deploy` in the real proxies, where they are installed. */

const soon = { timeout: 20_000, interval: 50 };
const made = new AsyncDisposableStack();
afterAll(() => made.disposeAsync());

/** The command that starts a proxy with its example, on another address and without TLS. */
interface Proxy {
  check: string;
  /** Writes the configuration into a folder. @returns The arguments of the command. */
  configure(folder: string, ports: { proxy: number; server: number }): Promise<string[]>;
}

const readExample = (name: string) => readFile(join(root, "deploy", name), "utf8");

const proxies: Record<string, Proxy> = {
  nginx: {
    check: "-v",
    async configure(folder, ports) {
      const example = (await readExample("nginx.conf"))
        .replace("listen 443 ssl;", `listen 127.0.0.1:${ports.proxy};`)
        .replace("server 127.0.0.1:7001", `server 127.0.0.1:${ports.server}`)
        .replaceAll(/^\s*ssl_.*\n/gm, "");
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      const file = join(folder, "nginx.conf");
      await writeFile(
        file,
        `daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1;
events {}
http { access_log off; ${temporary.join(" ")}
${example}}
`,
      );
      return ["-p", folder, "-c", file];
    },
  },
  caddy: {
    check: "version",
    async configure(folder, ports) {
      const example = (await readExample("Caddyfile"))
        .replace("grace_period 5s", "admin off\n\tgrace_period 1s")
        .replace(/^:8080 \{/m, `http://127.0.0.1:${ports.proxy} {`)
        .replace("server-1:7001 server-2:7001", `127.0.0.1:${ports.server}`);
      const file = join(folder, "Caddyfile");
      await writeFile(file, example);
      return ["run", "--adapter", "caddyfile", "--config", file];
    },
  },
};

/** Starts a proxy before a server. The stack stops it. @returns Its address. */
async function startProxy(name: string, { configure }: Proxy, server: Served): Promise<string> {
  const folder = await createTemporaryFolder(made);
  const ports = { proxy: await findFreePort(), server: Number(new URL(server.url).port) };
  const child = spawn(name, await configure(folder, ports), {
    env: { PATH: process.env["PATH"], HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  made.defer(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "close");
  });
  const url = `http://127.0.0.1:${ports.proxy}`;
  await expect
    .poll(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.status ?? said, soon)
    .toBe(200);
  return url;
}

describe.each(Object.entries(proxies))("the example for %s", (name, proxy) => {
  test("forwards sockets, streams and uploads as they arrive", { timeout: 60_000 }, async ({ skip }) => {
    skip(spawnSync(name, [proxy.check]).status !== 0, `${name} is not installed`);
    const served = made.use(await serve({ env: { TRUST_PROXY: "1" } }));
    const url = await startProxy(name, proxy, served);
    const blocked = made.use(await createBlockingProxy(url, "refuse"));
    const [ada, ben] = [made.use(createClient({ url })), made.use(createClient({ url: blocked.url }))];
    await Promise.all([ada, ben].map((client) => client.auth.register.mutate(createAccountInput())));
    const { id: workspaceId } = await ada.workspace.create.mutate({ name: "Team" });
    const { token } = await ada.workspace.invitation.create.mutate({ workspaceId, role: "editor" });
    await ben.workspace.invitation.accept.mutate({ token });

    const { id } = await ada.document.create.mutate({ workspaceId, title: "Plan" });
    const [hers, his] = [made.use(await openDocument(ada, id)), made.use(await openDocument(ben, id))];
    await Promise.all([hers.synced(), his.synced()]);
    expect([ada.liveTransport.get(), ben.liveTransport.get()]).toEqual(["websocket", "http"]);
    hers.ytext.insert(0, "over a socket, ");
    await expect.poll(() => his.ytext.toJSON(), soon).toBe("over a socket, ");
    his.ytext.insert(his.ytext.length, "over a stream");
    await expect.poll(() => hers.ytext.toJSON(), soon).toBe("over a socket, over a stream");

    // Larger than the limit of nginx by default. The server has the first half before the second is sent.
    const bytes = randomBytes(3 * 1024 * 1024);
    await sendInHalves(ada, workspaceId, bytes, async () => {
      await expect.poll(() => draftBytes(served), soon).toBeGreaterThan(0);
    });
  });
});

/** Uploads a file in one request, with a pause after its first half. */
async function sendInHalves(
  client: Client,
  workspaceId: string,
  bytes: Buffer,
  pause: () => Promise<void>,
): Promise<void> {
  const size = bytes.byteLength;
  const { id, target } = await client.file.createUpload.mutate({
    workspaceId,
    name: "large.bin",
    size,
    hash: sha256(bytes),
    purpose: "file",
  });
  if (target === null) throw new Error("the file needs no upload");
  const request = sendRequest(client.fileUrl(target.url), {
    method: "PUT",
    headers: { "content-range": `bytes 0-${size - 1}/${size}`, "content-length": size },
  });
  const answered = once(request, "response");
  request.write(bytes.subarray(0, size / 2));
  await pause();
  request.end(bytes.subarray(size / 2));
  await answered;
  const file = await client.file.completeUpload.mutate({ id });
  const received = await (await download(client, file.id)).arrayBuffer();
  expect(sha256(new Uint8Array(received))).toBe(sha256(bytes));
}

async function draftBytes(served: Served): Promise<number> {
  const drafts = (await listStored(served)).filter((path) => path.startsWith("drafts/"));
  const sizes = await Promise.all(
    drafts.map(async (path) => (await stat(join(served.uploadDir, path))).size),
  );
  return Math.max(0, ...sizes);
}

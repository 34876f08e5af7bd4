import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { createClient } from "@mdreader/client";
import {
  createConsumerProject,
  listFiles,
  type Project,
  readCode,
  readPatch,
} from "@mdreader/packaging/testing";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { findFreePort } from "../test/process.ts";

const made = new AsyncDisposableStack();
let project: Project;
let installed: string;
beforeAll(async () => {
  // Package managers skip install scripts unless they are allowed.
  project = made.use(await createConsumerProject({ packages: ["@mdreader/server"], ignoreScripts: true }));
  installed = join(project.folder, "node_modules/@mdreader/server");
});
afterAll(() => made.disposeAsync());

describe("the package, installed in a separate project", () => {
  test("runs the program of its README", async () => {
    const readme = await readFile(join(installed, "README.md"), "utf8");
    const program = /^```sh\n(?<program>export DATA_DIR[^]*?)^```$/m.exec(readme)?.groups?.["program"] ?? "";
    expect(program.split("\n").length).toBeLessThanOrEqual(30);
    const output = await project.shell(program.replaceAll("7001", String(await findFreePort())));
    expect(output).toMatch(/ada@example\.com is now a superuser\.[^]*http:\S+\/reset-password/);
    expect(output).toMatch(/^200 \{.*"registration":"open"/m);
  });

  test("serves the web app, the API and its documentation, with native code and worker threads", async () => {
    await using server = await startServer(project, "served");
    const { url } = server;
    await using client = createClient({ url });
    const password = "correct horse battery staple";
    await client.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
    const workspace = await client.workspace.create.mutate({ name: "Outside" });

    const picture = sharp({ create: { width: 900, height: 300, channels: 3, background: "red" } });
    const file = await client.uploadFile(workspace.id, new Blob([await picture.png().toBuffer()]), {
      name: "red.png",
    });
    const { thumbnailUrl } = await client.file.downloadUrl.query({ id: file.id });
    const thumbnail = await fetch(new URL(thumbnailUrl ?? "", url));
    expect(thumbnail.headers.get("content-type")).toBe("image/webp");

    // Longer texts are merged, and their links read, in worker threads.
    const text = "A line with a [link](https://example.com).\n".repeat(2000);
    const { id, version } = await client.document.create.mutate({
      workspaceId: workspace.id,
      title: "Long",
      content: text,
    });
    await client.document.applyText.mutate({ id, baseVersion: version, text: `First\n${text}` });
    const merged = await client.document.applyText.mutate({
      id,
      baseVersion: version,
      text: `${text}Last\n`,
    });
    expect(merged.conflicts).toEqual([]);
    const { content } = await client.document.get.query({ id });
    expect(content).toBe(`First\n${text}Last\n`);

    const page = await (await fetch(url)).text();
    const script = /src="(?<path>\/assets\/[^"]+\.js)"/.exec(page)?.groups?.["path"] ?? "";
    for (const path of [script, "/docs/swagger-ui.js", "/redoc/redoc.js"])
      expect((await fetch(url + path)).headers.get("content-type"), path).toContain("javascript");
    expect(await server.stop()).toBe(0);
  });

  test("reports unknown commands and settings with the names that apply outside of the repository", async () => {
    await expect(project.shell("mdreader-server starr")).rejects.toThrow(
      /starr isn't a command[^]*mdreader-server \[command\]/,
    );
    await expect(project.shell("mdreader-server admin")).rejects.toThrow(
      "mdreader-server admin create <email>",
    );
    const root: unknown = JSON.parse(
      await readFile(join(import.meta.dirname, "../../../package.json"), "utf8"),
    );
    expect({ version: (await project.shell("mdreader-server --version")).trim() }).toEqual(
      expect.objectContaining(
        root !== null && typeof root === "object" && "version" in root && { version: root.version },
      ),
    );
  });

  test("consists of JavaScript, and depends only on native code", async () => {
    const manifest: unknown = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(manifest).toMatchObject({
      dependencies: { "@node-rs/argon2": expect.any(String), sharp: expect.any(String) },
    });
    expect(Object.keys(Object(manifest).dependencies)).toHaveLength(2);
    expect((await listFiles(installed)).filter((name) => /\.[cm]?tsx?$|node_modules/.test(name))).toEqual([]);
  });

  test("contains the patched dependencies", async () => {
    const patch = await readPatch("@trpc/server");
    expect(patch.length).toBeGreaterThan(0);
    const code = await readCode(installed);
    expect(patch.filter((line) => !code.includes(line))).toEqual([]);
    // The web app is minified. Without the patch, the condition starts with `!root.head`.
    expect(code).toMatch(/\w+\.adoptedStyleSheets ?&& ?\w+\.CSSStyleSheet/);
    expect(code).not.toMatch(/!\w+\.head ?&& ?\w+\.adoptedStyleSheets/);
  });
});

interface Started extends AsyncDisposable {
  url: string;
  /** Stops the server gracefully. @returns Its exit code. */
  stop(): Promise<number | null>;
}

async function startServer({ folder }: Project, dataDir: string): Promise<Started> {
  const { PATH, HOME } = process.env;
  const child = spawn(join(folder, "node_modules/.bin/mdreader-server"), {
    cwd: folder,
    env: { PATH, HOME, APP_PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "close");
  const stop = async () => {
    child.kill();
    await ended;
    return child.exitCode;
  };
  return {
    url: await readUrl(child),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

function readUrl(child: ChildProcess): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const url = /MDReader is running at (\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on("close", () => reject(new Error(`the server ended: ${output}`)));
  });
}

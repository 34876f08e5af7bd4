import { readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  createConsumerProject,
  listFiles,
  type Project,
  readCode,
  readPatch,
} from "@mdreader/packaging/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serve, type Served } from "../../server/test/serve.ts";

const made = new AsyncDisposableStack();
let project: Project;
let installed: string;
let served: Served;
beforeAll(async () => {
  project = made.use(await createConsumerProject({ packages: ["@mdreader/cli"] }));
  installed = join(project.folder, "node_modules/@mdreader/cli");
  served = made.use(await serve());
});
afterAll(() => made.disposeAsync());

describe("the package, installed in a separate project", () => {
  test("runs the program of its README", async () => {
    const readme = await readFile(join(installed, "README.md"), "utf8");
    const program =
      /^```sh\n(?<program>export MDREADER_URL[^]*?)^```$/m.exec(readme)?.groups?.["program"] ?? "";
    expect(program.split("\n").length).toBeLessThanOrEqual(30);
    const output = await project.shell(program.replace("http://127.0.0.1:7001", served.url), {
      XDG_CONFIG_HOME: join(project.folder, "configuration"),
    });
    expect(output).toContain("- Ask Ben\n");
  });

  test("serves tools to agents", async () => {
    const request = { jsonrpc: "2.0", id: 1, method: "initialize" };
    const params = {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    };
    const output = await project.shell(`echo '${JSON.stringify({ ...request, params })}' | mdreader mcp`, {
      MDREADER_URL: served.url,
    });
    expect(JSON.parse(output)).toMatchObject({ id: 1, result: { serverInfo: { name: "mdreader" } } });
  });

  test("consists of JavaScript without dependencies", async () => {
    const manifest: unknown = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ dependencies: {}, optionalDependencies: {} });
    expect((await listFiles(installed)).filter((name) => /\.[cm]?tsx?$|node_modules/.test(name))).toEqual([]);
  });

  test("contains the patched tRPC client, and the licenses of what it bundles", async () => {
    const code = await readCode(installed);
    const patch = await readPatch("@trpc/client");
    expect(patch.length).toBeGreaterThan(0);
    expect(patch.filter((line) => !code.includes(line))).toEqual([]);
    const licenses = await readFile(join(installed, "THIRD-PARTY-LICENSES"), "utf8");
    expect(licenses).toMatch(/^## @trpc\/client \S+: MIT$/m);
    expect(licenses).toMatch(/^## commander \S+: MIT$/m);
  });
});

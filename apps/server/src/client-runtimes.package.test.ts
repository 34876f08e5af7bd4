import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { createConsumerProject, type Project } from "@mdreader/packaging/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serve, type Served } from "../test/serve.ts";

/** The npm packages of other runtimes, whose binaries are npm packages too, and how each starts a program. */
const runtimes = {
  "Node 22": { dependency: { "node-22": "npm:node@22.23.3" }, start: "node-22/bin/node" },
  Bun: { dependency: { bun: "1.4.5" }, start: ".bin/bun" },
  Deno: { dependency: { deno: "2.9.6" }, start: ".bin/deno run --allow-all" },
};

const made = new AsyncDisposableStack();
let project: Project;
let served: Served;
beforeAll(async () => {
  const peers = { yjs: null, "y-protocols": null, "@trpc/client": null, "@trpc/server": null };
  const binaries = Object.values(runtimes).map(({ dependency }) => dependency);
  const dependencies: Record<string, string | null> = Object.assign({}, peers, ...binaries);
  project = made.use(await createConsumerProject({ packages: ["@mdreader/client"], dependencies }));
  const program = await readFile(join(import.meta.dirname, "../test/client-program.ts"), "utf8");
  await project.write("program.ts", program);
  served = made.use(await serve());
});
afterAll(() => made.disposeAsync());

describe("a program of the packed client", () => {
  test.for(Object.entries(runtimes))(
    "runs and ends under %s: live documents, presence, files and streams",
    async ([, { start }]) => {
      const command = `node_modules/${start} program.ts ${served.url}`;
      expect(await project.shell(command)).toBe("done\n");
    },
  );
});

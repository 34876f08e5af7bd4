import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { createConsumerProject, type Project } from "@mdreader/packaging/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const made = new AsyncDisposableStack();
let project: Project;
beforeAll(async () => {
  project = made.use(
    await createConsumerProject({
      packages: ["@mdreader/testing", "@mdreader/client", "@mdreader/server"],
      dependencies: { "@trpc/client": null, "@trpc/server": null, "@types/node": null },
    }),
  );
  const readme = await readFile(join(project.folder, "node_modules/@mdreader/testing/README.md"), "utf8");
  const program = /^```ts\n(?<program>[^]*?)^```$/m.exec(readme)?.groups?.["program"] ?? "";
  expect(program.split("\n").length).toBeLessThanOrEqual(30);
  await project.write("program.test.ts", program);
});
afterAll(() => made.disposeAsync());

describe("the package, installed in a separate project", () => {
  test("has types", () => project.checkTypes());

  test("runs the test of its README", async () => {
    expect(await project.run("--test", "program.test.ts")).toMatch(/pass 1\n[^]*fail 0\n/);
  });

  test("installs one server and one client", async () => {
    const manifest: unknown = JSON.parse(await readFile(join(project.folder, "package-lock.json"), "utf8"));
    const installed = Object.keys(Object(manifest).packages).filter((path) => path.includes("@mdreader/"));
    expect(installed.toSorted()).toEqual(
      ["client", "server", "testing"].map((name) => `node_modules/@mdreader/${name}`),
    );
  });
});

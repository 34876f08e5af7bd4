import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const run = promisify(execFile);

const main = join(import.meta.dirname, "main.ts");

/** Runs the program in a Node that claims to have another version. */
const runIn = (version: string, ...args: string[]) => {
  const claim = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
  return run(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(claim)}`,
    main,
    ...args,
  ]);
};

test("earlier versions of Node are refused in a sentence", async () => {
  await expect(runIn("20.20.2", "--version")).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Error: mdreader needs Node 22 or later\. This is Node 20\.20\.2\.\n/),
  });
  expect((await runIn("22.0.0", "--version")).stdout).toMatch(/^\d+\.\d+\.\d+/);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

/** Starts a process that is writing a file to a folder, and runs `setup` in it first. */
async function startWriting(folder: string, setup = "") {
  const program = `
    import { writeFileSync } from "node:fs";
    import { withTemporaryFile } from ${JSON.stringify(import.meta.resolve("./files.ts"))};
    ${setup}
    await withTemporaryFile(${JSON.stringify(folder)}, async (path) => {
      writeFileSync(path, "half");
      console.log("writing");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
  await once(child.stdout, "data");
  return child;
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "a process that %s ends removes its temporary files",
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), "mdreader-files-"));
    const child = await startWriting(folder);
    expect(await readdir(folder)).toHaveLength(1);
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([null, signal]);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  },
);

test("a process that handles the signal itself goes on writing", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mdreader-files-"));
  const child = await startWriting(folder, `process.on("SIGINT", () => console.log("handled"));`);
  child.kill("SIGINT");
  await once(child.stdout, "data");
  expect(await readdir(folder)).toHaveLength(1);
  child.kill("SIGKILL");
  await once(child, "exit");
  await rm(folder, { recursive: true });
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { createMachine } from "../test/command-line.ts";

const run = promisify(execFile);

test("Tab completes commands and options, and the bash script is valid", async () => {
  await using machine = await createMachine("http://127.0.0.1:9");
  const offered = async (...words: string[]) =>
    (await machine.run(["complete", "--", ...words])).stdout
      .toString()
      .split("\n")
      .map((line) => line.split("\t")[0]);
  expect(await offered("")).toEqual(expect.arrayContaining(["login", "sync", "mcp"]));
  expect(await offered("sync", "--w")).toEqual(expect.arrayContaining(["--watch", "--workspace"]));
  const { stdout } = await machine.run(["complete", "bash"]);
  await run("bash", ["-n", "-c", stdout.toString()]);
});

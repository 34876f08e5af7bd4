import { expect, test } from "vitest";

import manifest from "../../../package.json" with { type: "json" };
import { createMachine } from "../test/command-line.ts";
import { createProgram } from "./program.ts";

const nowhere = "http://127.0.0.1:9";

test("a command loads only the modules of its group", async () => {
  const listNames = async (...args: string[]) =>
    (await createProgram(false, args)).commands.map((command) => command.name());
  const all = await listNames();
  expect(await listNames("--version")).toEqual([]);
  expect(await listNames("help")).toEqual(all);
  for (const name of all.filter((one) => !["completion", "complete"].includes(one))) {
    const loaded = await listNames("--url", nowhere, name, "list");
    expect(loaded).toContain(name);
    expect(loaded.length).toBeLessThan(all.length / 3);
  }
});

test("--version prints the version, and help explains a command", async () => {
  await using machine = await createMachine(nowhere, { separate: false });
  expect(await machine.run(["--version"])).toMatchObject({
    code: 0,
    stdout: Buffer.from(`${manifest.version}\n`),
  });
  const help = await machine.run(["help", "put"]);
  expect([help.code, help.stdout.toString()]).toEqual([
    0,
    expect.stringMatching(/^Usage: mdreader put .*--base <version>/s),
  ]);
});

test("a typo in a command is a usage error that suggests the nearest one", async () => {
  await using machine = await createMachine(nowhere, { separate: false });
  for (const [args, suggestion] of [
    [["serach", "list"], "search"],
    [["folder", "crate"], "create"],
    [["list", "--workspce", "x"], "--workspace"],
  ] as const) {
    const said = await machine.run(args);
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining(`(Did you mean ${suggestion}?)`)]);
  }
});

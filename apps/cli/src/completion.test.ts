import { execFile } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect } from "vitest";

import { createMachine, type Machine, main } from "../test/command-line.ts";
import { test as base } from "../test/test.ts";
import { createMachineUser } from "../test/user.ts";

const run = promisify(execFile);

const complete = async (on: Machine, ...words: string[]) => {
  const { code, stdout, stderr } = await on.run(["--remote-names", "complete", "--", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .toString()
    .split("\n")
    .map((line) => line.split("\t")[0]);
};

const title = "Plan $(touch hacked) `touch hacked`; 'A' \"B\"";
const test = base
  /** Each command is a process: completions of commands are printed to its own output. */
  .extend("user", { scope: "file" }, async ({ served }, { onCleanup }) => {
    const user = await createMachineUser(served.url);
    onCleanup(() => user[Symbol.asyncDispose]());
    return user;
  })
  /** A machine with the program in its home folder, and a workspace with names to complete. */
  .extend("signedIn", { scope: "file" }, async ({ createFolder, createDocument, client, machine }) => {
    const { id: guides } = await createFolder("Guides");
    for (const name of ["Setup", "Second step"]) await createDocument(name, "text", guides);
    for (const name of [title, "Entrée $(touch hacked)", "-dash"]) await createDocument(name, "text");
    await client.workspace.create.mutate({ name: "Other" });
    const program = join(machine.home, "mdreader");
    await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
    await chmod(program, 0o755);
    return machine;
  });

test("Tab completes commands and options", async ({ machine }) => {
  expect(await complete(machine, "")).toEqual(expect.arrayContaining(["login", "sync", "mcp"]));
  expect(await complete(machine, "sync", "--w")).toEqual(expect.arrayContaining(["--watch", "--workspace"]));
});

describe("names on the server", () => {
  test("are offered where a command takes them, also offline from the last listing", async ({ signedIn }) => {
    expect(await complete(signedIn, "get", "Gui")).toEqual(["Guides/Second step", "Guides/Setup", ""]);
    expect(await complete(signedIn, "get", "'Guides/Sec")).toEqual(["Guides/Second step", ""]);
    expect(await complete(signedIn, "get", "")).not.toContain("-dash");
    expect(await complete(signedIn, "move", "Guides/Setup", "")).toEqual(["Guides", ""]);
    expect(await complete(signedIn, "list", "--folder", "=", "G")).toEqual(["Guides", ""]);
    expect(await complete(signedIn, "list", "-w", "")).toEqual(["Handbook", "Other", ""]);
    expect(await complete(signedIn, "list", "-w", "Other", "")).toEqual([""]);
    expect(await complete(signedIn, "export", "")).not.toContain("Guides");
  });

  test("are offered to no script that would expand them, and without a session to none", async ({
    signedIn,
    newMachine,
  }) => {
    const { stdout } = await signedIn.run(["complete", "--", "get", "Gui"]);
    expect(stdout.toString()).not.toContain("Guides");
    expect(await complete(newMachine, "get", "")).toEqual([""]);
    await using away = await createMachine("http://127.0.0.1:9", { separate: false });
    expect(await complete(away, "get", "")).toEqual([""]);
  });

  test("of a server that doesn't answer are not waited for", async ({ newMachine }) => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const env = { MDREADER_TOKEN: "mdr_token", MDREADER_WORKSPACE: "Notes" };
    const args = ["--remote-names", "complete", "--", "get", "--url", `http://127.0.0.1:${port}`, ""];
    expect(await newMachine.run(args, { env })).toMatchObject({
      code: 0,
      stdout: Buffer.from(""),
      stderr: "",
    });
    silent.closeAllConnections();
    silent.close();
  });

  test.for(["zsh", "fish"])("are left to %s to quote", async (shell, { newMachine }) => {
    const script = (await newMachine.run(["completion", shell])).stdout.toString();
    expect(script).toContain("--remote-names");
    expect(script).not.toMatch(/\beval\b|\s-\w*Q/);
  });

  test("are quoted by Bash, and never run", async ({ signedIn, served }) => {
    const script = (await signedIn.run(["complete", "bash"])).stdout.toString();
    const completeIn = async (...words: string[]) => {
      const quotedWords = words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(" ");
      const program = `${script}
        COMP_WORDS=(mdreader ${quotedWords}); COMP_CWORD=${words.length}
        _mdreader; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = {
        PATH: `${signedIn.home}:${process.env["PATH"] ?? ""}`,
        HOME: signedIn.home,
        XDG_CONFIG_HOME: join(signedIn.home, ".config"),
        MDREADER_URL: served.url,
      };
      return (await run("bash", ["-c", program], { env, cwd: signedIn.home })).stdout.trim().split("\n");
    };
    expect(await completeIn("get", "Guides/Sec")).toEqual([String.raw`Guides/Second\ step`]);
    expect(await completeIn("get", String.raw`Guides/Second\ s`)).toEqual([String.raw`Guides/Second\ step`]);
    expect(await completeIn("get", '"Guides/Sec')).toEqual(["Guides/Second step"]);
    expect(await completeIn("get", '"Plan')).toEqual([""]);
    expect(await completeIn("get", 'E"ntr')).toEqual([""]);
    const [inserted = ""] = await completeIn("get", "Plan");
    const { stdout } = await run("bash", ["-c", `printf %s ${inserted}`], { cwd: signedIn.home });
    expect(stdout).toBe(title);
    expect((await run("ls", { cwd: signedIn.home })).stdout).not.toContain("hacked");
  });
});

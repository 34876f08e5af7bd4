import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { createClient, isReason } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { enableSecondFactor, register as registerAccount } from "../../../server/test/calls.ts";
import { serve, type Served } from "../../../server/test/serve.ts";
import { unzip } from "../../../server/test/zip.ts";
import { createMachine, type Machine, password, register } from "../../test/command-line.ts";

let served: Served;
let machine: Machine;
beforeAll(async () => {
  served = await serve();
  machine = await createMachine(served.url, { separate: false });
});
afterAll(async () => {
  await machine[Symbol.asyncDispose]();
  await served[Symbol.asyncDispose]();
});

describe("signing in and out", () => {
  test("register signs in, and the session lasts until logout", async () => {
    const { email, username } = await register(machine);
    const me = await machine.json<{ user: { email: string } }>(["whoami"]);
    expect(me.user.email).toBe(email);
    const said = await machine.run(["whoami"]);
    expect(said.stdout.toString()).toBe(`${username} <${email}> at ${served.url}\n`);

    expect(await machine.json(["logout"])).toEqual({ ok: true, wasSignedIn: true });
    expect(await machine.sessionFiles()).toEqual([]);
    const refused = await machine.run(["whoami"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("mdreader login");
    expect(await machine.json(["logout"])).toEqual({ ok: true, wasSignedIn: false });

    const back = await machine.run(["login", "--email", email, "--password-stdin"], { stdin: password });
    expect(back).toMatchObject({ code: 0, stderr: "" });
    expect((await machine.run(["whoami"])).code).toBe(0);
  });

  test("login is approved in a browser, and prints the address and the code also with --json", async () => {
    await using other = await createMachine(served.url);
    await using person = createClient({ url: served.url });
    const name = `user-${crypto.randomUUID().slice(0, 13)}`;
    await person.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
    await using login = other.start(["login", "--json"]);
    await expect.poll(() => login.errors()).toContain("code");
    const [, address, userCode = ""] =
      /^Open (\S+) in a browser and enter the code (\S+)\.$/m.exec(login.errors()) ?? [];
    expect(address).toBe(`${served.url}/device`);
    expect(await person.auth.device.get.query({ userCode })).toMatchObject({
      clientName: expect.stringMatching(/^Command line on /),
    });
    await person.auth.device.approve.mutate({ userCode });
    await expect.poll(() => login.hasEnded(), { timeout: 30_000 }).toBe(true);
    expect(await other.json(["whoami"])).toMatchObject({ user: { username: name } });
    expect(login.lines().join("")).not.toMatch(/eyJ|refreshToken|accessToken/);
  });

  test("login ends with an error when the person denies it", async () => {
    await using other = await createMachine(served.url);
    await using person = createClient({ url: served.url });
    const name = `user-${crypto.randomUUID().slice(0, 13)}`;
    await person.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
    await using login = other.start(["login"]);
    await expect.poll(() => login.errors()).toContain("code");
    const userCode = /code (\S+)\./.exec(login.errors())?.[1] ?? "";
    await person.auth.device.deny.mutate({ userCode });
    await expect.poll(() => login.hasEnded(), { timeout: 30_000 }).toBe(true);
    expect(login.errors()).toContain("The sign-in was denied.");
    expect(await other.sessionFiles().catch(() => [])).toEqual([]);
  });

  test("login takes a code of the second factor as an option, and fails without a terminal to ask on", async () => {
    await using other = await createMachine(served.url, { separate: false });
    const { email, api } = await registerAccount(served);
    const { recoveryCode } = await enableSecondFactor(api);
    const login = (...options: string[]) =>
      other.run(["login", "--email", email, "--password-stdin", ...options], { stdin: password });
    expect(await login()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Enter a code from your authenticator app"),
    });
    expect(await login("--code", recoveryCode)).toMatchObject({ code: 0, stderr: "" });
    expect(await login("--code", recoveryCode)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("already used"),
    });
  });

  test("the output never contains a token or the password", async () => {
    const { email } = await register(machine);
    for (const args of [
      ["login", "--email", email, "--password-stdin", "--json"],
      ["whoami", "--json"],
    ]) {
      const { stdout, stderr } = await machine.run(args, { stdin: password });
      expect(`${stdout.toString()}${stderr}`).not.toMatch(/eyJ|refreshToken|accessToken|correct horse/);
    }
  });

  test("too many attempts are rejected with the exact wait only", async () => {
    const { email } = await register(machine);
    await using client = createClient({ url: served.url });
    const attempt = () => client.auth.login.mutate({ email, password: "wrong password" });
    await expect(async () => {
      for (let attempts = 0; attempts < 100; attempts += 1) {
        await attempt().catch((error: unknown) => {
          if (!isReason(error, "BAD_CREDENTIALS")) throw error;
        });
      }
    }).rejects.toThrow("Try again later.");
    const refused = await machine.run(["login", "--email", email, "--password-stdin"], { stdin: password });
    expect(refused.stderr).toMatch(/^Error: Too many attempts\.\nTry again in \d+ seconds?\.\n$/);
  });

  test("concurrent commands renew the session once, and all succeed", async () => {
    await using other = await createMachine(served.url);
    await register(other);
    await other.changeTokens({ expiresAt: "2020-01-01T00:00:00.000Z" });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => other.run(["whoami"])));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await other.run(["whoami"])).code).toBe(0);
    expect(await other.sessionFiles()).toHaveLength(1);
  });

  test("an ended session is removed and reported with a hint to sign in", async () => {
    await using other = await createMachine(served.url, { separate: false });
    await register(other);
    await other.changeTokens({ accessToken: "spoilt", refreshToken: "spoilt" });
    const refused = await other.run(["whoami", "--json"]);
    expect(refused.code).toBe(1);
    expect(refused.error()).toMatchObject({
      reason: "UNAUTHENTICATED",
      hint: "Sign in with: mdreader login",
    });
    expect(await other.sessionFiles()).toEqual([]);
  });

  test("MDREADER_TOKEN takes precedence over the session", async () => {
    await using other = await createMachine(served.url, { separate: false });
    const wrong = await other.run(["whoami", "--json"], { env: { MDREADER_TOKEN: `mdr_${"x".repeat(43)}` } });
    expect(wrong.code).toBe(1);
    expect(wrong.error().hint).toContain("MDREADER_TOKEN");

    const name = `key-${crypto.randomUUID().slice(0, 8)}`;
    const client = createClient({ url: served.url });
    await client.auth.register.mutate({ email: `${name}@example.test`, username: name, password });
    const { secret } = await client.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    const right = await other.run(["whoami"], { env: { MDREADER_TOKEN: secret } });
    expect(right.code).toBe(0);
    expect(right.stdout.toString()).toContain(`${name} <${name}@example.test>`);
    const beyond = await other.run(["workspace", "create", "x", "--json"], {
      env: { MDREADER_TOKEN: secret },
    });
    expect(beyond.code).toBe(1);
    expect(beyond.error().reason).toBe("SCOPE_MISSING");
  });
});

describe("prompts", () => {
  test("ask for a code of the second factor", async () => {
    await using other = await createMachine(served.url);
    const { email, api } = await registerAccount(served);
    const { code: otp } = await enableSecondFactor(api);
    const { code, said } = await other.runOnTerminal(
      ["login", "--password"],
      ["Email:", email],
      ["Password:", password],
      ["Code from your authenticator app:", otp],
    );
    expect([code, said]).toEqual([0, expect.stringContaining(`Signed in to ${served.url}`)]);
    expect(await other.sessionFiles()).toHaveLength(1);
  });

  test("ask again after a wrong password", async () => {
    await using other = await createMachine(served.url);
    const { email } = await register(machine);
    const { code, said } = await other.runOnTerminal(
      ["login", "--password"],
      ["Email:", email],
      ["Password:", "not the password"],
      ["Email:", email],
      ["Password:", password],
    );
    expect([code, said]).toEqual([0, expect.stringContaining("The email or password is incorrect.")]);
    expect(await other.sessionFiles()).toHaveLength(1);
  });

  test("check each answer before the next question", async () => {
    await using other = await createMachine(served.url);
    const { email, username } = await register(machine);
    const { code, said } = await other.runOnTerminal(
      ["register"],
      ["Email:", "nobody"],
      ["Email:", email],
      ["Username:", "x"],
      ["Username:", `${username}2`],
      ["Password:", "short"],
      ["Password:", password],
      ["Repeat password:", password],
      ["Email:", `2${email}`],
    );
    expect(code).toBe(0);
    expect(said).toContain("Email must be a valid email address.");
    expect(said).toContain("Username must have at least 3 characters.");
    expect(said).toContain("Password must have at least 8 characters.");
    expect(said).toContain("An account with this email address already exists.");
  });
});

async function findUnusedUrl(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

describe("errors", () => {
  test("are printed as a sentence with a hint, or as JSON on stdout", async () => {
    const url = await findUnusedUrl();
    const gone = { env: { MDREADER_URL: url } };
    const said = await machine.run(["whoami"], gone);
    expect(said).toMatchObject({ code: 1 });
    expect(said.stdout.length).toBe(0);
    expect(said.stderr).toContain(`Can't reach MDReader at ${url} (ECONNREFUSED).`);
    const asJson = await machine.run(["whoami", "--json"], gone);
    expect(asJson).toMatchObject({ code: 1, stderr: "" });
    expect(asJson.error().reason).toBe("UNREACHABLE");
  });

  test("name the invalid fields", async () => {
    const args = ["register", "--email", "nobody", "--username", "x", "--password-stdin"];
    const said = await machine.run(args, { stdin: "short" });
    expect(said.code).toBe(1);
    for (const field of ["email", "username", "password"])
      expect(said.stderr).toMatch(new RegExp(`^  ${field}: `, "m"));
    const asJson = await machine.run([...args, "--json"], { stdin: "short" });
    expect(Object.keys(asJson.error().fieldErrors ?? {})).toEqual(["email", "username", "password"]);
  });

  test.each([
    ["an unknown command", ["dance"]],
    ["an unknown option", ["whoami", "--loudly"]],
    ["a missing option", ["document", "list"]],
    ["a missing argument", ["search", "--workspace", "x"]],
    ["a missing subcommand", ["workspace"]],
    ["a missing password without a terminal", ["login", "--email", "a@example.test"]],
    ["an invalid server address", ["whoami", "--url", "notes.example.com"]],
  ])("report a usage error: %s", async (_, args) => {
    const [said, asJson] = await Promise.all([machine.run(args), machine.run([...args, "--json"])]);
    expect(said.code).toBe(2);
    expect(said.stderr).not.toBe("");
    expect(asJson).toMatchObject({ code: 2, stderr: "" });
    expect(asJson.error().reason).toBe("USAGE");
  });

  test("--help exits with code 0", async () => {
    const said = await machine.run(["import", "--help"]);
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout.toString()).toContain("Examples:");
  });

  test("output to a pipe has no colors", async () => {
    const { stderr } = await machine.run(["login", "--password"]);
    expect(stderr).toMatch(/^Error: /);
  });
});

test("the account is exported after the password, and no existing file is replaced unasked", async () => {
  const { email } = await register(machine);
  const path = join(machine.home, "me.zip");
  const exporting = (stdin: string) =>
    machine.run(["account", "export", path, "--password-stdin"], { stdin });
  expect(await exporting("wrong")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("password is incorrect"),
  });
  expect(await exporting(password)).toMatchObject({ code: 0, stderr: "" });
  const archive = await unzip(await readFile(path));
  expect(JSON.parse(archive.get("profile.json")?.toString() ?? "")).toMatchObject({ email });
  const again = await exporting(password);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("already exists") });
});

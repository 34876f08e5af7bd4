import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

import { createClient, isReason } from "@mdreader/client";
import { describe, expect } from "vitest";

import { enableSecondFactor, register as registerAccount } from "../../../server/test/calls.ts";
import { unzip } from "../../../server/test/zip.ts";
import { createMachine } from "../../test/command-line.ts";
import { test } from "../../test/test.ts";
import { password, register, startLogin } from "../../test/user.ts";

describe("signing in and out", () => {
  test("register signs in, and the session lasts until logout", async ({ newMachine, served }) => {
    const { email, username } = await register(newMachine);
    const me = await newMachine.json<{ user: { email: string } }>(["whoami"]);
    expect(me.user.email).toBe(email);
    const said = await newMachine.run(["whoami"]);
    expect(said.stdout.toString()).toBe(`${username} <${email}> at ${served.url}\n`);

    expect(await newMachine.json(["logout"])).toEqual({ ok: true, wasSignedIn: true });
    expect(await newMachine.sessionFiles()).toEqual([]);
    const refused = await newMachine.run(["whoami"]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("mdreader login");
    expect(await newMachine.json(["logout"])).toEqual({ ok: true, wasSignedIn: false });

    const back = await newMachine.run(["login", "--email", email, "--password-stdin"], { stdin: password });
    expect(back).toMatchObject({ code: 0, stderr: "" });
    expect((await newMachine.run(["whoami"])).code).toBe(0);
  });

  test("login is approved in a browser, and prints the address and the code also with --json", async ({
    newMachine,
    served,
    client,
    user,
  }) => {
    await using login = await startLogin(newMachine, "--json");
    const { address, userCode } = login;
    expect(address).toBe(`${served.url}/device`);
    expect(await client.auth.device.get.query({ userCode })).toMatchObject({
      clientName: expect.stringMatching(/^Command line on /),
    });
    await client.auth.device.approve.mutate({ userCode });
    await login.ended();
    expect(await newMachine.json(["whoami"])).toMatchObject({ user: { username: user.username } });
    expect(login.lines().join("")).not.toMatch(/eyJ|refreshToken|accessToken/);
  });

  test("login ends with an error when the person denies it", async ({ newMachine, client }) => {
    await using login = await startLogin(newMachine);
    await client.auth.device.deny.mutate({ userCode: login.userCode });
    await login.ended();
    expect(login.errors()).toContain("The sign-in was denied.");
    expect(await newMachine.sessionFiles().catch(() => [])).toEqual([]);
  });

  test("login takes a code of the second factor as an option, and fails without a terminal to ask on", async ({
    served,
    newMachine,
  }) => {
    const { email, api } = await registerAccount(served);
    const { recoveryCode } = await enableSecondFactor(api);
    const login = (...options: string[]) =>
      newMachine.run(["login", "--email", email, "--password-stdin", ...options], { stdin: password });
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

  test("the output never contains a token or the password", async ({ newMachine }) => {
    const { email } = await register(newMachine);
    for (const args of [
      ["login", "--email", email, "--password-stdin", "--json"],
      ["whoami", "--json"],
    ]) {
      const { stdout, stderr } = await newMachine.run(args, { stdin: password });
      expect(`${stdout.toString()}${stderr}`).not.toMatch(/eyJ|refreshToken|accessToken|correct horse/);
    }
  });

  test("too many attempts are rejected with the exact wait only", async ({ served, newMachine }) => {
    const { email } = await registerAccount(served);
    await using client = createClient({ url: served.url });
    const attempt = () => client.auth.login.mutate({ email, password: "wrong password" });
    await expect(async () => {
      for (let attempts = 0; attempts < 100; attempts += 1) {
        await attempt().catch((error: unknown) => {
          if (!isReason(error, "BAD_CREDENTIALS")) throw error;
        });
      }
    }).rejects.toThrow("Try again later.");
    const refused = await newMachine.run(["login", "--email", email, "--password-stdin"], {
      stdin: password,
    });
    expect(refused.stderr).toMatch(/^Error: Too many attempts\.\nTry again in \d+ seconds?\.\n$/);
  });

  test("concurrent commands renew the session once, and all succeed", async ({ served }) => {
    await using machine = await createMachine(served.url);
    await register(machine);
    await machine.changeTokens({ expiresAt: "2020-01-01T00:00:00.000Z" });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => machine.run(["whoami"])));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect((await machine.run(["whoami"])).code).toBe(0);
    expect(await machine.sessionFiles()).toHaveLength(1);
  });

  test("an ended session is removed and reported with a hint to sign in", async ({ newMachine }) => {
    await register(newMachine);
    await newMachine.changeTokens({ accessToken: "spoilt", refreshToken: "spoilt" });
    const refused = await newMachine.run(["whoami", "--json"]);
    expect(refused.code).toBe(1);
    expect(refused.error()).toMatchObject({
      reason: "UNAUTHENTICATED",
      hint: "Sign in with: mdreader login",
    });
    expect(await newMachine.sessionFiles()).toEqual([]);
  });

  test("MDREADER_TOKEN takes precedence over the session", async ({ newMachine, client, user }) => {
    const wrong = await newMachine.run(["whoami", "--json"], {
      env: { MDREADER_TOKEN: `mdr_${"x".repeat(43)}` },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.error().hint).toContain("MDREADER_TOKEN");

    const { secret } = await client.auth.apiKey.create.mutate({ name: "tool", scopes: ["read"] });
    const right = await newMachine.run(["whoami"], { env: { MDREADER_TOKEN: secret } });
    expect(right.code).toBe(0);
    expect(right.stdout.toString()).toContain(`${user.username} <${user.email}>`);
    const beyond = await newMachine.run(["workspace", "create", "x", "--json"], {
      env: { MDREADER_TOKEN: secret },
    });
    expect(beyond.code).toBe(1);
    expect(beyond.error().reason).toBe("SCOPE_MISSING");
  });
});

describe("prompts", () => {
  test("ask for a code of the second factor", async ({ served, newMachine }) => {
    const { email, api } = await registerAccount(served);
    const { code: otp } = await enableSecondFactor(api);
    const { code, said } = await newMachine.runOnTerminal(
      ["login", "--password"],
      ["Email:", email],
      ["Password:", password],
      ["Code from your authenticator app:", otp],
    );
    expect([code, said]).toEqual([0, expect.stringContaining(`Signed in to ${served.url}`)]);
    expect(await newMachine.sessionFiles()).toHaveLength(1);
  });

  test("ask again after a wrong password", async ({ user, newMachine }) => {
    const { email } = user;
    const { code, said } = await newMachine.runOnTerminal(
      ["login", "--password"],
      ["Email:", email],
      ["Password:", "not the password"],
      ["Email:", email],
      ["Password:", password],
    );
    expect([code, said]).toEqual([0, expect.stringContaining("The email or password is incorrect.")]);
    expect(await newMachine.sessionFiles()).toHaveLength(1);
  });

  test("check each answer before the next question", async ({ user, newMachine }) => {
    const { email, username } = user;
    const { code, said } = await newMachine.runOnTerminal(
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
  test("are printed as a sentence with a hint, or as JSON on stdout", async ({ newMachine }) => {
    const url = await findUnusedUrl();
    const gone = { env: { MDREADER_URL: url } };
    const said = await newMachine.run(["whoami"], gone);
    expect(said).toMatchObject({ code: 1 });
    expect(said.stdout.length).toBe(0);
    expect(said.stderr).toContain(`Can't reach MDReader at ${url} (ECONNREFUSED).`);
    const asJson = await newMachine.run(["whoami", "--json"], gone);
    expect(asJson).toMatchObject({ code: 1, stderr: "" });
    expect(asJson.error().reason).toBe("UNREACHABLE");
  });

  test("name the invalid fields", async ({ newMachine }) => {
    const args = ["register", "--email", "nobody", "--username", "x", "--password-stdin"];
    const said = await newMachine.run(args, { stdin: "short" });
    expect(said.code).toBe(1);
    for (const field of ["email", "username", "password"])
      expect(said.stderr).toMatch(new RegExp(`^  ${field}: `, "m"));
    const asJson = await newMachine.run([...args, "--json"], { stdin: "short" });
    expect(Object.keys(asJson.error().fieldErrors ?? {})).toEqual(["email", "username", "password"]);
  });

  test.for([
    ["an unknown command", ["dance"]],
    ["an unknown option", ["whoami", "--loudly"]],
    ["a missing argument", ["search", "--workspace", "x"]],
    ["a missing subcommand", ["workspace"]],
    ["a missing password without a terminal", ["login", "--email", "a@example.test"]],
    ["an invalid server address", ["whoami", "--url", "notes.example.com"]],
  ] as const)("report a usage error: %s", async ([, args], { newMachine }) => {
    const [said, asJson] = await Promise.all([newMachine.run(args), newMachine.run([...args, "--json"])]);
    expect(said.code).toBe(2);
    expect(said.stderr).not.toBe("");
    expect(asJson).toMatchObject({ code: 2, stderr: "" });
    expect(asJson.error().reason).toBe("USAGE");
  });

  test("--help exits with code 0", async ({ newMachine }) => {
    const said = await newMachine.run(["import", "--help"]);
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout.toString()).toContain("Examples:");
  });

  test("output to a pipe has no colors", async ({ newMachine }) => {
    const { stderr } = await newMachine.run(["login", "--password"]);
    expect(stderr).toMatch(/^Error: /);
  });
});

test("the account is exported after the password, and no existing file is replaced unasked", async ({
  newMachine,
}) => {
  const { email } = await register(newMachine);
  const path = join(newMachine.home, "me.zip");
  const exporting = (stdin: string) =>
    newMachine.run(["account", "export", path, "--password-stdin"], { stdin });
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

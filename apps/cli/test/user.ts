import { type Client, createClient } from "@mdreader/client";
import { expect } from "vitest";

import { createMachine, type Machine, type MachineOptions } from "./command-line.ts";

export interface Account {
  email: string;
  username: string;
}

export const password = "correct horse battery staple";

const createAccount = (): Account => {
  const username = `user-${crypto.randomUUID().slice(0, 13)}`;
  return { email: `${username}@example.test`, username };
};

/** Registers a user on the machine. */
export async function register(machine: Machine): Promise<Account> {
  const account = createAccount();
  const args = ["--email", account.email, "--username", account.username, "--password-stdin"];
  await machine.json(["register", ...args], { stdin: `${password}\n` });
  return account;
}

/** Signs a user in with a client. */
export async function signIn(url: string, { email }: Pick<Account, "email">): Promise<Client> {
  const client = createClient({ url });
  await client.auth.login.mutate({ email, password });
  return client;
}

/** A user, with a client for calls other than the tested commands. */
export interface User extends Account, AsyncDisposable {
  client: Client;
}

/** A user who is also signed in on a machine. */
export interface MachineUser extends User {
  machine: Machine;
}

/** Registers a user on a new machine. */
export async function createMachineUser(url: string, options: MachineOptions = {}): Promise<MachineUser> {
  await using made = new AsyncDisposableStack();
  const machine = made.use(await createMachine(url, options));
  const account = await register(machine);
  const client = made.use(await signIn(url, account));
  const all = made.move();
  return { ...account, machine, client, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Registers a user with a client. */
export async function createUser(url: string): Promise<User> {
  const account = createAccount();
  const client = createClient({ url });
  await client.auth.register.mutate({ ...account, password });
  return { ...account, client, [Symbol.asyncDispose]: () => client.close() };
}

/** Starts a sign-in in the browser, and waits for the code to enter there. */
export async function startLogin(machine: Machine, ...more: string[]) {
  const running = machine.start(["login", ...more]);
  await expect.poll(() => running.errors()).toContain("code");
  const said = /^Open (\S+) in a browser and enter the code (\S+)\.$/m.exec(running.errors());
  return {
    ...running,
    address: said?.[1] ?? "",
    userCode: said?.[2] ?? "",
    ended: () => expect.poll(() => running.hasEnded(), { timeout: 30_000 }).toBe(true),
  };
}

/** Adds a user to a workspace, with an invitation. */
export async function admit(
  owner: Client,
  workspaceId: string,
  guest: Client,
  role: "viewer" | "editor",
): Promise<void> {
  const { token } = await owner.workspace.invitation.create.mutate({ workspaceId, role });
  await guest.workspace.invitation.accept.mutate({ token });
}

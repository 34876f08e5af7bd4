import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { Failure } from "../failure.ts";
import { createFileTokens } from "./file.ts";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "mdreader-tokens-")), "sessions");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

const tokens = { accessToken: "access", refreshToken: "refresh", expiresAt: "2030-01-01T00:00:00.000Z" };
const open = (url = "http://127.0.0.1:7001") => createFileTokens(folder, url);

async function readOnlyFile() {
  const [name] = await readdir(folder);
  return join(folder, name ?? "nothing");
}

test("tokens are stored in a file that only the owner can read", async () => {
  expect(await open().get()).toBeNull();
  await open().set(tokens);
  expect(await open().get()).toEqual(tokens);
  expect((await stat(await readOnlyFile())).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await open().set(null);
  expect(await open().get()).toBeNull();
  expect(await readdir(folder)).toEqual([]);
});

test("each server has its own tokens", async () => {
  await open("http://127.0.0.1:7001").set(tokens);
  expect(await open("https://notes.example.com/team").get()).toBeNull();
  await open("https://notes.example.com/team").set({ ...tokens, accessToken: "other" });
  expect(await open("http://127.0.0.1:7001").get()).toEqual(tokens);
});

test("a damaged file is reported with its path and a hint", async () => {
  await open().set(tokens);
  const path = await readOnlyFile();
  for (const damage of ["", "{", "null", '{"accessToken":1}']) {
    await writeFile(path, damage);
    const error = await Promise.resolve(open().get()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failure);
    expect(String(error)).toContain(path);
  }
});

test("work in the exclusive section runs one at a time", async () => {
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await delay(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => open().exclusively(work)));
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test("failed work releases the lock, and the lock of a dead process is removed", async () => {
  await expect(open().exclusively(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await mkdir(folder, { recursive: true });
  const lock = join(folder, `${encodeURIComponent("http://127.0.0.1:7001")}.json.lock`);
  await writeFile(lock, "");
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  expect(await open().exclusively(async () => "done")).toBe("done");
});

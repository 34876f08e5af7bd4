import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { DamagedTokensError, fileTokens } from "./index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mdreader-tokens-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tokens = { accessToken: "access", refreshToken: "refresh", expiresAt: "2030-01-01T00:00:00.000Z" };

test("fileTokens keeps tokens in a file that only the owner can read, until sign-out", async () => {
  const path = join(folder, "of/ada.json");
  expect(await fileTokens(path).get()).toBeNull();
  await fileTokens(path).set(tokens);
  expect(await fileTokens(path).get()).toEqual(tokens);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await fileTokens(path).set(null);
  await fileTokens(path).set(null);
  expect(await readdir(join(folder, "of"))).toEqual([]);
});

test("fileTokens throws an error with the path of a file that contains no tokens", async () => {
  const path = join(folder, "ada.json");
  for (const damage of ["", "{", "null", '{"accessToken":1}']) {
    await writeFile(path, damage);
    const error: unknown = await Promise.resolve(fileTokens(path).get()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DamagedTokensError);
    expect(error).toMatchObject({ path });
  }
});

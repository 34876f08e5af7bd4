import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createMapFile, TrackedMap } from "./map-file.ts";
import { createNewState, stateFileName } from "./state.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mdreader-map-file-"));
  path = join(folder, "maps");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = async () => (await createMapFile(path).read())?.maps;
const countLines = () => readFileSync(path, "utf8").split("\n").length - 1;

/** A file with two maps of which one has a value. */
async function createMaps() {
  const file = createMapFile(path);
  const maps = { a: new TrackedMap<unknown>(), b: new TrackedMap<unknown>() };
  maps.a.set("one", 1);
  const save = () => file.save({ of: "a test" }, maps);
  await save();
  return { ...maps, save };
}

test("changes are appended, and read with the header", async () => {
  const { a, b, save } = await createMaps();
  a.set("two", 2);
  b.set("__proto__", { deep: true });
  await save();
  a.delete("one");
  a.delete("never there");
  await save();
  await save();
  expect(countLines()).toBe(4);
  expect(await createMapFile(path).read()).toEqual({
    header: { of: "a test" },
    maps: { a: [["two", 2]], b: [["__proto__", { deep: true }]] },
  });
});

test("a line that was written partly is ignored, and nothing is appended to it", async () => {
  const { a, save } = await createMaps();
  a.set("two", 2);
  await save();
  truncateSync(path, statSync(path).size - 1);
  expect(await read()).toEqual({ a: [["one", 1]] });
  const again = createMapFile(path);
  const kept = { a: new TrackedMap((await again.read())?.maps["a"]) };
  kept.a.set("three", 3);
  await again.save({}, kept);
  expect(await read()).toEqual({
    a: [
      ["one", 1],
      ["three", 3],
    ],
  });
});

test("a file that another process has changed or removed is written completely", async () => {
  const { a, save } = await createMaps();
  appendFileSync(path, `${JSON.stringify({ a: [["foreign", true]] })}\n`);
  a.set("two", 2);
  await save();
  expect(await read()).toEqual({
    a: [
      ["one", 1],
      ["two", 2],
    ],
  });
  rmSync(path);
  a.set("three", 3);
  await save();
  expect(await read()).toEqual({
    a: [
      ["one", 1],
      ["two", 2],
      ["three", 3],
    ],
  });
});

test("changes that could not be written are written by the next save", async () => {
  const { a, save } = await createMaps();
  rmSync(folder, { recursive: true });
  a.set("two", 2);
  await expect(save()).rejects.toThrow("ENOENT");
  mkdirSync(folder);
  await save();
  expect(await read()).toEqual({
    a: [
      ["one", 1],
      ["two", 2],
    ],
  });
});

test("saves at the same time are all kept", async () => {
  const { a, save } = await createMaps();
  await Promise.all(
    ["two", "three", "four"].map(async (key, number) => {
      await setImmediate();
      a.set(key, number);
      await save();
    }),
  );
  expect(new Map((await read())?.["a"])).toEqual(new Map(a));
});

test("a file of mostly obsolete changes is written completely", async () => {
  const { a, save } = await createMaps();
  for (let round = 0; round < 50; round += 1) {
    for (let number = 0; number < 100; number += 1) a.set(`key ${number}`, round);
    await save();
  }
  expect(countLines()).toBeLessThan(30);
  expect(new Map((await read())?.["a"])).toEqual(new Map(a));
});

test("the state of a folder that can't be written is named with its file", async () => {
  const target = { server: "https://example.test", workspaceId: "workspace", folderId: null };
  const missing = join(folder, "missing");
  await expect(createNewState(missing, target).save()).rejects.toThrow(
    `${join(missing, stateFileName)} doesn't exist.`,
  );
});

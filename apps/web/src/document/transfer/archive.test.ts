import { expect, it } from "vitest";

import { groupByArchive } from "./archive.ts";

const group = (...paths: string[]) =>
  groupByArchive(paths.map((path) => ({ path, file: new File([], path) }))).map((files) =>
    files.map(({ path }) => path),
  );

it("sends each chosen archive by itself, and all other files together", () => {
  expect(group("a.zip", "b.md", "B.ZIP", "c.png")).toEqual([["a.zip"], ["B.ZIP"], ["b.md", "c.png"]]);
});

it("sends the parts of an export together", () => {
  expect(group("Export-1-Part-1.zip", "notes.zip", "Export-1-Part-2.zip")).toEqual([
    ["notes.zip"],
    ["Export-1-Part-1.zip", "Export-1-Part-2.zip"],
  ]);
});

it("sends the archives in a folder as files of it", () => {
  expect(group("Vault/note.md", "Vault/files/data.zip")).toEqual([["Vault/note.md", "Vault/files/data.zip"]]);
});

it("sends nothing for nothing", () => {
  expect(group()).toEqual([]);
});

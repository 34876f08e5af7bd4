import { expect, test } from "vitest";

import type { ContentsItem } from "../sync/listing.ts";
import { findInTree } from "./item.ts";
import { createTree } from "./tree.ts";

function createItem(kind: ContentsItem["kind"], id: string, name: string, folderId: string | null = null) {
  return { kind, id, name, folderId, version: 1, hash: null, alias: null, isDeleted: false };
}

const tree = createTree([
  createItem("folder", "notes", "Notes"),
  createItem("folder", "archive", "Archive"),
  createItem("folder", "old", "Old", "archive"),
  createItem("document", "plan", "Plan", "notes"),
  createItem("document", "old-plan", "Plan", "old"),
  createItem("document", "readme", "README.markdown"),
  createItem("document", "cafe", "Cafe\u0301", "notes"),
  createItem("document", "slash", "and/or", "notes"),
  createItem("document", "guide", "guide"),
  createItem("document", "guide.md", "guide.md"),
  createItem("document", "twin-1", "Twin", "notes"),
  createItem("document", "twin-2", "Twin", "notes"),
  createItem("document", "only", "Only here", "old"),
  createItem("file", "logo", "images/logo.png", "notes"),
]);

const find = (path: string, exact = false) => findInTree(tree, "document", path, { exact }).id;

test("a document is found by its path, with or without the extension of its file", () => {
  expect(find("Notes/Plan")).toBe("plan");
  expect(find("Notes/Plan.md")).toBe("plan");
  expect(find("/Archive/Old/Plan/")).toBe("old-plan");
  expect(find("README.markdown")).toBe("readme");
  expect(find("guide")).toBe("guide");
  expect(find("guide.md")).toBe("guide.md");
});

test("slashes in titles are written as hyphens, and Unicode forms are equal", () => {
  expect(find("Notes/and-or")).toBe("slash");
  expect(find("Notes/Café")).toBe("cafe");
});

test("a title alone finds the only document of this name, unless the full path is required", () => {
  expect(find("Only here")).toBe("only");
  expect(find("Old/Only here.md")).toBe("only");
  expect(() => find("Only here", true)).toThrow(
    expect.objectContaining({ reason: "NOT_FOUND", hint: "Did you mean “Archive/Old/Only here”?" }),
  );
});

test("ambiguous names are refused with their candidates", () => {
  expect(() => find("Notes/Twin")).toThrow(
    expect.objectContaining({
      reason: "AMBIGUOUS",
      candidates: [
        { id: "twin-1", name: "Notes/Twin" },
        { id: "twin-2", name: "Notes/Twin" },
      ],
    }),
  );
  expect(() => find("Plan")).toThrow(expect.objectContaining({ reason: "AMBIGUOUS" }));
});

test("similar names are suggested for one that does not exist", () => {
  expect(() => find("notes/plan")).toThrow(
    expect.objectContaining({ hint: "Did you mean “Notes/Plan” or “Archive/Old/Plan”?" }),
  );
});

test("folders and files have paths of their own", () => {
  expect(findInTree(tree, "folder", "Archive/Old").id).toBe("old");
  expect(findInTree(tree, "file", "Notes/images/logo.png").id).toBe("logo");
  expect(() => findInTree(tree, "folder", "Notes/Plan")).toThrow("There is no folder “Notes/Plan”.");
});

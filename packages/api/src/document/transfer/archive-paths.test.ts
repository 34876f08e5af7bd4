import { expect, it } from "vitest";

import { ArchivePaths } from "./archive-paths.ts";

/** Spellings of one name that differ only in case. */
const spellings = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    Array.from("abcdefghijklmno", (letter, bit) => ((n >> bit) & 1 ? letter.toUpperCase() : letter)).join(""),
  );

it("numbers files with the same name in constant time per file", () => {
  const paths = new ArchivePaths();
  const given = spellings(20_000).map((name) => paths.file(`f/${name}.png`));
  expect(given.slice(0, 3)).toEqual([
    "f/abcdefghijklmno.png",
    "f/Abcdefghijklmno (2).png",
    "f/aBcdefghijklmno (3).png",
  ]);
  expect(new Set(given.map((path) => path.toLowerCase())).size).toBe(given.length);
});

it("avoids numbers that are taken, and folder names", () => {
  const paths = new ArchivePaths();
  expect(paths.file("a (2).png")).toBe("a (2).png");
  expect(paths.folder("A.png")).toBe("A.png");
  expect([paths.file("a.png"), paths.file("a.png")]).toEqual(["a (3).png", "a (4).png"]);
  expect(paths.folder("a.PNG")).toBe("A.png");
});

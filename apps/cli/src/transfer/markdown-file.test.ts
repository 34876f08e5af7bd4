import { execFileSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { maxDocumentBytes } from "@mdreader/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readMarkdown } from "./markdown-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mdreader-read-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function createFile(bytes: Uint8Array | string) {
  const path = join(folder, `${crypto.randomUUID()}.md`);
  await writeFile(path, bytes);
  return path;
}

describe("readMarkdown", () => {
  test.each([
    ["an empty file", ""],
    ["a byte order mark", "\ufeff# Title\n"],
    ["two byte order marks", "\ufeff\ufeff"],
    ["Windows line endings", "a\r\nb\r\n"],
    ["mixed line endings without a final newline", "a\rb\n\rc\u2028d"],
    ["composed and decomposed letters", "é e\u0301"],
    ["characters outside the basic plane", "👩‍👩‍👧‍👦 𝔐"],
    ["control characters", "\u0001\u001b[31m\u007f\u0085"],
    ["replacement characters", "\ufffd\uffff"],
  ])("keeps %s", async (_, text) => {
    const read = readMarkdown(await createFile(text));
    expect(Buffer.from(read).equals(Buffer.from(text))).toBe(true);
  });

  test("accepts a file of the maximum size, and nothing larger", async () => {
    expect(readMarkdown(await createFile("x".repeat(maxDocumentBytes)))).toHaveLength(maxDocumentBytes);
    const larger = await createFile("x".repeat(maxDocumentBytes + 1));
    expect(() => readMarkdown(larger)).toThrow("larger than 1.5 MiB");
  });

  test.each([
    ["Latin-1", Buffer.from([0x63, 0x61, 0x66, 0xe9]), "isn't UTF-8"],
    ["UTF-16", Buffer.from("\ufeffhi", "utf16le"), "isn't UTF-8"],
    ["an encoded surrogate", Buffer.from([0xed, 0xa0, 0x80]), "isn't UTF-8"],
    ["a NUL character", Buffer.from("a\0b"), "NUL"],
  ])("rejects %s", async (_, bytes, message) => {
    const path = await createFile(bytes);
    expect(() => readMarkdown(path)).toThrow(message);
  });

  test("opens no link, folder or pipe", async () => {
    const link = join(folder, "link.md");
    await symlink(await createFile("secret"), link);
    expect(() => readMarkdown(link)).toThrow("is a symbolic link");
    expect(() => readMarkdown(folder)).toThrow("is a folder");
    const pipe = join(folder, "pipe.md");
    execFileSync("mkfifo", [pipe]);
    expect(() => readMarkdown(pipe)).toThrow("isn't a regular file");
    expect(() => readMarkdown(join(folder, "gone.md"))).toThrow("doesn't exist");
  });
});

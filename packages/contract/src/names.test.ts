import { describe, expect, test } from "vitest";

import { registerInput } from "./auth/auth.ts";
import { title } from "./document/document.ts";
import { folderName } from "./document/folder.ts";
import { findFolderNameProblem, findTitleProblem } from "./file-names.ts";
import { fileName, filePath } from "./file.ts";
import { findAppearanceProblem, findPersonalNameProblem } from "./names.ts";

const honest = [
  "José",
  "Łukasz O'Brien-Smith",
  "Иван Петров",
  "Иван_dev",
  "Ελένη",
  "李小龍",
  "محمد",
  "נועה",
  "می\u200cخواهم",
  "क्\u200dष",
  "👩\u200d👩\u200d👧",
  "❤️ team",
  "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
  "µTorrent",
  "john.doe",
];

describe("the name of a user", () => {
  test.for(honest)("can be %s", (name) => {
    expect(findPersonalNameProblem(name)).toBeNull();
    expect(title.parse(name)).toBe(name);
    expect(fileName.parse(name)).toBe(name);
  });

  test.for([
    "ad\u200bmin",
    "ad\u00admin",
    "admin\ufeff",
    "admin\u200d",
    "\u200cadmin",
    "a\u200d\u200db",
    "x\u{e0041}\u{e0042}",
    "abc\u202edef",
    "abc\u200fdef",
    "\u3164\u3164\u3164",
    "\u2800\u2800\u2800",
    "раураl",
    "аdmin",
    "https://evil.example/log-in",
    "see WWW.evil.example",
  ])("can't be %j", (name) => {
    expect(findPersonalNameProblem(name)).not.toBeNull();
  });

  test("is normalized to composed accents", () => {
    const account = { email: "a@example.test", password: "long enough" };
    const { username, fullName } = registerInput.parse({
      ...account,
      username: "Jose\u0301",
      fullName: "Jose\u0301 P",
    });
    expect([username, fullName]).toEqual(["Jos\u00e9", "Jos\u00e9 P"]);
    expect(
      registerInput.safeParse({ ...account, username: "abc", fullName: "http://x.example" }).success,
    ).toBe(false);
  });
});

describe("the name of a document, folder or file", () => {
  test.for(["x\u202egnp.exe", "a\u2066b", "\u200b", "\u3164", "\u00ad \u200d"])("can't be %j", (name) => {
    expect(findAppearanceProblem(name)).not.toBeNull();
    for (const schema of [title, folderName, fileName, filePath]) {
      expect(schema.safeParse(name).success).toBe(false);
    }
    expect([findTitleProblem(name), findFolderNameProblem(name)]).not.toContain(null);
  });

  test("is checked in each part of a path", () => {
    expect(filePath.safeParse("a/\u200b/b").success).toBe(false);
    expect(filePath.parse("a/\u200b.txt")).toBe("a/\u200b.txt");
  });

  test("is kept as typed, because it names a file on disk", () => {
    expect(title.parse("Jose\u0301")).toBe("Jose\u0301");
  });
});

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

// Rejects retired identifiers, because each thing has one name (docs/glossary.md). Comments and strings may use the words.
// Migrations and changelogs keep their old names.
const list = "scripts/retired-names.txt";
const retired = new Map(
  readFileSync(list, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""] as const),
);
const textOrComment = /\/\*[^]*?\*\/|(?<!:)\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
const tables = [...retired.keys()].filter((name) => name.includes("_"));

const files = execFileSync("git", ["ls-files", "*.ts", "*.tsx"], { encoding: "utf8" }).trim().split("\n");
let found = 0;
for (const file of files) {
  const source = readFileSync(file, "utf8");
  const code = source.replace(textOrComment, (part) => part.replace(/[^\n]/g, " "));
  code.split("\n").forEach((line, index) => {
    for (const [name] of line.matchAll(/[A-Za-z_$][\w$]*/g)) report(file, index, name);
  });
  source.split("\n").forEach((line, index) => {
    for (const name of tables) if (new RegExp(`\\b${name}\\b`).test(line)) report(file, index, name);
  });
}
if (found > 0) process.exitCode = 1;

function report(file: string, index: number, name: string): void {
  const better = retired.get(name);
  if (better === undefined) return;
  found += 1;
  console.error(`${file}:${index + 1}: "${name}" was retired${better === "" ? "" : `: use "${better}"`}`);
}

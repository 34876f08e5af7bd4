import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { createConsumerProject, type Project } from "@mdreader/packaging/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { serve, type Served } from "../test/serve.ts";

const readHere = (path: string) => readFile(join(import.meta.dirname, path), "utf8");

const packages = ["@mdreader/client"] as const;
const needed = {
  yjs: null,
  "y-protocols": null,
  "@trpc/client": null,
  "@trpc/server": null,
  "@types/node": null,
};
/** The oldest compiler that the declarations support, and later ones before the one of this repository. */
const compilers = {
  "typescript-5.7": "npm:typescript@5.7.3",
  "typescript-5.9": "npm:typescript@5.9.3",
  "typescript-6.0": "npm:typescript@6.0.3",
};

const made = new AsyncDisposableStack();
let project: Project;
let served: Served;
beforeAll(async () => {
  project = made.use(await createConsumerProject({ packages, dependencies: { ...needed, ...compilers } }));
  served = made.use(await serve());
});
afterAll(() => made.disposeAsync());

describe("the package, installed in a separate project", () => {
  test("has the types of all procedures, and the examples in the guides type-check", async () => {
    for (const name of ["program.ts", "browser-tokens.ts"]) {
      await project.write(name, await readHere(`../test/consumer/${name}`));
    }
    await project.write("given.d.ts", given);
    for (const guide of ["../README.md", "../../../docs/client.md"]) {
      for (const [index, example] of findExamples(await readHere(guide)).entries()) {
        await project.write(`examples/${basename(guide, ".md")}-${index}.ts`, `${example}\nexport {};\n`);
      }
    }
    await project.checkTypes();
  });

  test.for(Object.keys(compilers))("has types that %s understands", async (compiler) => {
    await project.write("program.ts", await readHere("../test/consumer/program.ts"));
    await project.checkTypes(join(project.folder, "node_modules", compiler, "bin/tsc"));
  });

  test("shows the descriptions of procedures and fields in editors", async () => {
    await project.write("hovered.ts", hovered);
    await project.write("show-documentation.js", showDocumentation);
    const names = [
      "document.create",
      "title",
      "baseVersion",
      "version",
      "presence.stream",
      "clientId",
      "status",
    ];
    const shown: unknown = JSON.parse(await project.run("show-documentation.js", "hovered.ts", ...names));
    expect(shown).toEqual({
      "document.create": expect.stringMatching(/^Create a document\.\n\nIt appears in the tree/),
      title: expect.stringMatching(/^One line\./),
      baseVersion: expect.stringMatching(/version/),
      version: expect.stringMatching(/^Grows with each edit/),
      "presence.stream": expect.stringMatching(/^Enter the room of a document[^]*`LIMIT_REACHED`\.$/),
      clientId: expect.stringMatching(/./),
      status: expect.stringMatching(/^The person's/),
    });
  });

  test("queries, mutates, subscribes, distinguishes errors and edits a live document", () =>
    checkProgram(project));

  test("stores tokens in localStorage until sign-out, with exclusive access per window", async () => {
    const inBrowser = ["--experimental-webstorage", `--localstorage-file=${join(project.folder, "storage")}`];
    const visit = async (): Promise<unknown> =>
      JSON.parse(await project.run(...inBrowser, "browser-tokens.ts"));
    const tokens = { accessToken: "access", refreshToken: null, expiresAt: "2030-01-01T00:00:00.000Z" };
    const turns = ["first begins", "first ends", "second begins", "second ends"];
    expect(await visit()).toEqual({ before: null, after: tokens, turns });
    expect(await visit()).toEqual({ before: tokens, after: null, turns });
  });

  test("contains no server code, and depends only on tRPC, Yjs and a hash library", async () => {
    const installed = join(project.folder, "node_modules/@mdreader/client");
    const manifest: unknown = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(manifest).toMatchObject({
      dependencies: { "@noble/hashes": expect.any(String) },
      peerDependencies: {
        "@trpc/client": expect.stringMatching(/^\^11/),
        "@trpc/server": expect.stringMatching(/^\^11/),
        yjs: expect.any(String),
        "y-protocols": expect.any(String),
      },
    });
    const folder = join(installed, "dist/package");
    const texts = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
    );
    const imported = texts.flatMap((text) =>
      Array.from(text.matchAll(/(?:from |import\()"([^"]+)"/g), ([, name = ""]) => name),
    );
    const others = imported.filter((name) => !name.startsWith("./") && !name.startsWith("node:"));
    expect(
      [...new Set(others.map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/")))].toSorted(),
    ).toEqual(["@noble/hashes", "@trpc/client", "@trpc/server", "y-protocols", "yjs"]);
    expect(texts.join("\n")).not.toMatch(/drizzle|passwordHash|DomainSettings/);
  });

  test("has the major and minor version of the server, which both changelogs describe", async () => {
    const minor = async (path: string) => /^ {2}"version": "(\d+\.\d+)\./m.exec(await readHere(path))?.[1];
    const version = await minor("../../../package.json");
    expect(await minor("../package.json")).toBe(version);
    for (const changelog of ["../CHANGELOG.md", "../../../CHANGELOG.md"])
      expect(/^## (\d+\.\d+)\./m.exec(await readHere(changelog))?.[1], changelog).toBe(version);
  });
});

describe("the package, installed by pnpm with the oldest tRPC that it allows", () => {
  test("does the same", async () => {
    const trpc = { "@trpc/client": "11.22.1", "@trpc/server": "11.22.1" };
    // Its declarations lack types.
    const options = { packages, dependencies: { ...needed, ...trpc }, skipLibCheck: true };
    await using older = await createConsumerProject({ ...options, manager: "pnpm" });
    await older.write("program.ts", await readHere("../test/consumer/program.ts"));
    await older.checkTypes();
    await checkProgram(older);
  });
});

async function checkProgram({ run, folder }: Project): Promise<void> {
  const printed = await run("program.ts", served.url, join(folder, "tokens/session.json"));
  expect(JSON.parse(printed)).toEqual({
    refused: "NOT_FOUND",
    events: ["workspace.created", "document.created"],
    version: 2,
    titles: ["Plan"],
    content: "# Plan\n\nWritten live.\n",
  });
}

/** Calls with fields of inputs, of a result, and of an event. */
const hovered = `
import { createClient } from "@mdreader/client";

const client = createClient({ url: "http://127.0.0.1:7001" });
const created = await client.document.create.mutate({ workspaceId: "", title: "Plan" });
await client.document.applyText.mutate({ id: created.id, text: "", baseVersion: created.version });
client.presence.stream.subscribe(
  { documentId: created.id, clientId: 1 },
  { onData: (event) => void (event.type === "snapshot" && event.members[0]?.status) },
);
`;

/** Prints what an editor shows about the last part of each name, where it first occurs in a program. */
const showDocumentation = `
import ts from "typescript-5.9";

const [program, ...names] = process.argv.slice(2);
const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile("tsconfig.json", ts.sys.readFile).config, ts.sys, ".");
const service = ts.createLanguageService({
  ...ts.createCompilerHost(options),
  getCompilationSettings: () => options,
  getScriptFileNames: () => [program],
  getScriptVersion: () => "",
  getScriptSnapshot: (file) => ts.ScriptSnapshot.fromString(ts.sys.readFile(file) ?? ""),
});
const text = ts.sys.readFile(program);
const show = (name) => {
  const info = service.getQuickInfoAtPosition(program, text.indexOf(name) + name.lastIndexOf(".") + 1);
  return ts.displayPartsToString(info?.documentation);
};
console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, show(name)]))));
`;

/** The names that the examples in the guides assume. */
const given = `
declare const client: import("@mdreader/client").Client;
declare const workspaceId: string;
declare const documentId: string;
declare function show(text: string | null): void;
`;

const findExamples = (guide: string) =>
  Array.from(guide.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = ""]) => code);

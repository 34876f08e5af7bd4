import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { root } from "./installation.ts";
import { procedures } from "./procedures.ts";

/** The features of procedures that are called by another path than their code has, each group with the reason. */
const featureOfProcedure: Record<string, string> = {
  // Live editing is a module of its own: the operation log and everything derived from it.
  "document.push": "document/collab",
  "document.pull": "document/collab",
  "document.changes": "document/collab",
  "document.applyText": "document/collab",
  // Callers use these as verbs of a document; the code belongs to a feature.
  "document.search": "document/search",
  "document.blame": "document/version",
  "document.resolveLink": "document/link",
  "document.suggestLinks": "document/link",
  "document.backlinks": "document/link",
  "document.countMovedLinks": "document/link",
  "document.updateMovedLinks": "document/link",
  "document.import": "document/transfer",
  "document.export": "document/transfer",
  "document.exportHtml": "document/transfer",
};

/** The files of verbs that have none of their own name, each group with the reason. */
const fileOfVerb: Record<string, string> = {
  // These begin, renew and end sessions.
  "auth.login": "auth/session/login.ts",
  "auth.refresh": "auth/session/refresh.ts",
  "auth.logout": "auth/session/logout.ts",
  // The folder is named for links already.
  "document.resolveLink": "document/link/resolve.ts",
  "document.suggestLinks": "document/link/suggest.ts",
  "document.countMovedLinks": "document/link/moved-links.ts",
  "document.updateMovedLinks": "document/link/moved-links.ts",
  // These do the same, or the opposite, of another verb.
  "document.pull": "document/collab/read/changes.ts",
  "document.comment.reopen": "document/comment/resolve.ts",
  // Both lists are one query, over different tables.
  "document.favorite.list": "document/shortcuts.ts",
  "document.visit.list": "document/shortcuts.ts",
  // The check alone reads the file.
  "file.get": "file/router.ts",
  // These subscribe to what another part of the API announces.
  "workspace.edits": "document/collab/read/edit-notifier.ts",
  "presence.workspace": "presence/workspace-presence.ts",
};

/** Exceptions: features that a layer lacks or names differently, each with the reason. */
const exceptions: Record<string, string> = {
  "packages/db/src/schema/document/link": "Links are read from the texts.",
  "packages/db/src/schema/document/transfer": "An import uses an upload, and an export stores nothing.",
  "packages/db/src/schema/workspace/api-key": "All keys are in the schema of auth.",
  "packages/db/src/schema/workspace/access": "Access follows from memberships.",
  "packages/db/src/schema/auth/admin/system":
    "Jobs are in the schema of the queue, and unsent emails in files.",
  "packages/db/src/schema/auth/admin/user": "Users are in the schema of auth.",
  "packages/db/src/schema/auth/admin/workspace": "Workspaces are in the schema of workspace.",
  "apps/web/src/document/collab": "The client package edits; the app shows it in document/editor.",
  "apps/web/src/document/folder": "Folders are shown in document/tree.",
  "apps/web/src/document/favorite": "Favorites are shown in workspace/shortcut.",
  "apps/web/src/document/visit": "Recent documents are shown in workspace/shortcut.",
  "apps/web/src/file": "Files are uploaded and shown in document/editor and document/markdown.",
  "apps/web/src/app": "The routes, which know all features.",
  "apps/web/src/help": "The user guide.",
  "apps/web/src/layout": "The frame of all pages.",
  "apps/web/src/lib": "Code without a user interface that all features use.",
  "apps/web/src/palette": "Searches the commands of all features.",
  "apps/web/src/ui": "The design system.",
  "apps/cli/src/commands/mcp": "Serves the procedures of several features to agents.",
  "apps/cli/src/commands/sync": "Synchronizes a folder with a workspace through several features.",
  "apps/cli/src/commands/trash": "Restores documents, folders and files.",
};

const toKebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const toFeature = (procedure: string) =>
  featureOfProcedure[procedure] ?? procedure.split(".").slice(0, -1).map(toKebabCase).join("/");
const names = [...procedures.keys()];
const features = new Set(names.map(toFeature));
/** Some files of the contract contain a single verb, such as `workspace/contents.ts`. */
const verbs = new Set(names.map((procedure) => procedure.split(".").map(toKebabCase).join("/")));

const exists = (path: string) => existsSync(join(root, path));
const read = (path: string) => readFileSync(join(root, path), "utf8");
/** The file of a feature. One that contains other features has a file of its own name in their folder. */
const toFile = (folder: string, feature: string) =>
  exists(`${folder}/${feature}.ts`)
    ? `${folder}/${feature}.ts`
    : `${folder}/${feature}/${feature.split("/").at(-1)}.ts`;
const list = (folder: string, pattern: string) =>
  // The notes in the contract are a layer of their own.
  globSync(pattern, { cwd: join(root, folder), exclude: ["procedures/**"] }).filter(
    (file) => !file.endsWith(".test.ts"),
  );

const layers = {
  contract: "packages/contract/src",
  notes: "packages/contract/src/procedures",
  schema: "packages/db/src/schema",
  routes: "apps/server/src/http/rest/routes",
  matrix: "packages/api/src/testing/matrix",
};

describe.each(names)("%s", (procedure) => {
  const feature = toFeature(procedure);

  it("is in the router of its feature", () => {
    const verb = procedure.split(".").at(-1) ?? "";
    expect(read(`packages/api/src/${feature}/router.ts`)).toMatch(new RegExp(`\\b${verb}(:|Router,)`));
  });

  it("has a file", () => {
    const folder = `packages/api/src/${feature}`;
    const verb = toKebabCase(procedure.split(".").at(-1) ?? "");
    const nested = [...features].filter((other) => other.startsWith(`${feature}/`));
    const own = list(folder, `**/${verb}.ts`).filter(
      (file) => !nested.some((other) => `${feature}/${file}`.startsWith(`${other}/`)),
    );
    const exception = fileOfVerb[procedure];
    if (exception === undefined) expect(own).toHaveLength(1);
    else
      expect({ own, isThere: exists(`packages/api/src/${exception}`) }).toEqual({ own: [], isThere: true });
  });

  it("has its row of the matrix in the file of its feature", () => {
    expect(read(toFile(layers.matrix, feature))).toContain(`"${procedure}":`);
  });

  it("has its notes in the file of its feature", () => {
    expect(read(toFile(layers.notes, feature))).toContain(`"${procedure}":`);
  });

  it.skipIf(procedures.get(procedure)?._def.type === "subscription")(
    "has its REST route in the file of its feature",
    () => expect(read(toFile(layers.routes, feature))).toContain(`"${procedure}":`),
  );
});

describe.each([...features])("%s", (feature) => {
  it.each(Object.entries(layers))("has a file in the %s", (_, folder) => {
    expect(exists(toFile(folder, feature))).toBe(!(`${folder}/${feature}` in exceptions));
  });

  it("has a folder in the web app", () => {
    const folder = `apps/web/src/${feature}`;
    expect(exists(folder)).toBe(!(folder in exceptions));
  });
});

describe("no layer has features of its own", () => {
  it.each(Object.entries(layers))("in the %s", (_, folder) => {
    const found = list(folder, "*/**/*.ts").map((file) => file.replace(/\.ts$/, ""));
    const unknown = found.filter((path) => !features.has(path.replace(/(^|\/)([\w-]+)\/\2$/, "$1$2")));
    expect(unknown.filter((path) => !verbs.has(path))).toEqual([]);
  });

  it("in the api", () => {
    const found = list("packages/api/src", "**/router.ts").map((file) => file.replace(/\/router\.ts$/, ""));
    expect(new Set(found)).toEqual(features);
  });

  it("in the web app", () => {
    const found = list("apps/web/src", "*/").map((folder) => folder.replace(/\/$/, ""));
    expect(found.filter((name) => !features.has(name) && !(`apps/web/src/${name}` in exceptions))).toEqual(
      [],
    );
  });

  it("in the CLI, which has one file for each group of commands", () => {
    const groups = new Set([...features].map((feature) => feature.split("/").at(-1)));
    const found = list("apps/cli/src/commands", "*.ts").map((file) => file.replace(/\.ts$/, ""));
    expect(
      found.filter((name) => !groups.has(name) && !(`apps/cli/src/commands/${name}` in exceptions)),
    ).toEqual([]);
  });
});

describe("the exceptions", () => {
  it("are procedures", () => {
    for (const procedure of Object.keys({ ...featureOfProcedure, ...fileOfVerb }))
      expect(names).toContain(procedure);
  });

  it("concern a feature, or something that exists", () => {
    const known = (path: string) =>
      exists(path) || exists(`${path}.ts`) || [...features].some((feature) => path.endsWith(`/${feature}`));
    expect(Object.keys(exceptions).filter((path) => !known(path))).toEqual([]);
  });
});

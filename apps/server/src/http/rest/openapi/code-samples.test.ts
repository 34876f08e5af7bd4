import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "vitest";
import { z } from "zod";

import { register } from "../../../../test/calls.ts";
import { test as base } from "../../../../test/test.ts";
import { root } from "../../../installation.ts";
import { endpoints } from "../endpoint.ts";
import { createOpenApiDocument } from "./document.ts";
import { samples } from "./samples.ts";

const run = promisify(execFile);

const operation = z.object({
  operationId: z.string(),
  "x-codeSamples": z.array(z.object({ lang: z.string(), label: z.string(), source: z.string() })),
});
const shape = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });
const { paths } = shape.parse(createOpenApiDocument("1.2.3"));
const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

/** Returns the samples in a language, by the ID of the operation. */
const findSources = (lang: string) =>
  operations.map(({ operationId, "x-codeSamples": all }) => ({
    operationId,
    source: all.find((sample) => sample.lang === lang)?.source ?? "",
  }));

const test = base
  .extend("folder", { scope: "file" }, async ({ settings: _settings }, { onCleanup }) => {
    // Below the package, so that the samples find the client.
    const folder = join(root, "apps/server/dist/code-samples");
    await mkdir(folder, { recursive: true });
    onCleanup(() => rm(folder, { recursive: true }));
    return folder;
  })
  /** A superuser's resources: the environment of the samples, and the IDs to use in place of those in the samples. */
  .extend("world", { scope: "file" }, async ({ served }) => {
    const { api, accessToken, user } = await register(served);
    await served.database.database.sql`update users set is_superuser = true where id = ${user.id}`;
    const { id: workspaceId } = await api.workspace.create.mutate({ name: "Handbook" });
    const document = { workspaceId, title: "Release checklist", content: "# Release checklist\n" };
    const { id: documentId } = await api.document.create.mutate(document);
    const comment = { documentId, body: "Who writes them?", anchor: { line: 1 } };
    const { id: threadId } = await api.document.comment.create.mutate(comment);
    const ids = { workspaceId, documentId, threadId };
    return { env: { MDREADER_URL: served.url, MDREADER_TOKEN: accessToken }, ids, userId: user.id };
  });

test("every operation has samples for curl, TypeScript and Python without gaps", () => {
  for (const { operationId, "x-codeSamples": all } of operations) {
    const labels = all.map(({ label }) => label);
    expect([operationId, labels]).toEqual([operationId, ["curl", "TypeScript", "Python"]]);
    for (const { source } of all) expect(source).not.toMatch(/undefined|NaN|\[object|\/\{/);
  }
});

test("the samples contain the example inputs of the description", () => {
  const source = findSources("Shell").find(({ operationId }) => operationId === "documentUpdate")?.source;
  expect(source).toBe(
    String.raw`curl --fail-with-body -X PATCH "$MDREADER_URL/api/v1/documents/${samples["id"]}" \
  -H "Authorization: Bearer $MDREADER_TOKEN" \
  -H 'Content-Type: application/json' \
  -d '{"content":"# Release checklist\n\n- [x] Write the notes\n","baseVersion":7}'`,
  );
});

test("the samples for TypeScript compile against the client", { timeout: 240_000 }, async ({ folder }) => {
  for (const { operationId, source } of findSources("TypeScript")) {
    await writeFile(join(folder, `${operationId}.ts`), source);
  }
  const options = { composite: false, emitDeclarationOnly: false, declarationMap: false, noEmit: true };
  const config = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: { ...options, lib: ["es2024", "esnext", "dom"] },
    include: ["*.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/.bin/tsc");
  const { stdout } = await run(tsc, ["-p", folder]).catch((error: Error & { stdout: string }) => error);
  expect(stdout).toBe("");
});

const hasPython = await run("python3", ["--version"]).then(
  () => true,
  () => false,
);
test.runIf(hasPython)("the samples for Python are valid programs", async () => {
  const program = "import ast, json, sys\nfor source in json.load(sys.stdin): ast.parse(source)";
  const sources = findSources("Python").map(({ source }) => source);
  const running = run("python3", ["-c", program]);
  running.child.stdin?.end(JSON.stringify(sources));
  expect((await running).stderr).toBe("");
});

/** The operations whose responses are pages of a list. */
const lists = endpoints.filter(
  ({ method, outputSchema }) =>
    method === "GET" &&
    outputSchema instanceof z.ZodObject &&
    Object.hasOwn(outputSchema.shape, "nextCursor"),
);

const hasCurl = await run("curl", ["--version"]).then(
  () => true,
  () => false,
);
test.runIf(hasCurl).for(lists)(
  "the curl sample for $method $path answers 200",
  async ({ method, path }, { world }) => {
    const { "x-codeSamples": all } = operation.parse(paths[path]?.[method.toLowerCase()]);
    const source = all.find(({ label }) => label === "curl")?.source ?? "";
    // The samples of users and of documents name different things with `id`.
    const ids = path.includes("/auth/admin/users/")
      ? [["id", world.userId] as const]
      : Object.entries(world.ids);
    const command = ids.reduce((text, [name, id]) => text.replaceAll(String(samples[name]), id), source);
    const { stdout } = await run("sh", ["-c", `${command} --silent --write-out '\n%{http_code}'`], {
      env: { ...process.env, ...world.env },
    });
    const [body = "", status] = stdout.split("\n");
    expect([status, JSON.parse(body)]).toEqual(["200", expect.objectContaining({ nextCursor: null })]);
  },
);

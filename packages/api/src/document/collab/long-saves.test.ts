import { expect } from "vitest";

import { checkResource } from "../../access/resource-checks.ts";
import { type TestActor, createTestEditor } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { createDocumentStore, type DocumentStore } from "./store/document-store.ts";
import { applyText } from "./write/apply-text.ts";

const lineCount = 20_000;
/** A long text, in which some lines are replaced. */
const longText = (isOther: (line: number) => boolean = () => false, mark = ""): string =>
  Array.from({ length: lineCount }, (_, n) => `line ${n}${isOther(n) ? ` ${mark}` : ""}\n`).join("");

const it = base
  .extend("createDocument", ({ owner, workspaceId }) => async () => {
    const content = longText();
    const { id, version } = await owner.client.document.create({ workspaceId, title: "Long", content });
    return { id, version };
  })
  /** Saves through a server whose first merge does not finish before `meanwhile` does. */
  .extend(
    "createSaver",
    ({ app }) =>
      (meanwhile: () => Promise<unknown> = async () => {}, store: DocumentStore = app.services.documents) => {
        const { textWorkers } = app.services;
        let isFirst = true;
        const services = {
          ...app.services,
          documents: { ...app.services.documents, ...store },
          textWorkers: {
            ...textWorkers,
            async merge(...texts: Parameters<typeof textWorkers.merge>) {
              const merging = textWorkers.merge(...texts);
              if (isFirst) {
                isFirst = false;
                await meanwhile();
              }
              return merging;
            },
          },
        };
        return async (actor: TestActor, id: string, baseVersion: number, text: string) => {
          const access = await checkResource(
            app.context(actor.credential),
            "document",
            "document.update",
            id,
          ).require();
          return applyText(services, access, { baseVersion, text });
        };
      },
  )
  .extend(
    "readText",
    ({ owner }) =>
      async (id: string) =>
        (await owner.client.document.get({ id })).content,
  );

it("acknowledges live edits while a long text is merged, and keeps both", async ({
  createDocument,
  createSaver,
  editor,
  owner,
  readText,
}) => {
  const { id, version } = await createDocument();
  const theirs = longText((n) => n % 10 === 5, "theirs");
  await createSaver()(editor, id, version, theirs);
  const window = await createTestEditor(editor, id);
  // The merge ends only after all of these are acknowledged.
  const save = createSaver(async () => {
    for (let n = 0; n < 3; n += 1) await window.type((text) => text.insert(0, `typed ${n}\n`));
  });
  const mine = longText((n) => n % 10 === 0, "mine");
  const answer = await save(owner, id, version, mine);
  const [myLines, theirLines] = [mine.split("\n"), theirs.split("\n")];
  const merged = myLines.map((line, n) => (n % 10 === 5 ? theirLines[n] : line)).join("\n");
  expect(answer).toMatchObject({ version: version + 5, conflicts: [] });
  expect(answer.content).toBe(`typed 2\ntyped 1\ntyped 0\n${merged}`);
  expect(await readText(id)).toBe(answer.content);
  const history = await owner.client.document.version.list({ id });
  expect(history.items.map(({ reason }) => reason)).toEqual(["saved", "edited", "saved", "created"]);
});

it("reports the lines of conflicts as they are after concurrent edits", async ({
  createDocument,
  createSaver,
  editor,
  owner,
}) => {
  const { id, version } = await createDocument();
  const isContested = (n: number) => n === 100 || n === 19_000;
  await createSaver()(editor, id, version, longText(isContested, "theirs"));
  const window = await createTestEditor(editor, id);
  const save = createSaver(() =>
    window.type((text) => {
      text.delete(text.toJSON().indexOf("line 5000\n"), "line 5000\nline 5001\n".length);
      text.insert(0, "typed\r\n");
    }),
  );
  const { content, conflicts } = await save(owner, id, version, longText(isContested, "mine"));
  const lines = content.split("\n");
  expect(conflicts.map(({ line }) => line)).toEqual([102, 19_001]);
  for (const { line, theirs } of conflicts) expect(`${lines[line - 1]}\n`).toBe(theirs);
});

it("applies identical changes of two users once, even if they save at the same time", async ({
  createDocument,
  owner,
  editor,
  createSaver,
  readText,
}) => {
  const { id, version } = await createDocument();
  const changed = `${longText()}the same line\n`;
  const answers = await Promise.all(
    [owner, editor, owner].map((actor) => createSaver()(actor, id, version, changed)),
  );
  for (const { content } of answers) expect(content).toBe(changed);
  expect(await readText(id)).toBe(changed);
});

it("merges again when another text is saved in the meantime", async ({
  createDocument,
  createSaver,
  app,
  editor,
  owner,
  readText,
}) => {
  const { id, version } = await createDocument();
  // Through another server, which does not know of the pending merge.
  const saveElsewhere = createSaver(undefined, createDocumentStore(app.services.database));
  const added = `${longText()}the same line\n`;
  const save = createSaver(() => saveElsewhere(editor, id, version, `first\n${added}`));
  const { content } = await save(owner, id, version, added);
  expect(content).toBe(`first\n${added}`);
  expect(await readText(id)).toBe(content);
});

import { createId, documentFavorites, documents, folders, shareLinks } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { ZipFile } from "yazl";
import * as Y from "yjs";

import { leaseUpload } from "../../document/transfer/lease.ts";
import { saveEditSession } from "../../document/version/edit-session.ts";
import { insertDocument } from "../documents.ts";
import { insertMember, insertUsers } from "../factories.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";
import { callAs, type FailingRow, type FailingRows, unknownToken } from "./fixture.ts";

const content = "Some text.\n";

const createDocument = (fixture: MatrixFixture) => insertDocument(fixture, { content });

/** Makes the log of a document incomplete, as after a disk failure. */
async function damage({ app }: MatrixFixture, id: string): Promise<void> {
  await app.services.database.db
    .update(documents)
    .set({ version: sql`${documents.version} + 1` })
    .where(eq(documents.id, id));
}

/** A document whose log is incomplete. */
const createDamaged =
  (createInput: (id: string, fixture: MatrixFixture) => unknown): FailingRow =>
  async (fixture) => {
    const id = await createDocument(fixture);
    await damage(fixture, id);
    return { input: createInput(id, fixture) };
  };

/** A document with a saved version, whose log is incomplete. */
const createDamagedVersion =
  (fields: object): FailingRow =>
  async (fixture) => {
    const id = await createDocument(fixture);
    const { database, documents: store } = fixture.app.services;
    await saveEditSession(database.sql, store, id);
    await damage(fixture, id);
    return { input: { id, ...fields } };
  };

/** The last possible bytes of a document are 1.5 MiB. */
const nearlyFull = `${"a".repeat(1023)}\n`.repeat(1536).slice(0, -10);

/** A document whose newest text and the text of the caller are too large together. */
const createFull =
  (createInput: (id: string, text: string) => unknown): FailingRow =>
  async (fixture) => {
    const id = await createDocument(fixture);
    const half = `${"b".repeat(1023)}\n`.repeat(900);
    const { client } = fixture.people.owner;
    await client.document.update({ id, content: content + half, baseVersion: 1 });
    return { input: createInput(id, half.replaceAll("b", "c") + content) };
  };

function createUpdate(edit: (text: Y.Text) => void, clientId = 1234): string {
  const doc = new Y.Doc();
  doc.clientID = clientId;
  edit(doc.getText("content"));
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
}

/** An update whose characters follow others that the server has not received. */
function createGap(): string {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  text.insert(0, "first");
  const before = Y.encodeStateVector(doc);
  text.insert(5, "second");
  return Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString("base64");
}

async function createFolder(
  { people, workspaceId }: MatrixFixture,
  fields: { name?: string; parentId?: string } = {},
): Promise<string> {
  const input = { workspaceId, name: createId(), ...fields };
  return (await people.owner.client.document.folder.create(input)).id;
}

/** Creates folders in each other, as deep as possible. @returns The innermost one. */
async function createDeepFolder({ app, workspaceId }: MatrixFixture): Promise<string> {
  const ids = Array.from({ length: 32 }, createId);
  const chain = ids.map((id, index) => ({ id, workspaceId, name: "deep", parentId: ids[index - 1] ?? null }));
  await app.services.database.db.insert(folders).values(chain);
  return ids.at(-1) ?? "";
}

const takenName = { name: "taken" };

/** Uploads an archive for an import. */
async function createArchive(
  { app, people, workspaceId }: MatrixFixture,
  bytes: Buffer,
  received = bytes,
): Promise<{ workspaceId: string; uploadId: string }> {
  const { id } = await people.owner.client.file.createUpload({
    workspaceId,
    name: "notes.zip",
    size: bytes.byteLength,
    purpose: "import",
  });
  await app.services.storage.append(id, 0, yieldBytes(received));
  return { workspaceId, uploadId: id };
}

async function* yieldBytes(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Creates an archive with a document and an empty folder. */
async function createZip(): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from("# Note\n"), "note.md");
  zip.addEmptyDirectory("empty/inner");
  zip.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** More members than a comment may mention. */
async function createMentions({ app, workspaceId }: MatrixFixture): Promise<string> {
  const mentioned = await insertUsers(app, 51);
  for (const person of mentioned) await insertMember(app, workspaceId, person, "viewer");
  return mentioned.map(({ username }) => `@${username}`).join(" ");
}

const createShare = async (fixture: MatrixFixture, fields: { password?: string } = {}) => {
  const documentId = await createDocument(fixture);
  return fixture.people.owner.client.document.share.create({ documentId, ...fields });
};

const createComment = async (fixture: MatrixFixture) => {
  const documentId = await createDocument(fixture);
  const { id } = await fixture.people.owner.client.document.comment.create({ documentId, body: "Why?" });
  return { documentId, id };
};

export const documentReasons = {
  "document.get": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id })) },
  "document.update": {
    BASE_VERSION_REQUIRED: async (fixture) => ({
      input: { id: await createDocument(fixture), content: "new" },
    }),
    VERSION_CONFLICT: async (fixture) => ({
      input: { id: await createDocument(fixture), title: "New", expectedVersion: 7 },
    }),
    DOCUMENT_TOO_LARGE: createFull((id, text) => ({ id, content: text, baseVersion: 1 })),
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, content: "new", baseVersion: 1 })),
  },
  "document.applyText": {
    VERSION_CONFLICT: async (fixture) => ({
      input: { id: await createDocument(fixture), text: "new", baseVersion: 7 },
    }),
    DOCUMENT_TOO_LARGE: createFull((id, text) => ({ id, text, baseVersion: 1 })),
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, text: "new", baseVersion: 1 })),
  },
  "document.push": {
    BAD_UPDATE: async (fixture) => ({ input: { id: await createDocument(fixture), update: "AAAA" } }),
    FOREIGN_CLIENT_ID: async (fixture) => {
      const id = await createDocument(fixture);
      const update = createUpdate((text) => text.insert(0, "hers"), 77);
      await fixture.people.editor.client.document.push({ id, update });
      return { input: { id, update: createUpdate((text) => text.insert(0, "hers, and mine"), 77) } };
    },
    UPDATE_GAP: async (fixture) => ({ input: { id: await createDocument(fixture), update: createGap() } }),
    DOCUMENT_TOO_LARGE: async (fixture) => ({
      input: {
        id: await insertDocument(fixture, { content: nearlyFull }),
        update: createUpdate((text) => text.insert(0, "more than ten characters")),
      },
    }),
    DOCUMENT_DAMAGED: createDamaged((id) => ({
      id,
      update: createUpdate((text) => text.insert(0, "typed")),
    })),
  },
  "document.pull": {
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, stateVector: "AA==" })),
  },
  "document.changes": {
    RESYNC_REQUIRED: async (fixture) => ({ input: { id: await createDocument(fixture), after: 99 } }),
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, stateVector: "AA==" })),
  },
  "document.move": {
    VERSION_CONFLICT: async (fixture) => ({
      input: { id: await createDocument(fixture), folderId: await createFolder(fixture), expectedVersion: 7 },
    }),
    LIMIT_REACHED: async (fixture) => {
      const { app, workspaceId } = fixture;
      const folderId = await createFolder(fixture);
      const ids = Array.from({ length: 10_001 }, createId);
      await app.services.database.db.execute(sql`
        insert into documents (id, workspace_id, folder_id, title)
        select id, ${workspaceId}, ${folderId}, lpad(number::text, 5, '0')
        from unnest(${sql.param(ids)}::uuid[]) with ordinality as document (id, number)`);
      return { input: { id: await createDocument(fixture), folderId, afterId: ids.at(-1) ?? "" } };
    },
  },
  "document.delete": {
    VERSION_CONFLICT: async (fixture) => ({
      input: { id: await createDocument(fixture), expectedVersion: 7 },
    }),
  },
  "document.duplicate": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id })) },
  "document.blame": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id })) },
  "document.version.create": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id, label: "As sent" })) },
  "document.version.diff": { DOCUMENT_DAMAGED: createDamagedVersion({ from: 1 }) },
  "document.version.restore": { DOCUMENT_DAMAGED: createDamagedVersion({ number: 1 }) },
  "document.comment.list": {
    DOCUMENT_DAMAGED: async (fixture) => {
      const documentId = await createDocument(fixture);
      const anchor = { version: 1, quote: "text" };
      await fixture.people.owner.client.document.comment.create({ documentId, body: "Why?", anchor });
      await damage(fixture, documentId);
      return { input: { documentId } };
    },
  },
  "document.comment.create": {
    ANCHOR_NOT_FOUND: async (fixture) => ({
      input: {
        documentId: await createDocument(fixture),
        body: "Why?",
        anchor: { version: 1, quote: "what nobody wrote" },
      },
    }),
    LIMIT_REACHED: async (fixture) => ({
      input: { documentId: await createDocument(fixture), body: await createMentions(fixture) },
    }),
    VERSION_CONFLICT: async (fixture) => ({
      input: {
        documentId: await createDocument(fixture),
        body: "Why?",
        anchor: { version: 7, from: 0, to: 2 },
      },
    }),
    DOCUMENT_DAMAGED: createDamaged((documentId) => ({
      documentId,
      body: "Why?",
      anchor: { version: 1, quote: "text" },
    })),
  },
  "document.comment.update": {
    NOT_AUTHOR: async (fixture) =>
      callAs(fixture.people.editor, { ...(await createComment(fixture)), body: "And?" }),
    LIMIT_REACHED: async (fixture) => ({
      input: { ...(await createComment(fixture)), body: await createMentions(fixture) },
    }),
  },
  "document.favorite.add": {
    LIMIT_REACHED: async (fixture) => {
      const { app, people, workspaceId } = fixture;
      const ids: string[] = [];
      for (let count = 0; count <= 100; count += 1) ids.push(await insertDocument(fixture));
      const [documentId, ...others] = ids;
      const favorites = others.map((other) => ({
        userId: people.owner.id,
        workspaceId,
        documentId: other,
      }));
      await app.services.database.db.insert(documentFavorites).values(favorites);
      return { input: { documentId } };
    },
  },
  "document.folder.create": {
    FOLDER_NAME_TAKEN: async (fixture) => {
      await createFolder(fixture, takenName);
      return { input: { workspaceId: fixture.workspaceId, ...takenName } };
    },
    FOLDER_TOO_DEEP: async (fixture) => ({
      input: { workspaceId: fixture.workspaceId, name: "deeper", parentId: await createDeepFolder(fixture) },
    }),
  },
  "document.folder.rename": {
    FOLDER_NAME_TAKEN: async (fixture) => {
      await createFolder(fixture, takenName);
      return { input: { id: await createFolder(fixture), ...takenName } };
    },
  },
  "document.folder.move": {
    FOLDER_NAME_TAKEN: async (fixture) => {
      const parentId = await createFolder(fixture);
      await createFolder(fixture, { ...takenName, parentId });
      return { input: { id: await createFolder(fixture, takenName), parentId } };
    },
    FOLDER_CYCLE: async (fixture) => {
      const id = await createFolder(fixture);
      return { input: { id, parentId: await createFolder(fixture, { parentId: id }) } };
    },
    FOLDER_TOO_DEEP: async (fixture) => ({
      input: { id: await createFolder(fixture), parentId: await createDeepFolder(fixture) },
    }),
    LIMIT_REACHED: async (fixture) => {
      const { app, workspaceId } = fixture;
      const parentId = await createFolder(fixture);
      const ids = Array.from({ length: 10_001 }, createId);
      await app.services.database.db.execute(sql`
        insert into folders (id, workspace_id, parent_id, name)
        select id, ${workspaceId}, ${parentId}, lpad(number::text, 5, '0')
        from unnest(${sql.param(ids)}::uuid[]) with ordinality as folder (id, number)`);
      return { input: { id: await createFolder(fixture), parentId, afterId: ids.at(-1) ?? "" } };
    },
  },
  "document.folder.delete": {
    FOLDER_NOT_EMPTY: async (fixture) => {
      const id = await createFolder(fixture);
      await createFolder(fixture, { parentId: id });
      return { input: { id, onlyIfEmpty: true } };
    },
  },
  "document.folder.restore": {
    // Another folder takes the name while the restored one waits for it.
    FOLDER_NAME_TAKEN: async (fixture) => {
      const { people, workspaceId } = fixture;
      const id = await createFolder(fixture, takenName);
      await people.owner.client.document.folder.delete({ id });
      return {
        input: { id },
        overtake: (tx) =>
          tx`insert into folders (id, workspace_id, name) values (${createId()}, ${workspaceId}, ${takenName.name})`,
      };
    },
  },
  "document.share.create": {
    LIMIT_REACHED: async (fixture) => {
      const { app, workspaceId } = fixture;
      const documentId = await createDocument(fixture);
      const links = Array.from({ length: 100 }, () => ({
        workspaceId,
        documentId,
        tokenHash: Buffer.from(createId()),
        hint: "abcd",
      }));
      await app.services.database.db.insert(shareLinks).values(links);
      return { input: { documentId } };
    },
  },
  "document.share.read": {
    NOT_FOUND: () => ({ input: { token: unknownToken } }),
    SHARE_PASSWORD_REQUIRED: async (fixture) => ({
      input: { token: (await createShare(fixture, { password: "open sesame" })).token },
    }),
    SHARE_PASSWORD_WRONG: async (fixture) => ({
      input: { token: (await createShare(fixture, { password: "open sesame" })).token, password: "open" },
    }),
    DOCUMENT_DAMAGED: async (fixture) => {
      const { documentId, token } = await createShare(fixture);
      await damage(fixture, documentId);
      return { input: { token } };
    },
  },
  "document.import": {
    UPLOAD_INCOMPLETE: async (fixture) => {
      const zip = await createZip();
      return { input: await createArchive(fixture, zip, zip.subarray(1)) };
    },
    ARCHIVE_INVALID: async (fixture) => ({ input: await createArchive(fixture, Buffer.from("no archive")) }),
    ARCHIVE_TOO_LARGE: async (fixture) => {
      const input = await createArchive(fixture, await createZip());
      fixture.app.services.settings.maxImportBytes = 1;
      return { input };
    },
    IMPORT_RUNNING: async (fixture) => {
      const input = await createArchive(fixture, await createZip());
      const lease = await leaseUpload(fixture.app.services, input.uploadId);
      return { input, release: () => void lease[Symbol.asyncDispose]() };
    },
    FOLDER_TOO_DEEP: async (fixture) => ({
      input: {
        ...(await createArchive(fixture, await createZip())),
        folderId: await createDeepFolder(fixture),
      },
    }),
    DOCUMENT_DAMAGED: createDamaged((_id, { workspaceId }) => ({
      workspaceId,
      title: "Notes",
      content: "Another text.\n",
    })),
  },
} as const satisfies FailingRows;

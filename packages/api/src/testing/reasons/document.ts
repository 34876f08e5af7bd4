import { createId, documentFavorites, documents, folders, shareLinks } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { ZipFile } from "yazl";
import * as Y from "yjs";

import { leaseUpload } from "../../document/transfer/lease.ts";
import { saveEditSession } from "../../document/version/edit-session.ts";
import { insertDocument } from "../documents.ts";
import { addMember, insertUsers } from "../factories.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";
import { callAs, type FailingRow, type FailingRows, unknownToken } from "./fixture.ts";

const content = "Some text.\n";

const createDocument = (world: MatrixFixture) => insertDocument(world, { content });

/** Makes the log of a document incomplete, as after a disk failure. */
async function damage({ app }: MatrixFixture, id: string): Promise<void> {
  await app.services.database.db
    .update(documents)
    .set({ version: sql`${documents.version} + 1` })
    .where(eq(documents.id, id));
}

/** A document whose log is incomplete. */
const createDamaged =
  (createInput: (id: string, world: MatrixFixture) => unknown): FailingRow =>
  async (world) => {
    const id = await createDocument(world);
    await damage(world, id);
    return { input: createInput(id, world) };
  };

/** A document with a saved version, whose log is incomplete. */
const createDamagedVersion =
  (fields: object): FailingRow =>
  async (world) => {
    const id = await createDocument(world);
    const { database, documents: store } = world.app.services;
    await saveEditSession(database.sql, store, id);
    await damage(world, id);
    return { input: { id, ...fields } };
  };

/** The last possible bytes of a document are 1.5 MiB. */
const nearlyFull = `${"a".repeat(1023)}\n`.repeat(1536).slice(0, -10);

/** A document whose newest text and the text of the caller are too large together. */
const createFull =
  (createInput: (id: string, text: string) => unknown): FailingRow =>
  async (world) => {
    const id = await createDocument(world);
    const half = `${"b".repeat(1023)}\n`.repeat(900);
    const { client } = world.people.owner;
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
  for (const person of mentioned) await addMember(app, workspaceId, person, "viewer");
  return mentioned.map(({ username }) => `@${username}`).join(" ");
}

const createShare = async (world: MatrixFixture, fields: { password?: string } = {}) => {
  const documentId = await createDocument(world);
  return world.people.owner.client.document.share.create({ documentId, ...fields });
};

const createComment = async (world: MatrixFixture) => {
  const documentId = await createDocument(world);
  const { id } = await world.people.owner.client.document.comment.create({ documentId, body: "Why?" });
  return { documentId, id };
};

export const documentReasons = {
  "document.get": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id })) },
  "document.update": {
    BASE_VERSION_REQUIRED: async (world) => ({ input: { id: await createDocument(world), content: "new" } }),
    VERSION_CONFLICT: async (world) => ({
      input: { id: await createDocument(world), title: "New", expectedVersion: 7 },
    }),
    DOCUMENT_TOO_LARGE: createFull((id, text) => ({ id, content: text, baseVersion: 1 })),
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, content: "new", baseVersion: 1 })),
  },
  "document.applyText": {
    VERSION_CONFLICT: async (world) => ({
      input: { id: await createDocument(world), text: "new", baseVersion: 7 },
    }),
    DOCUMENT_TOO_LARGE: createFull((id, text) => ({ id, text, baseVersion: 1 })),
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, text: "new", baseVersion: 1 })),
  },
  "document.push": {
    BAD_UPDATE: async (world) => ({ input: { id: await createDocument(world), update: "AAAA" } }),
    FOREIGN_CLIENT_ID: async (world) => {
      const id = await createDocument(world);
      const update = createUpdate((text) => text.insert(0, "hers"), 77);
      await world.people.editor.client.document.push({ id, update });
      return { input: { id, update: createUpdate((text) => text.insert(0, "hers, and mine"), 77) } };
    },
    UPDATE_GAP: async (world) => ({ input: { id: await createDocument(world), update: createGap() } }),
    DOCUMENT_TOO_LARGE: async (world) => ({
      input: {
        id: await insertDocument(world, { content: nearlyFull }),
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
    RESYNC_REQUIRED: async (world) => ({ input: { id: await createDocument(world), after: 99 } }),
    DOCUMENT_DAMAGED: createDamaged((id) => ({ id, stateVector: "AA==" })),
  },
  "document.move": {
    VERSION_CONFLICT: async (world) => ({
      input: { id: await createDocument(world), folderId: await createFolder(world), expectedVersion: 7 },
    }),
    LIMIT_REACHED: async (world) => {
      const { app, workspaceId } = world;
      const folderId = await createFolder(world);
      const ids = Array.from({ length: 10_001 }, createId);
      await app.services.database.db.execute(sql`
        insert into documents (id, workspace_id, folder_id, title)
        select id, ${workspaceId}, ${folderId}, lpad(number::text, 5, '0')
        from unnest(${sql.param(ids)}::uuid[]) with ordinality as document (id, number)`);
      return { input: { id: await createDocument(world), folderId, afterId: ids.at(-1) ?? "" } };
    },
  },
  "document.delete": {
    VERSION_CONFLICT: async (world) => ({ input: { id: await createDocument(world), expectedVersion: 7 } }),
  },
  "document.duplicate": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id })) },
  "document.blame": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id })) },
  "document.version.create": { DOCUMENT_DAMAGED: createDamaged((id) => ({ id, label: "As sent" })) },
  "document.version.diff": { DOCUMENT_DAMAGED: createDamagedVersion({ from: 1 }) },
  "document.version.restore": { DOCUMENT_DAMAGED: createDamagedVersion({ number: 1 }) },
  "document.comment.list": {
    DOCUMENT_DAMAGED: async (world) => {
      const documentId = await createDocument(world);
      const anchor = { version: 1, quote: "text" };
      await world.people.owner.client.document.comment.create({ documentId, body: "Why?", anchor });
      await damage(world, documentId);
      return { input: { documentId } };
    },
  },
  "document.comment.create": {
    ANCHOR_NOT_FOUND: async (world) => ({
      input: {
        documentId: await createDocument(world),
        body: "Why?",
        anchor: { version: 1, quote: "what nobody wrote" },
      },
    }),
    LIMIT_REACHED: async (world) => ({
      input: { documentId: await createDocument(world), body: await createMentions(world) },
    }),
    VERSION_CONFLICT: async (world) => ({
      input: {
        documentId: await createDocument(world),
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
    NOT_AUTHOR: async (world) =>
      callAs(world.people.editor, { ...(await createComment(world)), body: "And?" }),
    LIMIT_REACHED: async (world) => ({
      input: { ...(await createComment(world)), body: await createMentions(world) },
    }),
  },
  "document.favorite.add": {
    LIMIT_REACHED: async (world) => {
      const { app, people, workspaceId } = world;
      const ids: string[] = [];
      for (let count = 0; count <= 100; count += 1) ids.push(await insertDocument(world));
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
    FOLDER_NAME_TAKEN: async (world) => {
      await createFolder(world, takenName);
      return { input: { workspaceId: world.workspaceId, ...takenName } };
    },
    FOLDER_TOO_DEEP: async (world) => ({
      input: { workspaceId: world.workspaceId, name: "deeper", parentId: await createDeepFolder(world) },
    }),
  },
  "document.folder.rename": {
    FOLDER_NAME_TAKEN: async (world) => {
      await createFolder(world, takenName);
      return { input: { id: await createFolder(world), ...takenName } };
    },
  },
  "document.folder.move": {
    FOLDER_NAME_TAKEN: async (world) => {
      const parentId = await createFolder(world);
      await createFolder(world, { ...takenName, parentId });
      return { input: { id: await createFolder(world, takenName), parentId } };
    },
    FOLDER_CYCLE: async (world) => {
      const id = await createFolder(world);
      return { input: { id, parentId: await createFolder(world, { parentId: id }) } };
    },
    FOLDER_TOO_DEEP: async (world) => ({
      input: { id: await createFolder(world), parentId: await createDeepFolder(world) },
    }),
    LIMIT_REACHED: async (world) => {
      const { app, workspaceId } = world;
      const parentId = await createFolder(world);
      const ids = Array.from({ length: 10_001 }, createId);
      await app.services.database.db.execute(sql`
        insert into folders (id, workspace_id, parent_id, name)
        select id, ${workspaceId}, ${parentId}, lpad(number::text, 5, '0')
        from unnest(${sql.param(ids)}::uuid[]) with ordinality as folder (id, number)`);
      return { input: { id: await createFolder(world), parentId, afterId: ids.at(-1) ?? "" } };
    },
  },
  "document.folder.delete": {
    FOLDER_NOT_EMPTY: async (world) => {
      const id = await createFolder(world);
      await createFolder(world, { parentId: id });
      return { input: { id, onlyIfEmpty: true } };
    },
  },
  "document.folder.restore": {
    // Another folder takes the name while the restored one waits for it.
    FOLDER_NAME_TAKEN: async (world) => {
      const { people, workspaceId } = world;
      const id = await createFolder(world, takenName);
      await people.owner.client.document.folder.delete({ id });
      return {
        input: { id },
        overtake: (tx) =>
          tx`insert into folders (id, workspace_id, name) values (${createId()}, ${workspaceId}, ${takenName.name})`,
      };
    },
  },
  "document.share.create": {
    LIMIT_REACHED: async (world) => {
      const { app, workspaceId } = world;
      const documentId = await createDocument(world);
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
    SHARE_PASSWORD_REQUIRED: async (world) => ({
      input: { token: (await createShare(world, { password: "open sesame" })).token },
    }),
    SHARE_PASSWORD_WRONG: async (world) => ({
      input: { token: (await createShare(world, { password: "open sesame" })).token, password: "open" },
    }),
    DOCUMENT_DAMAGED: async (world) => {
      const { documentId, token } = await createShare(world);
      await damage(world, documentId);
      return { input: { token } };
    },
  },
  "document.import": {
    UPLOAD_INCOMPLETE: async (world) => {
      const zip = await createZip();
      return { input: await createArchive(world, zip, zip.subarray(1)) };
    },
    ARCHIVE_INVALID: async (world) => ({ input: await createArchive(world, Buffer.from("no archive")) }),
    ARCHIVE_TOO_LARGE: async (world) => {
      const input = await createArchive(world, await createZip());
      world.app.services.settings.maxImportBytes = 1;
      return { input };
    },
    IMPORT_RUNNING: async (world) => {
      const input = await createArchive(world, await createZip());
      const lease = await leaseUpload(world.app.services, input.uploadId);
      return { input, release: () => void lease[Symbol.asyncDispose]() };
    },
    FOLDER_TOO_DEEP: async (world) => ({
      input: { ...(await createArchive(world, await createZip())), folderId: await createDeepFolder(world) },
    }),
    DOCUMENT_DAMAGED: createDamaged((_id, { workspaceId }) => ({
      workspaceId,
      title: "Notes",
      content: "Another text.\n",
    })),
  },
} as const satisfies FailingRows;

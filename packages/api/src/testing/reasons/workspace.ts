import { apiKeys, createId, files, workspaceInvitations, workspaceMembers, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { insertDocument } from "../documents.ts";
import { insertWorkspace } from "../factories.ts";
import type { MatrixFixture } from "../matrix/fixture.ts";
import { callAs, changeSettings, type FailingRows, unknownToken } from "./fixture.ts";

async function createFile({ app, workspaceId }: MatrixFixture): Promise<string> {
  const id = createId();
  const row = { id, workspaceId, path: `${id}.png`, mediaType: "image/png", size: 1 };
  await app.services.database.db.insert(files).values({ ...row, hash: new Uint8Array(32) });
  return id;
}

const otherHash = "ff".repeat(32);

/** Announces a file of three bytes. */
const createUpload = async (
  { people, workspaceId }: MatrixFixture,
  fields: { onConflict?: "replace"; hash?: string; size?: number } = {},
) => people.owner.client.file.createUpload({ workspaceId, name: "a.bin", size: 3, ...fields });

async function* yieldBytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Creates as many invitations as can wait for an answer. */
async function fillInvitations({ app, people, workspaceId }: MatrixFixture): Promise<void> {
  const invitations = Array.from({ length: 500 }, () => ({
    workspaceId,
    role: "viewer" as const,
    invitedBy: people.owner.id,
    tokenHash: Buffer.from(createId()),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  }));
  await app.services.database.db.insert(workspaceInvitations).values(invitations);
}

/** Creates as many API keys as a workspace can have. */
async function fillApiKeys({ app, people, workspaceId }: MatrixFixture): Promise<void> {
  const { client } = people.owner;
  const { id } = await client.workspace.apiKey.create(createKeyInput({ workspaceId }));
  const { db } = app.services.database;
  const [first] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
  if (first === undefined) throw new Error("no key was created");
  const others = Array.from({ length: 99 }, () => ({
    ...first,
    id: createId(),
    secretHash: Buffer.from(createId()),
  }));
  await db.insert(apiKeys).values(others);
}

const createKeyInput = ({ workspaceId }: Pick<MatrixFixture, "workspaceId">) => ({
  workspaceId,
  name: "Sync",
  role: "viewer" as const,
  scopes: ["read" as const],
});

const createInvitation = async ({ people, workspaceId }: MatrixFixture, fields: { email?: string } = {}) => {
  const created = await people.owner.client.workspace.invitation.create({
    workspaceId,
    role: "viewer",
    ...fields,
  });
  return { token: created.token };
};

const createEmail = () => `${createId()}@example.test`;

export const workspaceReasons = {
  "file.createUpload": {
    FILE_TOO_LARGE: ({ app, workspaceId }) => ({
      input: { workspaceId, name: "a.bin", size: app.services.settings.maxUploadBytes + 1 },
    }),
    QUOTA_EXCEEDED: async ({ app, workspaceId }) => {
      await app.services.database.db
        .update(workspaces)
        .set({ quotaBytes: 1 })
        .where(eq(workspaces.id, workspaceId));
      return { input: { workspaceId, name: "a.bin", size: 3 } };
    },
    NOT_FOUND: ({ workspaceId }) => ({
      input: { workspaceId, name: "a.bin", size: 3, documentId: createId() },
    }),
  },
  "file.completeUpload": {
    UPLOAD_INCOMPLETE: async (fixture) => ({ input: { id: (await createUpload(fixture)).id } }),
    UPLOAD_MISMATCH: async (fixture) => {
      const { id } = await createUpload(fixture, { hash: otherHash });
      await fixture.app.services.storage.append(id, 0, yieldBytes("abc"));
      return { input: { id } };
    },
    FILE_CHANGED: async (fixture) => {
      const { id } = await createUpload(fixture, { onConflict: "replace" });
      await fixture.app.services.storage.append(id, 0, yieldBytes("abc"));
      return { input: { id, expectedHash: otherHash } };
    },
  },
  "file.move": {
    FILE_CHANGED: async (fixture) => ({
      input: { id: await createFile(fixture), path: "b.png", expectedHash: otherHash },
    }),
  },
  "file.delete": {
    FILE_CHANGED: async (fixture) => ({ input: { id: await createFile(fixture), expectedHash: otherHash } }),
  },
  "presence.stream": {
    LIMIT_REACHED: async (fixture) => {
      const { app, people } = fixture;
      const documentId = await insertDocument(fixture);
      const ended = new AbortController();
      const { presence } = app.as(people.owner.credential, {}, ended.signal);
      for (let clientId = 0; clientId < 100; clientId += 1) {
        const events = await presence.stream({ documentId, clientId });
        await events[Symbol.asyncIterator]().next();
      }
      return { input: { documentId, clientId: 100 }, release: () => ended.abort() };
    },
  },
  "workspace.create": {
    LIMIT_REACHED: async ({ app, people }) => {
      const { db } = app.services.database;
      const owned = Array.from({ length: 1000 }, () => ({ id: createId(), name: "One of many" }));
      await db.insert(workspaces).values(owned);
      await db
        .insert(workspaceMembers)
        .values(
          owned.map(({ id }) => ({ workspaceId: id, userId: people.owner.id, role: "owner" as const })),
        );
      return { input: { name: "One too many" } };
    },
    SUPERUSER_REQUIRED: async (fixture) => {
      await changeSettings(fixture, { workspaceCreation: "superusers" });
      return { input: { name: "Mine" } };
    },
    EMAIL_NOT_VERIFIED: async (fixture) => {
      await changeSettings(fixture, { allowedEmailDomains: ["example.test"] });
      return { input: { name: "Mine" } };
    },
  },
  "workspace.leave": { LAST_OWNER: ({ workspaceId }) => ({ input: { id: workspaceId } }) },
  "workspace.contents": {
    // The marker is that of a workspace with other events.
    RESYNC_REQUIRED: async ({ app, people, workspaceId }) => {
      const other = await insertWorkspace(app, { owner: people.owner });
      const { client } = people.owner;
      await client.document.folder.create({ workspaceId: other.id, name: "a folder" });
      const { marker } = await client.workspace.contents({ workspaceId: other.id });
      return { input: { workspaceId, since: marker } };
    },
  },
  "workspace.events": { RESYNC_REQUIRED: ({ workspaceId }) => ({ input: { workspaceId, after: 99 } }) },
  "workspace.access.explain": {
    ROLE_TOO_LOW: ({ workspaceId, people }) =>
      callAs(people.viewer, { workspaceId, userId: people.owner.id }),
  },
  "workspace.apiKey.create": {
    LIMIT_REACHED: async (fixture) => {
      await fillApiKeys(fixture);
      return { input: createKeyInput(fixture) };
    },
    EMAIL_NOT_VERIFIED: async (fixture) => {
      await changeSettings(fixture, { allowedEmailDomains: ["example.test"] });
      return { input: createKeyInput(fixture) };
    },
  },
  "workspace.invitation.create": {
    ALREADY_MEMBER: ({ workspaceId, people }) => ({
      input: { workspaceId, role: "viewer", email: people.viewer.email },
    }),
    LIMIT_REACHED: async (fixture) => {
      await fillInvitations(fixture);
      return { input: { workspaceId: fixture.workspaceId, role: "viewer" } };
    },
  },
  "workspace.invitation.preview": {
    INVITATION_INVALID: () => ({ input: { token: unknownToken }, credential: { kind: "none" } }),
  },
  "workspace.invitation.accept": {
    INVITATION_INVALID: () => ({ input: { token: unknownToken } }),
    INVITATION_FOR_OTHER: async (fixture) =>
      callAs(fixture.people.outsider, await createInvitation(fixture, { email: createEmail() })),
    ALREADY_MEMBER: async (fixture) => callAs(fixture.people.viewer, await createInvitation(fixture)),
    EMAIL_NOT_VERIFIED: async (fixture) => {
      const input = await createInvitation(fixture);
      await changeSettings(fixture, { allowedEmailDomains: ["example.test"] });
      return callAs(fixture.people.outsider, input);
    },
  },
  "workspace.member.add": {
    ALREADY_MEMBER: ({ workspaceId, people }) => ({
      input: { workspaceId, role: "viewer", email: people.viewer.email },
    }),
    LIMIT_REACHED: async (fixture) => {
      await fillInvitations(fixture);
      return { input: { workspaceId: fixture.workspaceId, role: "viewer", email: createEmail() } };
    },
  },
  "workspace.member.updateRole": {
    LAST_OWNER: ({ workspaceId, people }) => ({
      input: { workspaceId, userId: people.owner.id, role: "admin" },
    }),
  },
  "workspace.member.remove": {
    LAST_OWNER: ({ workspaceId, people }) => ({ input: { workspaceId, userId: people.owner.id } }),
  },
} as const satisfies FailingRows;

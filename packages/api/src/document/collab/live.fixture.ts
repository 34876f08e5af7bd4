import { createYDoc, getText } from "@mdreader/collab";
import * as Y from "yjs";

import type { DocumentAccess } from "../../access/authorize.ts";
import { checkResource } from "../../access/resource-checks.ts";
import { insertDocument } from "../../testing/documents.ts";
import type { TestActor } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { pullDocument } from "./read/changes.ts";
import { createDocumentStore, type DocumentStore } from "./store/document-store.ts";
import { readMarkdown } from "./store/live-document.ts";
import { createUpdateCommitter, type UpdateCommitter } from "./write/push.ts";

/** The document services of one server process. */
export interface Node {
  store: DocumentStore;
  pusher: UpdateCommitter;
}

export const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** The text of a document in a process. */
export const textIn = (node: Node, id: string) => node.store.read(id, readMarkdown);

/** A test with live documents and the services of several processes. */
export const test = base
  .extend("createNode", ({ app }) => (): Node => {
    const store = createDocumentStore(app.services.database);
    return { store, pusher: createUpdateCommitter(app.services, store) };
  })
  .extend(
    "createDocument",
    ({ app, workspaceId, owner }) =>
      (content = ""): Promise<string> =>
        insertDocument({ app, workspaceId, people: { owner } }, { content }),
  )
  .extend("ctx", ({ app }) => (actor: TestActor) => ({
    ...app.services,
    credential: actor.credential,
    request: { id: "test", ipAddress: "192.0.2.1", userAgent: null, refreshCookie: null },
  }))
  .extend(
    "checkEdit",
    ({ ctx }) =>
      (actor: TestActor, id: string): Promise<DocumentAccess<"document.update">> =>
        checkResource(ctx(actor), "document", "document.update", id).require(),
  )
  .extend(
    "checkRead",
    ({ ctx }) =>
      (actor: TestActor, id: string): Promise<DocumentAccess<"document.read">> =>
        checkResource(ctx(actor), "document", "document.read", id).require(),
  )
  /** A window with its own copy of the document. */
  .extend("createWindow", ({ checkEdit, app }) => async (node: Node, actor: TestActor, id: string) => {
    const access = await checkEdit(actor, id);
    const { update } = await pullDocument({ ...app.services, documents: node.store }, id, null);
    const doc = createYDoc([fromBase64(update)]);
    return {
      doc,
      text: getText(doc),
      /** Changes the text and pushes the update. */
      type(change: (text: Y.Text) => void): Promise<number> {
        const before = Y.encodeStateVector(doc);
        change(getText(doc));
        return node.pusher.push(access, Y.encodeStateAsUpdate(doc, before));
      },
    };
  })
  /** Pastes a megabyte and deletes it, repeatedly. */
  .extend("paste", ({ createWindow, owner }) => async (node: Node, id: string, times: number) => {
    const window = await createWindow(node, owner, id);
    for (let n = 0; n < times; n += 1) {
      await window.type((text) => text.insert(0, "x".repeat(1024 * 1024)));
      await window.type((text) => text.delete(0, text.length));
    }
  });

import type { Client } from "@mdreader/client";

import { FileChangedError } from "./local-file-system.ts";

/** A text of the workspace and its version. */
export interface VersionedText {
  content: string;
  version: number;
}

/** Reads the texts of documents, batched for expected documents. */
export interface Texts {
  /** Announces the texts to read, in this order. */
  expect(ids: readonly string[]): void;
  /** @throws FileChangedError if the document no longer exists. */
  read(id: string): Promise<VersionedText>;
}

/** The server's maximum per request. */
const maxIds = 100;

export function createTexts(client: Client, workspaceId: string): Texts {
  let expected = new Set<string>();
  /** Requested texts by id; null for a text that the server left out because of the size limit. */
  const coming = new Map<string, Promise<Map<string, VersionedText | null>>>();

  async function request(documentIds: string[]): Promise<Map<string, VersionedText | null>> {
    const { items } = await client.workspace.texts.query({ workspaceId, documentIds });
    return new Map(
      items.map(({ id, version, content }) => [id, content === null ? null : { content, version }] as const),
    );
  }

  function requestWithNext(id: string) {
    expected.delete(id);
    const next = expected.values().take(maxIds - 1);
    const ids = [id, ...next];
    const answer = request(ids);
    for (const one of ids) {
      expected.delete(one);
      coming.set(one, answer);
    }
    return answer;
  }

  return {
    expect(ids) {
      expected = new Set(ids);
      coming.clear();
    },
    async read(id) {
      const answer = coming.get(id) ?? requestWithNext(id);
      coming.delete(id);
      const texts = await answer;
      const text = texts.get(id);
      texts.delete(id); // frees the memory of texts already read
      const found = text === null ? (await request([id])).get(id) : text;
      if (!found) throw new FileChangedError(id);
      return found;
    },
  };
}

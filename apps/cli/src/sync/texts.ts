import type { Client } from "@mdreader/client";

import { FileChangedError } from "./local-file-system.ts";

/** A text of the workspace, and the version that it is of. */
export interface VersionedText {
  content: string;
  version: number;
}

/** Reads the texts of documents, many with one request where it is known which will be wanted. */
export interface Texts {
  /** Says which texts will be read, in this order. */
  expect(ids: readonly string[]): void;
  /** @throws Touched where the document is not there any more. */
  read(id: string): Promise<VersionedText>;
}

/** As many as the server tells at once. */
const maxIds = 100;

export function createTexts(client: Client, workspaceId: string): Texts {
  let expected = new Set<string>();
  /** Null for a text that was left out since there were enough. */
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
      texts.delete(id); // so that no more are held than are still to be written
      const found = text === null ? (await request([id])).get(id) : text;
      if (!found) throw new FileChangedError(id);
      return found;
    },
  };
}

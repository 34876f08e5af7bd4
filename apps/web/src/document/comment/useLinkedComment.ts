import { everyItem } from "@mdreader/client";
import { useEffect, useEffectEvent } from "react";

import { client } from "../../lib/client.ts";
import { showErrorToast, showToast } from "../../ui/toast.ts";
import type { Thread } from "./anchors.ts";

/** Opens the thread that the address names, as the links in emails do. */
export function useLinkedComment(documentId: string, onThread: (thread: Thread) => void): void {
  const open = useEffectEvent(async () => {
    const id = /^#comment-([\da-f-]{36})$/.exec(location.hash)?.[1];
    if (id === undefined) return;
    const thread = await findThread(documentId, id);
    if (thread === null) showToast("This comment was deleted.");
    else onThread(thread);
  });
  useEffect(() => {
    const follow = () => void open().catch(showErrorToast);
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
}

/** Finds the thread of a comment, open or resolved; null if there is none. */
async function findThread(documentId: string, commentId: string): Promise<Thread | null> {
  for await (const thread of everyItem((cursor) =>
    client.document.comment.list.query({ documentId, cursor }),
  ))
    if (await hasComment(documentId, thread, commentId)) return thread;
  return null;
}

async function hasComment(documentId: string, { id, comments }: Thread, commentId: string): Promise<boolean> {
  let { items, nextCursor: cursor } = comments;
  while (!items.some((comment) => comment.id === commentId)) {
    if (cursor === null) return false;
    ({ items, nextCursor: cursor } = await client.document.comment.thread.query({
      documentId,
      threadId: id,
      cursor,
      limit: 100,
    }));
  }
  return true;
}

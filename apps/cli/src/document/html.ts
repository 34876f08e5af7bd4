import type { Client } from "@mdreader/client";

import { Failure } from "../failure.ts";

/** Downloads a document as an HTML page. */
export async function downloadHtml(client: Client, id: string): Promise<string> {
  const { url } = await client.document.exportHtml.query({ id });
  const answer = await fetch(client.fileUrl(url));
  if (!answer.ok)
    throw new Failure("UNEXPECTED", `The page couldn't be downloaded (HTTP ${answer.status}). Try again.`);
  return answer.text();
}

import { openDocument } from "@mdreader/client/live";
import { createAppendix } from "@mdreader/contract/line-endings";

import type { Cli } from "../cli.ts";
import { Failure } from "../failure.ts";
import { readStdin } from "../prompt.ts";
import { decodeText } from "../transfer/markdown-file.ts";
import { withServerMessage } from "./server-message.ts";

/** Appends a text to a document. @param given The text, or `-` to read it from stdin. */
export async function appendText({ client, output }: Cli, id: string, given: string): Promise<void> {
  const text = given === "-" ? decodeText(await readStdin()) : given;
  if (text === "") throw new Failure("USAGE", "The text to append is empty.");
  await client.document.get.query({ id });
  await using live = await openDocument(client, id);
  await withServerMessage(live.synced());
  const { ytext } = live;
  ytext.insert(ytext.length, createAppendix(ytext.toJSON(), text));
  const seq = await withServerMessage(live.whenSaved());
  output.result({ id, seq }, () => `Saved as version ${seq} of the document.`);
}

import { type Client, createClient } from "@mdreader/client";

import { createFileTokens } from "./credentials/file.ts";

/** The clients of a command. */
interface Clients {
  /** Authenticates with the token if there is one, otherwise with the stored session. */
  client: Client;
  /** Authenticates with the stored session. */
  account: Client;
}

/** Creates clients of a server. @param sessionFolder The folder of the stored sessions. */
export function createClients(url: string, token: string | null, sessionFolder: string): Clients {
  const account = createClient({ url, tokens: createFileTokens(sessionFolder, url) });
  const client = token === null ? account : createClient({ url, token });
  return { client, account };
}

import { passkeys } from "@mdreader/db";

/** The columns of a `Passkey`. */
export const passkeyColumns = {
  id: passkeys.id,
  name: passkeys.name,
  needsPassword: passkeys.needsPassword,
  createdAt: passkeys.createdAt,
  lastUsedAt: passkeys.lastUsedAt,
};

import { z } from "zod";

import { AppError } from "../../errors.ts";

/** The client data that a browser passes to an authenticator. Other sites can't embed this one, so no frame is expected. */
const clientData = z.object({ challenge: z.string(), crossOrigin: z.literal(false).optional() });

/** Reads the challenge that a passkey has signed. @throws AppError PASSKEY_INVALID */
export function readChallenge({ clientDataJSON }: { clientDataJSON: string }): string {
  try {
    return clientData.parse(JSON.parse(Buffer.from(clientDataJSON, "base64url").toString())).challenge;
  } catch {
    throw new AppError("PASSKEY_INVALID");
  }
}

import { signedInResponse } from "../../oauth.ts";
import type { Routes } from "../../route.ts";

export const passkeyRoutes = {
  "auth.passkey.list": { addresses: ["GET /auth/passkeys"] },
  "auth.passkey.startCreation": { addresses: ["POST /auth/passkeys/start-creation"] },
  "auth.passkey.create": { addresses: ["POST /auth/passkeys"], status: 201 },
  "auth.passkey.update": { addresses: ["PATCH /auth/passkeys/{id}"] },
  "auth.passkey.remove": { addresses: ["POST /auth/passkeys/{id}/remove"] },
  "auth.passkey.startLogin": { addresses: ["POST /auth/passkeys/start-login"] },
  "auth.passkey.login": {
    addresses: ["POST /auth/passkeys/login"],
    omittedFields: ["refreshTokenDelivery"],
    outputSchema: signedInResponse,
  },
  "auth.passkey.startSecondFactor": { addresses: ["POST /auth/passkeys/start-second-factor"] },
  "auth.passkey.startConfirmation": { addresses: ["POST /auth/passkeys/start-confirmation"] },
} satisfies Partial<Routes>;

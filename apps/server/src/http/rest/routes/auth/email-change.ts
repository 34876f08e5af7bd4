import type { Routes } from "../../route.ts";

export const emailChangeRoutes = {
  "auth.emailChange.get": { addresses: ["GET /auth/email-change"] },
  "auth.emailChange.request": { addresses: ["POST /auth/email-change"] },
  "auth.emailChange.confirm": { addresses: ["POST /auth/email-change/confirm"] },
  "auth.emailChange.refuse": { addresses: ["POST /auth/email-change/refuse"] },
  "auth.emailChange.cancel": { addresses: ["DELETE /auth/email-change"] },
} satisfies Partial<Routes>;

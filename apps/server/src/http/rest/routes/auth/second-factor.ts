import type { Routes } from "../../route.ts";

export const secondFactorRoutes = {
  "auth.secondFactor.get": { addresses: ["GET /auth/second-factor"] },
  "auth.secondFactor.start": { addresses: ["POST /auth/second-factor/start"] },
  "auth.secondFactor.confirm": { addresses: ["POST /auth/second-factor/confirm"] },
  "auth.secondFactor.regenerate": { addresses: ["POST /auth/second-factor/recovery-codes"] },
  "auth.secondFactor.disable": { addresses: ["POST /auth/second-factor/disable"] },
} satisfies Partial<Routes>;

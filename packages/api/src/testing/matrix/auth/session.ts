import { createId } from "@mdreader/db";

import type { Rows } from "../fixture.ts";

export const sessionRows: Rows = {
  "auth.session.list": () => ({}),
  "auth.session.revoke": ({ people }, who) => ({
    id: who === "nobody" ? createId() : people[who].credential.sessionId,
  }),
  "auth.session.revokeOthers": () => undefined,
};

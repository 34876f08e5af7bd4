import { users } from "@mdreader/db";

import { createSetupLink } from "../../../../auth/admin/setup-link.ts";
import type { Rows } from "../../fixture.ts";

export const adminRows: Rows = {
  "auth.admin.claim": async ({ app }) => {
    // The link works until there is a superuser.
    await app.services.database.db.update(users).set({ isSuperuser: false });
    return { token: new URL(await createSetupLink(app.services)).hash.replace("#token=", "") };
  },
};

import { authIdentities, createId } from "@mdreader/db";

import { createLinkTokens } from "../../../auth/identity/link-tokens.ts";
import { createProvider, createVerifiedIdentity } from "../../identities.ts";
import type { Rows } from "../fixture.ts";

export const identityRows: Rows = {
  "auth.identity.list": () => ({}),
  "auth.identity.startLink": ({ app }) => ({ provider: createProvider(app).id }),
  "auth.identity.link": ({ app, people }, who) => {
    const userId = who === "nobody" ? createId() : people[who].id;
    return createLinkTokens(app.services)
      .seal({ userId, identity: createVerifiedIdentity(createProvider(app)) })
      .then((token) => ({ token }));
  },
  "auth.identity.unlink": async ({ app, people }, who) => {
    if (who === "nobody") return { id: createId() };
    const { issuer } = createProvider(app);
    const linked = [0, 1].map(() => ({
      userId: people[who].id,
      issuer,
      subject: createId(),
      id: createId(),
    }));
    await app.services.database.db.insert(authIdentities).values(linked);
    return { id: linked[0]?.id };
  },
  "auth.identity.signOutUrl": () => undefined,
};

import { createId } from "@mdreader/db";

import type { Rows } from "../fixture.ts";

export const apiKeyRows: Rows = {
  "auth.apiKey.create": () => ({ name: "a key", scopes: ["read"] }),
  "auth.apiKey.list": () => ({}),
  "auth.apiKey.revoke": async ({ people }, who) => {
    if (who === "nobody") return { id: createId() };
    const { id } = await people[who].client.auth.apiKey.create({ name: "a key", scopes: ["read"] });
    return { id };
  },
};

import { createId } from "@mdreader/db";

import { insertEmailChange } from "../../email-changes.ts";
import { insertUser } from "../../factories.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";

const insertForStranger = async ({ app }: MatrixFixture) =>
  insertEmailChange(app, (await insertUser(app)).id);

export const emailChangeRows: Rows = {
  "auth.emailChange.get": () => undefined,
  "auth.emailChange.request": () => ({ email: `${createId()}@example.test` }),
  // The links need no sign-in.
  "auth.emailChange.confirm": async (fixture) => ({ token: (await insertForStranger(fixture)).proof }),
  "auth.emailChange.refuse": async (fixture) => ({ token: (await insertForStranger(fixture)).agreement }),
  "auth.emailChange.cancel": async ({ app, people }, who) => {
    if (who !== "nobody") await insertEmailChange(app, people[who].id);
  },
};

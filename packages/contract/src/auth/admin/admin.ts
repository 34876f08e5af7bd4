import { z } from "zod";

import { token } from "../auth.ts";

export const claimInput = z.strictObject({
  token: token.describe("The token of the link that a new server prints when it starts. It works once."),
});

import { z } from "zod";

import { token } from "../auth.ts";

export const claimInput = z.strictObject({
  token: token.describe("The token from the setup link that a new server prints. It works once."),
});

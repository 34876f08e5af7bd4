import { z } from "zod";

import { token } from "../auth.ts";

/** The token of the link that a new server prints when it starts. */
export const claimInput = z.strictObject({ token });

import { id } from "@mdreader/contract";
import { z } from "zod";

import type { Ports } from "../../ports.ts";
import { createSealedTokens } from "../sealed-tokens.ts";

/** Tokens that carry a new secret until a code of it was entered. Nothing is stored before. */
export const createSetupTokens = (ports: Pick<Ports, "settings" | "clock">) =>
  createSealedTokens(ports, {
    purpose: "second factor setup",
    schema: z.object({ userId: id, secret: z.string() }),
    lifetimeSeconds: 600,
  });

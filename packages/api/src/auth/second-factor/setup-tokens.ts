import { id } from "@mdreader/contract";
import { z } from "zod";

import type { Ports } from "../../ports.ts";
import { createSealedTokens } from "../sealed-tokens.ts";

/**
 * Tokens that carry a new secret until a code of it was entered. Nothing is stored before. They are accepted from the
 * session that was confirmed, once, and only while the account's second factor is the one that it was confirmed with.
 */
export const createSetupTokens = (ports: Pick<Ports, "settings" | "clock">) =>
  createSealedTokens(ports, {
    purpose: "second factor setup",
    schema: z.object({ userId: id, sessionId: id, replaces: z.string().nullable(), secret: z.string() }),
    lifetimeSeconds: 600,
  });

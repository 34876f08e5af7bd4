import { email, secret } from "@mdreader/contract";
import { z } from "zod";

/** Maximum number of groups of a person that are stored. */
export const maxGroups = 1000;

/** Claims of a provider about the person at the browser, after its signature was verified. */
export const verifiedIdentity = z.object({
  /** The ID of the provider in the settings. */
  provider: z.string(),
  issuer: z.string(),
  subject: secret(1, 255),
  /** Null if the provider shares no address, or one that can't be stored. */
  email: email.nullable().catch(null),
  /** Whether the provider says that the address belongs to this person. */
  emailVerified: z.boolean(),
  name: z.string().nullable(),
  preferredUsername: z.string().nullable(),
  /** The groups of the person, as many as are stored. Null if the provider was not asked. */
  groups: z.array(secret(1, 255)).max(maxGroups).nullable().default(null),
});
export type VerifiedIdentity = z.infer<typeof verifiedIdentity>;

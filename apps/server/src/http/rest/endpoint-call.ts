import type { z } from "zod";

/** The procedure to call: that of the endpoint, unless the body names another OAuth 2 grant. */
export interface EndpointCall {
  procedure: string;
  input: Record<string, unknown>;
  /** Transforms the result. */
  outputSchema: z.core.$ZodType | undefined;
}

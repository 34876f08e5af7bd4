import { badRequest } from "./errors.ts";

/** Decodes a segment of a URL. @throws TRPCError if the encoding is malformed. */
export function decodePathSegment(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest("the path isn't properly encoded");
  }
}

import { badRequest } from "./errors.ts";

/** What a part of an URL stands for. @throws TRPCError for what stands for nothing. */
export function decodePathSegment(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest("the path is not properly encoded");
  }
}

import { z } from "zod";

/** Fields that many tools have. Procedures validate them. */
export const idField = z.string().max(100);
export const cursorField = z
  .string()
  .optional()
  .describe("The nextCursor of the previous page; default: the first page");
export const timeField = z.string().max(40);
export const nextCursorField = z
  .string()
  .nullable()
  .describe("The cursor of the next page; null on the last page");
export const idempotencyKeyField = z
  .string()
  .min(8)
  .max(100)
  .optional()
  .describe("Identifies this call; a repeated call with the same key has no further effect");

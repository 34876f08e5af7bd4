import { z } from "zod";

/** The kinds of values that settings have, each with a sentence for what is not one. */

const durationUnits = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time such as `15s`, `60m`, `12h` or `30d`, as seconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]$/, "must be a number with a unit, such as 15s, 60m, 12h or 30d")
  .transform(
    (text) => Number(text.slice(0, -1)) * durationUnits[text.slice(-1) as keyof typeof durationUnits],
  ) // by the pattern
  .refine((seconds) => seconds <= 3650 * durationUnits.d, "must be ten years at most");

/** An address with one of these protocols. */
export const url = (...protocols: [string, ...string[]]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)),
      `must be an address that begins with ${protocols[0]}://`,
    );

/** Where people reach the app: scheme, host and port, without a path. */
export const origin = z
  .string()
  .refine(isOrigin, "must be like https://notes.example.com, without a path")
  .transform((text) => new URL(text).origin);

/** A list of origins, separated by commas. */
export const originList = z.string().transform((text, context) => {
  const origins = text.split(",").flatMap((part) => part.trim() || []);
  if (origins.every(isOrigin)) return origins.map((one) => new URL(one).origin);
  context.addIssue("must be origins like https://notes.example.com, separated by commas");
  return z.NEVER;
});

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  const bare = pathname === "/" && search === "" && hash === "" && username === "";
  return bare && (protocol === "http:" || protocol === "https:");
}

export const positiveInteger = (most: number) => z.coerce.number().int().min(1).max(most);

/** How many proxies stand in front: a number, or `true` for one. */
export const proxyCount = z
  .string()
  .transform((text) => ({ true: "1", false: "0" })[text] ?? text)
  .pipe(z.string().regex(/^\d$/, "must be the number of proxies in front of the server, 0 for none"))
  .transform(Number);

/** Text of at least that many bytes. */
export const bytes = (least: number) =>
  z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= least,
      `must be ${least} bytes or more: \`openssl rand -hex 32\` makes one`,
    );

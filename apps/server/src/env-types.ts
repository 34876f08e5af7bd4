import { z } from "zod";

/** Types of settings, each with a message for invalid values. */

const durationUnits = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration such as `15s`, `60m`, `12h` or `30d`, converted to seconds. */
export const duration = z
  .string()
  .regex(/^[1-9]\d{0,8}[smhd]$/, "must be a number with a unit, such as 15s, 60m, 12h or 30d")
  .transform(
    (text) => Number(text.slice(0, -1)) * durationUnits[text.slice(-1) as keyof typeof durationUnits],
  ) // by the pattern
  .refine((seconds) => seconds <= 3650 * durationUnits.d, "must be at most ten years");

/** A duration like `duration`, converted to days and rounded up. */
export const durationInDays = duration.transform((seconds) => Math.ceil(seconds / durationUnits.d));

/** A list of texts, separated by commas. */
export const commaSeparated = z
  .string()
  .transform((text) => text.split(",").flatMap((part) => part.trim() || []));

/** HTTP headers as `name=value`, separated by commas. Values may be percent-encoded. */
export const headerList = commaSeparated
  .refine(
    (parts) => parts.every((part) => /^[\w-]+=(?:[^%]|%[\da-f]{2})+$/i.test(part)),
    "must be headers such as api-key=secret, separated by commas",
  )
  .transform((parts) =>
    Object.fromEntries(
      parts.map((part) => {
        const mark = part.indexOf("=");
        return [part.slice(0, mark), decodeURIComponent(part.slice(mark + 1))];
      }),
    ),
  );

/** A URL with one of these protocols. */
export const url = (...protocols: [string, ...string[]]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol.slice(0, -1)),
      `must be a URL that starts with ${protocols[0]}://`,
    );

/** The public address of the app: scheme, host and port, without a path. */
export const origin = z
  .string()
  .refine(isOrigin, "must be an origin such as https://notes.example.com, without a path")
  .transform((text) => new URL(text).origin);

/** A list of origins, separated by commas. */
export const originList = z.string().transform((text, context) => {
  const origins = text.split(",").flatMap((part) => part.trim() || []);
  if (origins.every(isOrigin)) return origins.map((one) => new URL(one).origin);
  context.addIssue("must be origins such as https://notes.example.com, separated by commas");
  return z.NEVER;
});

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  const bare = pathname === "/" && search === "" && hash === "" && username === "";
  return bare && (protocol === "http:" || protocol === "https:");
}

export const positiveInteger = (max: number) => z.coerce.number().int().min(1).max(max);

/** Number of trusted proxies in front of the server, or `true` for one. */
export const proxyCount = z
  .string()
  .transform((text) => ({ true: "1", false: "0" })[text] ?? text)
  .pipe(z.string().regex(/^\d$/, "must be the number of proxies in front of the server, 0 for none"))
  .transform(Number);

/** Text with a minimum number of bytes. */
export const bytes = (min: number) =>
  z
    .string()
    .refine(
      (text) => Buffer.byteLength(text) >= min,
      `must be at least ${min} bytes; generate one with \`openssl rand -hex 32\``,
    );

/** A switch, `true` or `false`. */
export const booleanText = z
  .enum(["true", "false"], "must be true or false")
  .transform((text) => text === "true");

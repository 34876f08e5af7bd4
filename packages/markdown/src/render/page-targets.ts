import { decodeReferences } from "../html.ts";

const scheme = /^[a-z][a-z0-9+.-]*:/i;
/** An address that a page may link to. */
export const webLink = /^(?:https?|mailto|tel):/i;
/** An image that is not a file of the workspace. */
export const webImage = /^(?:https?:|data:image\/(?:avif|bmp|gif|jpeg|png|svg\+xml|webp)[;,])/i;

/** Browsers ignore control characters around and in addresses. */
const clean = (value: string) =>
  decodeReferences(value)
    .replaceAll(/\p{Cc}/gu, "")
    .trim();

/** Returns the address of a link, or its relative path; null if it must not be followed. */
export function readTarget(href: string): string | null {
  const target = clean(href);
  return webLink.test(target) || isRelative(target) ? target : null;
}

/** Returns the address of an image, or its relative path; null if it must not be displayed. */
export function readImageSource(src: string): string | null {
  const source = clean(src);
  return webImage.test(source) || isRelative(source) ? source : null;
}

/** Whether a target is a path in the workspace: neither another server's nor with a scheme. */
const isRelative = (target: string) => target !== "" && !scheme.test(target) && !/^[/\\]{2}/.test(target);

/** How many bytes one call of `fromCharCode` is given: engines bound the number of arguments. */
const chunk = 0x8000;

/** Bytes as base64, in browsers and Node alike. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += chunk) {
    binary += String.fromCharCode(...bytes.subarray(at, at + chunk));
  }
  return btoa(binary);
}

export const fromBase64 = (text: string) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));

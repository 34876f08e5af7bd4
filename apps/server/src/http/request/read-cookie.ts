/** Returns null if there are two such cookies: a sibling domain may have set one, and they cannot be told apart. */
export function readCookie(cookies: string, name: string): string | null {
  const values = cookies.split(";").flatMap((cookie) => {
    const [key, value = ""] = cookie.trim().split("=", 2);
    return key === name && value !== "" ? value : [];
  });
  const [only = null, ...others] = new Set(values);
  return others.length === 0 ? only : null;
}

import { z } from "zod";

/**
 * The languages in which text can be searched by word stem, named like Postgres's text search configurations. `simple`
 * does no stemming: it is for mixed texts and for languages without a stemmer.
 */
export const languages = [
  "simple",
  "arabic",
  "armenian",
  "basque",
  "catalan",
  "danish",
  "dutch",
  "english",
  "finnish",
  "french",
  "german",
  "greek",
  "hindi",
  "hungarian",
  "indonesian",
  "irish",
  "italian",
  "lithuanian",
  "nepali",
  "norwegian",
  "portuguese",
  "romanian",
  "russian",
  "serbian",
  "spanish",
  "swedish",
  "tamil",
  "turkish",
  "yiddish",
] as const;
export const language = z.enum(languages);
export type Language = z.infer<typeof language>;

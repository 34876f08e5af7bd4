import { signedIn, type Tokens, tokens } from "@mdreader/contract";
import { z } from "zod";

/** Token fields under their OAuth 2 names, in addition to ours, for generic clients. */
const fields = {
  access_token: z.string(),
  refresh_token: z.string().nullable(),
  token_type: z.literal("bearer"),
};

const withOauthNames = <Answer extends Tokens>(answer: Answer) => ({
  ...answer,
  access_token: answer.accessToken,
  refresh_token: answer.refreshToken,
  token_type: "bearer" as const,
});

export const tokensResponse = tokens.transform(withOauthNames).pipe(tokens.extend(fields));
export const signedInResponse = signedIn.transform(withOauthNames).pipe(signedIn.extend(fields));

/** The OAuth 2 password form. The username is the email address. */
export const passwordForm = {
  schema: z.object({
    grant_type: z.literal("password").optional(),
    username: z.string(),
    password: z.string(),
  }),
  inputOf: (form: URLSearchParams) => ({ email: form.get("username"), password: form.get("password") }),
};

export { DamagedTokensError, fileTokens } from "./file-tokens.ts";

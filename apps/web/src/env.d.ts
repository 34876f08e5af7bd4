/** Constants of the build. See `vite.config.ts`. */
interface ImportMetaEnv {
  /** The version of the app. */
  readonly APP_VERSION: string;
}

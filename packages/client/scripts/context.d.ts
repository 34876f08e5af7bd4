/** Replaces the server's call context in the published types. */
export interface Context {}

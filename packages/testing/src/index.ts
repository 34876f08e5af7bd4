export type { DocumentOptions, TestUser, UserOptions, WorkspaceOptions } from "./test-user.ts";
export { startTestServer, type TestServer, type TestServerOptions } from "./test-server.ts";

export { createMcpServer, type McpServerOptions } from "./server.ts";
export { describeFailure, type FailureDescription, ToolFailure } from "./failure.ts";

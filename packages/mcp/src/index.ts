export type { McpContext } from "./context.ts";
export { describeFailure, type FailureDescription, ToolFailure } from "./failure.ts";
export { createMcpServer, type McpServerOptions } from "./server.ts";
export { addTool } from "./tool.ts";

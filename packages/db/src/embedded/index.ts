export { EmbeddedPostgresUnavailable } from "./binaries.ts";
export { type Cluster, type ClusterOptions, openCluster } from "./cluster.ts";
export type { ClusterSettings } from "./postmaster.ts";
